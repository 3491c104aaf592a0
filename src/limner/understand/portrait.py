"""What the page of one customer shows, as expressions to be fetched when it is opened."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Table

from limner.core.clock import end_of
from limner.core.errors import Malformed
from limner.core.event import ORDER_COMPLETED, ORDER_REFUNDED
from limner.understand.tags.source import (
    PRODUCT_COLUMNS,
    Facts,
    event_rows,
    line_rows,
    with_products,
)


def _of_customer(facts: Facts, customer_id: str) -> Facts:
    events = facts.events
    return Facts(events.filter(events.customer_id == customer_id), facts.products, facts.customers)


def timeline(
    facts: Facts, customer_id: str, as_of: date, timezone: str, limit: int = 50, offset: int = 0
) -> Table:
    """A customer's events, newest first, one page of them.

    Columns: time, event, type, channel, store_id, order_id, revenue, currency, lines, campaign_id,
    source, properties.
    """
    events = _of_customer(facts, customer_id).events
    events = events.filter(events.time < end_of(as_of, timezone))
    page = events.order_by(ibis.desc("time"), ibis.desc("event_id")).limit(limit, offset=offset)
    return page.select(
        "time", "event", "type", "channel", "store_id", "order_id", "revenue", "currency",
        "campaign_id", "source", "properties", lines=page.products.length(),
    )  # fmt: skip


def purchases(
    facts: Facts, customer_id: str, as_of: date, timezone: str, limit: int = 50, offset: int = 0
) -> Table:
    """A customer's product lines, newest order first: what was bought, when, where, for how much."""
    mine = _of_customer(facts, customer_id)
    wanted = ["order_id", "store_id", "quantity", "revenue", "discount", "coupon_discount",
              "department", "category", "brand"]  # fmt: skip
    lines = with_products(line_rows(mine, wanted, as_of, timezone), mine, wanted)
    names = mine.products.select(catalogue_id="product_id", product="name")
    named = lines.left_join(names, lines.product_id == names.catalogue_id)
    ordered = named.order_by(ibis.desc("time"), ibis.desc("order_id"), "product_id")
    return ordered.limit(limit, offset=offset).drop("catalogue_id", "customer_id")


def sales_by_month(facts: Facts, customer_id: str, as_of: date, timezone: str) -> Table:
    """A customer's months with an order or refund: month (`2017-01`), sales, orders."""
    mine = _of_customer(facts, customer_id)
    rows = event_rows(mine, (ORDER_COMPLETED, ORDER_REFUNDED), ["revenue", "day"], as_of, timezone)
    rows = rows.mutate(month=rows.day.strftime("%Y-%m"))
    return (
        rows.group_by("month")
        .aggregate(sales=rows.revenue.sum().round(2), orders=(rows.event == ORDER_COMPLETED).sum())
        .order_by("month")
    )


def spending_by(facts: Facts, column: str, as_of: date, timezone: str) -> Table:
    """Everybody's spending by a column of the product: value, sales, share (0..1 of the known).

    This is the yardstick of `tgi`; it is the same for every customer, so fetch it once a build.
    Raises: `Malformed` for a column that is not one of the product's.
    """
    if column not in PRODUCT_COLUMNS:
        raise Malformed("portrait-column", f"{column!r} is not one of {', '.join(PRODUCT_COLUMNS)}")
    wanted = ["revenue", column]
    lines = line_rows(facts, wanted, as_of, timezone)
    keys = ["product_id", *(name for name in lines.columns if name.startswith("line_"))]
    by_product = lines.group_by(keys).aggregate(revenue=lines.revenue.sum())
    named = with_products(by_product, facts, wanted)
    named = named.filter(named[column].notnull())
    sums = named.group_by(value=named[column]).aggregate(sales=named.revenue.sum().round(2))
    return sums.mutate(share=sums.sales / sums.sales.sum().over(ibis.window()).nullif(0))


def tgi(
    facts: Facts, customer_id: str, column: str, everybody: Table, as_of: date, timezone: str
) -> Table:
    """What a customer spends on, beside everybody: value, sales, share, share_of_everybody, tgi.

    The target group index is 100 x the customer's share / everybody's share: 100 is like everybody,
    200 is twice the leaning.  `everybody` comes from `spending_by`.  Best-selling first.
    Source: the index of the Target Group Index survey, British Market Research Bureau, 1969.
    """
    mine = spending_by(_of_customer(facts, customer_id), column, as_of, timezone)
    joined = mine.left_join(everybody, mine.value == everybody.value)
    beside = joined.select(
        mine.value, mine.sales, mine.share, share_of_everybody=everybody.share,
        tgi=100 * mine.share / everybody.share.nullif(0),
    )  # fmt: skip
    return beside.order_by(ibis.desc("sales"), "value")
