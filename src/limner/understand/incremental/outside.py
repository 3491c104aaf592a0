"""Values that no event changes: traits, scores, and what somebody set by hand.

What is of no type of its own becomes what its tag's kind says, as `understand.tags.measure` has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from math import isfinite
from typing import Any

import msgspec

from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Score, Trait

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = frozenset({"count", "hour", "weekday"})
_MOST = 2**63
_TRUTH = {"true": True, "false": False}


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
    if kind == "text":
        return value if value is None or isinstance(value, str) else _written(value)
    if kind == "truth":
        return _TRUTH.get(value) if isinstance(value, str) else value if isinstance(value, bool) else None  # fmt: skip
    if kind == "day":
        return _day(value)
    return _number(value, kind in _WHOLE)


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _number(value: Any, whole: bool) -> int | float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return None
        value = float(value)
    if not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    if not isfinite(found):
        return None
    if not whole:
        return found
    return int(found) if found.is_integer() and -_MOST <= found < _MOST else None


def _written(value: Any) -> str:
    """A JSON value as it is written."""
    return msgspec.json.encode(value).decode()
