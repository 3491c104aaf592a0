"""How a measure folds many rows into one value per customer, at either grain.

Both kinds of rows answer the same few questions (`count`, `total`, `known`, `distinct` ...) with a
`Fold`: what to compute from one grouped table.  Event rows are folded directly.  Lines are many,
so they are first added up to one cell per customer and product, once for all tags, and the folds
work on the cells; only then are the (far fewer) cells joined with the product catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import ibis
from ibis.expr.types import BooleanValue, Scalar, Table

from limner.core.errors import Malformed
from limner.core.rule import And, Rule, columns_of, to_text, where
from limner.understand.tags.source import PRODUCT_COLUMNS, Source, Window

Fold = Callable[[Table], Scalar]

# Engines add doubles in any order; at six decimals no trace of the order is left in amounts of
# money, so that a build gives the same digits every time.
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a source: those within a window for which all rules hold."""

    source: Source
    window: Window
    rules: tuple[Rule, ...] = ()

    def narrowed(self, *rules: Rule | None) -> Slice:
        """The rows for which these rules hold as well."""
        return Slice(self.source, self.window, (*self.rules, *(r for r in rules if r is not None)))

    def at(self, window: Window) -> Slice:
        """The same rows of another window."""
        return Slice(self.source, window, self.rules)


class Rows(Protocol):
    """What a measure can ask of rows."""

    def count(self, part: Slice) -> Fold:
        """How many rows there are."""
        ...

    def known(self, part: Slice, column: str) -> Fold:
        """How many rows have a value in a column."""
        ...

    def total(self, part: Slice, column: str) -> Fold:
        """The sum of a column, null when no row has a value."""
        ...

    def lowest(self, part: Slice, column: str) -> Fold:
        """The least value of a column."""
        ...

    def highest(self, part: Slice, column: str) -> Fold:
        """The greatest value of a column."""
        ...

    def distinct(self, part: Slice, column: str) -> Fold:
        """How many different values a column has."""
        ...

    def earliest(self, part: Slice, column: str) -> Fold:
        """The column's first value in time that is not missing."""
        ...

    def latest(self, part: Slice, column: str) -> Fold:
        """The column's last value in time that is not missing."""
        ...


def _conditions(rows: Table, part: Slice, end: bool = True) -> list[BooleanValue]:
    found = [where(rule, rows) for rule in part.rules]
    if part.window.start is not None:
        found.append(rows.time >= part.window.start)
    if end:
        found.append(rows.time < part.window.end)
    return found


def together(conditions: list[BooleanValue]) -> BooleanValue | None:
    """All of some conditions as one; None when there is none."""
    return ibis.and_(*conditions) if conditions else None


class EventRows:
    """Rows at the grain of events, folded as they are."""

    def __init__(self, newest: Window, names: frozenset[str]) -> None:
        self._newest = newest  # rows after its end are not there at all
        self._names = names  # the events that are there

    def within(self, rows: Table, part: Slice) -> BooleanValue | None:
        """The condition that picks a slice's rows."""
        found = _conditions(rows, part, end=part.window.end != self._newest.end)
        if frozenset(part.source.events) != self._names:
            found.append(rows.event.isin(part.source.events))
        return together(found)

    def count(self, part: Slice) -> Fold:
        """How many rows there are."""
        return lambda rows: rows.count(where=self.within(rows, part))

    def known(self, part: Slice, column: str) -> Fold:
        """How many rows have a value in a column."""
        return lambda rows: rows[column].count(where=self.within(rows, part))

    def total(self, part: Slice, column: str) -> Fold:
        """The sum of a column, null when no row has a value."""
        return lambda rows: rows[column].sum(where=self.within(rows, part)).round(DECIMALS)

    def lowest(self, part: Slice, column: str) -> Fold:
        """The least value of a column."""
        return lambda rows: rows[column].min(where=self.within(rows, part))

    def highest(self, part: Slice, column: str) -> Fold:
        """The greatest value of a column."""
        return lambda rows: rows[column].max(where=self.within(rows, part))

    def distinct(self, part: Slice, column: str) -> Fold:
        """How many different values a column has."""
        return lambda rows: rows[column].nunique(where=self.within(rows, part))

    def earliest(self, part: Slice, column: str) -> Fold:
        """The column's first value in time that is not missing."""
        return lambda rows: rows[column].first(
            where=self.within(rows, part), order_by=[rows.time, rows.event_id]
        )

    def latest(self, part: Slice, column: str) -> Fold:
        """The column's last value in time that is not missing."""
        return lambda rows: rows[column].last(
            where=self.within(rows, part), order_by=[rows.time, rows.event_id]
        )


