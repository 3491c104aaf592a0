"""An image's address as an event, for e-mails and pages that run no script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

_DEEPEST = 8


def pixel_body(type_: str, query: Mapping[str, str]) -> bytes:
    """The event that an image's query says; `properties.price=3` is a member of `properties`.

    Source: RudderStack, pixel API.
    """
    event: dict[str, Any] = {"channel": "web"}
    for name, value in query.items():
        if value and name not in ("writeKey", "writekey"):
            _put(event, name.split("."), _read(value))
    if type_ == "page":
        event.setdefault("name", "Unknown Page")
    return msgspec.json.encode(event)


def _read(value: str) -> Any:
    """A value as text; one that is a JSON object or array as that."""
    if value[:1] not in ("{", "["):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return value


def _put(into: dict[str, Any], path: list[str], value: Any) -> None:
    if len(path) > _DEEPEST:
        return
    for step in path[:-1]:
        inner = into.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        into = inner
    into[path[-1]] = value
