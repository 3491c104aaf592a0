"""What everyone in a campaign did while it ran: the facts under every campaign report."""

from __future__ import annotations

from datetime import date

import ibis

from limner.core.clock import end_of
from limner.core.event import COUPON_REDEEMED, ORDER_COMPLETED

# What a customer spent in these days before a campaign is what CUPED knows beforehand.
DAYS_BEFORE = 84


def contacts(
    events: ibis.Table,
    campaigns: ibis.Table,
    coupons: ibis.Table,
    exposures: ibis.Table,
    messages: ibis.Table,
    *,
    as_of: date,
    timezone: str,
) -> ibis.Table:
    """One row per customer in an arm of a campaign, with what followed from its start to its end.

    Columns: campaign_id, customer_id, arm, propensity, was_sent (null when the campaign logged no
    message to this customer), sales and orders (in the window), sales_before (the 84 days
    before), coupon_sales (products the campaign's coupons are good for), sales_with_coupon (those
    bought with a coupon), discount (what coupons took off them) and redemptions.  A campaign
    without an end runs to `as_of`; one without a start begins for each customer at its exposure.
    """
    cutoff = ibis.timestamp(end_of(as_of, timezone))
    frame = (
        exposures.select("campaign_id", "customer_id", "time", "arm", "propensity")
        .join(campaigns.select("campaign_id", "starts_at", "ends_at"), "campaign_id")
        .mutate(starts_at=ibis.coalesce(ibis._.starts_at, ibis._.time))
        .mutate(ends_at=ibis.least(ibis.coalesce(ibis._.ends_at, cutoff), cutoff))
        .select("campaign_id", "customer_id", "arm", "propensity", "starts_at", "ends_at")
    )
    orders = events.filter(events.event == ORDER_COMPLETED, events.time < cutoff).select(
        "customer_id", "time", "revenue", "products"
    )
    bought = frame.join(orders, "customer_id").filter(
        ibis._.time >= ibis._.starts_at - ibis.interval(days=DAYS_BEFORE),
        ibis._.time < ibis._.ends_at,
    )
    during = bought.time >= bought.starts_at
    spent = bought.group_by("campaign_id", "customer_id").aggregate(
        sales=bought.revenue.sum(where=during),
        orders=during.sum(),
        sales_before=bought.revenue.sum(where=~during),
    )
    line = (
        bought.filter(during)
        .select("campaign_id", "customer_id", line=bought.products.unnest())
        .select(
            "campaign_id",
            "customer_id",
            product_id=ibis._.line["product_id"],
            revenue=ibis._.line["revenue"],
            off=ibis._.line["coupon_discount"],
        )
        .semi_join(coupons, ["campaign_id", "product_id"])
    )
    couponed = line.group_by("campaign_id", "customer_id").aggregate(
        coupon_sales=line.revenue.sum(),
        sales_with_coupon=line.revenue.sum(where=line.off > 0),
        discount=line.off.sum(),
    )
    used = events.filter(
        events.event == COUPON_REDEEMED, events.time < cutoff, events.campaign_id.notnull()
    )
    redeemed = used.group_by("campaign_id", "customer_id").aggregate(redemptions=used.count())
    sent = messages.group_by("campaign_id", "customer_id").aggregate(
        was_sent=(messages.status == "sent").any()
    )
    keys = ["campaign_id", "customer_id"]
    rows = frame.select(*keys, "arm", "propensity")
    for part in (sent, spent, couponed, redeemed):
        rows = rows.left_join(part, keys).drop("campaign_id_right", "customer_id_right")
    figures = (
        "sales", "orders", "sales_before", "coupon_sales", "sales_with_coupon", "discount", "redemptions",
    )  # fmt: skip
    return rows.mutate(
        **{name: ibis.coalesce(_exact(rows[name].cast("float64")), 0.0) for name in figures}
    )


def purchases(events: ibis.Table, *, as_of: date, timezone: str) -> ibis.Table:
    """Sales, orders and coupons redeemed of every customer on every business day up to `as_of`.

    Columns: customer_id, day, sales, orders, redemptions; days are those of the engine's zone.
    """
    known = events.filter(
        events.event.isin([ORDER_COMPLETED, COUPON_REDEEMED]),
        events.customer_id.notnull(),
        events.time < ibis.timestamp(end_of(as_of, timezone)),
    )
    is_order = known.event == ORDER_COMPLETED
    return known.group_by("customer_id", day=known.time.date()).aggregate(
        sales=_exact(known.revenue.sum(where=is_order)),
        orders=is_order.sum(),
        redemptions=(~is_order).sum(),
    )


def _exact(amount: ibis.Value) -> ibis.Value:
    """Sums of the same money in another order differ in the last bit; a build must not."""
    return amount.round(6)
