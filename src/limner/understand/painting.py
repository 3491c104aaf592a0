"""From tags to the finished portrait: scores, stages, groups, and the reports about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from ibis.expr.types import Table

from limner.core.words import Words
from limner.understand.behaviour.concentration import concentration
from limner.understand.columns import numbers
from limner.understand.personas.kmeans import FEATURES, cluster
from limner.understand.personas.report import cluster_code, cluster_names, cluster_report
from limner.understand.segments.lifecycle import lifecycle, lifecycle_report
from limner.understand.segments.rfm import rfm, rfm_report
from limner.understand.segments.segment import Segment, built_in
from limner.understand.tags.compute import compute
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import Tag, catalogue, tag

LATER_DAYS = 90  # what clusters and RFM bands are judged by: the revenue of so many days after


@dataclass(frozen=True, slots=True)
class Painting:
    """What `paint` found.

    `profiles`: customer_id, the tags, rfm_*, lifecycle_stage and cluster, one row per customer.
    `segments`: the built-in ones.  `reports`: the documents rfm, lifecycle, clusters, concentration.
    """

    profiles: pa.Table
    segments: tuple[Segment, ...]
    clusters: dict[str, Words]
    reports: dict[str, dict[str, Any]]


def tag_table(
    facts: Facts, as_of: date, timezone: str, tags: Sequence[Tag] | None = None
) -> Table:  # fmt: skip
    """All tags, by default those of the catalogue, one row per customer, ordered by customer_id."""
    chosen = catalogue() if tags is None else tags
    return compute(chosen, facts, as_of, timezone).order_by("customer_id")


def earlier_tag_table(facts: Facts, as_of: date, timezone: str) -> Table:
    """The few tags that clusters are judged by, as they were `LATER_DAYS` days before `as_of`."""
    codes = dict.fromkeys(("recency_days", "orders_365d", "revenue_365d", *FEATURES))
    earlier = as_of - timedelta(days=LATER_DAYS)
    return compute([tag(code) for code in codes], facts, earlier, timezone).order_by("customer_id")


def paint(tags: pa.Table, earlier: pa.Table | None, seed: int) -> Painting:
    """Scores, stages and groups of every customer, from the fetched tag tables.

    `tags` and `earlier` are the rows of `tag_table` and `earlier_tag_table`.
    """
    found = cluster(tags, seed)
    codes = [cluster_code(int(label)) if label >= 0 else None for label in found.labels]
    profiles = tags
    for part in (rfm(tags), lifecycle(tags), pa.table({"cluster": pa.array(codes, pa.string())})):
        for name in part.column_names:
            profiles = profiles.append_column(name, part[name])
    names = cluster_names(found)
    return Painting(
        profiles=profiles,
        segments=built_in(names),
        clusters=names,
        reports={
            "rfm": rfm_report(profiles),
            "lifecycle": lifecycle_report(profiles),
            "clusters": cluster_report(tags, found, earlier, seed),
            "concentration": concentration(numbers(tags, "revenue_365d")),
        },
    )


def with_golden(golden: pa.Table, profiles: pa.Table) -> pa.Table:
    """The lake's `profiles`: golden records and figures side by side, ordered by customer_id.

    A customer without a golden record keeps the figures; one without figures cannot be, because the
    tag table has a row for every golden record.
    """
    return profiles.join(golden, "customer_id", join_type="left outer").sort_by("customer_id")
