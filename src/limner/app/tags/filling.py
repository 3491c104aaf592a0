"""One tag for everybody, without a whole build: looked at before it is kept, and filled in once it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import ibis
import pyarrow as pa

from limner import unify
from limner.app.limner import Limner
from limner.app.reports import as_of as built_as_of
from limner.app.tags.by_hand import hand_facts
from limner.app.tags.changing import read_own
from limner.app.tags.keeping import all_tags, tag_of, tags_in_force
from limner.app.tags.statistics import append_statistics
from limner.core.errors import Rejected, Unknown
from limner.core.progress import Progress, silent
from limner.govern.audit import record
from limner.understand.portrait_quality.statistics import Statistics, statistics_of
from limner.understand.tags.compute import compute
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import Tag


@dataclass(frozen=True, slots=True)
class Filled:
    """A tag that was computed for everybody as of a day."""

    tag: Tag
    as_of: date
    statistics: Statistics
    seconds: float


def facts_now(limner: Limner) -> Facts:
    """What tags are computed from, under the ids that customers have since the last build."""
    lake = limner.lake
    events = unify.attribute(lake.table("events"), lake.fetch(lake.table("identities")))
    return facts_of(limner, events, lake.table("profiles").select("customer_id", "traits"))


def facts_of(limner: Limner, events: ibis.Table, customers: ibis.Table) -> Facts:
    """What tags are computed from, of some events and records under their customers' ids."""
    lake = limner.lake
    by_hand, corrected = hand_facts(limner)
    return Facts(
        events=events,
        products=lake.table("products"),
        customers=customers,
        stores=lake.table("stores"),
        scores=lake.table("scores"),
        by_hand=by_hand,
        corrected=corrected,
    )


def preview(limner: Limner, entry: Mapping[str, Any]) -> Filled:
    """What a definition would give for everybody as of the last build; nothing is kept.

    Raises: as `read_own`; `Unknown` when no portraits were built yet.
    """
    as_of = _built(limner)
    start = datetime.now(UTC)
    tag = read_own(limner, entry)
    values = limner.lake.fetch(_computed(limner, tag, as_of))[tag.code]
    seconds = (datetime.now(UTC) - start).total_seconds()
    return Filled(tag, as_of, statistics_of(tag, values), seconds)


def values_of(limner: Limner, code: str, as_of: date | None = None) -> pa.Table:
    """A tag's value of every customer: customer_id and the tag, in the order of the ids.

    `as_of`: a business day, by default the last build's, whose values are read as they stand.
    Raises: `Unknown` for no such tag or no build.
    """
    tag, built = tag_of(limner, code), _built(limner)
    portraits = limner.lake.table("profiles")
    if as_of in (None, built) and code in portraits.columns:
        rows = portraits.select("customer_id", code)
    else:
        rows = _computed(limner, tag, as_of or built)
    return limner.lake.fetch(rows.order_by("customer_id"))


def fill_tag(
    limner: Limner, code: str, by: str, at: datetime, progress: Progress = silent
) -> Filled:
    """Compute one tag for everybody as of the last build and put its column into the portraits.

    The portraits are replaced in one commit: readers see all of the column or nothing of it.
    Raises: `Unknown` for no such tag or no build, `Rejected` for one that is not in force.
    """
    as_of = _built(limner)
    tag = next((one for one in tags_in_force(limner) if one.code == code), None)
    if tag is None:
        state = tag_of(limner, code).state
        raise Rejected("tag-not-in-force", f"{code!r} is {state}; approve it, then fill it")
    start = datetime.now(UTC)
    progress("tag.compute", 0.0)
    version = limner.lake.version("profiles")
    computed = limner.lake.fetch(_computed(limner, tag, as_of))
    progress("tag.compute", 1.0)
    progress("tag.fill", 0.0)
    portraits = limner.lake.fetch(limner.lake.table("profiles", version))
    if code in portraits.column_names:
        portraits = portraits.drop_columns([code])
    filled = portraits.join(computed, "customer_id", join_type="left outer")
    filled = filled.sort_by("customer_id")
    if limner.lake.version("profiles") != version:
        raise Rejected(
            "tag-fill-overtaken", "the portraits were built anew meanwhile; fill the tag again"
        )
    limner.lake.replace("profiles", filled)
    append_statistics(limner, [tag], filled, as_of, at)
    seconds = (datetime.now(UTC) - start).total_seconds()
    known = len(filled[code]) - filled[code].null_count
    record(limner.store, by, "tag.filled", code, {"as_of": as_of.isoformat(), "known": known}, at)
    progress("tag.fill", 1.0)
    return Filled(tag, as_of, statistics_of(tag, filled[code]), seconds)


def is_filled(limner: Limner, code: str) -> bool:
    """Whether the portraits have a column for a tag."""
    return (
        limner.lake.version("profiles") is not None
        and code in limner.lake.table("profiles").columns
    )


def _computed(limner: Limner, tag: Tag, as_of: date) -> ibis.Table:
    """The tag of everybody who has a portrait, by today's definitions of what it reads."""
    known = [one for one in all_tags(limner) if one.code != tag.code]
    found = compute([tag], facts_now(limner), as_of, limner.settings.timezone, known)
    portraits = limner.lake.table("profiles").select("customer_id")
    return portraits.left_join(found, "customer_id").select("customer_id", tag.code)


def _built(limner: Limner) -> date:
    """The day the portraits look back from.

    Raises: `Unknown` when none were built yet.
    """
    found = built_as_of(limner)
    if found is None or limner.lake.version("profiles") is None:
        raise Unknown("portraits-missing", "there are no portraits yet; run limner build")
    return found
