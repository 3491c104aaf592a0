"""Of which kind a column of rows is, and what is measured of it."""

from __future__ import annotations

from limner.core.rule_kind import Kind, is_loose
from limner.understand.tags.value import Distance, Measured, Sequence

# What values of each kind of tag are compared as.
COMPARED: dict[str, Kind] = {
    "count": "number", "money": "number", "number": "number", "share": "number", "days": "number",
    "hour": "number", "weekday": "number", "text": "text", "day": "day", "truth": "truth",
}  # fmt: skip
_KINDS: dict[str, Kind] = {
    "day": "day", "is_private_label": "truth",
    **dict.fromkeys(
        ("revenue", "hour", "weekday", "latitude", "longitude", "price", "quantity", "discount",
         "coupon_discount", "list_price"), "number",
    ),
}  # fmt: skip
# Measures whose value is one of the column's own; `list` is text, and all others are numbers.
_OWN = frozenset({"min", "max", "first", "last", "nth", "top"})
_ADDING = frozenset({"sum", "mean", "ratio", "trend"})
_COUNTING = _ADDING | {"min", "max"}


def column_kind(column: str) -> Kind | None:
    """The kind of a column of rows, in a rule; None for a property, which can be of any."""
    return None if is_loose(column) else _KINDS.get(column, "text")


def measured_kind(column: str, measure: str) -> Kind:
    """The kind of a column that is measured: a property counts where a measure counts."""
    if is_loose(column):
        return "number" if measure in _COUNTING else "text"
    return _KINDS.get(column, "text")


def counts_as(measure: str, place: str, column: str) -> bool:
    """Whether a column can stand at a place, `of` or `by`, of a measure: what is added is a number."""
    if place == "by":
        return is_loose(column) or measured_kind(column, measure) == "number"
    return measure not in _ADDING or measured_kind(column, measure) == "number"


def call_kind(value: Measured | Sequence | Distance) -> Kind:
    """The kind of what a call gives."""
    return value_kind(value.measure, value.of) if isinstance(value, Measured) else "number"


def value_kind(measure: str, of: str | None) -> Kind:
    """The kind of what a measure gives of a column, or of whole rows."""
    if measure == "list":
        return "text"
    return measured_kind(of, measure) if measure in _OWN and of is not None else "number"
