"""A plan from what was seen: the narrowest plain schema that every event seen holds to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_DEEPEST = 20


def infer(documents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A JSON Schema for properties like these: types, and what all of them have as required.

    It says nothing of ranges, patterns and lists of values, which a sample cannot know; a person
    adds those.  Without documents it allows everything.

    >>> infer([{"price": 1, "coupon": None}, {"price": 2.5}])
    {'type': 'object', 'properties': {'coupon': {'type': 'null'}, 'price': {'type': 'number'}}, 'required': ['price']}
    """
    seen = _Seen()
    for document in documents:
        seen.add(dict(document), 0)
    return seen.schema() if seen.types else {"type": "object"}


class _Seen:
    """What was seen at one place of the documents."""

    __slots__ = ("fields", "items", "objects", "present", "types")

    def __init__(self) -> None:
        self.types: set[str] = set()
        self.objects = 0
        self.fields: dict[str, _Seen] = {}
        self.present: dict[str, int] = {}
        self.items: _Seen | None = None

    def add(self, value: Any, depth: int) -> None:
        self.types.add(_type_of(value))
        if depth >= _DEEPEST:
            return
        if isinstance(value, dict):
            self.objects += 1
            for key, inner in value.items():
                self.present[key] = self.present.get(key, 0) + 1
                self.fields.setdefault(key, _Seen()).add(inner, depth + 1)
        elif isinstance(value, list):
            self.items = self.items or _Seen()
            for inner in value:
                self.items.add(inner, depth + 1)

    def schema(self) -> dict[str, Any]:
        types = self.types - {"integer"} if "number" in self.types else self.types
        named = sorted(types)
        made: dict[str, Any] = {"type": named[0] if len(named) == 1 else named}
        if self.fields:
            made["properties"] = {key: self.fields[key].schema() for key in sorted(self.fields)}
            always = sorted(key for key, times in self.present.items() if times == self.objects)
            if always:
                made["required"] = always
        if self.items is not None and self.items.types:
            made["items"] = self.items.schema()
        return made


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
