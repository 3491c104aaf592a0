"""Does what a tag says come true: does who likes something buy it in the days that follow?

A favourite is taken as it was some days ago, from nothing later than that; then it is looked up in
what the same customers bought since.  A hit is a customer who bought the favourite at least once.
Only customers who bought anything count: who stayed away says nothing about taste.

It stands beside three simple guesses.  *Chance*: the favourites dealt out anew among the same
customers, which hit `sum over v of share(v) * buyers(v)`.  *Popular*: for everybody the one value
that most customers bought in as many days before.  *Last*: the same favourite by the customer's
last order alone.

The difference to a guess is paired, customer by customer; its interval is that of matched pairs.
Source: A. Agresti, "Categorical Data Analysis", 3rd ed. 2013, section 11.1.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from limner.core.clock import end_of
from limner.core.event import ORDER_COMPLETED
from limner.core.statistics import Z_95, wilson
from limner.understand.tags.compute import compute
from limner.understand.tags.source import SOURCES, Facts, event_rows, line_rows, with_products
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Measured

Document = dict[str, Any]
DAYS = 30
_BOUGHT = frozenset({"orders", "sales", "lines"})
_LAST = "__last"


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened to one favourite; all counts are of customers.

    `only_*`: who is hit by the tag and not by the guess, and the other way round.
    """

    tag: str
    customers: int
    hits: int
    popular_hits: int
    last_hits: int
    only_tag_popular: int
    only_popular: int
    only_tag_last: int
    only_last: int
    chance: float
    values: int


def favourites(tags: Sequence[Tag]) -> list[Tag]:
    """The tags that say what a customer likes to buy, of all there are."""
    return [
        tag
        for tag in tags
        if isinstance(tag.value, Measured)
        and tag.value.measure == "top"
        and tag.value.rows.source in _BOUGHT
        and not tag.value.rows.events
        and tag.value.where is None
    ]


def said_before(tags: Sequence[Tag], facts: Facts, as_of: date, timezone: str) -> Table:
    """Each customer's favourites as they were `DAYS` days before `as_of`, and by the last order alone.

    `tags`: those of `favourites`.  Columns: customer_id, and for each tag its code and the code with
    `__last` behind it.
    """
    start = as_of - timedelta(days=DAYS)
    events = facts.events
    orders = events.filter(
        events.customer_id.notnull(),
        events.event == ORDER_COMPLETED,
        events.time < end_of(start, timezone),
    )
    newest = orders.group_by("customer_id").aggregate(
        event_id=orders.event_id.last(order_by=[orders.time, orders.event_id])
    )
    only_last = replace(facts, events=orders.semi_join(newest, "event_id"))
    lasts = [replace(tag, code=f"{tag.code}{_LAST}") for tag in tags]
    mine = compute(tags, facts, start, timezone)
    last = compute(lasts, only_last, start, timezone)
    joined = mine.left_join(last, "customer_id")
    return joined.select(*mine.columns, *(tag.code for tag in lasts))


