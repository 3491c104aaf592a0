"""What a tag's values look like over everybody, in a form that the next build can compare with.

Numbers and days keep their deciles with how many customers lie between them; names keep the
commonest with their counts.  The population stability index compares two of these:

    PSI = sum over the bins of (p - q) ln(p / q)

p and q the shares of known values in a bin, now and before, with half a customer added to each bin
so that an empty one is no infinity.

Source: N. Siddiqi, "Credit Risk Scorecards", 2006, chapter 9 (below 0.1 stable, above 0.2 moved);
B. Yurdakul, "Statistical Properties of Population Stability Index", 2018, chapter 3: without any
change PSI / (1/n + 1/m) is distributed about as chi-square with bins - 1 degrees of freedom.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from limner.understand.tags.tag import Tag

Document = dict[str, Any]
Floats = NDArray[np.float64]
DECILES = np.linspace(0.1, 0.9, 9)
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
MOST_NAMES = 20
BARS = 20
MOVED = 0.2  # the index from which the field calls a distribution moved
FALSE_ALARMS = 0.01  # the most false alarms of a whole build without any change
_EPOCH = date(1970, 1, 1)
_NUMBERS = frozenset({"count", "money", "number", "share", "days", "day"})


@dataclass(frozen=True, slots=True)
class Statistics:
    """A tag's values over everybody at one time.

    `known`: customers with a value; `mean` and `deviation` (n - 1) of numbers only; `shape`: what the
    next build compares with and charts draw.  `psi`: against `before`, None without one.
    """

    customers: int
    known: int
    distinct: int
    mean: float | None
    deviation: float | None
    shape: Document
    psi: float | None = None

    @property
    def coverage(self) -> float:
        """The share of customers with a value, 0..1."""
        return self.known / self.customers if self.customers else 0.0


def statistics_of(
    tag: Tag, values: pa.ChunkedArray, before: Mapping[str, Any] | None = None
) -> Statistics:
    """The statistics of a tag's column, one value a customer.

    `before`: the shape of earlier statistics of the same version of the tag.
    """
    known = values.drop_null()
    if pa.types.is_null(values.type) or len(known) == 0:
        shape: Document = {"kind": "numbers" if tag.kind in _NUMBERS else "names"}
        return Statistics(len(values), 0, 0, None, None, shape)
    distinct = pc.count_distinct(known).as_py()
    if tag.kind in _NUMBERS and not pa.types.is_string(known.type):
        numbers = _numbers(known)
        shape = _shape_of_numbers(numbers)
        is_day = tag.kind == "day"
        mean = None if is_day else float(numbers.mean())
        deviation = None if is_day or len(numbers) < 2 else float(numbers.std(ddof=1))
        psi = _psi_of_numbers(numbers, before)
        return Statistics(len(values), len(known), distinct, mean, deviation, shape, psi)
    counts = _counted(known)
    shape = _shape_of_names(counts, before)
    psi = _psi_of_names(counts, before)
    return Statistics(len(values), len(known), distinct, None, None, shape, psi)


def psi(now: Floats, before: Floats) -> float:
    """The population stability index of two counts over the same bins."""
    p = (now + 0.5) / (now + 0.5).sum()
    q = (before + 0.5) / (before + 0.5).sum()
    return float(((p - q) * np.log(p / q)).sum())


def limit(now: int, before: int, bins: int, tags: int = 1) -> float:
    """The index above which a distribution has moved, and not just by the luck of few customers.

    `now`, `before`: customers with a value; `tags`: how many are judged together (Bonferroni).
    """
    if min(now, before) == 0 or bins < 2:
        return math.inf
    from scipy.stats import chi2  # 40 MB that the live worker need not carry

    noise = chi2.ppf(1 - FALSE_ALARMS / max(tags, 1), bins - 1) * (1 / now + 1 / before)
    return max(MOVED, float(noise))


def bins_of(shape: Mapping[str, Any]) -> int:
    """How many bins a shape compares by."""
    return len(shape.get("counts") or [*shape.get("names", ()), "others"])


def _numbers(known: pa.ChunkedArray) -> Floats:
    if pa.types.is_date(known.type):
        known = known.cast(pa.date32()).cast(pa.int32())
    return np.asarray(known.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _shape_of_numbers(numbers: Floats) -> Document:
    edges = np.unique(np.quantile(numbers, DECILES, method="inverted_cdf"))
    low, high = np.quantile(numbers, (0.01, 0.99), method="inverted_cdf")
    bars, _ = np.histogram(
        np.clip(numbers, low, high), bins=BARS, range=(low, high if high > low else low + 1)
    )
    return {
        "kind": "numbers",
        "quantiles": [[q, float(v)] for q, v in zip(QUANTILES, np.quantile(numbers, QUANTILES), strict=True)],
        "edges": edges.tolist(),
        "counts": _binned(numbers, edges).astype(int).tolist(),
        "bars": {"from": float(low), "to": float(high), "counts": bars.tolist()},
    }  # fmt: skip


def _binned(numbers: Floats, edges: Floats) -> Floats:
    """How many numbers lie up to each edge, and above the last."""
    places = np.searchsorted(edges, numbers, side="left")
    return np.bincount(places, minlength=len(edges) + 1).astype(np.float64)


def _psi_of_numbers(numbers: Floats, before: Mapping[str, Any] | None) -> float | None:
    if not before or not before.get("counts"):
        return None
    edges = np.asarray(before["edges"], dtype=np.float64)
    return psi(_binned(numbers, edges), np.asarray(before["counts"], dtype=np.float64))


def _counted(known: pa.ChunkedArray) -> dict[str, int]:
    """How many customers have each name, the commonest first, of equals the one that sorts first."""
    counted = pc.value_counts(known)
    names = counted.field(0).cast(pa.string()).to_pylist()
    counts = counted.field(1).to_pylist()
    return dict(sorted(zip(names, counts, strict=True), key=lambda one: (-one[1], one[0])))


def _shape_of_names(counts: Mapping[str, int], before: Mapping[str, Any] | None) -> Document:
    """The commonest names; `once` are those that were common before and are no longer."""
    kept = dict(list(counts.items())[:MOST_NAMES])
    once = [name for name, _ in (before or {}).get("names", ()) if name not in kept]
    return {
        "kind": "names",
        "names": [list(one) for one in kept.items()],
        "other": sum(counts.values()) - sum(kept.values()),
        "once": [[name, counts.get(name, 0)] for name in once],
    }


def _psi_of_names(counts: Mapping[str, int], before: Mapping[str, Any] | None) -> float | None:
    """By the names that were common before; every other one counts among the others."""
    if not before or not before.get("names"):
        return None
    then = dict(before["names"])
    now = [counts.get(name, 0) for name in then]
    rest = sum(counts.values()) - sum(now)
    past = [*then.values(), before.get("other", 0)]
    return psi(np.asarray([*now, rest], dtype=np.float64), np.asarray(past, dtype=np.float64))


def day_of(ordinal: float) -> date:
    """The day of a number of days since 1970, as shapes of days keep them."""
    return date.fromordinal(_EPOCH.toordinal() + round(ordinal))


def as_json(shape: Mapping[str, Any]) -> str:
    """A shape as the lake keeps it."""
    return json.dumps(shape, ensure_ascii=False)
