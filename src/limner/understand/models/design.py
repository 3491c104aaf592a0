"""From rows of figures to a matrix a learner can take: logs, shares, days and campaign types."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
NEVER_DAYS = 365.0  # what never happened is counted as this long ago, and so is all before it


@dataclass(frozen=True, slots=True)
class Design:
    """The columns of the matrix; `types` are the campaign types seen in training.

    A type that training never saw is none of them: all its columns are 0.
    """

    amounts: tuple[str, ...]  # counts and money, skewed: log(1 + x), missing is 0
    shares: tuple[str, ...]  # 0..1, often near 0: square root, missing is 0
    days: tuple[str, ...]  # days ago: log(1 + x), missing is a year
    types: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """Names of the matrix's columns, a type as `campaign_type=<type>`."""
        return [
            *self.amounts, *self.shares, *self.days,
            *(f"campaign_type={name}" for name in self.types),
        ]  # fmt: skip

    def matrix(self, rows: pa.Table) -> Matrix:
        """The matrix of rows, shape (n, columns)."""
        parts = [np.log1p(_numbers(rows, name, 0.0, np.inf)) for name in self.amounts]
        parts += [np.sqrt(_numbers(rows, name, 0.0, 1.0)) for name in self.shares]
        parts += [np.log1p(_numbers(rows, name, NEVER_DAYS, NEVER_DAYS)) for name in self.days]
        kinds = texts(rows, "campaign_type")
        parts += [(kinds == name).astype(np.float64) for name in self.types]
        # Engines add floats in any order; without the last digits a tree splits the same each run.
        return np.round(np.column_stack(parts), 6)


def _numbers(rows: pa.Table, name: str, missing: float, most: float) -> NDArray[np.float64]:
    values = rows[name].to_numpy().astype(np.float64)
    return np.clip(np.where(np.isfinite(values), values, missing), 0.0, most)


def texts(rows: pa.Table, name: str) -> NDArray[np.str_]:
    """A column of text as a NumPy array."""
    return np.asarray(rows[name].to_pylist(), dtype=np.str_)


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of some mailings, with matrix, outcomes (0/1), customers and campaign types."""

    rows: pa.Table
    x: Matrix
    label: NDArray[np.float64]
    customer: NDArray[np.str_]
    kind: NDArray[np.str_]

    @classmethod
    def of(cls, past: pa.Table, design: Design, subjects: tuple[str, ...]) -> Part:
        """The part of the past mailings' rows that belongs to the named mailings."""
        rows = past.filter(pc.is_in(past["subject"], pa.array(subjects, pa.string())))
        label = rows["redeemed"].to_numpy().astype(np.float64)
        customer, kind = texts(rows, "customer_id"), texts(rows, "campaign_type")
        return cls(rows, design.matrix(rows), label, customer, kind)