class LineRows:
    """Rows at the grain of product lines, folded by way of cells (customer x product).

    A rule on a product's own columns is asked of the cells, any other of the lines; a rule that
    mixes the two is refused, because neither grain can answer it.
    """

    def __init__(self, newest: Window) -> None:
        self._newest = newest
        self._cells: dict[tuple[str, str, Slice], str] = {}

    def cells(self, lines: Table, keys: list[str]) -> Table:
        """The cells, with every sum that some fold has asked for."""
        sums = {}
        for (kind, column, part), name in self._cells.items():
            within = together(_conditions(lines, part, end=part.window.end != self._newest.end))
            if kind == "count":
                sums[name] = lines.count(where=within)
            else:
                sums[name] = {
                    "known": lines[column].count, "total": lines[column].sum,
                    "lowest": lines[column].min, "highest": lines[column].max,
                }[kind](where=within)  # fmt: skip
        return lines.group_by(keys).aggregate(**sums)

    def _cell(self, kind: str, part: Slice, column: str) -> tuple[str, list[Rule]]:
        """The name of a cell's sum, and the rules still to be asked of the cells."""
        flat = [
            r for rule in part.rules for r in (rule.rules if isinstance(rule, And) else (rule,))
        ]
        of_product = [rule for rule in flat if columns_of(rule) <= PRODUCT_COLUMNS.keys()]
        of_line = [rule for rule in flat if rule not in of_product]
        for rule in of_line:
            if columns_of(rule) & PRODUCT_COLUMNS.keys():
                raise Malformed(
                    "tag-rule-mixed",
                    f"the rule {to_text(rule)!r} mixes columns of the product with columns of the line; "
                    "join the two with `and` at the top, not inside or / not",
                )
        key = (kind, column, Slice(part.source, part.window, tuple(of_line)))
        return self._cells.setdefault(key, f"cell_{len(self._cells)}"), of_product

    def _folded(self, kind: str, part: Slice, column: str, fold: str) -> Fold:
        name, rules = self._cell(kind, part, column)

        def folded(cells: Table) -> Scalar:
            within = together([where(rule, cells) for rule in rules])
            return getattr(cells[name], fold)(where=within)

        return folded

    def count(self, part: Slice) -> Fold:
        """How many rows there are."""
        fold = self._folded("count", part, "", "sum")
        return lambda cells: fold(cells).fill_null(0).cast("int64")

    def known(self, part: Slice, column: str) -> Fold:
        """How many rows have a value in a column."""
        fold = self._folded("known", part, column, "sum")
        return lambda cells: fold(cells).fill_null(0).cast("int64")

    def total(self, part: Slice, column: str) -> Fold:
        """The sum of a column, null when no row has a value."""
        fold = self._folded("total", part, column, "sum")
        return lambda cells: fold(cells).round(DECIMALS)

    def lowest(self, part: Slice, column: str) -> Fold:
        """The least value of a column."""
        return self._folded("lowest", part, column, "min")

    def highest(self, part: Slice, column: str) -> Fold:
        """The greatest value of a column."""
        return self._folded("highest", part, column, "max")

    def distinct(self, part: Slice, column: str) -> Fold:
        """How many different values a column has."""
        name, rules = self._cell("count", part, "")
        if column not in PRODUCT_COLUMNS:
            raise Malformed(
                "tag-distinct",
                f"lines can count distinct {', '.join(PRODUCT_COLUMNS)}, not {column}",
            )
        return lambda cells: cells[column].nunique(
            where=together([cells[name] > 0, *(where(rule, cells) for rule in rules)])
        )

    def earliest(self, part: Slice, column: str) -> Fold:
        """The column's first value in time that is not missing."""
        raise Malformed("tag-first", f"lines have no first {column}; read orders instead")

    def latest(self, part: Slice, column: str) -> Fold:
        """The column's last value in time that is not missing."""
        raise Malformed("tag-last", f"lines have no last {column}; read orders instead")

    def weighed(self, part: Slice, column: str | None) -> tuple[str, list[Rule]]:
        """The cell column that weighs a favourite, and the rules to ask of the cells."""
        return self._cell("total" if column else "count", part, column or "")
