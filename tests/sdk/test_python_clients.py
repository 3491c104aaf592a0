"""The official Python clients, unmodified, against a live server: all arrives, and exactly once."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from tests.sdk.conftest import PYTHON_CLIENTS, Call, Listening, Run
from tests.sdk.proxy import Answer, Cut, Delay, Proxy, Step

SEGMENT = [name for name in PYTHON_CLIENTS if name.startswith("segment")]
RUDDER = [name for name in PYTHON_CLIENTS if name.startswith("rudder")]
TEXT = '龙井茶 𠮷 🍵 naïve – “quoted” \\ " \n\t \u2028'


def tracks(count: int, **values: Any) -> list[Call]:
    """So many calls of `track`, whose message ids are new to the server."""
    run = uuid.uuid4().hex[:12]
    return [
        ("track", {
            "user_id": "u1", "event": "Product Viewed", "message_id": f"{run}-{i}",
            "properties": {"product_id": f"p{i}"}, **values,
        })
        for i in range(count)
    ]  # fmt: skip


def ids(calls: list[Call]) -> list[str]:
    return [values["message_id"] for _, values in calls]


def arrived_ids(server: Listening, after: int) -> list[str]:
    return [event.message["messageId"] for event in server.since(after)]


@pytest.mark.parametrize("gzip", [False, True], ids=["plain", "gzip"])
def test_every_kind_of_call_arrives_as_it_was_made(
    server: Listening, proxy: Proxy, run: Run, gzip: bool
) -> None:
    after = server.end()
    calls: list[Call] = [
        ("identify", {"user_id": "u1", "traits": {"name": TEXT, "email": "li@example.com"}}),
        ("track", {"user_id": "u1", "event": TEXT, "properties": {"text": TEXT, "none": None}}),
        ("page", {"user_id": "u1", "name": "Home", "properties": {"list": [1, None, TEXT]}}),
        ("screen", {"user_id": "u1", "name": "Start", "properties": {"深": {"い": TEXT}}}),
        ("group", {"user_id": "u1", "group_id": "g1", "traits": {"plan": TEXT}}),
        ("alias", {"previous_id": "anon1", "user_id": "u1"}),
    ]
    ran = run(calls, proxy.url, gzip=gzip)

    assert (ran.errors, ran.refused) == ([], [])
    assert proxy.statuses == [200]
    assert ("content-encoding" in proxy.seen[0].headers) is gzip
    arrived = server.since(after)
    assert [event.message["messageId"] for event in arrived] == ran.sent
    assert {(event.source, event.fault) for event in arrived} == {("web", None)}
    messages = {event.message["type"]: event.message for event in arrived}
    assert list(messages) == [method for method, _ in calls]
    identify = messages["identify"]
    assert (identify.get("traits") or identify["context"]["traits"])["name"] == TEXT
    assert messages["track"]["event"] == TEXT
    assert messages["track"]["properties"]["text"] == TEXT
    assert messages["page"]["properties"]["list"][-1] == TEXT
    assert messages["screen"]["properties"]["深"]["い"] == TEXT
    assert (messages["group"]["groupId"], messages["group"]["traits"]) == ("g1", {"plan": TEXT})
    assert (messages["alias"]["previousId"], messages["alias"]["userId"]) == ("anon1", "u1")


def test_ids_may_be_null_and_numbers(server: Listening, proxy: Proxy, run: Run) -> None:
    after = server.end()
    ran = run(
        [
            ("track", {"user_id": None, "anonymous_id": "a1", "event": "Cart Viewed"}),
            ("track", {"user_id": 42, "event": "Cart Viewed"}),
            ("identify", {"user_id": "u1", "anonymous_id": None, "traits": {"age": None}}),
        ],
        proxy.url,
    )
    assert (ran.errors, ran.refused, proxy.statuses) == ([], [], [200])
    arrived = server.since(after)
    assert [event.fault for event in arrived] == [None, None, None]
    assert [event.message.get("userId") for event in arrived] == [None, "42", "u1"]
    assert [event.message.get("anonymousId") for event in arrived] == ["a1", None, None]


def test_a_past_time_stays(server: Listening, proxy: Proxy, run: Run) -> None:
    after = server.end()
    ran = run(tracks(1, timestamp="2019-03-31T23:30:00+08:00"), proxy.url)
    assert ran.errors == []
    assert server.since(after)[0].message["timestamp"].startswith("2019-03-31T23:30:00")


def test_many_batches_arrive_in_order(server: Listening, proxy: Proxy, run: Run) -> None:
    after, calls = server.end(), tracks(1000)
    ran = run(calls, proxy.url)
    assert (ran.errors, set(proxy.statuses)) == ([], {200})
    assert len(proxy.seen) >= 10  # at most 100 events a batch
    assert arrived_ids(server, after) == ids(calls)


def wait_at_least(answers: int) -> list[Step]:
    return [Answer.json(429, {"code": "busy", "message": "x"}, retry_after="1")] * answers


# What goes wrong once or twice before all is well again: the events arrive once, in one log.
MENDING: dict[str, list[Step]] = {
    "429": [Answer.json(429, {"code": "rate", "message": "slower"})],
    "429 with Retry-After": wait_at_least(1),
    "500 twice": [Answer(500, b"oops"), Answer.json(500, {"code": "x", "message": "y"})],
    "502 of a proxy": [Answer(502, b"<html>Bad Gateway</html>", {"content-type": "text/html"})],
    "503 with Retry-After": [
        Answer.json(503, {"code": "starting", "message": "x"}, retry_after="1")
    ],
    "cut before it was stored": [Cut(stored=False)],
    "cut after it was stored": [Cut(stored=True)],
    "cut twice after it was stored": [Cut(stored=True), Cut(stored=True)],
    "answered too late": [Delay(7)],
    "stored, cut, then busy": [Cut(stored=True), Answer(503, b"")],
}


@pytest.mark.parametrize("script", MENDING.values(), ids=MENDING)
def test_what_mends_is_retried_and_kept_once(
    server: Listening, proxy: Proxy, run: Run, script: list[Step]
) -> None:
    after, calls = server.end(), tracks(7)
    proxy.follow(*script)
    ran = run(calls, proxy.url, timeout=5)

    assert ran.errors == []
    assert len(proxy.seen) == len(script) + 1
    assert arrived_ids(server, after) == ids(calls)
    stored_before = any(isinstance(step, Delay) or step == Cut(stored=True) for step in script)
    last = json.loads(proxy.seen[-1].answer)
    assert proxy.seen[-1].status == 200
    assert last["duplicate"] == (7 if stored_before else 0), last


@pytest.mark.parametrize("python_client", ["segment-analytics-python-2.4.0"], indirect=True)
def test_a_wait_that_was_asked_for_is_kept(server: Listening, proxy: Proxy, run: Run) -> None:
    """Only the newest client reads Retry-After; it also changes the order, never the number."""
    after, calls = server.end(), tracks(6)
    proxy.follow(*wait_at_least(2))
    ran = run(calls, proxy.url, upload_size=2)
    assert ran.errors == []
    assert ran.seconds >= 2
    assert sorted(arrived_ids(server, after)) == ids(calls)


# What never mends: the client tells its owner and the server holds nothing of it.
DROPPED: dict[str, tuple[Answer, int]] = {
    "400": (Answer.json(400, {"code": "bad", "message": "no"}), 1),
    "401": (Answer.json(401, {"code": "bad", "message": "no"}), 1),
    "413": (Answer.json(413, {"code": "bad", "message": "no"}), 1),
    "429 for ever": (Answer.json(429, {"code": "bad", "message": "no"}), 3),
    "500 for ever": (Answer.json(500, {"code": "bad", "message": "no"}), 3),
}


@pytest.mark.parametrize(("answer", "requests"), DROPPED.values(), ids=DROPPED)
def test_what_never_mends_is_told_to_the_owner(
    server: Listening, proxy: Proxy, run: Run, answer: Answer, requests: int
) -> None:
    after, calls = server.end(), tracks(3)
    proxy.follow(*[answer] * 20)
    ran = run(calls, proxy.url, max_retries=2)
    assert proxy.statuses == [answer.status] * requests
    assert [(error["status"], error["code"]) for error in ran.errors] == [(answer.status, "bad")]
    assert ran.errors[0]["ids"] == ids(calls)
    assert server.since(after) == []


def test_an_unknown_key_is_refused_at_once(server: Listening, proxy: Proxy, run: Run) -> None:
    after = server.end()
    ran = run(tracks(3), proxy.url, key="not-a-key")
    assert proxy.statuses == [401]
    [error] = ran.errors
    assert error["status"] == 401
    assert error["code"] not in ("", "unknown")  # the client could read our error
    assert "write key" in error["message"]
    assert server.since(after) == []


@pytest.mark.parametrize("python_client", SEGMENT, indirect=True)
def test_the_largest_batch_is_taken(server: Listening, proxy: Proxy, run: Run) -> None:
    """Segment's client stops only after it crossed 475,000 bytes, with events of up to 32 KiB."""
    after = server.end()
    calls = tracks(60)
    for index, (_, values) in enumerate(calls):
        values["fill"] = 32_768 if index in (58, 59) else 7_500
    calls[57][1]["fill"] = 474_999 - 32_768 - 57 * 7_500
    ran = run(calls, proxy.url, upload_interval=2)
    assert (ran.errors, ran.refused, proxy.statuses) == ([], [], [200])
    assert 507_874 <= len(proxy.seen[0].body) <= 508_100
    assert json.loads(proxy.seen[0].answer)["accepted"] == 60
    assert arrived_ids(server, after) == ids(calls)


