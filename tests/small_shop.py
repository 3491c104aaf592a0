"""A small shop's first morning: two sources, a visitor who signs in and buys, a till receipt, faults.

Everything goes the way it goes in a real shop: into the log, then a worker's step.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from limner.app import Limner
from limner.app.plan import Wanted, save_plan
from limner.app.sources import add_source, list_sources
from limner.app.worker import Worker
from limner.collect.log import Batch, Item, open_log

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
)
PAGE = {
    "url": "https://shop.example/mugs?utm_source=google&utm_medium=cpc&utm_campaign=winter",
    "path": "/mugs", "title": "Mugs and cups",
}  # fmt: skip
MUG = {"product_id": "p1", "name": "Blue mug", "price": 12.5, "quantity": 1}
ANN = {"email": "ann.li@shop.example", "phone": "13800138000", "name": "Ann Li",
       "loyalty_card": "6222 0200 1234"}  # fmt: skip

MORNING: Sequence[Mapping[str, Any]] = (
    {"type": "page", "anonymousId": "anon-1", "properties": PAGE, "context": {"page": PAGE}},
    {"type": "track", "event": "Product Viewed", "anonymousId": "anon-1", "properties": MUG,
     "context": {"page": PAGE}},
    {"type": "identify", "anonymousId": "anon-1", "userId": "u1", "traits": ANN},
    {"type": "track", "event": "Order Completed", "anonymousId": "anon-1", "userId": "u1",
     "properties": {"order_id": "o1", "revenue": 25.0, "currency": "USD", "products": [MUG, {**MUG, "product_id": "p2"}]}},
    {"type": "track", "event": "Coupon Applied", "userId": "u1", "properties": {"coupon": 7}},
    {"type": "track", "event": "Coupon Applied", "userId": "u1", "properties": {"coupon": "TEN"}},
    {"type": "track", "event": "Order Completed", "userId": "u5", "properties": {"order_id": "x", "revenue": "a lot"}},
    {"type": "identify", "anonymousId": "anon-9", "userId": "u9", "traits": {**ANN, "name": "Li Ann"}},
)  # fmt: skip
RECEIPT: dict[str, Any] = {
    "type": "track", "event": "Order Completed", "properties": {
        "order_id": "r1", "revenue": 9.9, "currency": "USD", "loyalty_card": "622202001234", "products": [MUG],
    },
}  # fmt: skip


def fill(limner: Limner, at: datetime | None = None) -> None:
    """The whole morning: sources, a plan with one event, everything that came, worked on."""
    now = at or datetime.now(UTC)
    add_source(limner, "shop", "http", {}, "ann", now)
    add_source(limner, "till", "http", {"channel": "pos"}, "ann", now)
    text = {"type": "object", "properties": {"coupon": {"type": "string"}}}
    save_plan(limner, [Wanted("*", "Coupon Applied", text, "quarantine")], "ann", now)
    send(limner, "shop", MORNING, now)
    send(limner, "till", [RECEIPT], now)
    work(limner)


def send(
    limner: Limner, source: str, events: Sequence[Mapping[str, Any]], at: datetime | None = None
) -> None:
    """Put events into the log as the door does; the same event is put there once."""
    now = at or datetime.now(UTC)
    items = []
    for place, event in enumerate(events):
        told = {"messageId": f"{source}-{place}-{now.isoformat()}", **event}
        body = json.dumps(told, ensure_ascii=False).encode()
        items.append(Item(hashlib.blake2b(source.encode() + body, digest_size=16).digest(), body))
    envelope = json.dumps({"userAgent": PHONE, "ip": "203.0.113.9"}).encode()
    log = open_log(limner.settings.log_url)
    try:
        log.append([Batch(source, int(now.timestamp() * 1e6), envelope, items)])
    finally:
        log.close()


def work(limner: Limner, is_settled: bool = False) -> None:
    """Work on everything that came; `is_settled`: have it in the lake too."""
    worker = Worker(limner)
    try:
        worker.send_replays()
        while worker.step():
            pass
        if is_settled:
            worker.settle_all()
    finally:
        worker.close()


def key_of(limner: Limner, source: str) -> str:
    """The good write key of a source."""
    card = next(one for one in list_sources(limner) if one.name == source)
    return next(key.write_key for key in card.keys if key.revoked_at is None)
