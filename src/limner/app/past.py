"""Portraits as they were at the end of a business day, made anew from what had happened by then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import pyarrow as pa

from limner.app.limner import Limner
from limner.app.reading import as_of as built_as_of
from limner.app.tags import facts_now, tags_in_force
from limner.core.errors import Rejected, Unknown
from limner.understand import Tag, compute
from limner.understand.segments.lifecycle import lifecycle
from limner.understand.segments.rfm import rfm
from limner.understand.tags.value import ByHand, Expression, Score

_RFM = ("recency_days", "orders_365d", "revenue_365d")
_RHYTHM = ("shopping_days", "recency_days", "gap_days_mean", "gap_days_cv", "revenue_trend")
# What a movement is told with: groups, stages and what their customers brought.
FOR_STATES: tuple[str, ...] = tuple(dict.fromkeys((*_RFM, *_RHYTHM, "revenue_90d")))


def day_of(limner: Limner, as_of: date | None) -> date:
    """A day to look back from, by default that of the last build.

    Raises: `Unknown` when no portraits were built yet; `Rejected` for a day after the last build.
    """
    built = built_as_of(limner)
    if built is None:
        raise Unknown("portraits-missing", "there are no portraits yet; run limner build")
    if as_of is not None and as_of > built:
        raise Rejected(
            "day-after-build",
            f"{as_of} is after {built}, the day of the last build; take a day up to it",
        )
    return as_of or built


def everyone_as_of(
    limner: Limner, as_of: date | None = None, codes: Collection[str] | None = None
) -> pa.Table:
    """Every customer with tags, RFM scores and lifecycle stage as of the end of a business day.

    `codes`: only these tags.  As of the last build it is what that build made, clusters included; as
    of another day there are no scores and nothing that was set by hand, for neither is known of then.
    Raises: as `day_of`.
    """
    day, lake = day_of(limner, as_of), limner.lake
    if day == built_as_of(limner):
        return lake.fetch(lake.table("profiles"))
    known = past_tags(tags_in_force(limner))
    tags = [tag for tag in known if codes is None or tag.code in codes]
    made = compute(tags, facts_now(limner), day, limner.settings.timezone, known)
    made = made.order_by("customer_id")
    table = lake.fetch(made)
    for wanted, part in ((_RFM, rfm), (_RHYTHM, lifecycle)):
        if set(wanted) <= set(table.column_names):
            added = part(table)
            for name in added.column_names:
                table = table.append_column(name, added[name])
    return table


def past_tags(tags: Sequence[Tag]) -> list[Tag]:
    """The tags whose values of a day long past can be worked out: no scores, nothing set by hand."""
    lost = {tag.code for tag in tags if isinstance(tag.value, Score | ByHand)}
    for tag in tags:  # in the order in which they read one another
        if isinstance(tag.value, Expression) and lost & set(tag.value.reads):
            lost.add(tag.code)
    return [tag for tag in tags if tag.code not in lost]
