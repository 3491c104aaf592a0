"""What a tag can read: the rows there are, and the columns its rules may name.

Days, weekdays and hours are counted in the business's time zone, whatever the engine's own is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

import ibis
from ibis.expr import datatypes as dt
from ibis.expr.types import BooleanValue, Column, StringValue, Table

from limner.core.clock import end_of
from limner.core.event import (
    COUPON_REDEEMED,
    ORDER_COMPLETED,
    ORDER_REFUNDED,
    OWN_EVENTS,
    PRODUCT_ADDED,
    PRODUCT_CLICKED,
    PRODUCT_VIEWED,
)
from limner.core.rule_kind import Kind
from limner.core.words import Words


@dataclass(frozen=True, slots=True)
class Facts:
    """What tags are computed from.

    `events` and `products` are lake tables of those names; `customers` has one row per customer
    with `customer_id` and `traits` (a JSON object as text), such as the golden records.  `stores` and
    `scores` are lake tables too; `by_hand` has what people set: `tag`, `customer_id` and `value` (as
    JSON), each pair once; `corrected` are the tags among them that are computed otherwise.
    """

    events: Table
    products: Table
    customers: Table
    stores: Table | None = None
    scores: Table | None = None
    by_hand: Table | None = None
    corrected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of row that tags count: which events it comes from and what its columns are called.

    `grain`: `event` is one row per event, `line` one row per product line of an event.  `events`:
    their names; none is every name.  `types`: their types; none is every type.
    """

    name: str
    words: Words
    one: Words
    grain: str
    events: tuple[str, ...]
    columns: dict[str, Words] = field(hash=False)
    types: tuple[str, ...] = ()


_EVENT_COLUMNS = {
    "revenue": Words("revenue", "金额"),
    "day": Words("day", "日期"),
    "hour": Words("hour of day", "小时"),
    "weekday": Words("weekday (0 = Monday)", "星期（0 为周一）"),
    "store_id": Words("store", "门店"),
    "channel": Words("channel", "渠道"),
    "order_id": Words("order", "订单"),
    "campaign_id": Words("campaign", "营销活动"),
    "city": Words("city", "城市"),
    "event": Words("event", "事件"),
    "type": Words("type of event", "事件类型"),
    "source": Words("source", "来源"),
    "device": Words("device", "设备"),
    "session_id": Words("visit", "访问"),
    "traffic_channel": Words("traffic channel", "流量渠道"),
    "page_url": Words("page", "页面"),
    "referrer": Words("referrer", "来源页面"),
    "utm_source": Words("UTM source", "UTM 来源"),
    "utm_medium": Words("UTM medium", "UTM 媒介"),
    "utm_campaign": Words("UTM campaign", "UTM 活动"),
    "currency": Words("currency", "币种"),
    "latitude": Words("latitude", "纬度"),
    "longitude": Words("longitude", "经度"),
}
PROPERTIES = "properties"  # `properties.colour`: what an event says under a name of its own
PRODUCT_COLUMNS = {
    "product_id": Words("product", "商品"),
    "department": Words("department", "部门"),
    "category": Words("category", "品类"),
    "brand": Words("brand", "品牌"),
    "is_private_label": Words("own brand", "自有品牌"),
}
_LINE_COLUMNS = {
    **{name: words for name, words in _EVENT_COLUMNS.items() if name != "revenue"},
    **PRODUCT_COLUMNS,
    "quantity": Words("units", "件数"),
    "revenue": Words("revenue", "金额"),
    "discount": Words("discount", "折扣"),
    "coupon_discount": Words("coupon discount", "优惠券减免"),
    "list_price": Words("price before discounts", "折前金额"),
}

