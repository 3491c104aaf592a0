"""What each customer bought on which day: sums over any window of days, for all customers at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Figure = Literal["sales", "orders", "redemptions"]
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ledger:
    """One row per customer and business day, sorted by day; windows are sums over slices.

    `customers` are sorted; `codes` are positions in it; `days` count from 1970-01-01.
    """

    customers: list[str]
    codes: Codes
    days: Codes
    figures: dict[Figure, Floats]

    @classmethod
    def of(cls, rows: pa.Table) -> Ledger:
        """The ledger of a table with customer_id, day, sales, orders, redemptions."""
        rows = rows.filter(pc.is_valid(rows["customer_id"])).sort_by("day")
        ids = rows["customer_id"].combine_chunks().dictionary_encode()
        names = ids.dictionary.to_pylist()
        order = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names), dtype=np.int64)
        rank[order] = np.arange(len(names))
        figures: dict[Figure, Floats] = {
            name: np.asarray(pc.fill_null(rows[name].cast(pa.float64()), 0.0), dtype=float)
            for name in ("sales", "orders", "redemptions")
        }
        days = np.asarray(rows["day"].cast(pa.date32()).cast(pa.int32()), dtype=np.int64)
        codes = rank[np.asarray(ids.indices, dtype=np.int64)]
        return cls([names[i] for i in order], codes, days, figures)

    @property
    def first_day(self) -> int:
        """The day the ledger begins, counted from 1970-01-01."""
        return int(self.days[0])

    def positions(self, customers: pa.ChunkedArray) -> Codes:
        """Where customers stand in the ledger; those that never bought are left out."""
        found = pc.index_in(customers, value_set=pa.array(self.customers, pa.string()))
        return np.asarray(pc.drop_null(found), dtype=np.int64)

    def total(self, figure: Figure, start: int, end: int) -> Floats:
        """Each customer's sum of a figure over the days `start <= day < end`."""
        rows = self._rows(start, end)
        weights = self.figures[figure][rows]
        summed = np.bincount(self.codes[rows], weights=weights, minlength=len(self.customers))
        return np.asarray(summed, dtype=float)

    def days_since_order(self, day: int, longest: int) -> Floats:
        """Days from each customer's last order before `day` to it, at most `longest`."""
        rows = self._rows(day - longest, day)
        bought = self.figures["orders"][rows] > 0
        last = np.full(len(self.customers), day - longest, dtype=np.int64)
        np.maximum.at(last, self.codes[rows][bought], self.days[rows][bought])
        return (day - last).astype(float)

    def _rows(self, start: int, end: int) -> slice:
        low, high = np.searchsorted(self.days, [start, end])
        return slice(int(low), int(high))


def day_number(day: date) -> int:
    """A day counted from 1970-01-01."""
    return (day - date(1970, 1, 1)).days
