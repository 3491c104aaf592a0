"""Two ways to learn a probability from a table of numbers: a straight line and a forest of trees.

Both speak log-odds, and both say exactly how much each column added: the contributions of a row
and the intercept sum to its log-odds.
Source: tree contributions, Lundberg et al., Nature Machine Intelligence 2 (2020), section "TreeExplainer".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


class Fitted(Protocol):
    """A fitted learner."""

    def contributions(self, x: Matrix) -> Matrix:
        """Log-odds added by each column, then the intercept: shape (n, columns + 1)."""


@dataclass(frozen=True, slots=True)
class Line:
    """Logistic regression on standardised columns."""

    centre: Vector
    spread: Vector
    weight: Vector
    intercept: float

    def contributions(self, x: Matrix) -> Matrix:
        """Coefficient times the deviation from the training mean, then the intercept."""
        parts = (x - self.centre) / self.spread * self.weight
        return np.column_stack([parts, np.full(len(x), self.intercept)])


@dataclass(frozen=True, slots=True)
class Trees:
    """Gradient-boosted trees."""

    booster: lightgbm.Booster

    def contributions(self, x: Matrix) -> Matrix:
        """Exact Shapley contributions of the trees, then their expected value."""
        return np.asarray(self.booster.predict(x, pred_contrib=True), dtype=np.float64)


Fit = Callable[[Matrix, Vector, int], Fitted]  # (x, label, seed)


def line(strength: float) -> Fit:
    """A logistic regression with L2 penalty; `strength` is scikit-learn's C, smaller is stiffer."""

    def fit(x: Matrix, label: Vector, seed: int) -> Fitted:
        centre, spread = x.mean(axis=0), x.std(axis=0)
        spread = np.where(spread > 0, spread, 1.0)
        model = LogisticRegression(C=strength, max_iter=2000, random_state=seed)
        model.fit((x - centre) / spread, label)
        return Line(centre, spread, model.coef_[0].astype(float), float(model.intercept_[0]))

    return fit


def trees(rounds: int, leaves: int) -> Fit:
    """Boosted trees, small and slow on purpose: mailings have hundreds of redeemers, not millions."""

    def fit(x: Matrix, label: Vector, seed: int) -> Fitted:
        parameters = {
            "objective": "binary",
            "learning_rate": 0.03,
            "num_leaves": leaves,
            "min_data_in_leaf": 40,
            "lambda_l2": 5.0,
            "feature_fraction": 0.6,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "seed": seed,
            "deterministic": True,  # the same trees in every run on every machine
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }
        return Trees(lightgbm.train(parameters, lightgbm.Dataset(x, label), rounds))

    return fit


LEARNERS: dict[str, Fit] = {
    "logistic": line(0.1),
    "logistic_stiff": line(0.01),
    "lightgbm": trees(150, 7),
}
