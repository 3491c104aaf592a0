"""Bodies that are not quite JSON, taken apart so that one bad event does not spoil the others.

A NaN that Python wrote, a byte that is no UTF-8, half of a surrogate pair or a nesting without end
make a strict reader refuse the whole request.  Here the request is cut at its brackets and commas,
and each event stands for itself.  Slow, and used only when the strict reader refused.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

import msgspec

DEEPEST = 100  # levels within one event
# A string that does not end takes all that follows: looking for another reading would take time
# that grows with the square of the body.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},]', re.DOTALL)
_KEY = re.compile(rb'\s*"([^"\\]*+(?:\\.[^"\\]*+)*+)"\s*:', re.DOTALL)


def members(raw: bytes) -> dict[str, bytes]:
    """The values of an object by key, each as it stands.

    Raises: `ValueError` when it is no object.
    """
    if raw[:1] != b"{":
        raise ValueError("it is not a JSON object")
    found = {}
    for piece in _pieces(raw):
        key = _KEY.match(piece)
        if key is None:
            raise ValueError("a member of the object has no name")
        found[key[1].decode("utf-8", "replace")] = piece[key.end() :].strip()
    return found


def elements(raw: bytes) -> list[bytes]:
    """The elements of an array, each as it stands.

    Raises: `ValueError` when it is no array.
    """
    if raw[:1] != b"[":
        raise ValueError("`batch` is not an array")
    return _pieces(raw)


def mended(raw: bytes) -> bytes:
    """A value as strict JSON: NaN and infinities as null, what is no text as U+FFFD.

    Raises: `ValueError` when it cannot be understood even so.
    """
    if is_too_deep(raw):
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    text = raw.decode("utf-8", "replace")
    return msgspec.json.encode(_clean(json.loads(text, strict=False)))


def is_too_deep(raw: bytes) -> bool:
    """Whether a value is nested deeper than `DEEPEST`."""
    if raw.count(b"{") + raw.count(b"[") <= DEEPEST:
        return False
    depth = 0
    for token in _TOKEN.finditer(raw):
        first = raw[token.start()]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def _pieces(raw: bytes) -> list[bytes]:
    """What stands between the commas within the outermost brackets."""
    pieces: list[bytes] = []
    depth, start = 0, 1
    for token in _TOKEN.finditer(raw):
        first = raw[token.start()]
        if first in b"[{":
            depth += 1
        elif first == 0x2C and depth == 1:
            pieces.append(raw[start : token.start()].strip())
            start = token.end()
        elif first in b"]}":
            depth -= 1
            if depth == 0:
                last = raw[start : token.start()].strip()
                if raw[token.end() :].strip():
                    break
                return [*pieces, last] if pieces or last else []
    raise ValueError("its brackets do not close")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return value
