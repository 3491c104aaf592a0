"""A tag over everybody at the end of every month since the first event, by today's definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from limner.app.kept import keep, kept
from limner.app.limner import Limner
from limner.app.past import day_of, past_tags
from limner.app.tags import all_tags, facts_now, hand_facts, hand_values, tag_of
from limner.core.clock import end_of, zone
from limner.core.errors import Rejected
from limner.core.progress import Progress, silent
from limner.understand.portrait_quality.statistics import day_of as day_of_ordinal
from limner.understand.portrait_quality.statistics import statistics_of
from limner.understand.tags.compute import compute
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Distance, Expression, Measured
from limner.understand.tags.value import Sequence as Sequel

Document = dict[str, Any]
MOST_MONTHS = 60  # the newest ones are told
NAMES = 5  # of a tag of names: the commonest at each month's end
_EVENTS = Measured | Sequel | Distance


def has_history(limner: Limner, code: str) -> bool:
    """Whether a tag's values of the past can be worked out: by events, with no score and no hand in it.

    Raises: `Unknown` for no such tag.
    """
    tag_of(limner, code)
    tags = all_tags(limner)
    return code in {tag.code for tag in past_tags(tags)} and any(
        isinstance(one.value, _EVENTS) for one in closure(tag_of(limner, code), tags)
    )


def history_kept(limner: Limner, code: str) -> Document | None:
    """The history of a tag as it is defined now, if it was worked out since the last build."""
    return kept(limner, "tag-history", _ask(limner, code))


def tag_history(limner: Limner, code: str, progress: Progress = silent) -> Document:
    """What a tag was at the end of every month since the first event, and at the last build's.

    Of each `months`: `day`; `customers` who had done anything by then, and how many of them have a
    value (`known`, the share is `coverage`); of numbers `mean`, and `low`, `middle` and `high`: the
    quartiles; of days only those; of names the commonest `names` with their customers.  What people
    corrected counts from when they did.
    Raises: `Unknown` for no such tag or no build, `Rejected` for a tag that has no past.
    """
    found = history_kept(limner, code)
    if found is not None:
        return found
    tag, last = tag_of(limner, code), day_of(limner, None)
    if not has_history(limner, code):
        raise Rejected(
            "tag-no-history",
            f"{code!r} is made of no events, or of scores or values set by hand, of which the past is "
            "not known; limner tag show --json has what each build saw",
        )
    ask, tags = _ask(limner, code), all_tags(limner)
    facts, timezone = facts_now(limner), limner.settings.timezone
    events = facts.events.filter(facts.events.customer_id.notnull())
    first = limner.lake.fetch(events.aggregate(first=events.time.min()))["first"][0].as_py()
    begun = first.astimezone(zone(timezone)).date() if first else last
    days = month_ends(begun, last)[-MOST_MONTHS:]
    months = []
    progress("tag.history", 0.0)
    for place, day in enumerate(days):
        seen = events.filter(events.time < end_of(day, timezone)).select("customer_id").distinct()
        known = facts.customers.semi_join(seen, "customer_id")
        by_hand, corrected = hand_facts(limner, None if day == last else end_of(day, timezone))
        then = replace(facts, customers=known, by_hand=by_hand, corrected=corrected)
        values = limner.lake.fetch(compute([tag], then, day, timezone, tags).select(code))[code]
        months.append(_month(tag, day, values))
        progress("tag.history", (place + 1) / len(days))
    return keep(limner, "tag-history", ask, {"tag": code, "version": tag.version, "kind": tag.kind,
                                             "as_of": last.isoformat(), "months": months})  # fmt: skip


def as_rows(history: Document) -> pa.Table:
    """A history as a table: one row a month, of names the commonest with the share who have it."""
    rows = []
    for month in history["months"]:
        top, count = (month["names"] or [[None, 0]])[0]
        share = count / month["known"] if month["known"] else None
        told = {name: month[name] for name in ("day", "customers", "known", "coverage")}
        if history["months"][-1]["names"]:
            rows.append(told | {"commonest": top, "share": share})
        else:
            rows.append(told | {name: month[name] for name in ("mean", "low", "middle", "high")})
    return pa.Table.from_pylist(rows)


def month_ends(first: date, last: date) -> list[date]:
    """The last day of each month from a day on, and at the end `last` itself.

    >>> [str(day) for day in month_ends(date(2024, 1, 31), date(2024, 3, 5))]
    ['2024-01-31', '2024-02-29', '2024-03-05']
    """
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    return [*(date(at // 12, at % 12 + 1, 1) - timedelta(days=1) for at in months), last]


def closure(tag: Tag, tags: Sequence[Tag]) -> list[Tag]:
    """A tag behind all those that it is worked out from, what is read first."""
    known = {one.code: one for one in tags}
    ordered: dict[str, Tag] = {}

    def add(one: Tag) -> None:
        if isinstance(one.value, Expression):
            for code in one.value.reads:
                if code in known and code not in ordered:
                    add(known[code])
        ordered[one.code] = one

    add(tag)
    return list(ordered.values())


def _ask(limner: Limner, code: str) -> Document:
    """What decides the history: the definitions, and what people set of them."""
    made_of = closure(tag_of(limner, code), all_tags(limner))
    said = hand_values(limner, [one.code for one in made_of])
    return {
        "tag": code,
        "made_of": [[one.code, one.text, one.kind] for one in made_of],
        "said": [len(said), max((one.at.isoformat() for one in said), default="")],
    }


def _month(tag: Tag, day: date, values: pa.ChunkedArray) -> Document:
    found = statistics_of(tag, values)
    month: Document = {
        "day": day.isoformat(), "customers": found.customers, "known": found.known,
        "coverage": found.coverage, "mean": found.mean,
    }  # fmt: skip
    quartiles = dict(map(tuple, found.shape.get("quantiles", ())))
    for name, at in (("low", 0.25), ("middle", 0.5), ("high", 0.75)):
        value = quartiles.get(at)
        if value is not None and tag.kind == "day":
            value = day_of_ordinal(value).isoformat()
        month[name] = value
    return month | {"names": found.shape.get("names", [])[:NAMES]}
