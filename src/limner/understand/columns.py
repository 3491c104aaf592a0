"""Columns of the tag table as NumPy arrays, missing values as NaN."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def numbers(table: pa.Table, column: str) -> Floats:
    """A numeric column; NaN where it has no value."""
    values = pc.cast(table[column], pa.float64())
    return np.asarray(pc.fill_null(values, float("nan")).to_numpy(), dtype=np.float64)


def plain(value: float) -> float | None:
    """A number as JSON knows it: NaN and infinities are null."""
    return float(value) if np.isfinite(value) else None


def strictly_below(values: Floats) -> NDArray[np.int64]:
    """For each value, how many of them are smaller; equal values get equal counts."""
    return np.searchsorted(np.sort(values), values, side="left")
