"""What is told about clusters: who they are, how sure that is, and whether they help at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from limner.core.words import Words
from limner.understand.columns import numbers, plain
from limner.understand.personas.kmeans import Clusters, cluster, eta_squared
from limner.understand.personas.naming import name_groups
from limner.understand.segments.rfm import fifths

_COMPARED = (
    "recency_days", "orders_365d", "revenue_365d", "basket_mean", "gap_days_mean",
    "departments_count", "products_count", "stores_count", "discount_share", "coupon_share",
    "private_label_share", "weekend_share", "evening_share", "coupons_redeemed_365d",
)  # fmt: skip


def cluster_code(label: int) -> str:
    """The code of a group: `cluster_1` is the one whose customers spend most."""
    return f"cluster_{label + 1}"


def cluster_names(found: Clusters) -> dict[str, Words]:
    """Names by code."""
    names = name_groups(found.centres, found.features)
    return {cluster_code(label): name for label, name in enumerate(names)}


def cluster_report(
    tags: pa.Table, found: Clusters, earlier: pa.Table | None, seed: int
) -> dict[str, Any]:
    """The document `clusters`.

    `earlier` are tags as of 90 days before those of `tags`; None leaves out the comparison with
    later revenue (`beside` is null), as a shop with less history than that must.
    """
    names = cluster_names(found)
    revenue = numbers(tags, "revenue_365d")
    values = {code: numbers(tags, code) for code in _COMPARED if code in tags.column_names}
    bought = found.labels >= 0
    groups = []
    for label in range(found.k):
        here = found.labels == label
        apart = []
        for code, column in values.items():
            if not np.isfinite(column[bought]).any():
                continue  # nobody in a group has a value
            overall, spread = np.nanmean(column[bought]), np.nanstd(column[bought])
            if overall and spread and np.isfinite(column[here]).any():
                mean = np.nanmean(column[here])
                apart.append((abs(mean - overall) / spread, code, mean / overall))
        apart.sort(reverse=True)
        name = names[cluster_code(label)]
        groups.append({
            "code": cluster_code(label), "name_en": name.en, "name_zh": name.zh,
            "customers": int(here.sum()), "revenue": round(float(revenue[here].sum()), 2),
            "centre": {code: plain(float(np.nanmedian(c[here]))) for code, c in values.items()
                       if np.isfinite(c[here]).any()},
            "tells_apart": [{"tag": code, "lift": plain(lift)} for _, code, lift in apart[:4]],
        })  # fmt: skip
    return {
        "features": list(found.features),
        "k": found.k,
        "candidates": [
            {
                "k": c.k, "silhouette": plain(c.silhouette), "stability_ari": plain(c.stability_ari),
                "smallest_share": plain(c.smallest_share), "eligible": c.eligible,
            }
            for c in found.candidates
        ],
        "stability_ari": plain(found.stability_ari),
        "groups": groups,
        "beside": None if earlier is None else beside(earlier, tags, found.k, seed),
    }  # fmt: skip


def beside(earlier: pa.Table, later: pa.Table, k: int, seed: int) -> dict[str, Any] | None:
    """How much of the next 90 days' revenue (log of 1 + amount) the groups of then explain.

    Both groupings see only what was known at the earlier day.  RFM bands are fifths of the sum of
    the three scores, no learning involved.  None when nobody had ordered by then.
    """
    some = earlier.filter(pa.array(np.isfinite(numbers(earlier, "recency_days"))))
    if some.num_rows < 50:
        return None
    after = dict(zip(later["customer_id"].to_pylist(), numbers(later, "revenue_90d"), strict=True))
    outcome = np.log1p(
        np.maximum([after.get(customer, 0.0) for customer in some["customer_id"].to_pylist()], 0)
    )
    scores = (
        fifths(-numbers(some, "recency_days"))
        + fifths(numbers(some, "orders_365d"))
        + fifths(numbers(some, "revenue_365d"))
    )
    bands = fifths(scores.astype(float))
    groups = cluster(some, seed, k=k)
    of_bands, of_groups = eta_squared(bands, outcome), eta_squared(groups.labels, outcome)
    better = of_groups > of_bands
    return {
        "rfm_bands": of_bands, "clusters": of_groups, "customers": some.num_rows,
        "days": 90, "k": groups.k,
        "verdict_en": (
            f"Clusters explain {of_groups:.0%} of the differences in the next 90 days' revenue, "
            f"plain RFM bands {of_bands:.0%}: "
            + ("clusters add to RFM." if better else
               "use clusters to understand customers, RFM to foresee revenue.")
        ),
        "verdict_zh": (
            f"聚类可解释后续90天消费差异的{of_groups:.0%}，单纯RFM分档可解释{of_bands:.0%}："
            + ("聚类优于RFM。" if better else "聚类用于理解客户，预判消费请看RFM。")
        ),
    }  # fmt: skip
