"""What engines below Python print on the standard error, Rust's panics above all.

The storage engine prints pages of panic for a full disk, beside the error that it raises as it
should.  A command holds such text back and tells the error in its own line; when all went well the
text is passed on at the end.
"""

from __future__ import annotations

import os
import sys
import tempfile

DEBUG_VARIABLE = "LIMNER_DEBUG"
_STDERR = 2

_held: list[tuple[int, int]] = []  # the file that holds the text, and the true standard error


def hold_back() -> None:
    """Keep the text of engines from the terminal; what Python prints still goes there.

    Does nothing when LIMNER_DEBUG is set, or when Python prints elsewhere already.
    """
    shown = sys.stderr
    if _held or os.environ.get(DEBUG_VARIABLE) or shown is not sys.__stderr__ or shown is None:
        return
    shown.flush()
    true = os.dup(_STDERR)
    if hasattr(os, "memfd_create"):
        file = os.memfd_create("limner-native")  # memory: the disk may be what is full
    else:
        with tempfile.TemporaryFile() as temporary:
            file = os.dup(temporary.fileno())
    os.dup2(file, _STDERR)
    sys.stderr = open(  # noqa: SIM115, PTH123  (a descriptor, open until the end)
        true, "w", buffering=1, encoding=shown.encoding, errors="backslashreplace"
    )
    _held.append((file, true))


def let_through() -> None:
    """Pass on what was held back, and hold nothing back any more."""
    if not _held:
        return
    file, true = _held.pop()
    os.dup2(true, _STDERR)
    os.lseek(file, 0, os.SEEK_SET)
    while piece := os.read(file, 65_536):
        os.write(_STDERR, piece)
    os.close(file)
