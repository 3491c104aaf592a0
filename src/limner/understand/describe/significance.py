"""How far two groups of customers differ, how sure that is, and how large it is.

Sources: H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18 (1947); W. G. Cochran,
Biometrics 10 (1954), the rule of expected counts of five; Y. Benjamini and Y. Hochberg, JRSS B 57
(1995); N. Cliff, Psychological Bulletin 114 (1993) and J. Romano et al. (2006), delta and its
bounds; H. Cramér, Mathematical Methods of Statistics (1946), V, and J. Cohen (1988), its bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from limner.core.statistics import Z_95
from limner.understand.columns import Floats

NOMINAL = 0.05  # the false discovery rate that is promised
_EXPECTED = 5.0
_MOST = 200_000  # rows of a side that ranks are taken of; beyond it a sample says the same


@dataclass(frozen=True, slots=True)
class Difference:
    """A test of two groups: its name, p, the effect in its own measure, and how large that is.

    `measure`: `cliffs_delta` in -1..1, above 0 where the first group is larger, or `cramers_v` in 0..1.
    """

    test: str
    p: float | None
    measure: str
    effect: float | None

    @property
    def size(self) -> str:
        """negligible, small, medium or large, by the usual bounds of the measure."""
        if self.effect is None:
            return "negligible"
        bounds = (0.147, 0.33, 0.474) if self.measure == "cliffs_delta" else (0.1, 0.3, 0.5)
        at = sum(abs(self.effect) >= bound for bound in bounds)
        return ("negligible", "small", "medium", "large")[at]


def numbers_differ(first: Floats, second: Floats, seed: int = 0) -> Difference:
    """Mann-Whitney's test of two samples of numbers, unknown ones (NaN) left out."""
    one, other = (_some(v[np.isfinite(v)], seed) for v in (first, second))
    if len(one) < 2 or len(other) < 2:
        return Difference("mann_whitney", None, "cliffs_delta", None)
    from scipy.stats import mannwhitneyu

    found = mannwhitneyu(one, other, alternative="two-sided", method="asymptotic")
    delta = 2 * float(found.statistic) / (len(one) * len(other)) - 1
    p = float(found.pvalue)
    return Difference("mann_whitney", 1.0 if np.isnan(p) else p, "cliffs_delta", delta)


def counts_differ(first: Sequence[int], second: Sequence[int]) -> Difference:
    """The chi-square test of counts by value in two groups; Fisher's where they are too few.

    Rare values are counted as one until every expected count is five or more.
    """
    table = _pooled(np.array([first, second], dtype=float))
    if table.shape[1] < 2 or (table.sum(axis=1) == 0).any():
        return Difference("chi_square", None, "cramers_v", None)
    from scipy.stats import chi2_contingency, fisher_exact

    chi, p, _, expected = chi2_contingency(table, correction=False)
    v = float(np.sqrt(chi / table.sum()))
    if table.shape[1] == 2 and expected.min() < _EXPECTED:
        return Difference("fisher", float(fisher_exact(table.astype(int))[1]), "cramers_v", v)
    return Difference("chi_square", float(p), "cramers_v", v)


def benjamini_hochberg(p: Sequence[float | None]) -> list[float | None]:
    """Each p as the false discovery rate at which it would still count (q); None stays None.

    >>> [round(q, 3) for q in benjamini_hochberg([0.01, 0.04, 0.03, 0.5])]
    [0.04, 0.053, 0.053, 0.5]
    """
    places = [index for index, value in enumerate(p) if value is not None]
    known = np.array([p[index] for index in places], dtype=float)
    n = len(known)
    order = np.argsort(known, kind="stable")
    scaled = known[order] * n / np.arange(1, n + 1)
    adjusted = np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1.0)
    found: list[float | None] = [None] * len(p)
    for rank, at in enumerate(order):
        found[places[at]] = float(adjusted[rank])
    return found


def mean_difference(first: Floats, second: Floats) -> tuple[float, tuple[float, float]] | None:
    """The first mean less the second with a 95 % interval (Welch); None for fewer than two of a side."""
    one, other = first[np.isfinite(first)], second[np.isfinite(second)]
    if len(one) < 2 or len(other) < 2:
        return None
    parts = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
    error = float(np.sqrt(sum(parts)))
    apart = float(one.mean() - other.mean())
    if error == 0:
        return apart, (apart, apart)
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (len(one) - 1) + parts[1] ** 2 / (len(other) - 1))
    from scipy.stats import t

    half = float(t.ppf(0.975, freedom)) * error
    return apart, (apart - half, apart + half)


def tgi(share: float, of_all: float) -> float | None:
    """The target group index: the share in a group as a percentage of the share in all; 100 is average.

    >>> tgi(0.3, 0.2)
    150.0
    """
    return None if of_all <= 0 else round(100 * share / of_all, 10)


def auc_interval(label: Floats, score: Floats) -> tuple[float, tuple[float, float]] | None:
    """The chance that one of the group is put above one of the others, with a 95 % interval.

    Source: E. DeLong et al., Biometrics 44 (1988).
    """
    ours, others = np.sort(score[label == 1]), np.sort(score[label == 0])
    m, n = len(ours), len(others)
    if m < 2 or n < 2:
        return None

    def placed(values: Floats, among: Floats) -> Floats:
        below = np.searchsorted(among, values, side="left")
        return (below + np.searchsorted(among, values, side="right")) / 2 / len(among)

    above, under = placed(ours, others), 1 - placed(others, ours)
    auc = float(above.mean())
    half = Z_95 * float(np.sqrt(above.var(ddof=1) / m + under.var(ddof=1) / n))
    return auc, (max(0.0, auc - half), min(1.0, auc + half))


def _some(values: Floats, seed: int) -> Floats:
    if len(values) <= _MOST:
        return values
    return np.random.default_rng(seed).choice(values, _MOST, replace=False)


def _pooled(table: Floats) -> Floats:
    """Counts with the rarest values put together until expectations are large enough."""
    table = table[:, table.sum(axis=0) > 0]
    least = min(table.sum(axis=1)) / max(table.sum(), 1)
    while table.shape[1] > 2:
        totals = table.sum(axis=0)
        order = np.argsort(totals, kind="stable")
        if totals[order[0]] * least >= _EXPECTED:
            break
        joined = table[:, order[0]] + table[:, order[1]]
        table = np.column_stack([np.delete(table, order[:2], axis=1), joined])
    return table
