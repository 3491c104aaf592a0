"""The ways customers are put into groups by likeness: K-means, Gaussian mixtures, Ward's tree.

Sources: S. Lloyd, IEEE IT 28 (1982); G. McLachlan and D. Peel, Finite Mixture Models (2000);
J. H. Ward, JASA 58 (1963).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.core.words import Words
from limner.understand.columns import Floats

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Groups of some points: their labels, how others are put into them, and BIC where it has one."""

    labels: Labels
    predict: Callable[[Floats], Labels]
    bic: float | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A way to form groups: `fit` gives those for each number of groups asked for.

    `is_even`: it takes tags as ranks, which keep few enormous buyers from deciding; the others take
    them made normal (I.-K. Yeo and R. Johnson, Biometrika 87, 2000), which keeps the gaps.
    """

    name: str
    words: Words
    fit: Callable[[Floats, Sequence[int], int], dict[int, Fitted]]
    is_even: bool = False


def _kmeans(points: Floats, ks: Sequence[int], seed: int) -> dict[int, Fitted]:
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for k in ks:
            model = KMeans(n_clusters=k, n_init=5, random_state=seed).fit(points)
            found[k] = Fitted(model.labels_.astype(np.int64), _predicting(model))
    return found


def _mixture(points: Floats, ks: Sequence[int], seed: int) -> dict[int, Fitted]:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for k in ks:
            model = GaussianMixture(
                k, covariance_type="full", n_init=2, reg_covar=1e-3, random_state=seed, max_iter=200
            ).fit(points)
            predict = _predicting(model)
            found[k] = Fitted(predict(points), predict, float(model.bic(points)))
    return found


def _ward(points: Floats, ks: Sequence[int], seed: int) -> dict[int, Fitted]:
    from scipy.cluster.hierarchy import cut_tree, linkage

    cuts = cut_tree(linkage(points, "ward"), n_clusters=list(ks))
    found = {}
    for place, k in enumerate(ks):
        labels = cuts[:, place].astype(np.int64)
        found[k] = Fitted(labels, _nearest(points, labels, k))
    return found


def _predicting(model: Any) -> Callable[[Floats], Labels]:
    return lambda points: np.asarray(model.predict(points), dtype=np.int64)


def _nearest(points: Floats, labels: Labels, k: int) -> Callable[[Floats], Labels]:
    """Others go to the group whose mean is nearest."""
    centres = np.array([points[labels == label].mean(axis=0) for label in range(k)])

    def predict(new: Floats) -> Labels:
        apart = ((new[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
        return np.asarray(apart.argmin(axis=1), dtype=np.int64)

    return predict


TABLE: dict[str, Method] = {
    "kmeans": Method("kmeans", Words("K-means", "K-means 聚类"), _kmeans, is_even=True),
    "mixture": Method("mixture", Words("Gaussian mixture", "高斯混合"), _mixture),
    "ward": Method("ward", Words("Hierarchical (Ward)", "层次聚类（Ward）"), _ward),
}
