"""Measures of how much the values of a column weigh: favourites, lists, different values, gaps.

The rows are grouped once per column, whatever asks about it: a group is a customer and a value.
Lines are many, so for the columns of products they are first added up to one cell per customer and
product; only then are the (fewer) cells joined with the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ibis.expr.types import Column, Scalar, Table

from limner.understand.tags.kind import measured_kind
from limner.understand.tags.measure import TABLE, Measure, Tally, gap_statistics
from limner.understand.tags.rows import Reading, Slice
from limner.understand.tags.source import PRODUCT_COLUMNS, Facts, with_products
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

    def __init__(self, reading: Reading, facts: Facts, grain: str) -> None:
        self._reading = reading
        self._facts = facts
        self._grain = grain
        self._columns: dict[tuple[str, bool], list[Weighed]] = {}
        self._weights: dict[tuple[Slice, str | None], str] = {}
        self._made: dict[str, Callable[[Table], Scalar]] = {}

    def ask(self, one: Weighed) -> None:
        """Have a measure answered."""
        if self._is_cell(one):
            column = one.of
            self._reading.own(column)
        else:
            column = self._reading.column(one.of, measured_kind(one.of, one.value.measure))
        self._columns.setdefault((column, self._is_cell(one)), []).append(one)
        key = (one.part, one.value.by)
        if key in self._weights:
            return
        name = self._weights[key] = f"weight {len(self._weights)}"
        within = self._reading.within(one.part)
        if one.value.by is None:
            self._made[name] = lambda rows: rows.count(where=rows[within])
        else:
            amount = self._reading.amount(one.value.by)
            self._made[name] = lambda rows: rows[amount].sum(where=rows[within])

    def answers(self, bare: Table, rows: Table) -> list[Table]:
        """The answers by customer, in several tables; `bare` and `rows` are the reading's."""
        found = []
        cells = self._cells(bare)
        for (column, is_cell), asked in self._columns.items():
            groups = cells if is_cell and cells is not None else rows
            groups = groups.filter(groups[column].notnull())
            weights = {
                name: groups[name].sum() if is_cell else self._made[name](groups)
                for name in self._names(asked)
            }
            tally = groups.group_by(["customer_id", column]).aggregate(**weights)
            found += self._answered(tally, tally[column], asked)
        return found

    def _is_cell(self, one: Weighed) -> bool:
        """Whether lines can be added up by product first: nothing asked of them needs the catalogue."""
        is_product = self._grain == "line" and one.of in PRODUCT_COLUMNS
        return is_product and self._reading.is_bare(one.part)

    def _names(self, asked: Sequence[Weighed]) -> list[str]:
        return list(dict.fromkeys(self._weights[one.part, one.value.by] for one in asked))

    def _cells(self, lines: Table) -> Table | None:
        """One row per customer and product with every weight of a product's column."""
        columns = [column for column, is_cell in self._columns if is_cell]
        if not columns:
            return None
        asked = [one for (_, is_cell), some in self._columns.items() if is_cell for one in some]
        weights = {name: self._made[name](lines) for name in self._names(asked)}
        own = [name for name in map(self._reading.own, columns) if name in lines.columns]
        cells = lines.group_by(["customer_id", "product_id", *own]).aggregate(**weights)
        return with_products(cells, self._facts, columns)

    def _answered(self, tally: Table, value: Column, asked: Sequence[Weighed]) -> list[Table]:
        made: dict[str, Scalar] = {}
        gaps: dict[Slice, list[Weighed]] = {}
        for one in asked:
            weight = tally[self._weights[one.part, one.value.by]]
            is_held = weight.notnull() if one.value.by is not None else weight > 0
            if one.measure.tally is not None:
                n = one.value.n or one.measure.n or 0
                made[one.code] = one.measure.tally(Tally(value, weight, is_held, n))
            else:
                gaps.setdefault(one.part, []).append(one)
        found = [tally.group_by("customer_id").aggregate(**made)] if made else []
        for part, some in gaps.items():
            days = tally.filter(tally[self._weights[part, None]] > 0)
            statistics = gap_statistics(days.select("customer_id", "day"))
            found.append(statistics.select("customer_id", **{o.code: o.measure.gap for o in some}))
        return found
