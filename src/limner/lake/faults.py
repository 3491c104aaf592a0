"""What goes wrong under the lake, in Limner's own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from deltalake.exceptions import CommitFailedError, DeltaError

from limner.core.errors import Broken, Busy, LimnerError

# How operating systems say that there is no room: ENOSPC, EDQUOT, EFBIG.
_FULL = ("No space left", "quota exceeded", "File too large")


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Faults of writing a table.

    Raises: `Busy` when another writer was faster, `Broken` when the disk refuses.
    """
    try:
        yield
    except CommitFailedError as error:
        raise Busy(
            "lake-busy", f"another process was writing table {name}; run the same step again"
        ) from error
    except (DeltaError, OSError) as error:
        raise disk_full(f"writing table {name}", error) or Broken(
            "lake-write", f"table {name} could not be written: {_first_line(error)}"
        ) from error


@contextmanager
def reading() -> Iterator[None]:
    """Faults of running an expression.

    Raises: `Broken` when memory or disk do not suffice, or a file of the lake is gone.
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise Broken(
            "memory-limit",
            "this needs more memory than LIMNER_MEMORY_LIMIT allows; raise it "
            f"or ask for less: {_first_line(error)}",
        ) from error
    except duckdb.IOException as error:
        raise disk_full("computing", error) or Broken(
            "lake-unreadable", f"a file of the lake cannot be read: {_first_line(error)}"
        ) from error
    except duckdb.InvalidInputException as error:
        if ".parquet" not in str(error) or "/.import/" in str(error):  # no file of the lake's own
            raise
        raise Broken(
            "lake-unreadable",
            f"a file of the lake is damaged, put a backup in its place: {_first_line(error)}",
        ) from error


def disk_full(doing: str, error: Exception) -> LimnerError | None:
    """The error that says so, when the disk is full; None when it is something else."""
    if not any(sign.lower() in str(error).lower() for sign in _FULL):
        return None
    return Broken("disk-full", f"the disk is full while {doing}; free some space and run again")


def _first_line(error: Exception) -> str:
    return brief(next(iter(str(error).strip().splitlines()), type(error).__name__))


def brief(text: str, most: int = 300) -> str:
    """A message's beginning: engines tell some faults in pages."""
    return text if len(text) <= most else f"{text[:most]} ..."
