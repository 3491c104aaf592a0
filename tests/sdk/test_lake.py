"""What the official clients sent, as it stands in the lake in the end: once, and with its values."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.sdk.conftest import Call, Listening, Run, limner
from tests.sdk.proxy import Answer, Cut, Delay, proxying

from limner.app import Limner, live

TEXT = "龙井茶 𠮷 🍵 “naïve”"
LONG_AGO = datetime(2019, 3, 31, 15, 30, tzinfo=UTC)


def rows(home: Path, user: str) -> list[dict[str, Any]]:
    """The lake's rows of a user, in the order of time, once the worker has put all away."""
    opened = Limner.open(home)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        status = live.status(opened)
        if status.lake_position == status.log_end:
            break
        time.sleep(0.2)
    opened.store.close()
    said = limner(
        "sql", f"select * from events where user_id = '{user}' order by time", "--home", home
    )
    return said["rows"] if isinstance(said, dict) else said  # type: ignore[no-any-return]


def test_what_was_sent_through_all_kinds_of_trouble_is_in_the_lake_once(
    whole: Listening, run: Run
) -> None:
    user, order_id = f"u-{uuid.uuid4().hex[:8]}", f"o-{uuid.uuid4().hex[:8]}"
    calls: list[Call] = [
        ("track", {
            "user_id": user, "event": "Order Completed", "timestamp": LONG_AGO.isoformat(),
            "properties": {
                "order_id": order_id, "revenue": 18.5, "currency": "USD", "text": TEXT, "none": None,
                "products": [{"product_id": "p1", "name": TEXT, "quantity": 2, "price": 9.25}],
            },
        }),
        *[
            ("track", {"user_id": user, "event": "Product Viewed", "properties": {"product_id": f"p{i}"}})
            for i in range(50)
        ],
        ("page", {"user_id": user, "name": "Home", "properties": {"url": "https://shop.example/"}}),
        ("identify", {"user_id": user, "traits": {"name": TEXT, "email": f"{user}@example.com"}}),
    ]  # fmt: skip
    with proxying(whole.port) as proxy:
        proxy.follow(Cut(stored=True), Answer(503), Delay(7))
        begun = datetime.now(UTC)
        ran = run(calls, proxy.url, key=whole.key, timeout=5, upload_size=20, max_retries=6)
        assert ran.errors == []
        assert len(proxy.seen) > 5
    found = rows(whole.home, user)
    assert len({row["event_id"] for row in found}) == len(found) == len(calls)
    assert {row["source"] for row in found} == {"web"}

    order = found[0]
    assert (order["event"], order["order_id"], order["revenue"]) == (
        "Order Completed",
        order_id,
        18.5,
    )
    assert order["currency"] == "USD"
    assert abs(_moment(order["time"]) - LONG_AGO) < timedelta(seconds=5)
    [line] = order["products"]
    assert (line["product_id"], line["name"], line["quantity"], line["price"]) == (
        "p1",
        TEXT,
        2,
        9.25,
    )
    assert json.loads(order["properties"])["text"] == TEXT
    viewed = [row for row in found if row["event"] == "Product Viewed"]
    assert sorted(json.loads(row["properties"])["product_id"] for row in viewed) == sorted(
        f"p{i}" for i in range(50)
    )
    for row in viewed:
        assert begun - timedelta(seconds=5) < _moment(row["time"]) < datetime.now(UTC)


def _moment(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
