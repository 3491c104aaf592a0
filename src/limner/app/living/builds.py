"""What a build changed for customers whose memberships the worker does not keep alive itself.

Most customers did nothing since the worker began: nobody judges them event by event.  For them a
build as of today says who entered and who left, against the build before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from limner.app.limner import Limner
from limner.core.errors import LimnerError

TABLE = "memberships"
_LATELY = timedelta(days=1)
_NEWS = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Turned:
    """A customer who is in a segment by this build and was not by the one before, or the reverse."""

    segment: str
    customer_id: str
    is_entered: bool


def turned(
    limner: Limner, before: int, now: int, today: date, segments: Collection[str]
) -> list[Turned] | None:
    """Who entered or left which of some segments from one version of `memberships` to another.

    None when the later one is of a day before yesterday: it looks back, and nothing has happened.
    Nobody in a segment that only one of them has, and nobody when months lie between: that would be
    no news.
    """
    lake = limner.lake
    try:
        old, new = lake.table(TABLE, before), lake.table(TABLE, now)
        days = [lake.fetch(t.aggregate(day=t.as_of.max()))["day"][0].as_py() for t in (old, new)]
        if days[1] is None or days[1] < today - _LATELY:
            return None
        if days[0] is None or not days[0] <= days[1] <= days[0] + _NEWS:
            return []
        known = set(segments)
        for rows in (old, new):
            known &= set(lake.fetch(rows.select("segment").distinct())["segment"].to_pylist())
        found: list[Turned] = []
        for here, there, is_entered in ((new, old, True), (old, new, False)):
            mine = here.filter(here.segment.isin(sorted(known or {""})))
            only = mine.anti_join(there, ["segment", "customer_id"])
            rows = lake.fetch(only.select("segment", "customer_id")).to_pylist()
            found += [Turned(row["segment"], row["customer_id"], is_entered) for row in rows]
        return found
    except LimnerError:  # the earlier build was cleared away: there is nothing to compare with
        return []
