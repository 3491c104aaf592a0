"""Measures of how much the values of a column weigh: favourites, lists, different values, gaps.

The rows are grouped once per column, whatever asks about it: a group is a customer and a value.
The columns of products are weighed by cells where cells can tell the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ibis.expr.types import Column, Scalar, Table

from limner.understand.tags.cells import COUNT, Cells
from limner.understand.tags.kind import measured_kind
from limner.understand.tags.measure import TABLE, Measure, Tally, gap_statistics
from limner.understand.tags.reading import Reading, Slice
from limner.understand.tags.source import PRODUCT_COLUMNS
from limner.understand.tags.value import Measured


@dataclass(frozen=True, slots=True)
class Weighed:
    """A measure of weights, by the name of its column: what is weighed, among which rows."""

    code: str
    value: Measured
    part: Slice

    @property
    def measure(self) -> Measure:
        """Its entry in the measures' `TABLE`."""
        return TABLE[self.value.measure]

    @property
    def of(self) -> str:
        """The column whose values are weighed."""
        return self.value.of if self.value.of is not None else "day"


class Tallies:
    """What is asked about the weights of a reading's columns."""

    def __init__(self, reading: Reading, cells: Cells) -> None:
        self._reading = reading
        self._cells = cells
        self._columns: dict[tuple[str, bool], list[Weighed]] = {}
        self._weights: dict[tuple[Slice, str | None, bool], str] = {}
        self._made: dict[str, Callable[[Table], Scalar]] = {}

    def ask(self, one: Weighed) -> None:
        """Have a measure answered."""
        is_cell = one.of in PRODUCT_COLUMNS and self._cells.can(one.part)
        if is_cell:
            column = self._cells.column(one.of)
        else:
            column = self._reading.column(one.of, measured_kind(one.of, one.value.measure))
        self._columns.setdefault((column, is_cell), []).append(one)
        key = (one.part, one.value.by, is_cell)
        if key in self._weights:
            return
        name = self._weights[key] = f"weight {len(self._weights)}"
        if is_cell:
            weight = self._cells.weight(one.part, one.value.by or COUNT)
            inside = self._cells.within(one.part)
            # Counts are added as doubles, which are exact here and need less room than 128 bits.
            kind = "float64" if one.value.by is None else None
            self._made[name] = lambda cells: _cast(cells[weight], kind).sum(where=inside(cells))
            return
        within = self._reading.within(one.part)
        if one.value.by is None:
            self._made[name] = lambda rows: rows.count(where=rows[within])
        else:
            amount = self._reading.amount(one.value.by)
            self._made[name] = lambda rows: rows[amount].sum(where=rows[within])

    def answers(self, rows: Table, cells: Table | None) -> list[Table]:
        """The answers by customer, in several tables."""
        found = []
        for (column, is_cell), asked in self._columns.items():
            groups = cells if is_cell and cells is not None else rows
            groups = groups.filter(groups[column].notnull())
            names = dict.fromkeys(self._weight(one, is_cell) for one in asked)
            weights = {name: self._made[name](groups) for name in names}
            tally = groups.group_by(["customer_id", column]).aggregate(**weights)
            found += self._answered(tally, tally[column], asked, is_cell)
        return found

    def _weight(self, one: Weighed, is_cell: bool) -> str:
        return self._weights[one.part, one.value.by, is_cell]

    def _answered(
        self, tally: Table, value: Column, asked: Sequence[Weighed], is_cell: bool
    ) -> list[Table]:
        made: dict[str, Scalar] = {}
        gaps: dict[Slice, list[Weighed]] = {}
        for one in asked:
            weight = tally[self._weight(one, is_cell)]
            is_held = weight.notnull() if one.value.by is not None else weight > 0
            if one.measure.tally is not None:
                n = one.value.n or one.measure.n or 0
                made[one.code] = one.measure.tally(Tally(value, weight, is_held, n))
            else:
                gaps.setdefault(one.part, []).append(one)
        found = [tally.group_by("customer_id").aggregate(**made)] if made else []
        for some in gaps.values():
            days = tally.filter(tally[self._weight(some[0], is_cell)] > 0)
            statistics = gap_statistics(days.select("customer_id", "day"))
            found.append(statistics.select("customer_id", **{o.code: o.measure.gap for o in some}))
        return found


def _cast(column: Column, kind: str | None) -> Column:
    return column if kind is None else column.cast(kind)
