"""One customer from all sides, read for the page that shows them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import ibis

from limner.app.limner import Limner
from limner.app.opaque import opaque, opaque_name
from limner.core.clock import zone
from limner.core.event import ORDER_COMPLETED
from limner.govern.masking import PERSONAL, mask
from limner.unify.attribute import attribute

Document = dict[str, Any]
ORDERS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Portrait:
    """Everything known of one customer, newest first; `customer_id` is never masked, so not for show."""

    customer_id: str
    profile: Document
    provenance: Document
    events: list[Document]
    orders: list[Document]
    months: list[Document]
    scores: list[Document]
    identifiers: list[Document]
    messages: list[Document]
    segments: list[str]


def portrait(
    limner: Limner, customer_id: str, sees_personal: bool = False, most: int = 60,
    also: Sequence[str] = (),
) -> Portrait | None:  # fmt: skip
    """The portrait of one customer with the newest `most` events; None for an unknown one.

    With `most` of 0 the facts are not read at all: no events, no orders, no months.
    `also`: other names under which the last build may know the customer, the likeliest first; they
    come from the identity graph, not from whoever asks.
    """
    lake = limner.lake
    portraits = lake.table("profiles")
    asked = portraits.customer_id if sees_personal else opaque(limner, portraits.customer_id)
    is_wanted = (asked == customer_id) | portraits.customer_id.isin([*also, ""])
    found = lake.fetch(portraits.filter(is_wanted)).to_pylist()
    if not found:
        return None
    places = {name: place for place, name in enumerate(also)}
    profile = min(found, key=lambda row: places.get(row["customer_id"], len(also)))
    customer_id = profile["customer_id"]
    shown_id = customer_id if sees_personal else opaque_name(limner, customer_id)
    mine = ibis._.customer_id == customer_id
    provenance = json.loads(profile.pop("provenance", None) or "{}")
    profile["traits"] = json.loads(profile.get("traits") or "{}")
    identifiers = lake.fetch(lake.table("identities").filter(mine)).to_pylist()
    if not sees_personal:
        profile = {k: mask(k, v) if k in PERSONAL else v for k, v in profile.items()}
        profile["customer_id"] = shown_id
        identifiers = [{**i, "value": mask(i["kind"], i["value"])} for i in identifiers]
    happened = _happened(limner, customer_id) if most else []
    events = _events(limner, customer_id, happened, most)
    orders = [row for row in events if row["event"] == ORDER_COMPLETED]
    return Portrait(
        customer_id=customer_id,
        profile=profile,
        provenance=provenance,
        events=events[:most],
        orders=_with_names(limner, orders[:ORDERS_SHOWN]),
        months=_by_month(happened, limner.settings.timezone),
        scores=[
            {**row, "reasons": json.loads(row["reasons"] or "[]")}
            for row in lake.fetch(lake.table("scores").filter(mine)).to_pylist()
        ],
        identifiers=identifiers,
        messages=_messages(limner, customer_id, sees_personal),
        segments=[
            row["segment"]
            for row in lake.fetch(
                lake.table("memberships").filter(mine).order_by("segment")
            ).to_pylist()
        ],
    )


def rows_of(limner: Limner, name: str, customer_id: str) -> ibis.Table:
    """The rows of a table that belong to a customer, also those that came under another id."""
    rows, identities = limner.lake.table(name), limner.lake.table("identities")
    known = limner.lake.fetch(identities.filter(identities.customer_id == customer_id))
    ids = [customer_id, *known["value"].to_pylist()]
    named = limner.lake.fetch(identities.filter(identities.value.isin(ids)))
    mine = attribute(rows.filter(rows.customer_id.isin(ids)), named)
    return mine.filter(mine.customer_id == customer_id)


def _messages(limner: Limner, customer_id: str, sees_personal: bool) -> list[Document]:
    """The newest messages; their subjects may name the customer, so they are personal too."""
    mine = rows_of(limner, "messages", customer_id).order_by(ibis.desc("time"))
    rows = limner.lake.fetch(mine.limit(50)).to_pylist()
    return rows if sees_personal else [{**row, "subject": None} for row in rows]


def months_of(limner: Limner, customer_id: str) -> list[Document]:
    """Sales and orders of each month in which a customer of the last build bought, oldest first."""
    return _by_month(_happened(limner, customer_id), limner.settings.timezone)


def _happened(limner: Limner, customer_id: str) -> list[Document]:
    """When each event of one customer was, newest first, and what it brought."""
    mine = rows_of(limner, "events", customer_id).select("time", "event", "revenue")
    return limner.lake.fetch(mine.order_by(ibis.desc("time"))).to_pylist()


def _events(
    limner: Limner, customer_id: str, happened: list[Document], most: int
) -> list[Document]:
    """The newest events, whole, as many as hold `most` of all and `ORDERS_SHOWN` orders, newest first.

    Only the days that they are of are opened; to read every column of all would take twice as long.
    """
    bought = [row for row in happened if row["event"] == ORDER_COMPLETED]
    ends = [
        rows[:count][-1]["time"]
        for rows, count in ((happened, most), (bought, ORDERS_SHOWN))
        if rows
    ]
    if not ends:
        return []
    since = min(ends)
    columns = ("time", "event", "type", "channel", "store_id", "order_id", "revenue", "campaign_id",
               "source", "products")  # fmt: skip
    mine = rows_of(limner, "events", customer_id)
    newest = mine.filter(mine.date >= since.astimezone(UTC).date(), mine.time >= since).select(
        *columns
    )
    return limner.lake.fetch(newest.order_by(ibis.desc("time"))).to_pylist()


def _by_month(happened: list[Document], timezone: str) -> list[Document]:
    """Sales and orders of each month in which there were any, oldest first."""
    months: dict[str, Document] = {}
    for order in reversed([row for row in happened if row["event"] == ORDER_COMPLETED]):
        name = order["time"].astimezone(zone(timezone)).strftime("%Y-%m")
        month = months.setdefault(name, {"month": name, "sales": 0.0, "orders": 0})
        month["sales"] += order["revenue"] or 0.0
        month["orders"] += 1
    return list(months.values())


def _with_names(limner: Limner, orders: list[Document]) -> list[Document]:
    """Orders whose lines carry the product's name and department."""
    wanted = {line["product_id"] for order in orders for line in order["products"] or []}
    products = limner.lake.table("products")
    rows = limner.lake.fetch(products.filter(products.product_id.isin(sorted(wanted or {""}))))
    known = {row["product_id"]: row for row in rows.to_pylist()}
    for order in orders:
        for line in order["products"] or []:
            product = known.get(line["product_id"], {})
            line["name"] = line["name"] or product.get("name")
            line["category"] = line["category"] or product.get("category")
    return orders
