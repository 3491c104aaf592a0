"""What is known of somebody this second: facts that each event adds to, and tags made of them.

Facts are kept per identifier and only added up when a customer is looked at, so merging or
un-merging customers moves nothing.  That works because they are a commutative monoid: `fold` and
`join` use only sums of whole numbers, earliest and latest, so neither the order of events nor how
they are split between identifiers changes a digit.  Each event must come once.

Source: Agarwal, Cormode, Huang, Phillips, Wei and Yi, "Mergeable Summaries", PODS 2012, section 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from limner.core.event import ORDER_COMPLETED, ORDER_REFUNDED
from limner.core.touch import DIRECT, Touch, first_of, last_of
from limner.core.words import Words

MILLION = 1_000_000  # amounts are added up in millionths of the currency's unit
_ADDED = "Product Added"
_VIEWED = "Product Viewed"
_PRODUCT_EVENTS = frozenset([_VIEWED, "Product Clicked", _ADDED])
_SEEN = frozenset(["page", "screen"])
_ONLINE = timedelta(minutes=5)
_CART_KEPT = timedelta(days=7)


class Latest(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """The newest of something; of two at one moment the event's id decides."""

    at: datetime
    event_id: str
    value: str
    label: str = ""


class Facts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the events of one identifier come to; `Facts()` is that of none.

    `revenue` and `refunded`: by currency, in millionths; what was given back counts up in `refunded`.  `sessions` counts visits
    begun.  `last_product`: the product last looked at or put in the cart, `label` its name.
    """

    first_at: datetime | None = None
    last_at: datetime | None = None
    events: int = 0
    page_views: int = 0
    product_views: int = 0
    sessions: int = 0
    orders: int = 0
    refunds: int = 0
    revenue: dict[str, int] = {}
    refunded: dict[str, int] = {}
    first_order_at: datetime | None = None
    last_order_at: datetime | None = None
    last_cart: Latest | None = None
    last_page: Latest | None = None
    last_product: Latest | None = None
    first_touch: Touch | None = None
    last_touch: Touch | None = None


@dataclass(frozen=True, slots=True)
class LiveTag:
    """One thing that holds of a customer now: its code, its name, and what it says."""

    tag: str
    words: Words
    value: Words


def fold(facts: Facts, row: Mapping[str, Any]) -> Facts:
    """The facts with one more event: a row of `events` whose visit has been filled in."""
    time, name, event = row["time"], row["event_id"], row["event"]
    is_order, is_refund = event == ORDER_COMPLETED, event == ORDER_REFUNDED
    revenue, refunded = facts.revenue, facts.refunded
    if (is_order or is_refund) and row["revenue"] is not None:
        currency, amount = row["currency"] or "", round(row["revenue"] * MILLION)
        if is_order:
            revenue = _added(revenue, {currency: amount})
        else:
            refunded = _added(refunded, {currency: abs(amount)})
    product = _product_of(row) if event in _PRODUCT_EVENTS else None
    page = row["page_url"]
    touch = _touch_of(row) if row["session_id"] == name else None
    return Facts(
        _first(facts.first_at, time),
        _last(facts.last_at, time),
        facts.events + 1,
        facts.page_views + (row["type"] in _SEEN),
        facts.product_views + (event == _VIEWED),
        facts.sessions + (touch is not None),
        facts.orders + is_order,
        facts.refunds + is_refund,
        revenue,
        refunded,
        _first(facts.first_order_at, time) if is_order else facts.first_order_at,
        _last(facts.last_order_at, time) if is_order else facts.last_order_at,
        _newest(facts.last_cart, product) if event == _ADDED else facts.last_cart,
        _newest(facts.last_page, Latest(time, name, page)) if page else facts.last_page,
        _newest(facts.last_product, product) if product else facts.last_product,
        first_of(facts.first_touch, touch) if touch else facts.first_touch,
        last_of(facts.last_touch, touch) if touch else facts.last_touch,
    )


def join(one: Facts, other: Facts) -> Facts:
    """The facts of two identifiers together, as if their events had been folded as one."""
    return Facts(
        _first(one.first_at, other.first_at),
        _last(one.last_at, other.last_at),
        one.events + other.events,
        one.page_views + other.page_views,
        one.product_views + other.product_views,
        one.sessions + other.sessions,
        one.orders + other.orders,
        one.refunds + other.refunds,
        _added(one.revenue, other.revenue),
        _added(one.refunded, other.refunded),
        _first(one.first_order_at, other.first_order_at),
        _last(one.last_order_at, other.last_order_at),
        _newest(one.last_cart, other.last_cart),
        _newest(one.last_page, other.last_page),
        _newest(one.last_product, other.last_product),
        first_of(one.first_touch, other.first_touch),
        last_of(one.last_touch, other.last_touch),
    )


def join_all(facts: Iterable[Facts]) -> Facts:
    """The facts of all of a customer's identifiers together."""
    total = Facts()
    for each in facts:
        total = join(total, each)
    return total


def _product_of(row: Mapping[str, Any]) -> Latest | None:
    for line in row["products"] or ():
        if line["product_id"]:
            return Latest(row["time"], row["event_id"], line["product_id"], line["name"] or "")
    return None


def _touch_of(row: Mapping[str, Any]) -> Touch:
    return Touch(
        row["time"], row["event_id"], row["traffic_channel"] or DIRECT, row["utm_source"],
        row["utm_medium"], row["utm_campaign"], row["page_url"], row["referrer"],
    )  # fmt: skip


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return one if one <= other else other


def _last(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return one if one >= other else other


def _newest(one: Latest | None, other: Latest | None) -> Latest | None:
    if one is None or other is None:
        return one or other
    return one if one >= other else other


def _added(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    if not one or not other:
        return one or other
    return {key: one.get(key, 0) + other.get(key, 0) for key in one.keys() | other.keys()}


def live_tags(facts: Facts, as_of: datetime) -> list[LiveTag]:
    """What holds of a customer at a moment, by the facts alone; an empty list for no events."""
    if facts.last_at is None:
        return []
    found = []
    if as_of - facts.last_at <= _ONLINE:
        found.append(LiveTag("online", Words("here now", "正在访问"), Words("yes", "是")))
    stage = (
        Words("looked, has not bought yet", "只浏览未购买")
        if not facts.orders
        else Words("bought once", "首购客户")
        if facts.orders == 1
        else Words(f"bought {facts.orders} times", f"购买 {facts.orders} 次")
    )
    found.append(LiveTag("buying_stage", Words("buying stage", "购买阶段"), stage))
    if has_open_cart(facts, as_of) and facts.last_cart is not None:
        item = facts.last_cart.label or facts.last_cart.value
        found.append(LiveTag("open_cart", Words("open cart", "购物车未结算"), Words(item, item)))
    if facts.last_product is not None:
        item = facts.last_product.label or facts.last_product.value
        words = Words("last product looked at", "最近关注商品")
        found.append(LiveTag("last_product", words, Words(item, item)))
    return found


def has_open_cart(facts: Facts, as_of: datetime) -> bool:
    """Whether something was put in the cart in the last seven days and nothing ordered since."""
    if facts.last_cart is None or as_of - facts.last_cart.at > _CART_KEPT:
        return False
    return facts.last_order_at is None or facts.last_order_at < facts.last_cart.at
