"""Turning a model's log-odds into probabilities that come true.

Source: Platt, "Probabilistic outputs for support vector machines", 1999.  Two numbers fitted on a
later slice; unlike isotonic regression it keeps contributions in log-odds exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Platt:
    """Calibrated log-odds = slope x log-odds + offset; `slope` >= 0 keeps the ranking."""

    slope: float
    offset: float

    @classmethod
    def fit(cls, log_odds: Vector, label: Vector) -> Platt:
        """The calibration that fits outcomes (0/1) best; both shape (n,), both outcomes present.

        A model that ranks the wrong way round gets slope 0: the same rate for everybody.
        """
        centre, spread = float(log_odds.mean()), float(log_odds.std())
        if spread > 0:
            fitted = LogisticRegression(C=1e3).fit((log_odds[:, None] - centre) / spread, label)
            slope = float(fitted.coef_[0, 0]) / spread
            if slope > 0:
                return cls(slope, float(fitted.intercept_[0]) - slope * centre)
        rate = float(label.mean())
        return cls(0.0, float(np.log(rate / (1 - rate))))

    def probability(self, log_odds: Vector) -> Vector:
        """Calibrated probabilities of log-odds, shape (n,)."""
        found: Vector = expit(self.slope * log_odds + self.offset)
        return found


def across(log_odds: Vector, label: Vector, cluster: NDArray[np.str_], folds: int = 5) -> Vector:
    """Calibrated probabilities of a slice by calibrations that did not see the same customer."""
    _, codes = np.unique(cluster, return_inverse=True)
    fold = codes % folds
    found = np.full(len(label), float(label.mean()))
    for k in range(folds):
        held, rest = fold == k, fold != k
        if held.any() and 0 < label[rest].mean() < 1:
            found[held] = Platt.fit(log_odds[rest], label[rest]).probability(log_odds[held])
    return found
