"""The official Node client, unmodified, against a live server."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.sdk.conftest import HERE, Call, Listening, Ran, drive
from tests.sdk.proxy import Answer, Cut, Delay, Proxy, Step

TEXT = "龙井茶 𠮷 🍵 naïve \u2028"
Run = Callable[..., Ran]


@pytest.fixture
def run(node_modules: Path, server: Listening) -> Run:
    """Send calls with the Node client: `run(calls, host, key=..., flushAt=..., ...)`."""

    def go(calls: list[Call], host: str, key: str = "", **options: Any) -> Ran:
        options = {"flushInterval": 200, "maxRetries": 3, **options}
        task = {"host": host, "key": key or server.key, "calls": calls, "options": options}
        return drive(["node", HERE / "drive_node.mjs"], {}, task)

    return go


def tracks(count: int, **values: Any) -> list[Call]:
    run = uuid.uuid4().hex[:12]
    return [
        ("track", {
            "userId": "u1", "event": "Product Viewed", "messageId": f"{run}-{i}",
            "properties": {"product_id": f"p{i}"}, **values,
        })
        for i in range(count)
    ]  # fmt: skip


def test_every_kind_of_call_arrives_as_it_was_made(
    server: Listening, proxy: Proxy, run: Run
) -> None:
    after = server.end()
    calls: list[Call] = [
        ("identify", {"userId": "u1", "traits": {"name": TEXT, "age": None}}),
        ("track", {"anonymousId": "a1", "event": TEXT, "properties": {"text": TEXT}}),
        ("page", {"userId": "u1", "name": "Home", "timestamp": "2019-03-31T15:30:00.000Z"}),
        ("screen", {"userId": "u1", "name": "Start"}),
        ("group", {"userId": "u1", "groupId": "g1"}),
        ("alias", {"previousId": "anon1", "userId": "u1"}),
    ]
    ran = run(calls, proxy.url)
    assert ran.errors == []
    assert proxy.statuses == [200]
    arrived = server.since(after)
    assert {event.message["messageId"] for event in arrived} == {*ran.sent}
    assert [event.fault for event in arrived] == [None] * 6
    messages = [event.message for event in arrived]
    assert [message["type"] for message in messages] == [method for method, _ in calls]
    assert messages[0]["traits"] == {"name": TEXT, "age": None}
    assert (messages[1]["event"], messages[1]["properties"]) == (TEXT, {"text": TEXT})
    assert messages[2]["timestamp"] == "2019-03-31T15:30:00.000Z"


def test_many_batches_of_large_events_all_arrive(server: Listening, proxy: Proxy, run: Run) -> None:
    after, calls = server.end(), tracks(45, properties={"filling": "x" * 31_000})
    ran = run(calls, proxy.url)
    assert ran.errors == []
    assert set(proxy.statuses) == {200}
    assert max(len(seen.body) for seen in proxy.seen) > 400_000
    sent = [values["messageId"] for _, values in calls]
    assert sorted(event.message["messageId"] for event in server.since(after)) == sorted(sent)


MENDING: dict[str, list[Step]] = {
    "429 with Retry-After": [
        Answer.json(429, {"code": "rate", "message": "slower"}, retry_after="1")
    ],
    "500": [Answer(500, b"oops")],
    "cut before it was stored": [Cut(stored=False)],
    "cut after it was stored": [Cut(stored=True)],
    "answered too late": [Delay(7)],
}


@pytest.mark.parametrize("script", MENDING.values(), ids=MENDING)
def test_what_mends_is_retried_and_kept_once(
    server: Listening, proxy: Proxy, run: Run, script: list[Step]
) -> None:
    after, calls = server.end(), tracks(7)
    proxy.follow(*script)
    ran = run(calls, proxy.url, httpRequestTimeout=5000)
    assert ran.errors == []
    assert len(proxy.seen) == len(script) + 1
    assert sorted(event.message["messageId"] for event in server.since(after)) == sorted(ran.sent)
    assert len(ran.sent) == 7
    stored_before = isinstance(script[0], Delay) or script[0] == Cut(stored=True)
    assert json.loads(proxy.seen[-1].answer)["duplicate"] == (7 if stored_before else 0)


def test_an_unknown_key_is_told_to_the_owner(server: Listening, proxy: Proxy, run: Run) -> None:
    after = server.end()
    ran = run(tracks(3), proxy.url, key="not-a-key")
    assert proxy.statuses == [401]
    assert ran.errors
    assert server.since(after) == []
