"""The rows that tags look at, read once for all tags of a grain.

A `Reading` gathers what is wanted of the rows of one grain: columns, amounts in whole millionths,
and conditions, each under one name however many tags ask for it.  Only when everything is asked does
it become a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
from ibis.expr.types import BooleanValue, Column, Table

from limner.core.rule import And, Not, Or, Rule, columns_of, where
from limner.core.rule_holds import beside_kind
from limner.core.rule_kind import Kind, is_loose
from limner.understand.tags.source import (
    PRODUCT_COLUMNS,
    SOURCES,
    Chosen,
    Facts,
    Window,
    chosen_events,
    is_chosen,
    line_rows,
    rounded_down,
    with_products,
)
from limner.understand.tags.span import EVER
from limner.understand.tags.value import Rows

MILLIONTHS = 1e6
CATALOGUE = frozenset(PRODUCT_COLUMNS) - {"product_id"}  # what lines do not say themselves
_ANY: tuple[Kind, ...] = ("text", "number", "truth")  # what a property can be


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows: those of a source or of named events, within a window, for which all rules hold."""

    rows: Rows
    window: Window
    rules: tuple[Rule, ...] = ()

    def narrowed(self, *rules: Rule | None) -> Slice:
        """The rows for which these rules hold as well."""
        return Slice(self.rows, self.window, (*self.rules, *(r for r in rules if r is not None)))

    def at(self, window: Window) -> Slice:
        """The same rows of another window."""
        return Slice(self.rows, window, self.rules)

    @property
    def chosen(self) -> Chosen:
        """The events that the rows come from."""
        source = SOURCES[self.rows.source]
        return tuple(sorted(self.rows.events or source.events)), tuple(sorted(source.types))


class Reading:
    """The rows of one grain, `event` or `line`, before the end of a day, with what is wanted of them."""

    def __init__(self, facts: Facts, grain: str, as_of: date, timezone: str) -> None:
        self._facts = facts
        self.grain = grain
        self._as_of = as_of
        self._timezone = timezone
        self._ever = EVER.window(as_of, timezone)
        self._chosen: dict[Chosen, None] = {}
        self._columns: dict[str, None] = {}
        self._own: dict[str, None] = {}
        self._typed: dict[str, tuple[str, Kind]] = {}
        self._amounts: dict[str, str] = {}
        self._conditions: dict[Slice, str] = {}

    @property
    def order(self) -> list[str]:
        """The columns by which rows come one after another; they are wanted from now on."""
        if self.grain == "line":
            self._columns["line_at"] = None
            return ["time", "event_id", "line_at"]
        return ["time", "event_id"]

    def column(self, name: str, kind: Kind = "text") -> str:
        """The name under which a column will be there; `kind` is that of a property."""
        if not is_loose(name):
            self._columns[name] = None
            return name
        key = name.partition(".")[2]
        typed = f"{name} as {kind}"
        self._typed[typed] = (key, kind)
        return typed

    def amount(self, column: str) -> str:
        """The name under which a column will be there in whole millionths."""
        return self._amounts.setdefault(self.column(column, "number"), f"millionths of {column}")

    def within(self, part: Slice) -> str:
        """The name under which there will be whether a row is one of a slice."""
        self._chosen[part.chosen] = None
        for rule in part.rules:
            self._want(rule)
        return self._conditions.setdefault(part, f"slice {len(self._conditions)}")

    def own(self, column: str) -> str:
        """A product's column as the lines themselves have it, to be joined with the catalogue later."""
        name = f"line_{column}"
        if column in ("category", "brand"):
            self._own[name] = None
        return name

    def is_bare(self, part: Slice) -> bool:
        """Whether a slice can be told from the lines alone, without the catalogue of products."""
        named = frozenset().union(*(columns_of(rule) for rule in part.rules))
        return not named & CATALOGUE

    def bare(self) -> Table:
        """The rows with everything that needs no product from the catalogue."""
        wanted = list(self._columns)
        read = (self._facts, list(self._chosen))
        if self.grain == "event":
            rows = chosen_events(*read, wanted, self._as_of, self._timezone, self._typed)
        else:
            of_line = [*wanted, *(name.removeprefix("line_") for name in self._own)]
            rows = line_rows(self._facts, of_line, self._as_of, self._timezone, list(self._chosen))
        made: dict[str, Column] = {
            name: rounded_down(rows[column] * MILLIONTHS + 0.5).try_cast("int64")
            for column, name in self._amounts.items()
        }
        for part, name in self._conditions.items():
            if self.is_bare(part):
                made[name] = self._condition(rows, part)
        return rows.mutate(**made) if made else rows

    def table(self, bare: Table) -> Table:
        """The rows with everything that was asked for; `bare` are those of the method so named."""
        wanted = [name for name in self._columns if name in CATALOGUE]
        if self.grain == "event" or not wanted:
            return bare
        rows = with_products(bare, self._facts, wanted)
        made = {
            name: self._condition(rows, part)
            for part, name in self._conditions.items()
            if not self.is_bare(part)
        }
        return rows.mutate(**made) if made else rows

    def _want(self, rule: Rule) -> None:
        """The columns that a rule names are wanted from now on."""
        match rule:
            case And(rules) | Or(rules):
                for part in rules:
                    self._want(part)
            case Not(inner):
                self._want(inner)
            case _:
                beside = beside_kind(rule)
                for kind in (beside,) if beside is not None else _ANY:
                    self.column(rule.column, kind)

    def _condition(self, rows: Table, part: Slice) -> BooleanValue:
        def columns(name: str, beside: Kind | None) -> Column:
            if not is_loose(name):
                return rows[name]
            if beside is None:
                return ibis.coalesce(*(rows[f"{name} as {k}"].cast("string") for k in _ANY))
            return rows[f"{name} as {beside}"]

        found = [where(rule, rows, columns) for rule in part.rules]
        if len(self._chosen) > 1:
            found.append(is_chosen(rows, part.chosen))
        if part.window.start is not None:
            found.append(rows.time >= part.window.start)
        if part.window.end != self._ever.end:
            found.append(rows.time < part.window.end)
        return ibis.and_(*found) if found else ibis.literal(True)