_ALL = (
    Source("orders", Words("orders", "订单"), Words("order", "订单"), "event", (ORDER_COMPLETED,), _EVENT_COLUMNS),
    Source(
        "sales", Words("orders less refunds", "订单（扣除退款）"), Words("order or refund", "订单或退款"), "event",
        (ORDER_COMPLETED, ORDER_REFUNDED), _EVENT_COLUMNS,
    ),
    Source(
        "redemptions", Words("coupon redemptions", "优惠券兑换"), Words("coupon redemption", "优惠券兑换"), "event",
        (COUPON_REDEEMED,), _EVENT_COLUMNS,
    ),
    Source("events", Words("events", "行为"), Words("event", "行为"), "event", (), _EVENT_COLUMNS),
    Source(
        "pages", Words("page views", "页面浏览"), Words("page view", "页面浏览"), "event", (),
        _EVENT_COLUMNS, ("page", "screen"),
    ),
    Source("lines", Words("order lines", "订单商品行"), Words("order line", "订单商品行"), "line", (ORDER_COMPLETED,), _LINE_COLUMNS),
    Source(
        "viewed", Words("products viewed", "浏览商品"), Words("product viewed", "浏览商品"), "line",
        (PRODUCT_VIEWED, PRODUCT_CLICKED), _LINE_COLUMNS,
    ),
    Source(
        "carted", Words("products put in the cart", "加购商品"), Words("product put in the cart", "加购商品"),
        "line", (PRODUCT_ADDED,), _LINE_COLUMNS,
    ),
)  # fmt: skip
SOURCES: dict[str, Source] = {source.name: source for source in _ALL}


def has_column(source: str, name: str) -> bool:
    """Whether rows of a source have a column; events have every property."""
    prefix, dot, rest = name.partition(".")
    is_property = prefix == PROPERTIES and bool(dot and rest)
    return name in SOURCES[source].columns or (is_property and SOURCES[source].grain == "event")


@dataclass(frozen=True, slots=True)
class Window:
    """The moments from `start` (None: since ever) up to, not including, `end`."""

    start: datetime | None
    end: datetime


@ibis.udf.scalar.builtin(name="timezone")
def _wall_clock(zone: str, moment: dt.Timestamp(timezone="UTC")) -> dt.timestamp:  # type: ignore[valid-type]
    """The engine's own function: what clocks in a zone show at a moment."""


@ibis.udf.scalar.builtin(name="json_extract")
def _json_extract(text: str, path: str) -> dt.json:
    """The engine's own function: what stands at a path in JSON."""


@ibis.udf.scalar.builtin(name="floor")
def rounded_down(number: float) -> float:  # type: ignore[empty-body]
    """The engine's own function; that of Ibis gives 64 bits at once, and fails where they are too few."""


_LOCAL: dict[str, Callable[[Column], Column]] = {
    "day": lambda local: local.date(),
    "hour": lambda local: local.hour().cast("int64"),
    "weekday": lambda local: local.day_of_week.index().cast("int64"),
}
_TYPED: dict[Kind, Callable[[Column], Column]] = {
    "text": lambda found: found.str,
    "number": lambda found: found.float,
    "truth": lambda found: found.bool,
}
# Some events' names and types; none of either is everything customers did.
Chosen: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]


