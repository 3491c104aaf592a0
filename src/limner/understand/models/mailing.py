"""What was known about a customer at the moment a mailing began: features before, label after.

Every figure is an Ibis expression over events strictly before the mailing's start, so the row of
a mailing of March is the same whether it is computed in March or in December.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
from ibis import _

from limner.core.clock import end_of
from limner.core.event import COUPON_REDEEMED, ORDER_COMPLETED

NEXT = "type:"  # how the subject of a mailing that has not been sent begins


@dataclass(frozen=True, slots=True)
class Facts:
    """The lake tables a mailing model reads, as Ibis tables with the declared schemas."""

    events: ibis.Table
    campaigns: ibis.Table
    exposures: ibis.Table
    coupons: ibis.Table
    products: ibis.Table

    @classmethod
    def of(cls, tables: Mapping[str, ibis.Table]) -> Facts:
        """The facts among the tables of a lake, by table name."""
        return cls(*(tables[name] for name in cls.__slots__))


def mailings(facts: Facts, as_of: date, timezone: str) -> ibis.Table:
    """One row per mailing and customer: what was known of the customer when the mailing began.

    Past mailings: each customer contacted by a campaign begun by `as_of`; `subject` is the
    campaign_id and `redeemed` says whether a coupon of the campaign was used in
    [starts_at, ends_at), as far as `as_of` can know.  Next mailings: each customer with an order,
    once per type of campaign; `subject` is `type:<campaign type>`, the mailing begins at the end of
    `as_of` with the coupons of the latest campaign of its type, and `redeemed` is null.
    `history_days` is how many days of orders were on record when the mailing began.
    """
    end = ibis.literal(end_of(as_of, timezone)).cast("timestamp('UTC', 6)")
    known = _known(facts, end)
    pairs = _contacts(known, end).union(_outlook(known, end))
    return _label(_describe(pairs, known), known)


def _contacts(facts: Facts, end: ibis.Value) -> ibis.Table:
    campaigns = facts.campaigns.select("campaign_id", "type", "starts_at", "ends_at")
    open_end = end + ibis.interval(days=1)  # without an end it runs on: still running at `as_of`
    sent = facts.exposures.filter(_.arm == "treated").select("campaign_id", "customer_id")
    return (
        sent.distinct()
        .inner_join(campaigns, "campaign_id")
        .select(
            "customer_id",
            subject=_.campaign_id,
            offered=_.campaign_id,
            campaign_type=_.type.fill_null("?"),
            starts_at=_.starts_at.cast("timestamp('UTC', 6)"),
            ends_at=_.ends_at.cast("timestamp('UTC', 6)").fill_null(open_end),
        )
    )


def _outlook(facts: Facts, end: ibis.Value) -> ibis.Table:
    newest = ibis.row_number().over(
        group_by="type", order_by=[ibis.desc("starts_at"), "campaign_id"]
    )
    latest = facts.campaigns.mutate(place=newest).filter(_.place == 0)
    latest = latest.select(offered=_.campaign_id, campaign_type=_.type.fill_null("?"))
    buyers = facts.events.filter(_.event == ORDER_COMPLETED).select("customer_id").distinct()
    return buyers.cross_join(latest).select(
        "customer_id",
        subject=_.campaign_type.re_replace("^", NEXT),
        offered=_.offered,
        campaign_type=_.campaign_type,
        starts_at=end,
        ends_at=end,
    )


def _label(rows: ibis.Table, facts: Facts) -> ibis.Table:
    keys = rows.select("subject", "customer_id", "starts_at", "ends_at")
    used = facts.events.filter(_.event == COUPON_REDEEMED)
    used = used.select("customer_id", "time", subject=_.campaign_id)
    used = used.inner_join(keys, ["subject", "customer_id"])
    used = used.filter(_.time >= _.starts_at, _.time < _.ends_at)
    used = used.select("subject", "customer_id").distinct().mutate(redeemed=True)
    is_past = ~_.subject.startswith(NEXT)
    return _join(rows, used).mutate(redeemed=is_past.ifelse(_.redeemed.fill_null(False), None))


def _known(facts: Facts, end: ibis.Value) -> Facts:
    events = facts.events.filter(_.time < end, _.customer_id.notnull())
    # A campaign is a mailing of coupons when coupons of it are listed or were used; nobody could
    # redeem one of another campaign, so it must not teach that people do not redeem.
    used = events.filter(_.event == COUPON_REDEEMED).select("campaign_id")
    with_coupons = facts.coupons.select("campaign_id").union(used).distinct()
    return Facts(
        events=events,
        campaigns=facts.campaigns.filter(_.starts_at < end).semi_join(with_coupons, "campaign_id"),
        exposures=facts.exposures.filter(_.time < end),
        coupons=facts.coupons,
        products=facts.products,
    )


def _describe(pairs: ibis.Table, facts: Facts) -> ibis.Table:
    """The features of each (subject, customer_id), from what happened before its `starts_at`."""
    orders = facts.events.filter(_.event == ORDER_COMPLETED)
    first = orders.aggregate(began=_.time.min())
    rows = pairs
    for part in (_visits, _breadth, _wanted, _past):
        rows = _join(rows, part(pairs, facts))
    rows = rows.left_join(_offer(facts), rows.offered == _offer(facts).campaign_id)
    rows = rows.cross_join(first)
    days = (_.starts_at.epoch_seconds() - _.began.epoch_seconds()) / 86400.0
    rows = rows.mutate(history_days=days.fill_null(0.0))
    day = ibis.greatest(_.history_days, 1.0)
    counts = (
        "orders_30d", "orders_90d", "orders", "revenue_30d", "revenue_90d", "revenue",
        "contacts_before", "mailings_redeemed", "coupons_redeemed", "coupon_product_lines_90d",
        "coupons_count", "coupon_products_count", "departments_count",
    )  # fmt: skip
    rows = rows.mutate(**{name: rows[name].fill_null(0).cast("float64") for name in counts})
    return rows.select(
        "subject", "customer_id", "campaign_type", "starts_at", "ends_at", "history_days",
        "coupons_count", "coupon_products_count", "recency_days", "orders_30d", "orders_90d",
        "revenue_30d", "revenue_90d", "coupon_product_lines_90d", "departments_count",
        "contacts_before", "mailings_redeemed", "coupons_redeemed", "redeemed_days_ago",
        orders_per_month=_.orders * 30 / day,
        revenue_per_month=_.revenue * 30 / day,
        basket_mean=_.revenue / _.orders.nullif(0),
        coupon_share=_.coupon_orders / _.orders.nullif(0),
        discount_share=_.discount / (_.revenue + _.discount).nullif(0),
        private_label_share=_.private_revenue / _.line_revenue.nullif(0),
        coupon_product_share=_.coupon_product_revenue.fill_null(0.0) / _.line_revenue.nullif(0),
    )  # fmt: skip


def _join(rows: ibis.Table, part: ibis.Table) -> ibis.Table:
    joined = rows.left_join(part, ["subject", "customer_id"])
    return joined.drop("subject_right", "customer_id_right")


def _age() -> ibis.Value:
    """Days from `time` to the start of the mailing."""
    return (_.starts_at.epoch_seconds() - _.time.epoch_seconds()) / 86400.0


def _lines(facts: Facts) -> ibis.Table:
    products = facts.products.select("product_id", "department", "is_private_label")
    lines = facts.events.filter(_.event == ORDER_COMPLETED)
    lines = lines.select("event_id", "customer_id", "time", line=_.products.unnest()).select(
        "event_id",
        "customer_id",
        "time",
        product_id=_.line.product_id,
        line_revenue=_.line.revenue.fill_null(0.0),
        discount=_.line.discount.fill_null(0.0),
        coupon_discount=_.line.coupon_discount.fill_null(0.0),
    )
    return lines.left_join(products, "product_id").drop("product_id_right")


def _visits(pairs: ibis.Table, facts: Facts) -> ibis.Table:
    """Recency, frequency and money before the start, and what the baskets were made of."""
    orders = facts.events.filter(_.event == ORDER_COMPLETED)
    orders = orders.select("event_id", "customer_id", "time", revenue=_.revenue.fill_null(0.0))
    baskets = (
        _lines(facts)
        .group_by("event_id")
        .aggregate(
            line_revenue=_.line_revenue.sum(),
            discount=_.discount.sum(),
            private_revenue=_.line_revenue.sum(where=_.is_private_label.fill_null(False)),
            used_coupon=_.coupon_discount.max() > 0,
        )
    )
    orders = orders.left_join(baskets, "event_id").drop("event_id_right")
    seen = pairs.select("subject", "customer_id", "starts_at").inner_join(orders, "customer_id")
    seen = seen.filter(_.time < _.starts_at).mutate(age=_age())
    return seen.group_by("subject", "customer_id").aggregate(
        recency_days=_.age.min(),
        orders=_.count(),
        revenue=_.revenue.sum(),
        orders_30d=(_.age <= 30).sum(),
        orders_90d=(_.age <= 90).sum(),
        revenue_30d=_.revenue.sum(where=_.age <= 30),
        revenue_90d=_.revenue.sum(where=_.age <= 90),
        coupon_orders=_.used_coupon.sum(),
        line_revenue=_.line_revenue.sum(),
        discount=_.discount.sum(),
        private_revenue=_.private_revenue.sum(),
    )


def _breadth(pairs: ibis.Table, facts: Facts) -> ibis.Table:
    """In how many departments the customer had bought."""
    found = _lines(facts).group_by("customer_id", "department").aggregate(time=_.time.min())
    seen = pairs.select("subject", "customer_id", "starts_at").inner_join(found, "customer_id")
    return (
        seen.filter(_.time < _.starts_at)
        .group_by("subject", "customer_id")
        .aggregate(departments_count=_.department.count())
    )


def _wanted(pairs: ibis.Table, facts: Facts) -> ibis.Table:
    """What the customer had bought of the products that the mailing's coupons are good for."""
    coupons = facts.coupons.select(offered=_.campaign_id, product_id=_.product_id).distinct()
    keys = pairs.select("subject", "customer_id", "starts_at", "offered")
    seen = _lines(facts).select("customer_id", "time", "product_id", "line_revenue")
    seen = seen.inner_join(coupons, "product_id").inner_join(keys, ["customer_id", "offered"])
    seen = seen.filter(_.time < _.starts_at).mutate(age=_age())
    return seen.group_by("subject", "customer_id").aggregate(
        coupon_product_revenue=_.line_revenue.sum(),
        coupon_product_lines_90d=(_.age <= 90).sum(),
    )


