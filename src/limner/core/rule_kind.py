"""The kinds of value that rules compare, and whether a value is of the kind its column wants.

What events and customer records say under names of their own, `properties.colour` and `traits.plan`,
is of no one kind: the value that it is compared with names the kind, and what is of another kind there
is missing.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ibis.expr import datatypes as dt

from limner.core.errors import Malformed
from limner.core.rule_tree import Operator, Value, day, literal

Kind = Literal["number", "text", "truth", "day"]
_LOOSE = ("properties.", "traits.")
WANTED: dict[Kind | None, str] = {
    "number": "a number", "text": "text in 'single quotes'", "truth": "true or false",
    "day": "a day such as date '2017-12-31'", None: "is null only",
}  # fmt: skip


def is_loose(column: str) -> bool:
    """Whether a column is a property or a trait, which can be of any kind but a day."""
    return column.startswith(_LOOSE)


def kind_of(value: object) -> Kind | None:
    """The kind of a value; None for what rules cannot compare."""
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "day" if isinstance(value, date) and not isinstance(value, datetime) else None


def kind_of_type(kind: dt.DataType) -> Kind | None:
    """The kind of an engine's type; None for what rules cannot compare."""
    if kind.is_boolean():
        return "truth"
    if kind.is_numeric():
        return "number"
    if kind.is_string():
        return "text"
    return "day" if kind.is_date() else None


def fitted(column: str, kind: Kind | None, value: Value) -> Value:
    """A rule's value as the column's kind.

    Raises: `Malformed` for a value of another kind.
    """
    if kind == "day" and isinstance(value, str):
        return day(value)
    if kind is None or kind_of(value) != kind:
        raise Malformed(
            "rule-type",
            f"{column} cannot be compared with {literal(value)}; it wants {WANTED[kind]}",
        )
    return value


def check_value(column: str, kind: Kind | None, operator: Operator, value: Value) -> None:
    """Refuse a comparison that can never be meant; `kind` is the column's.

    Raises: `Malformed` for a value of another kind, for an order of what has none, and for a
    property or trait beside a day, which none is.
    """
    if is_loose(column):
        if kind_of(value) == "day":
            raise Malformed(
                "rule-type",
                f"{column} is text, a number, or true or false, never a day; compare it with "
                f"{literal(str(value))}",
            )
        kind = kind_of(value)
    fitted(column, kind, value)
    if kind == "truth" and operator not in ("=", "<>"):
        raise Malformed("rule-type", f"{column} is true or false: it has no {operator}")
