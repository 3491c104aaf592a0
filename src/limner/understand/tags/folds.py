"""Measures that fold all rows of a customer into one value: one aggregate per question.

What looks at products through the catalogue is asked of cells where cells can tell it.
"""

from __future__ import annotations

from collections.abc import Callable

from ibis.expr.types import Column, Scalar, Table

from limner.understand.tags.cells import COUNT, Cells
from limner.understand.tags.reading import MILLIONTHS, Reading, Slice

Fold = Callable[[Table], Column]


class Folds:
    """What is asked of a reading's rows: one aggregate per question, however many tags ask it.

    Each method gives the answer's column of the folded table.
    """

    def __init__(self, reading: Reading, cells: Cells) -> None:
        self._reading = reading
        self._cells = cells
        self._asked: dict[tuple[str, Slice, str, int], str] = {}
        self._made: dict[str, Callable[[Table], Scalar]] = {}
        self._made_of_cells: dict[str, Callable[[Table], Scalar]] = {}

    def count(self, part: Slice) -> Fold:
        """How many rows there are."""
        if self._is_cell(part):
            count = self._ask_cells("count", part, COUNT)
            return lambda folded: count(folded).fill_null(0).cast("int64")
        within = self._reading.within(part)
        return self._ask("count", part, "", lambda rows: rows.count(where=rows[within]))

    def known(self, part: Slice, column: str) -> Fold:
        """How many rows have an amount in a column."""
        if self._is_cell(part):
            known = self._ask_cells("known", part, column)
            return lambda folded: known(folded).fill_null(0).cast("int64")
        within, amount = self._reading.within(part), self._reading.amount(column)
        return self._ask("known", part, column, lambda rows: rows[amount].count(where=rows[within]))

    def total(self, part: Slice, column: str) -> Fold:
        """The sum of a column's amounts, null when no row has one."""
        if self._is_cell(part):
            total = self._ask_cells("total", part, column)
        else:
            within, amount = self._reading.within(part), self._reading.amount(column)
            total = self._ask(
                "total", part, column, lambda rows: rows[amount].sum(where=rows[within])
            )
        return lambda folded: total(folded).cast("float64") / MILLIONTHS

    def lowest(self, part: Slice, column: str) -> Fold:
        """The least value of a column."""
        within, name = self._reading.within(part), self._reading.column(column, "number")
        return self._ask("lowest", part, column, lambda rows: rows[name].min(where=rows[within]))

    def highest(self, part: Slice, column: str) -> Fold:
        """The greatest value of a column."""
        within, name = self._reading.within(part), self._reading.column(column, "number")
        return self._ask("highest", part, column, lambda rows: rows[name].max(where=rows[within]))

    def earliest(self, part: Slice, column: str) -> Fold:
        """The column's first value in time that is not missing."""
        within, name = self._reading.within(part), self._reading.column(column)
        order = self._reading.order
        return self._ask(
            "earliest", part, column,
            lambda rows: rows[name].first(where=rows[within], order_by=order),
        )  # fmt: skip

    def latest(self, part: Slice, column: str) -> Fold:
        """The column's last value in time that is not missing."""
        within, name = self._reading.within(part), self._reading.column(column)
        order = self._reading.order
        return self._ask(
            "latest", part, column,
            lambda rows: rows[name].last(where=rows[within], order_by=order),
        )  # fmt: skip

    def nth(self, part: Slice, column: str, n: int) -> Fold:
        """The column's n-th value in time that is not missing, from 1."""
        within, name = self._reading.within(part), self._reading.column(column)
        order = self._reading.order
        return self._ask(
            "nth", part, column,
            lambda rows: rows[name].collect(where=rows[within], order_by=order)[n - 1], n,
        )  # fmt: skip

    def folded(self, rows: Table, cells: Table | None) -> Table | None:
        """The answers by customer; None when nothing was asked."""
        parts = [
            table.group_by("customer_id").aggregate(**{n: make(table) for n, make in made.items()})
            for table, made in ((rows, self._made), (cells, self._made_of_cells))
            if made and table is not None
        ]
        if len(parts) < 2:
            return parts[0] if parts else None
        return parts[0].left_join(parts[1], "customer_id").drop("customer_id_right")

    def _is_cell(self, part: Slice) -> bool:
        return not self._reading.is_bare(part) and self._cells.can(part)

    def _ask_cells(self, kind: str, part: Slice, column: str) -> Fold:
        name = self._asked.setdefault((kind, part, column, 0), f"fold {len(self._asked)}")
        weight, within = self._cells.weight(part, column, kind), self._cells.within(part)
        self._made_of_cells.setdefault(name, lambda cells: cells[weight].sum(where=within(cells)))
        return lambda folded: folded[name]

    def _ask(
        self, kind: str, part: Slice, column: str, make: Callable[[Table], Scalar], n: int = 0
    ) -> Fold:
        name = self._asked.setdefault((kind, part, column, n), f"fold {len(self._asked)}")
        self._made.setdefault(name, make)
        return lambda folded: folded[name]
