"""Segments towards a target: who will bring how much, or do something, in the time to come.

The tree is grown on an earlier stretch of time and every figure shown is of a later one: features as
of one day, the target in the days after it, and the leaves' means and intervals from customers'
later behaviour that no choice of the tree has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from limner.core.rule import to_text
from limner.core.statistics import Z_95, wilson
from limner.understand.columns import Floats
from limner.understand.describe.feature import Feature
from limner.understand.describe.tree import Design, Node, Step, as_document, design, grow

Document = dict[str, Any]
_DRAWS = 300


@dataclass(frozen=True, slots=True)
class Moment:
    """What was known as of a day, what came in the days after, and the groups it is set beside.

    `target`: an amount, or 0/1 with `is_truth`; `beside`: a plain grouping known at the same day.
    """

    known: pa.Table
    target: Floats
    beside: Sequence[str | None]


def target_tree(
    earlier: Moment, later: Moment, features: Sequence[Feature], seed: int, *,
    depth: int = 3, is_truth: bool = False,
) -> Document:  # fmt: skip
    """The document of a tree grown on `earlier` and proved on `later`.

    `explained` is the share of the later target's variance (of log of 1 + amount, for amounts) that
    knowing the leaf explains, with a 95 % interval over customers, beside that of the plain grouping.
    """
    scale = (lambda amount: amount) if is_truth else _log
    made = design(earlier.known, features)
    least = max(20, len(earlier.target) // 50)
    tree = grow(made, scale(earlier.target), depth=depth, least=least, seed=seed, is_class=is_truth)
    fresh = design(later.known, features, made)
    leaves = list(tree.leaves())
    masks = [rows_of(leaf.path, fresh) for leaf in leaves]
    guess = np.full(len(later.target), float(scale(earlier.target).mean()))
    for leaf, mask in zip(leaves, masks, strict=True):
        guess[mask] = float(scale(earlier.target)[leaf.at].mean())
    plain = _of_groups(scale(earlier.target), earlier.beside, later.beside)
    found = _explained(scale(later.target), guess, plain, seed)
    rows = [
        _leaf(leaf, mask, earlier.target, later.target, is_truth)
        for leaf, mask in zip(leaves, masks, strict=True)
    ]
    rows.sort(key=lambda row: -(row["mean"] if row["mean"] is not None else -1))
    return {
        "is_truth": is_truth, "grown_on": len(earlier.target), "proved_on": len(later.target),
        "mean": float(later.target.mean()), "leaves": rows,
        "tree": as_document(tree, earlier.target), **found,
    }  # fmt: skip


def rows_of(path: Sequence[Step], made: Design) -> Any:
    """Which rows of a matrix a path leads to."""
    places = {cell: place for place, cell in enumerate(made.cells)}
    mask = np.ones(len(made.x), dtype=bool)
    for step in path:
        column = places[step.cell]
        seen, unknown = made.x[:, column], made.unknown[:, column]
        is_left = np.where(np.isnan(seen), False, seen <= step.limit)
        is_here = is_left if step.is_below else ~is_left
        mask &= np.where(unknown, step.takes_unknown, is_here)
    return mask


def _leaf(leaf: Node, mask: Any, before: Floats, after: Floats, is_truth: bool) -> Document:
    here = after[mask]
    mean = float(here.mean()) if len(here) else None
    interval: list[float] | None = None
    if is_truth and len(here):
        interval = list(wilson(int(here.sum()), len(here)))
    elif len(here) > 1:
        half = Z_95 * float(here.std(ddof=1)) / np.sqrt(len(here))
        interval = [float(here.mean() - half), float(here.mean() + half)]
    return {
        "rule": None if leaf.rule is None else to_text(leaf.rule),
        "grown_on": len(leaf.at), "grown_mean": float(before[leaf.at].mean()) if len(leaf.at) else None,
        "customers": int(mask.sum()), "mean": mean, "interval": interval,
        "total": float(here.sum()), "share_of_total": float(here.sum() / after.sum()) if after.sum() else None,
    }  # fmt: skip


def _of_groups(target: Floats, groups: Sequence[str | None], later: Sequence[str | None]) -> Floats:
    held = np.array([str(one) for one in groups])
    means = {one: float(target[held == one].mean()) for one in np.unique(held)}
    return np.array([means.get(str(one), float(target.mean())) for one in later])


def _explained(truth: Floats, guess: Floats, plain: Floats, seed: int) -> Document:
    def share(rows: Any) -> tuple[float, float]:
        total = float(((truth[rows] - truth[rows].mean()) ** 2).sum()) or 1.0
        return (
            1 - float(((truth[rows] - guess[rows]) ** 2).sum()) / total,
            1 - float(((truth[rows] - plain[rows]) ** 2).sum()) / total,
        )

    rng = np.random.default_rng(seed)
    n = len(truth)
    drawn = np.array([share(rng.integers(0, n, n)) for _ in range(_DRAWS)])
    tree, beside = share(np.arange(n))
    ends = np.quantile(drawn, [0.025, 0.975], axis=0)
    apart = np.quantile(drawn[:, 0] - drawn[:, 1], [0.025, 0.975])
    return {
        "explained": tree, "explained_interval": [float(ends[0, 0]), float(ends[1, 0])],
        "beside": beside, "beside_interval": [float(ends[0, 1]), float(ends[1, 1])],
        "difference_interval": [float(apart[0]), float(apart[1])],
        "verdict": "better" if apart[0] > 0 else "worse" if apart[1] < 0 else "alike",
    }  # fmt: skip


def _log(amount: Floats) -> Floats:
    return np.asarray(np.log1p(np.maximum(amount, 0)), dtype=np.float64)
