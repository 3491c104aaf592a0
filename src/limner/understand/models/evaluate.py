"""How good predicted probabilities are, with intervals that respect who the rows belong to.

Source: expected calibration error over bins of equal size, Naeini et al., AAAI 2015; cluster
bootstrap, Cameron, Gelbach & Miller, Review of Economics and Statistics 90 (2008).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.core.statistics import wilson

Vector = NDArray[np.float64]
METRICS = ("auc", "average_precision", "brier", "log_loss", "ece")
BINS = 10
EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Prediction:
    """Probabilities beside outcomes, sorted once so that many weightings are cheap."""

    label: Vector
    probability: Vector
    order: NDArray[np.intp]  # by probability, lowest first
    ties: NDArray[np.intp]  # where each group of equal probabilities begins, in that order
    bins: NDArray[np.intp]  # where each bin of (about) equal size begins; ties stay together

    @classmethod
    def of(cls, label: Vector, probability: Vector) -> Prediction:
        """Predictions for 0/1 outcomes; both of shape (n,), n > 0."""
        order = np.argsort(probability, kind="stable")
        sorted_ = probability[order]
        ties = np.flatnonzero(np.r_[True, np.diff(sorted_) > 0])
        wanted = np.arange(BINS) * len(label) // BINS
        bins = np.unique(ties[np.searchsorted(ties, wanted, side="right") - 1])
        return cls(label, probability, order, ties, bins)

    def metrics(self, weight: Vector | None = None) -> dict[str, float]:
        """AUC, average precision, Brier score, log loss and ECE, each row counted `weight` times.

        NaN where a metric has no meaning (only one outcome present).
        """
        w = np.ones(len(self.label)) if weight is None else weight
        y, p, total = self.label, self.probability, w.sum()
        clipped = np.clip(p, EDGE, 1 - EDGE)
        loss = -(y * np.log(clipped) + (1 - y) * np.log1p(-clipped))
        ws, ys = w[self.order], y[self.order]
        hits = np.add.reduceat(ws * ys, self.ties)
        misses = np.add.reduceat(ws * (1 - ys), self.ties)
        positives, negatives = hits.sum(), misses.sum()
        auc = average = float("nan")
        if positives > 0 and negatives > 0:
            below = np.cumsum(misses) - misses
            auc = float((hits * (below + misses / 2)).sum() / (positives * negatives))
            above = np.cumsum(hits[::-1])[::-1]
            all_above = above + np.cumsum(misses[::-1])[::-1]
            precision = np.divide(above, all_above, out=np.zeros_like(above), where=all_above > 0)
            average = float((hits * precision).sum() / positives)
        gap = np.add.reduceat(ws * (ys - p[self.order]), self.bins)
        return {
            "auc": auc,
            "average_precision": average,
            "brier": float((w * (p - y) ** 2).sum() / total),
            "log_loss": float((w * loss).sum() / total),
            "ece": float(np.abs(gap).sum() / total),
        }

    def reliability(self) -> list[dict[str, float]]:
        """Predicted beside observed share in each bin, with a 95 % Wilson interval and `n`."""
        ends = np.r_[self.bins[1:], len(self.label)]
        curve = []
        for start, stop in zip(self.bins, ends, strict=True):
            rows = self.order[start:stop]
            hits, n = int(self.label[rows].sum()), len(rows)
            low, high = wilson(hits, n)
            curve.append(
                {
                    "predicted": float(self.probability[rows].mean()),
                    "observed": hits / n,
                    "n": n,
                    "low": low,
                    "high": high,
                }
            )
        return curve

    def ece_if_calibrated(self, seed: int, draws: int = 200) -> float:
        """The ECE that chance alone would give, were every probability exactly right."""
        rng = np.random.default_rng(seed)
        n = len(self.label)
        p = self.probability[self.order]
        drawn = (rng.random((draws, n)) < p) - p
        return float(np.abs(np.add.reduceat(drawn, self.bins, axis=1)).sum(axis=1).mean() / n)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Metrics of several predictions of the same rows, with 95 % intervals.

    `point[name][metric]`; `interval[name][metric]` is (low, high); `gain[name][metric]` is
    (low, high) of how much better the first prediction is than `name` (positive is better).
    """

    point: dict[str, dict[str, float]]
    interval: dict[str, dict[str, tuple[float, float]]]
    gain: dict[str, dict[str, tuple[float, float]]]


def compare(
    label: Vector,
    probabilities: Mapping[str, Vector],
    cluster: NDArray[np.str_],
    seed: int,
    draws: int = 500,
) -> Comparison:
    """Several predictions beside one another; whole clusters (customers) are resampled together.

    `label` and each of `probabilities`: shape (n,); the first prediction is the one that is
    compared with the others.
    """
    predictions = {name: Prediction.of(label, p) for name, p in probabilities.items()}
    rng = np.random.default_rng(seed)
    _, codes = np.unique(cluster, return_inverse=True)
    size = int(codes.max()) + 1
    drawn: dict[str, list[list[float]]] = {name: [] for name in predictions}
    for _draw in range(draws):
        weight = np.bincount(rng.integers(0, size, size), minlength=size)[codes].astype(float)
        for name, prediction in predictions.items():
            found = prediction.metrics(weight)
            drawn[name].append([found[metric] for metric in METRICS])
    samples = {name: np.asarray(rows) for name, rows in drawn.items()}
    first = next(iter(samples))
    better = np.array([1.0, 1.0, -1.0, -1.0, -1.0])  # higher is better for the first two only
    return Comparison(
        point={name: prediction.metrics() for name, prediction in predictions.items()},
        interval={name: _intervals(rows) for name, rows in samples.items()},
        gain={
            name: _intervals((samples[first] - rows) * better)
            for name, rows in samples.items()
            if name != first
        },
    )


def _intervals(rows: NDArray[np.float64]) -> dict[str, tuple[float, float]]:
    low, high = np.nanpercentile(rows, [2.5, 97.5], axis=0)
    return {metric: (float(a), float(b)) for metric, a, b in zip(METRICS, low, high, strict=True)}
