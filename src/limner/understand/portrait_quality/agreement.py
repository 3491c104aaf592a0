"""Does what a tag says come true: does who likes something buy it in the days that follow?

A favourite is taken as it was some days ago, from nothing later than that; then it is looked up in
what the same customers bought since.  A hit is a customer who bought the favourite at least once.
Only customers who bought anything count: who stayed away says nothing about taste.

It stands beside three simple guesses.  *Chance*: the favourites dealt out anew among the same
customers, which hit `sum over v of share(v) * buyers(v)`.  *Popular*: for everybody the one value
that most customers bought in as many days before.  *Last*: the value of the customer's last row.

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
from ibis.expr.types import Table

from limner.core.clock import end_of
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
    """Each customer's favourites as they were `DAYS` days before `as_of`, and the last value of each.

    `tags`: those of `favourites`.  Columns: customer_id, and for each tag its code and the code with
    `__last` behind it.
    """
    asked = []
    for tag in tags:
        value = tag.value
        assert isinstance(value, Measured)  # noqa: S101  `favourites` has chosen it
        last = replace(value, measure="last", by=None)
        asked += [tag, replace(tag, code=f"{tag.code}{_LAST}", value=last)]
    return compute(asked, facts, as_of - timedelta(days=DAYS), timezone)


def compared(
    tag: Tag, said: Table, facts: Facts, as_of: date, timezone: str
) -> tuple[Table, Table]:
    """What the counts of a tag are made of, as two small tables.

    The first has one row for each (mine, last, popular) of a hit's three truths with `customers`;
    the second for each value `said` (customers with it) and `bought` (buyers of it since).
    """
    value = tag.value
    assert isinstance(value, Measured) and value.of is not None  # noqa: S101  as above
    start = as_of - timedelta(days=DAYS)
    since = _bought(value, facts, start, as_of, timezone)
    earlier = _bought(value, facts, start - timedelta(days=DAYS), start, timezone)
    ranked = earlier.group_by("value").aggregate(buyers=earlier.count())
    popular = ranked.order_by(ibis.desc("buyers"), "value").limit(1).select(popular="value")
    mine = said.select("customer_id", mine=said[tag.code], last=said[f"{tag.code}{_LAST}"])
    buyers = since.select("customer_id").distinct()
    judged = mine.filter(mine.mine.notnull()).semi_join(buyers, "customer_id").cross_join(popular)
    for name in ("mine", "last", "popular"):
        pairs = since.select(buyer="customer_id", bought="value")
        judged = judged.left_join(
            pairs, (judged.customer_id == pairs.buyer) & (judged[name] == pairs.bought)
        )
        judged = judged.mutate(**{f"hit_{name}": judged.buyer.notnull()}).drop("buyer", "bought")
    truths = judged.group_by(["hit_mine", "hit_last", "hit_popular"]).aggregate(
        customers=judged.count()
    )
    here = since.semi_join(judged, "customer_id")
    bought = here.group_by("value").aggregate(bought=here.count())
    spread = judged.group_by("mine").aggregate(said=judged.count())
    values = spread.left_join(bought, spread.mine == bought.value).select("mine", "said", "bought")
    return truths, values


def counted(tag: Tag, truths: pa.Table, values: pa.Table) -> Counts:
    """The counts of a tag, from the fetched tables of `compared`."""

    def having(**wanted: bool) -> int:
        rows = truths.to_pylist()
        return sum(
            row["customers"] for row in rows if all(row[f"hit_{k}"] is v for k, v in wanted.items())
        )

    customers = having()
    chance = (
        sum((row["said"] / customers) * ((row["bought"] or 0) / customers) for row in values.to_pylist())
        if customers
        else 0.0
    )  # fmt: skip
    return Counts(
        tag.code, customers, having(mine=True), having(popular=True), having(last=True),
        having(mine=True, popular=False), having(mine=False, popular=True),
        having(mine=True, last=False), having(mine=False, last=True), chance, values.num_rows,
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


def _bought(value: Measured, facts: Facts, after: date, until: date, timezone: str) -> Table:
    """Who bought what after one day up to another: distinct customer_id and value."""
    assert value.of is not None  # noqa: S101  a favourite is of a column
    source = SOURCES[value.rows.source]
    if source.grain == "line":
        rows = line_rows(facts, [value.of], until, timezone)
        rows = rows.filter(rows.time >= end_of(after, timezone))
        rows = with_products(rows, facts, [value.of])
    else:
        rows = event_rows(facts, source.events, [value.of], until, timezone)
        rows = rows.filter(rows.time >= end_of(after, timezone))
    rows = rows.filter(rows[value.of].notnull())
    return rows.select("customer_id", value=rows[value.of]).distinct()
