"""Two groups of customers beside each other, tag by tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from limner.core.statistics import wilson
from limner.core.words import Words
from limner.understand.columns import Floats, plain
from limner.understand.describe.feature import (
    VALUES_SHOWN,
    Feature,
    figures_of,
    value_words,
    values_of,
)
from limner.understand.describe.significance import (
    NOMINAL,
    benjamini_hochberg,
    counts_differ,
    mean_difference,
    numbers_differ,
    tgi,
)

Document = dict[str, Any]
Names = Mapping[str, Mapping[object, Words]]
_BANDS = 5
_REST = object()


def compare_tags(
    inside: pa.Table, outside: pa.Table, features: Sequence[Feature], *,
    is_of_all: bool = True, names: Names | None = None, seed: int = 0,
) -> list[Document]:  # fmt: skip
    """Every feature of one group of customers beside another, the surest and largest first.

    The groups share no customer.  With `is_of_all` an index is of everybody (both together), else
    of `outside`.  p is corrected over all features to `q`, and over all values within them.
    """
    rows = [
        (_number if feature.is_number else _category)(
            inside, outside, feature, is_of_all, names, seed
        )
        for feature in features
    ]
    for row, q in zip(rows, benjamini_hochberg([row["p"] for row in rows]), strict=True):
        row["q"] = q
        row["is_significant"] = q is not None and q < NOMINAL
    values = [value for row in rows for value in row["values"]]
    for value, q in zip(values, benjamini_hochberg([v["p"] for v in values]), strict=True):
        value["q"] = q
        value["is_significant"] = q is not None and q < NOMINAL
    rows.sort(key=lambda row: (not row["is_significant"], -abs(row["effect"] or 0.0)))
    return rows


def value_rows(counts: Sequence[Sequence[int]], n: Sequence[int]) -> list[Document]:
    """The share, index, lift and p of each value, from its counts in the group, the base and the rest.

    `n`: customers of the group, the base and the rest.  The interval is of the group's share.
    """
    rows = []
    for ours, all_, theirs in zip(*counts, strict=True):
        share, of_all = ours / max(n[0], 1), all_ / max(n[1], 1)
        low, high = wilson(ours, n[0])
        index = tgi(share, of_all)
        found = counts_differ([ours, n[0] - ours], [theirs, n[2] - theirs])
        rows.append({
            "customers": ours, "share": share, "share_base": of_all,
            "tgi": index, "lift": None if index is None else index / 100,
            "tgi_interval": None if of_all <= 0 else [100 * low / of_all, 100 * high / of_all],
            "p": found.p,
        })  # fmt: skip
    return rows


def _head(feature: Feature, found: Any) -> Document:
    return {
        "code": feature.code, "name_en": feature.name.en, "name_zh": feature.name.zh,
        "category": feature.category, "kind": feature.kind, "is_number": feature.is_number,
        "test": found.test, "p": found.p, "measure": found.measure,
        "effect": None if found.effect is None else plain(found.effect), "size": found.size,
    }  # fmt: skip


def _number(
    inside: pa.Table,
    outside: pa.Table,
    feature: Feature,
    is_of_all: bool,
    _: Names | None,
    seed: int,
) -> Document:
    ours, theirs = figures_of(inside, feature), figures_of(outside, feature)
    base = np.concatenate([ours, theirs]) if is_of_all else theirs
    known = [v[np.isfinite(v)] for v in (ours, base, theirs)]
    apart = mean_difference(ours, theirs)
    means = [plain(float(v.mean())) if len(v) else None for v in known]
    edges = _edges(known[1])
    counts = [_in_bands(v, edges) for v in known]
    values = value_rows(counts, [len(v) for v in known])
    for value, (low, high) in zip(values, _ranges(known[1], edges), strict=True):
        value |= {"low": low, "high": high}
    mean, of_base = means[0], means[1]
    is_ratio = feature.kind != "day" and mean is not None and of_base is not None and of_base > 0
    return {
        **_head(feature, numbers_differ(ours, theirs, seed)),
        "known": len(known[0]) / max(len(ours), 1), "known_base": len(known[1]) / max(len(base), 1),
        "mean": means[0], "mean_base": means[1], "mean_rest": means[2],
        "median": plain(float(np.median(known[0]))) if len(known[0]) else None,
        "median_base": plain(float(np.median(known[1]))) if len(known[1]) else None,
        "difference": None if apart is None else plain(apart[0]),
        "interval": None if apart is None else [plain(limit) for limit in apart[1]],
        "lift": mean / of_base if is_ratio else None,  # type: ignore[operator]
        "values": values,
    }  # fmt: skip


def _category(
    inside: pa.Table,
    outside: pa.Table,
    feature: Feature,
    is_of_all: bool,
    names: Names | None,
    _: int,
) -> Document:
    ours, theirs = values_of(inside, feature), values_of(outside, feature)
    counted, others = Counter(ours.tolist()), Counter(theirs.tolist())
    base = counted + others if is_of_all else others
    everything = counted + others
    shown = sorted(
        (value for value in everything if value is not None),
        key=lambda value: (-everything[value], str(value)),
    )
    kept = shown[:VALUES_SHOWN]
    slots: list[object] = [*kept]
    if len(shown) > len(kept):
        slots.append(_REST)
    if None in everything:
        slots.append(None)
    columns = [
        [_count(one, slot, kept) for slot in slots] for one in (counted, base, others)
    ]  # fmt: skip
    sizes = (len(ours), len(theirs) + len(ours) if is_of_all else len(theirs), len(theirs))
    values = value_rows(columns, sizes)
    for slot, value in zip(slots, values, strict=True):
        words = Words("others", "其他") if slot is _REST else value_words(feature, slot, names)
        value |= {
            "value": None if slot is _REST or slot is None else slot,
            "is_rest": slot is _REST, "name_en": words.en, "name_zh": words.zh,
        }  # fmt: skip
    return {
        **_head(feature, counts_differ(columns[0], columns[2])),
        "known": 1 - counted[None] / max(len(ours), 1),
        "known_base": 1 - base[None] / max(sizes[1], 1),
        "values": values,
    }


def _count(counted: Counter[object], slot: object, kept: Sequence[object]) -> int:
    if slot is not _REST:
        return counted[slot]
    return sum(n for value, n in counted.items() if value is not None and value not in set(kept))


def _edges(known: Floats) -> Floats:
    """Where one band ends and the next begins: the fifths of the base, equal ones once."""
    if len(known) == 0:
        return np.array([])
    edges = np.quantile(known, np.arange(1, _BANDS) / _BANDS, method="higher")
    return np.unique(edges[edges > known.min()])


def _in_bands(values: Floats, edges: Floats) -> list[int]:
    at = np.searchsorted(edges, values, side="right")
    return [int(n) for n in np.bincount(at, minlength=len(edges) + 1)]


def _ranges(known: Floats, edges: Floats) -> list[tuple[float | None, float | None]]:
    """The least and the greatest value of the base within each band."""
    at = np.searchsorted(edges, known, side="right")
    found: list[tuple[float | None, float | None]] = []
    for band in range(len(edges) + 1):
        here = known[at == band]
        found.append((float(here.min()), float(here.max())) if len(here) else (None, None))
    return found
