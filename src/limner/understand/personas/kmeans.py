"""K-means groups: the number chosen by the data, with how far it can be trusted.

Silhouette alone prefers a handful of whales against everybody else, a grouping that does not come
back when the customers are drawn again.  So stability comes first: a number of groups is eligible
when groups found in bootstrap samples agree with those of everybody (adjusted Rand index, mean of
the draws) and no group is tiny; of the eligible numbers that are about as stable as the best, the
largest is taken, because it tells the most that can be repeated.

Source: A. Ben-Hur et al., A Stability Based Method for Discovering Structure in Clustered Data,
2002; L. Hubert and P. Arabie, Comparing Partitions, 1985 (adjusted Rand index).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from limner.understand.columns import Floats, numbers

# scikit-learn is loaded when groups are looked for: the live worker never does, and it is 120 MB.
if TYPE_CHECKING:
    from sklearn.cluster import KMeans

# How often, how much at once, how much on offer: what RFM's single scale of worth leaves open.
FEATURES: tuple[str, ...] = ("orders_365d", "basket_mean", "discount_share")
CANDIDATES = range(3, 8)
STABLE = 0.85  # the least mean adjusted Rand index
SMALLEST = 0.03  # the least share of customers in a group
_AS_STABLE = 0.05  # differences in stability below this are noise of the draws
_DRAWS = 10
_LARGEST_SAMPLE = 10_000  # customers among whom the number of groups is chosen

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number of groups and how well it does."""

    k: int
    silhouette: float
    stability_ari: float
    smallest_share: float
    eligible: bool


@dataclass(frozen=True, slots=True)
class Clusters:
    """Groups of customers, 0 the most valuable; `labels` is -1 for who never ordered."""

    features: tuple[str, ...]
    k: int
    candidates: tuple[Candidate, ...]
    labels: Labels
    centres: Floats  # k x features, in ranks 0..1

    @property
    def stability_ari(self) -> float:
        """Agreement of bootstrap draws with the groups taken."""
        return next(c.stability_ari for c in self.candidates if c.k == self.k)


def ranks(values: Floats) -> Floats:
    """Where each value stands among all, 0..1; equal values share a place, NaN stands in the middle.

    Ranks keep a few enormous buyers from deciding the groups.
    """
    known = np.isfinite(values)
    placed = np.full(len(values), 0.5)
    some = np.sort(values[known])
    if len(some) > 1:
        low = np.searchsorted(some, values[known], side="left")
        high = np.searchsorted(some, values[known], side="right") - 1
        placed[known] = (low + high) / 2 / (len(some) - 1)
    return placed


def feature_matrix(tags: pa.Table, features: Sequence[str] = FEATURES) -> Floats:
    """Customers x features, each feature as ranks."""
    return np.column_stack([ranks(numbers(tags, code)) for code in features])


def cluster(
    tags: pa.Table, seed: int, features: Sequence[str] = FEATURES, k: int | None = None
) -> Clusters:
    """Groups of the customers who ever ordered, their number chosen by the data unless `k` gives it.

    The same tags and seed give the same groups; groups are numbered by their mean revenue_365d, so
    that a number means the same from one build to the next.
    """
    bought = np.isfinite(numbers(tags, "recency_days"))
    labels = np.full(tags.num_rows, -1, dtype=np.int64)
    some = tags.filter(pa.array(bought))
    if some.num_rows < 2 * len(CANDIDATES):
        labels[bought] = 0
        nothing = Candidate(1, 0.0, 1.0, 1.0, True)
        return Clusters(tuple(features), 1, (nothing,), labels, np.full((1, len(features)), 0.5))
    points = feature_matrix(some, features)
    tried = CANDIDATES if k is None else (k,)
    import sklearn.cluster  # noqa: F401  its threads are limited only once it is loaded

    # The fits are small and many: threads would wait for one another longer than they work.
    with threadpool_limits(1):
        candidates = tuple(_judge(points, number, seed) for number in tried)
        k = choose(candidates)
        found = _fit(points, k, seed, n_init=10)
    revenue = numbers(some, "revenue_365d")
    worth = [revenue[found.labels_ == i].mean() for i in range(k)]
    order = np.argsort([-w for w in worth], kind="stable")
    place = np.empty(k, dtype=np.int64)
    place[order] = np.arange(k)
    labels[bought] = place[found.labels_]
    return Clusters(tuple(features), k, candidates, labels, found.cluster_centers_[order])


def choose(candidates: Sequence[Candidate]) -> int:
    """The largest eligible number of groups whose stability is within 0.05 of the best eligible
    one; when none is eligible, the most stable.
    """
    eligible = [c for c in candidates if c.eligible]
    if eligible:
        best = max(c.stability_ari for c in eligible)
        return max(c.k for c in eligible if c.stability_ari >= best - _AS_STABLE)
    return max(candidates, key=lambda c: (c.stability_ari, -c.k)).k


def _fit(points: Floats, k: int, seed: int, n_init: int = 4) -> KMeans:
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        # Of fewer different customers than groups some groups stay empty, and k is not eligible.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(n_clusters=k, n_init=n_init, random_state=seed).fit(points)


def _judge(points: Floats, k: int, seed: int) -> Candidate:
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    rng = np.random.default_rng([seed, k])
    if len(points) > _LARGEST_SAMPLE:
        points = points[rng.choice(len(points), _LARGEST_SAMPLE, replace=False)]
    everybody = _fit(points, k, seed)
    agreement = []
    for _ in range(_DRAWS):
        drawn = points[rng.integers(0, len(points), len(points))]
        again = _fit(drawn, k, int(rng.integers(2**31)), n_init=4).predict(points)
        agreement.append(adjusted_rand_score(everybody.labels_, again))
    shown = rng.choice(len(points), min(len(points), 1500), replace=False)
    silhouette = silhouette_score(points[shown], everybody.labels_[shown])
    smallest = np.bincount(everybody.labels_, minlength=k).min() / len(points)
    stability = float(np.mean(agreement))
    return Candidate(
        k, float(silhouette), stability, float(smallest),
        bool(stability >= STABLE and smallest >= SMALLEST),
    )  # fmt: skip


def eta_squared(labels: NDArray[np.int64], outcome: Floats) -> float:
    """The share of an outcome's variance that lies between groups, 0..1."""
    total = float(((outcome - outcome.mean()) ** 2).sum())
    if total == 0:
        return 0.0
    between = 0.0
    for label in np.unique(labels):
        here = outcome[labels == label]
        between += len(here) * (here.mean() - outcome.mean()) ** 2
    return float(between / total)
