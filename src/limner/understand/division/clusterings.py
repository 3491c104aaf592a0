"""Groups that chosen tags suggest, their number by several criteria, and whether they come back.

Each criterion votes for a number of groups and the majority is recommended; of equal votes the
smaller number wins, because fewer groups are easier to use.  How far groups can be trusted is asked
separately: the customers are drawn again and grouped anew, and it is counted how alike the grouping
is (adjusted Rand index) and how much of each single group comes back (Jaccard).

Sources: P. Rousseeuw (1987), silhouette; T. Caliński and J. Harabasz (1974); D. Davies and
D. Bouldin (1979); G. Schwarz (1978), BIC; R. Tibshirani, G. Walther and T. Hastie, JRSS B 63 (2001),
the gap; L. Hubert and P. Arabie (1985), ARI; C. Hennig, CSDA 52 (2007), Jaccard under the bootstrap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from limner.core.errors import Malformed, Unknown
from limner.core.progress import Progress, silent
from limner.understand.columns import Floats, numbers
from limner.understand.division.methods import TABLE, Fitted, Labels, Method
from limner.understand.personas.kmeans import ranks

Document = dict[str, Any]
KS = tuple(range(2, 9))
LEAST = 60  # customers below which no groups are looked for
# From here on a group is said to come back, and to be a pattern at all (Hennig 2007).
STEADY, PATTERN = 0.75, 0.6
_MOST = 2_000  # customers among whom groups are judged; the rest are put into them
_DRAWS = 8
_REFERENCES = 4
_SHOWN = 1_500
_FAR = 3.0  # standard deviations beyond which a customer is no farther


@dataclass(frozen=True, slots=True)
class Division:
    """Groups of customers, 0 the one that spends most, -1 who lacks every chosen tag.

    `criteria`: a row for each number tried; `votes`: which number each criterion is for;
    `jaccard`: how much of each group comes back; `centres`: mean ranks, groups x tags.
    """

    method: str
    codes: tuple[str, ...]
    k: int
    recommended: int
    labels: Labels
    criteria: tuple[Document, ...]
    votes: dict[str, int]
    jaccard: tuple[float, ...]
    centres: Floats


def divide(
    table: pa.Table, codes: Sequence[str], method: str, seed: int, k: int | None = None,
    progress: Progress = silent,
) -> Division:  # fmt: skip
    """Groups by some number tags, as many as the criteria recommend unless `k` says how many.

    The same table, tags, method and seed give the same groups.
    Raises: `Unknown` for a method there is not; `Malformed` for fewer than two tags, a tag that is no
    number, or too few customers.
    """
    if method not in TABLE:
        raise Unknown("division-method", f"there is no {method!r}; there are {', '.join(TABLE)}")
    how = TABLE[method]
    values = _values(table, codes)
    known = np.isfinite(values).any(axis=1)
    if known.sum() < LEAST:
        raise Malformed(
            "division-few", f"{int(known.sum())} customers have these tags; {LEAST} are needed"
        )
    if k is not None and k not in KS:
        raise Malformed("division-k", f"{k} groups; take from {KS[0]} to {KS[-1]}", "k")
    points = np.column_stack([_placed(column, how) for column in values[known].T])
    rng = np.random.default_rng(seed)
    judged = points
    if len(points) > _MOST:
        judged = points[np.sort(rng.choice(len(points), _MOST, replace=False))]
    import sklearn.cluster  # noqa: F401  its threads are limited only once it is loaded

    with threadpool_limits(1):
        fitted = how.fit(judged, KS, seed)
        progress("division.fit", 0.2)
        criteria = _criteria(judged, fitted, how, seed, progress)
        stability, jaccards = _stability(judged, fitted, how, seed, progress)
    for row in criteria:
        row["stability_ari"] = stability[row["k"]]
    votes = _votes(criteria)
    recommended = recommend(votes)
    taken = recommended if k is None else k
    found = fitted[taken].labels if judged is points else fitted[taken].predict(points)
    labels = np.full(table.num_rows, -1, dtype=np.int64)
    order = _by_worth(table, known, found, taken)
    place = np.argsort(order)
    labels[known] = place[found]
    even = np.column_stack([ranks(column) for column in values[known].T])
    centres = np.array([
        even[found == label].mean(axis=0) if (found == label).any() else np.full(len(codes), 0.5)
        for label in order
    ])  # fmt: skip
    progress("division", 1.0)
    return Division(
        method, tuple(codes), taken, recommended, labels, tuple(criteria), votes,
        tuple(jaccards[taken][label] for label in order), centres,
    )  # fmt: skip


def recommend(votes: dict[str, int]) -> int:
    """The number most criteria are for; of equals the smaller."""
    counted = Counter(votes.values())
    return min(counted, key=lambda k: (-counted[k], k))


def _values(table: pa.Table, codes: Sequence[str]) -> Floats:
    if len(set(codes)) < 2:
        raise Malformed("division-tags", "choose two tags or more to divide by", "tags")
    columns = []
    for code in codes:
        kind = table.schema.field(code).type if code in table.column_names else None
        if kind is None or not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            raise Malformed("division-tags", f"{code!r} is not a tag with numbers", "tags")
        columns.append(numbers(table, code))
    return np.column_stack(columns)


def _placed(column: Floats, how: Method) -> Floats:
    """A tag on the scale of the method: even ranks, or made as normal as a power can make it."""
    if how.is_even:
        return ranks(column)
    from sklearn.preprocessing import PowerTransformer

    # Ranks would close the very gaps between groups that densities and distances are made of.
    made = PowerTransformer("yeo-johnson").fit_transform(column.reshape(-1, 1))[:, 0]
    return np.nan_to_num(np.clip(made, -_FAR, _FAR))


def _criteria(
    points: Floats, fitted: dict[int, Fitted], how: Method, seed: int, progress: Progress
) -> list[Document]:
    from sklearn.metrics import (
        calinski_harabasz_score,
        davies_bouldin_score,
        silhouette_score,
    )

    rng = np.random.default_rng([seed, 1])
    shown = rng.choice(len(points), min(len(points), _SHOWN), replace=False)
    gaps = _gaps(points, fitted, how, rng, seed, progress)
    rows = []
    for k, one in fitted.items():
        several = len(np.unique(one.labels)) > 1 and len(np.unique(one.labels[shown])) > 1
        sizes = np.bincount(one.labels, minlength=k) / len(points)
        rows.append({
            "k": k,
            "silhouette": float(silhouette_score(points[shown], one.labels[shown])) if several else None,
            "calinski_harabasz": float(calinski_harabasz_score(points, one.labels)) if several else None,
            "davies_bouldin": float(davies_bouldin_score(points, one.labels)) if several else None,
            "bic": one.bic, "gap": gaps[k][0], "gap_error": gaps[k][1],
            "smallest_share": float(sizes.min()),
        })  # fmt: skip
    return rows


def _gaps(
    points: Floats, fitted: dict[int, Fitted], how: Method, rng: Any, seed: int, progress: Progress
) -> dict[int, tuple[float, float]]:
    """How much tighter groups are than those of points without any, in the box of the data."""
    low, high = points.min(axis=0), points.max(axis=0)
    references: dict[int, list[float]] = {k: [] for k in fitted}
    for at in range(_REFERENCES):
        drawn = rng.uniform(low, high, points.shape)
        for k, one in how.fit(drawn, tuple(fitted), seed).items():
            references[k].append(np.log(_within(drawn, one.labels)))
        progress("division.gap", 0.2 + 0.4 * (at + 1) / _REFERENCES)
    found = {}
    for k, one in fitted.items():
        logs = np.array(references[k])
        error = float(logs.std() * np.sqrt(1 + 1 / _REFERENCES))
        found[k] = (float(logs.mean() - np.log(_within(points, one.labels))), error)
    return found


def _within(points: Floats, labels: Labels) -> float:
    apart = sum(
        float(((points[labels == one] - points[labels == one].mean(axis=0)) ** 2).sum())
        for one in np.unique(labels)
    )
    return max(apart, 1e-12)


def _stability(
    points: Floats, fitted: dict[int, Fitted], how: Method, seed: int, progress: Progress
) -> tuple[dict[int, float], dict[int, list[float]]]:
    """For each number of groups the mean ARI of draws with the groups, and each group's mean Jaccard."""
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng([seed, 2])
    alike: dict[int, list[float]] = {k: [] for k in fitted}
    backs: dict[int, list[list[float]]] = {k: [] for k in fitted}
    for at in range(_DRAWS):
        drawn = points[rng.integers(0, len(points), len(points))]
        for k, again in how.fit(drawn, tuple(fitted), int(rng.integers(2**31))).items():
            labels = again.predict(points)
            alike[k].append(adjusted_rand_score(fitted[k].labels, labels))
            backs[k].append(_jaccards(fitted[k].labels, labels, k))
        progress("division.stability", 0.6 + 0.4 * (at + 1) / _DRAWS)
    means = {k: float(np.mean(found)) for k, found in alike.items()}
    return means, {k: np.mean(found, axis=0).tolist() for k, found in backs.items()}


