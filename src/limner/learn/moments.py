"""Sufficient statistics of an arm: small, and the sum of two parts is the whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from limner.core.errors import Malformed


@dataclass(frozen=True, slots=True)
class Count:
    """How many customers there were, and how many of them did it.

    Raises: `Malformed` when there are more who did it than customers, or either is negative.
    """

    n: int
    successes: int

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.n:
            raise Malformed(
                "count-impossible",
                f"{self.successes} of {self.n} cannot be; successes must lie between 0 and n",
            )

    @property
    def rate(self) -> float:
        """The share who did it, 0..1; not a number when there was nobody."""
        return self.successes / self.n if self.n else float("nan")

    def __add__(self, other: Count) -> Count:
        return Count(self.n + other.n, self.successes + other.successes)


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, means and summed squares of an outcome `y` and a covariate `x` of an arm.

    `yy`, `xx` and `xy` are sums of products of deviations from the means, so that parts of any
    size add up without losing digits.
    Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing
    sample variances" (1979), equation 1.5, and its form for two variables.
    """

    n: int
    y: float
    x: float
    yy: float
    xx: float
    xy: float

    @classmethod
    def of(cls, outcome: ArrayLike, covariate: ArrayLike | None = None) -> Moments:
        """The moments of one arm: an outcome per customer, and what was known before (else 0).

        Raises: `Malformed` when the two differ in length or a value is not finite.
        """
        y = np.asarray(outcome, dtype=float)
        x = np.zeros_like(y) if covariate is None else np.asarray(covariate, dtype=float)
        if x.shape != y.shape or y.ndim != 1:
            raise Malformed(
                "moments-shape",
                f"outcome has shape {y.shape}, covariate {x.shape}; give one value per customer",
            )
        if not (np.isfinite(y).all() and np.isfinite(x).all()):
            raise Malformed(
                "moments-not-finite",
                "an outcome or covariate is missing or infinite; use 0 or leave out",
            )
        if y.size == 0:
            return cls(0, 0.0, 0.0, 0.0, 0.0, 0.0)
        y_mean, x_mean = float(y.mean()), float(x.mean())
        dy, dx = y - y_mean, x - x_mean
        return cls(y.size, y_mean, x_mean, float(dy @ dy), float(dx @ dx), float(dx @ dy))

    @property
    def variance(self) -> float:
        """The sample variance of the outcome; not a number below two customers."""
        return self.yy / (self.n - 1) if self.n > 1 else float("nan")

    def less(self, slope: float, centre: float) -> Moments:
        """The moments of `y - slope * (x - centre)`: the outcome rid of what was known before."""
        return Moments(
            self.n,
            self.y - slope * (self.x - centre),
            self.x,
            max(self.yy - 2 * slope * self.xy + slope**2 * self.xx, 0.0),
            self.xx,
            self.xy - slope * self.xx,
        )

    def __add__(self, other: Moments) -> Moments:
        n = self.n + other.n
        if n == 0:
            return self
        dy, dx = other.y - self.y, other.x - self.x
        share = self.n * other.n / n
        return Moments(
            n,
            self.y + dy * other.n / n,
            self.x + dx * other.n / n,
            self.yy + other.yy + dy * dy * share,
            self.xx + other.xx + dx * dx * share,
            self.xy + other.xy + dx * dy * share,
        )
