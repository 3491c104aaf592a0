"""Values that no event changes: traits, scores, and what somebody set by hand.

What is of no type of its own becomes what its tag's kind says, as `understand.tags.measure` has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Score, Trait

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WHOLE = frozenset({"count", "hour", "weekday"})


def from_outside(tag: Tag) -> Callable[[Mapping[str, Any]], Any]:
    """What finds a tag's value among those that come from elsewhere."""
    code, kind = tag.code, tag.kind
    match tag.value:
        case Score():
            return lambda outside: outside.get(code)
        case Trait(name):
            code = f"traits.{name}"
    return lambda outside: typed(outside.get(code), kind)


def typed(value: Any, kind: str) -> Any:
    """A value of no type of its own as a tag of a kind has it; None where it is none of that kind."""
    match kind:
        case "text":
            return value if value is None or isinstance(value, str) else _written(value)
        case "truth":
            said = {"true": True, "false": False}
            return said.get(value) if isinstance(value, str) else value if value in (True, False) and isinstance(value, bool) else None  # fmt: skip
        case "day":
            if isinstance(value, date) or not isinstance(value, str):
                return value if isinstance(value, date) else None
            try:
                return date.fromisoformat(value) if len(value) == 10 else None
            except ValueError:
                return None
    return _number(value, kind in _WHOLE)


def _number(value: Any, whole: bool) -> int | float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return None
        value = float(value)
    if not isinstance(value, int | float):
        return None
    found = float(value)
    if not whole:
        return found
    return int(found) if found.is_integer() else None


def _written(value: Any) -> str:
    """A JSON value as it is written."""
    return msgspec.json.encode(value).decode()
