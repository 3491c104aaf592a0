"""Weighing those a campaign reached against comparable others: the arithmetic, free of words.

Source: Li, Morgan, Zaslavsky, "Balancing covariates via propensity score weighting", JASA 113
(2018) 390-400: overlap weights, whose logistic form balances every covariate's mean exactly.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Keeps the fit finite when a covariate nearly tells the two groups apart; too small to be seen
# in the balance otherwise.
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Weighed:
    """The two groups after weighing.

    `is_kept` marks the rows inside the common range of propensities; `weights` (zero outside)
    sum to one in each group; `effective_*` are Kish's effective numbers of customers.
    """

    propensity: Floats
    is_kept: Flags
    weights: Floats
    effective_treated: float
    effective_compared: float
    design: Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """A difference per customer with its standard error, interval and robustness (0..1)."""

    effect: float
    error: float
    low: float
    high: float
    robustness: float

    @property
    def leaves_zero_out(self) -> bool:
        """Whether the interval does not hold zero."""
        return self.low > 0 or self.high < 0


def weigh(is_treated: Flags, covariates: Floats) -> Weighed:
    """Overlap weights of two groups from what was known of them beforehand.

    `covariates` has one row per customer and finite values.  Customers for whom the other group
    has nobody with a propensity as high (treated) or as low (others) are left out, and the
    propensity is fitted again to the rest.
    """
    design = _design(covariates)
    propensity = _propensity(is_treated, design)
    is_kept = _common(is_treated, propensity)
    if 0 < is_kept.sum() < is_kept.size and is_treated[is_kept].any():
        design = _design(covariates, is_kept)
        propensity = np.where(
            is_kept, expit(design @ _coefficients(is_treated[is_kept], design[is_kept])), propensity
        )
    raw = np.where(is_treated, 1 - propensity, propensity) * is_kept
    weights = np.zeros_like(raw)
    sizes = []
    for group in (is_treated, ~is_treated):
        total = raw[group].sum()
        if total > 0:
            weights[group] = raw[group] / total
        squares = float((weights[group] ** 2).sum())
        sizes.append(1 / squares if squares > 0 else 0.0)
    return Weighed(propensity, is_kept, weights, sizes[0], sizes[1], design)


def estimate(outcome: Floats, is_treated: Flags, weighed: Weighed, level: float = 0.95) -> Estimate:
    """The treated's outcome beside the others', weighed and adjusted for what was known before.

    A regression of the outcome on treatment and covariates with overlap weights: right when
    either the propensity or the outcome is described rightly.  The standard error is that of
    both equations stacked, so it knows that the propensity was itself estimated.
    `robustness` is the share of what is left unexplained, in both targeting and outcome, that an
    unseen trait would have to explain to bring the figure to zero.
    Source: Stefanski and Boos, "The calculus of M-estimation", The American Statistician 56
    (2002) 29-38; Cinelli and Hazlett, "Making sense of sensitivity", JRSS-B 82 (2020), eq. 20.
    """
    kept = weighed.is_kept
    t, x = is_treated[kept].astype(float), weighed.design[kept]
    e, y = weighed.propensity[kept], outcome[kept]
    w = np.where(t > 0, 1 - e, e)
    z = np.column_stack([t, x])
    bread = z.T @ (z * w[:, None])
    bread[np.diag_indices_from(bread)] += _RIDGE * np.r_[0.0, 0.0, np.ones(z.shape[1] - 2)]
    inverse = np.linalg.pinv(bread)
    residual = y - z @ (inverse @ (z.T @ (w * y)))
    effect = float((inverse @ (z.T @ (w * y)))[0])
    # Stacked estimating equations: how the propensity's own uncertainty moves the effect.
    slope = np.where(t > 0, -1.0, 1.0) * e * (1 - e)
    cross = (z * (residual * slope)[:, None]).T @ x
    information = np.linalg.pinv((x * (e * (1 - e))[:, None]).T @ x)
    score = z * (w * residual)[:, None] + (x * (t - e)[:, None]) @ information @ cross.T
    influence = score @ inverse[0]
    freedom = max(len(y) - z.shape[1], 1)
    error = sqrt(float(influence @ influence) * len(y) / freedom)
    half = float(norm.ppf((1 + level) / 2)) * error
    partial = (effect / error) ** 2 / freedom if error > 0 else 0.0
    robustness = (sqrt(partial**2 + 4 * partial) - partial) / 2
    return Estimate(effect, error, effect - half, effect + half, robustness)


def imbalance(values: Floats, is_treated: Flags, weights: Floats) -> Floats:
    """Standardised mean differences by column: in standard deviations of the unweighted groups.

    Under 0.1 is usually called balanced.
    Source: Austin, Statistics in Medicine 28 (2009) 3083-3107, section 2.
    """
    spread = np.sqrt((values[is_treated].var(axis=0) + values[~is_treated].var(axis=0)) / 2)
    difference = np.average(values[is_treated], axis=0, weights=weights[is_treated]) - np.average(
        values[~is_treated], axis=0, weights=weights[~is_treated]
    )
    # Rounding alone gives a constant column a spread: that is no difference.
    varies = spread > 1e-9 * (1 + np.abs(values).max(axis=0))
    return np.divide(difference, spread, out=np.zeros_like(spread), where=varies)


# ---- within


def _design(covariates: Floats, rows: Flags | None = None) -> Floats:
    """An intercept and the covariates in standard deviations; constant ones become zero."""
    known = covariates if rows is None else covariates[rows]
    spread = known.std(axis=0)
    varies = spread > 1e-9 * (1 + np.abs(known).max(axis=0))
    scaled = (covariates - known.mean(axis=0)) / np.where(varies, spread, np.inf)
    return np.column_stack([np.ones(len(covariates)), scaled])


def _propensity(is_treated: Flags, design: Floats) -> Floats:
    return expit(design @ _coefficients(is_treated, design))


def _coefficients(is_treated: Flags, design: Floats) -> Floats:
    """Logistic regression, hardly penalised; two groups that do not touch end at steep slopes."""
    model = LogisticRegression(C=1 / _RIDGE, solver="newton-cholesky", tol=1e-8, max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what did not converge shows as imbalance, and is refused
        model.fit(design[:, 1:], is_treated)
    return np.concatenate([model.intercept_, model.coef_[0]])


def _common(is_treated: Flags, propensity: Floats) -> Flags:
    """The rows whose propensity lies where both groups have customers."""
    if not is_treated.any() or is_treated.all():
        return np.zeros_like(is_treated)
    low = propensity[is_treated].min()
    high = propensity[~is_treated].max()
    return (propensity >= low) & (propensity <= high)