def bought(tags: Sequence[Tag], facts: Facts, as_of: date, timezone: str) -> Table:
    """Who bought what of each favourite's kind in the days since, and in as many days before them.

    Columns: tag, customer_id, value (as text), is_since; each row once.
    """
    start = as_of - timedelta(days=DAYS)
    after = end_of(start - timedelta(days=DAYS), timezone)
    parts = []
    for grain in ("line", "event"):
        some = [tag for tag in tags if SOURCES[_value(tag).rows.source].grain == grain]
        if not some:
            continue
        wanted = list(dict.fromkeys(_of(tag) for tag in some))
        if grain == "line":
            rows = line_rows(facts, wanted, as_of, timezone)
            rows = with_products(rows.filter(rows.time >= after), facts, wanted)
        else:
            rows = event_rows(facts, [ORDER_COMPLETED], wanted, as_of, timezone)
            rows = rows.filter(rows.time >= after)
        rows = rows.mutate(is_since=rows.time >= end_of(start, timezone))
        kept = rows.select("customer_id", "is_since", *wanted).distinct().alias(f"bought_{grain}s")
        for tag in some:
            named = kept.filter(kept[_of(tag)].notnull())
            parts.append(named.select(
                "customer_id", "is_since", tag=ibis.literal(tag.code), value=named[_of(tag)].cast("string")
            ).distinct())  # fmt: skip
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def compared(tags: Sequence[Tag], said: Table, pairs: Table) -> tuple[Table, Table]:
    """What the counts of all tags are made of, as two small tables.

    `said` and `pairs`: the rows of `said_before` and `bought`.  The first has for each tag and each
    three truths of a hit (mine, last, popular) how many `customers`; the second for each tag and
    value `said` (customers with it) and `bought` (buyers of it since, of those who are judged).
    """
    melted = [
        said.filter(said[tag.code].notnull()).select(
            "customer_id", tag=ibis.literal(tag.code), mine=said[tag.code].cast("string"),
            last=said[f"{tag.code}{_LAST}"].cast("string"),
        )
        for tag in tags
    ]  # fmt: skip
    mine = ibis.union(*melted) if len(melted) > 1 else melted[0]
    since = pairs.filter(pairs.is_since).select("tag", "customer_id", "value")
    earlier = pairs.filter(~pairs.is_since)
    ranked = earlier.group_by(["tag", "value"]).aggregate(buyers=earlier.count())
    ranked = ranked.mutate(
        place=ibis.row_number().over(
            group_by="tag", order_by=[ibis.desc(ranked.buyers), ranked.value]
        )
    )
    popular = ranked.filter(ranked.place == 0).select("tag", popular="value")
    buyers = since.select("tag", "customer_id").distinct()
    judged = mine.semi_join(buyers, ["tag", "customer_id"]).left_join(popular, "tag")
    judged = judged.select("tag", "customer_id", "mine", "last", "popular")
    for name in ("mine", "last", "popular"):
        found = since.select(of="tag", buyer="customer_id", value="value")
        judged = judged.left_join(
            found,
            (judged.tag == found.of)
            & (judged.customer_id == found.buyer)
            & (judged[name] == found.value),
        )
        judged = judged.mutate(**{f"hit_{name}": judged.buyer.notnull()}).drop(
            "of", "buyer", "value"
        )
    truths = judged.group_by(["tag", "hit_mine", "hit_last", "hit_popular"]).aggregate(
        customers=judged.count()
    )
    here = since.semi_join(judged, ["tag", "customer_id"])
    counts = here.group_by(["tag", "value"]).aggregate(bought=here.count())
    spread = judged.group_by(["tag", "mine"]).aggregate(said=judged.count())
    values = spread.left_join(
        counts, (spread.tag == counts.tag) & (spread.mine == counts.value)
    ).select("tag", "mine", "said", "bought")
    return truths, values


def counted(tag: Tag, truths: pa.Table, values: pa.Table) -> Counts:
    """The counts of one tag, from the fetched tables of `compared`."""
    rows = truths.filter(pc.equal(truths["tag"], tag.code)).to_pylist()
    spread = values.filter(pc.equal(values["tag"], tag.code)).to_pylist()

    def having(**wanted: bool) -> int:
        return sum(
            row["customers"] for row in rows if all(row[f"hit_{k}"] is v for k, v in wanted.items())
        )

    customers = having()
    chance = sum(row["said"] / customers * ((row["bought"] or 0) / customers) for row in spread)
    return Counts(
        tag.code, customers, having(mine=True), having(popular=True), having(last=True),
        having(mine=True, popular=False), having(mine=False, popular=True),
        having(mine=True, last=False), having(mine=False, last=True), chance, len(spread),
    )  # fmt: skip


def agreement(counts: Counts) -> Document:
    """What the counts say, with 95 % intervals.

    `verdict`: better, even or worse than the popular guess; unknown where fewer than two values
    or thirty customers are there to be told apart.
    """
    n = counts.customers
    over_popular = _difference(counts.only_tag_popular, counts.only_popular, n)
    over_last = _difference(counts.only_tag_last, counts.only_last, n)
    verdict = "unknown"
    if n >= 30 and counts.values > 1:
        verdict = "better" if over_popular[1] > 0 else "worse" if over_popular[2] < 0 else "even"
    return {
        "tag": counts.tag,
        "days": DAYS,
        "customers": n,
        "hit_rate": counts.hits / n if n else None,
        "hit_interval": list(wilson(counts.hits, n)),
        "chance": counts.chance,
        "popular": counts.popular_hits / n if n else None,
        "last": counts.last_hits / n if n else None,
        "over_popular": list(over_popular),
        "over_last": list(over_last),
        "verdict": verdict,
    }


def _difference(only_one: int, only_other: int, n: int) -> tuple[float, float, float]:
    """A difference of two rates over the same customers, with its interval."""
    if n == 0:
        return 0.0, -1.0, 1.0
    estimate = (only_one - only_other) / n
    spread = sqrt(max(only_one + only_other - (only_one - only_other) ** 2 / n, 0.0)) / n
    return estimate, estimate - Z_95 * spread, estimate + Z_95 * spread


def _value(tag: Tag) -> Measured:
    assert isinstance(tag.value, Measured)  # noqa: S101  `favourites` has chosen it
    return tag.value


def _of(tag: Tag) -> str:
    of = _value(tag).of
    assert of is not None  # noqa: S101  a favourite is of a column
    return of
