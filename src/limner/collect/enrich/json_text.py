"""JSON in and out, whatever a sender may put into it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

_decode = msgspec.json.Decoder().decode
_split = msgspec.json.Decoder(list[msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


def to_text(document: Any) -> str:
    """A document as JSON text; whole numbers of any length stay what they are."""
    try:
        return _encode(document).decode()
    except (OverflowError, ValueError):  # numbers past 64 bits
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def split(body: bytes) -> list[bytes] | None:
    """The members of a JSON array, each as its own bytes; None when it is no array.

    A member that only Python's own reader takes (half a surrogate pair) does not spoil the others.
    """
    try:
        return [bytes(raw) for raw in _split(body)]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    try:
        items = json.loads(body)
        return [json.dumps(item).encode() for item in items] if isinstance(items, list) else None
    except (ValueError, RecursionError):
        return None


def from_bytes(body: bytes) -> Any:
    """The document of JSON bytes.

    Raises: `ValueError` or `RecursionError` for what is none, or too deep.
    """
    return _decode(body)