@pytest.mark.parametrize("python_client", RUDDER, indirect=True)
def test_megabytes_that_come_as_kilobytes(server: Listening, proxy: Proxy, run: Run) -> None:
    """RudderStack's client sends gzip of up to 8 MiB; events above the limit are kept as faulty."""
    after = server.end()
    calls = tracks(130, fill=32_000)
    ran = run(calls, proxy.url, upload_interval=2, upload_size=130)
    assert (ran.errors, proxy.statuses) == ([], [200])
    assert len(proxy.seen[0].body) < 100_000
    assert arrived_ids(server, after) == ids(calls)

    after = server.end()
    proxy.follow()
    large, small = tracks(2, fill=3_000_000), tracks(1)
    ran = run([*small, *large], proxy.url, upload_interval=2)
    assert ran.errors == []
    assert proxy.statuses == [200]
    answer = json.loads(proxy.seen[0].answer)
    assert (answer["accepted"], [each["index"] for each in answer["rejected"]]) == (1, [1, 2])
    faults = [event.fault is not None for event in server.since(after)]
    assert faults in ([False], [False, True, True])


@pytest.mark.parametrize("python_client", RUDDER, indirect=True)
def test_the_largest_batch_of_all_is_taken(server: Listening, proxy: Proxy, run: Run) -> None:
    """RudderStack's client may go over 4 MiB with one more event of 4 MiB."""
    most = 4 * 2**20
    calls = tracks(1, fill=most - 1) + tracks(1, fill=most)
    ran = run(calls, proxy.url, upload_interval=2)
    assert (ran.errors, ran.refused, proxy.statuses) == ([], [], [200])
    assert len(json.loads(proxy.seen[0].answer)["rejected"]) == 2  # 32 KiB is an event's limit
