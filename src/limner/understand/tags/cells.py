"""Product lines added up to one cell per customer and product, before the catalogue is asked.

Lines are many and products few: what looks at the columns of products only needs the cells, and only
the cells are joined with the catalogue.  A rule that mixes columns of the product with columns of the
line cannot be answered by cells.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import ibis
from ibis.expr.types import BooleanValue, Scalar, Table

from limner.core.rule import And, Rule, columns_of, where
from limner.understand.tags.reading import CATALOGUE, Reading, Slice
from limner.understand.tags.source import PRODUCT_COLUMNS, Facts, with_products

COUNT = ""  # stands for a column where rows are counted


class Cells:
    """What is asked of the cells of a reading's lines."""

    def __init__(self, reading: Reading, facts: Facts) -> None:
        self._reading = reading
        self._facts = facts
        self._columns: dict[str, None] = {}
        self._names: dict[tuple[str, Slice, str], str] = {}
        self._made: dict[str, Callable[[Table], Scalar]] = {}

    def can(self, part: Slice) -> bool:
        """Whether cells can tell a slice's rows: lines are asked for, and no rule mixes the two."""
        return self._reading.grain == "line" and all(
            columns_of(rule) <= PRODUCT_COLUMNS.keys() or not columns_of(rule) & CATALOGUE
            for rule in _each(part)
        )

    def column(self, name: str) -> str:
        """A product's column, which the cells will have."""
        self._columns[name] = None
        self._reading.own(name)
        return name

    def weight(self, part: Slice, column: str, kind: str = "total") -> str:
        """The name of a cell's sum (`total`) of a column's amounts, or how many (`known`) there are;
        of rows where the column is `COUNT`.  Of those of the slice's rules that lines can answer.
        """
        bare = Slice(part.rows, part.window, tuple(r for r in _each(part) if not _of_product(r)))
        key = ("count" if column == COUNT else kind, bare, column)
        if key in self._names:
            return self._names[key]
        name = self._names[key] = f"cell {len(self._names)}"
        within = self._reading.within(bare)
        if column == COUNT:
            self._made[name] = lambda lines: lines.count(where=lines[within])
        else:
            amount, how = self._reading.amount(column), "sum" if kind == "total" else "count"
            self._made[name] = lambda lines: getattr(lines[amount], how)(where=lines[within])
        return name

    def within(self, part: Slice) -> Callable[[Table], BooleanValue | None]:
        """Which cells count: those whose product the rest of a slice's rules hold for."""
        rules = [rule for rule in _each(part) if _of_product(rule)]
        for rule in rules:
            for name in columns_of(rule):
                self.column(name)
        if not rules:
            return lambda cells: None
        return lambda cells: ibis.and_(*(where(rule, cells) for rule in rules))

    def table(self, lines: Table) -> Table | None:
        """The cells with everything that was asked for; None when nothing was."""
        if not self._made:
            return None
        own = [name for name in map(self._reading.own, self._columns) if name in lines.columns]
        made = {name: make(lines) for name, make in self._made.items()}
        cells = lines.group_by(["customer_id", "product_id", *own]).aggregate(**made)
        return with_products(cells, self._facts, list(self._columns))


def _each(part: Slice) -> Collection[Rule]:
    """A slice's rules, what is joined by `and` apart."""
    return [
        one for rule in part.rules for one in (rule.rules if isinstance(rule, And) else (rule,))
    ]


def _of_product(rule: Rule) -> bool:
    """Whether a rule needs the catalogue."""
    return bool(columns_of(rule) & CATALOGUE)