def _jaccards(first: Labels, again: Labels, k: int) -> list[float]:
    table = np.zeros((k, k))
    np.add.at(table, (first, again), 1)
    either = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    return [float(best) for best in (table / np.maximum(either, 1)).max(axis=1)]


def _votes(rows: Sequence[Document]) -> dict[str, int]:
    votes: dict[str, int] = {}
    for name, is_least in (
        ("silhouette", False), ("calinski_harabasz", False), ("davies_bouldin", True), ("bic", True),
    ):  # fmt: skip
        known = [row for row in rows if row[name] is not None]
        if known:
            sign = 1 if is_least else -1
            votes[name] = min(known, key=lambda row: (sign * row[name], row["k"]))["k"]
    votes["gap"] = next(
        (
            row["k"]
            for row, after in pairwise(rows)
            if row["gap"] >= after["gap"] - after["gap_error"]
        ),
        rows[-1]["k"],
    )
    votes["stability"] = max(rows, key=lambda row: (round(row["stability_ari"], 2), row["k"]))["k"]
    return votes


def _by_worth(table: pa.Table, known: Any, found: Labels, k: int) -> list[int]:
    """The groups' labels, those who spend most first; without revenue the largest first."""
    if "revenue_365d" in table.column_names:
        worth = np.nan_to_num(numbers(table, "revenue_365d")[known])
        means = [
            worth[found == label].mean() if (found == label).any() else 0.0 for label in range(k)
        ]
    else:
        means = [float((found == label).sum()) for label in range(k)]
    return [int(label) for label in np.argsort([-mean for mean in means], kind="stable")]