def _past(pairs: ibis.Table, facts: Facts) -> ibis.Table:
    """How earlier mailings fared with the customer, as far as that was known at the start."""
    keys = pairs.select("subject", "customer_id", "starts_at")
    sent = facts.exposures.filter(_.arm == "treated").select("campaign_id", "customer_id", "time")
    contacts = (
        keys.inner_join(sent, "customer_id")
        .filter(_.time < _.starts_at)
        .group_by("subject", "customer_id")
        .aggregate(contacts_before=_.campaign_id.nunique())
    )
    used = facts.events.filter(_.event == COUPON_REDEEMED).select(
        "customer_id", "time", "campaign_id"
    )
    redemptions = (
        keys.inner_join(used, "customer_id")
        .filter(_.time < _.starts_at)
        .mutate(age=_age())
        .group_by("subject", "customer_id")
        .aggregate(
            mailings_redeemed=_.campaign_id.nunique(),
            coupons_redeemed=_.count(),
            redeemed_days_ago=_.age.min(),
        )
    )
    return _join(_join(keys.drop("starts_at"), contacts), redemptions)


def _offer(facts: Facts) -> ibis.Table:
    return facts.coupons.group_by("campaign_id").aggregate(
        coupons_count=_.coupon_id.nunique(), coupon_products_count=_.product_id.nunique()
    )