def json_at(text: StringValue, name: str) -> Column:
    """What a JSON object says under a name, as JSON."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return _json_extract(text, f'$."{quoted}"')


def typed_json(found: Column, kind: Kind) -> Column:
    """A JSON value where it is of a kind; missing where it is of another."""
    return _TYPED[kind](found)


def _with_local(rows: Table, wanted: Collection[str], timezone: str) -> Table:
    needed = [name for name in _LOCAL if name in wanted]
    if not needed:
        return rows
    rows = rows.mutate(local=_wall_clock(timezone, rows.time))
    return rows.mutate(**{name: _LOCAL[name](rows.local) for name in needed}).drop("local")


def is_chosen(rows: Table, chosen: Chosen) -> BooleanValue:
    """Whether an event has one of the names and one of the types.

    Without names that is everything customers did: what Limner tells of them itself is not.
    """
    found = [
        column == values[0] if len(values) == 1 else column.isin(sorted(values))
        for column, values in zip((rows.event, rows.type), chosen, strict=True)
        if values
    ]
    if not found:
        found = [rows.event.notin(OWN_EVENTS) | rows.event.isnull()]
    return ibis.and_(*found)


def chosen_events(
    facts: Facts, chosen: Collection[Chosen], wanted: Collection[str], as_of: date, timezone: str,
    typed: Mapping[str, tuple[str, Kind]] | None = None,
) -> Table:  # fmt: skip
    """The events of customers before the end of `as_of` that one of `chosen` fits, with the columns
    wanted.

    `typed`: by the name of its column, a property and the kind it is wanted in.  A refund's revenue
    counts against: it is negative, whatever sign the source wrote.
    """
    events = facts.events
    rows = events.filter(events.customer_id.notnull(), events.time < end_of(as_of, timezone))
    named = tuple(
        dict.fromkeys(name for names, types in sorted(chosen) if not types for name in names)
    )
    some = [is_chosen(rows, one) for one in sorted(chosen) if one[1] or not one[0]]
    rows = rows.filter(ibis.or_(*([is_chosen(rows, (named, ()))] if named else []), *some))
    plain = [name for name in wanted if name in events.columns and name not in _LOCAL]
    columns: dict[str, Column] = {
        name: rows[name] for name in ("customer_id", "event_id", "event", "type", "time", *plain)
    }
    if "revenue" in wanted:
        revenue = rows.revenue
        columns["revenue"] = (rows.event == ORDER_REFUNDED).ifelse(-revenue.abs(), revenue)
    for name, (key, kind) in (typed or {}).items():
        columns[name] = typed_json(json_at(rows.properties, key), kind)
    return _with_local(rows.select(**columns), wanted, timezone)


def event_rows(facts: Facts, names: Collection[str], wanted: Collection[str], as_of: date,
               timezone: str) -> Table:  # fmt: skip
    """The events of some event names before the end of `as_of`, with the columns wanted."""
    return chosen_events(facts, [(tuple(sorted(names)), ())], wanted, as_of, timezone)


_OF_EVENT = frozenset(_EVENT_COLUMNS) - {"revenue"}


def line_rows(
    facts: Facts, wanted: Collection[str], as_of: date, timezone: str,
    chosen: Collection[Chosen] = (((ORDER_COMPLETED,), ()),),
) -> Table:  # fmt: skip
    """The product lines of events before the end of `as_of`, products not yet joined.

    `wanted` may name `line_at`, the line's place in its event.
    """
    of_event = [name for name in wanted if name in _OF_EVENT]
    events = chosen_events(facts, chosen, ["products", *of_event], as_of, timezone)
    kept = [name for name in events.columns if name != "products"]
    more = {}
    if "line_at" in wanted:
        more["line_at"] = ibis.range(events.products.length()).unnest()
    rows = events.select(*kept, line=events.products.unnest(), **more)
    fields = ("quantity", "revenue", "discount", "coupon_discount")
    line = {name: rows.line[name] for name in fields if name in wanted}
    if "list_price" in wanted:
        line["list_price"] = rows.line["revenue"] + rows.line["discount"].fill_null(0.0)
    own = {f"line_{name}": rows.line[name] for name in ("category", "brand") if name in wanted}
    return rows.select(*kept, *more, **line, product_id=rows.line["product_id"], **own)


def with_products(cells: Table, facts: Facts, wanted: Collection[str]) -> Table:
    """Rows that have a `product_id`, with the catalogue's columns; a product that the catalogue
    does not know keeps the category and brand its lines named.
    """
    columns = [name for name in PRODUCT_COLUMNS if name in wanted and name != "product_id"]
    if not columns:
        return cells
    products = facts.products.select(
        catalogue_id="product_id", **{f"known_{c}": c for c in columns}
    )
    joined = cells.left_join(products, cells.product_id == products.catalogue_id)
    full = {
        c: ibis.coalesce(joined[f"known_{c}"], joined[f"line_{c}"])
        if f"line_{c}" in cells.columns
        else joined[f"known_{c}"]
        for c in columns
    }
    rest = [c for c in cells.columns if c not in ("line_category", "line_brand")]
    return joined.select(*rest, **full)
