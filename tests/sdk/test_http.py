"""The tracking API by hand, as a till or a spreadsheet's macro calls it: routes, keys, bodies."""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from typing import Any

import httpx
import pytest
from tests.sdk.conftest import Listening


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def event(**values: Any) -> dict[str, Any]:
    return {"messageId": uuid.uuid4().hex, "userId": "u1", "event": "Tea Poured", **values}


# The four places a write key may stand.
KEYS = {
    "basic": lambda key: {"headers": {"authorization": basic(key)}},
    "body": lambda key: {"body": {"writeKey": key}},
    "query": lambda key: {"params": {"writeKey": key}},
    "bearer and body": lambda key: {
        "headers": {"authorization": "Bearer token"}, "body": {"writeKey": key},
    },
}  # fmt: skip


@pytest.mark.parametrize("way", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_a_key_may_stand_in_four_places(
    server: Listening, way: Any, content_type: str | None
) -> None:
    after, sent, given = server.end(), event(), way(server.key)
    headers = {
        **given.get("headers", {}),
        **({"content-type": content_type} if content_type else {}),
    }
    body = json.dumps({"batch": [{"type": "track", **sent}], **given.get("body", {})})
    answer = httpx.post(
        server.url + "/v1/batch", content=body, headers=headers, params=given.get("params")
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] == 1
    [arrived] = server.since(after)
    assert arrived.message["messageId"] == sent["messageId"]


@pytest.mark.parametrize("way", KEYS.values(), ids=KEYS)
def test_an_unknown_key_is_refused_wherever_it_stands(server: Listening, way: Any) -> None:
    after, given = server.end(), way("not-a-key")
    body = json.dumps({"batch": [{"type": "track", **event()}], **given.get("body", {})})
    answer = httpx.post(
        server.url + "/v1/batch",
        content=body, headers=given.get("headers"), params=given.get("params"),
    )  # fmt: skip
    assert answer.status_code == 401
    assert {type(answer.json()[name]) for name in ("code", "message")} == {str}
    assert server.since(after) == []


SINGLE = {
    "identify": {"traits": {"email": "li@example.com"}},
    "track": {"event": "Tea Poured"},
    "page": {"name": "Home"},
    "screen": {"name": "Start"},
    "group": {"groupId": "g1"},
    "alias": {"previousId": "anon1"},
}


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("short", [False, True], ids=["whole", "letter"])
def test_each_kind_has_its_routes(server: Listening, kind: str, short: bool) -> None:
    after = server.end()
    path = f"/v1/{kind[0] if short else kind}"
    sent = {"messageId": uuid.uuid4().hex, "userId": "u1", **SINGLE[kind]}
    answer = httpx.post(server.url + path, json=sent, auth=(server.key, ""))
    assert answer.status_code == 200, answer.text
    [arrived] = server.since(after)
    assert {**arrived.message, "type": kind} == {**sent, "type": kind}
    assert arrived.fault is None


def test_a_batch_by_its_letter_and_by_beacon(server: Listening) -> None:
    after, sent = server.end(), [{"type": "track", **event()} for _ in range(3)]
    letter = httpx.post(server.url + "/v1/b", json={"batch": sent[:1], "writeKey": server.key})
    beacon = httpx.post(
        server.url + "/beacon/v1/batch", params={"writeKey": server.key},
        content=json.dumps({"batch": sent[1:]}), headers={"content-type": "text/plain"},
    )  # fmt: skip
    assert (letter.status_code, beacon.status_code) == (200, 200)
    arrived = [each.message["messageId"] for each in server.since(after)]
    assert arrived == [each["messageId"] for each in sent]


def test_a_clients_own_metrics_are_taken_and_dropped(server: Listening) -> None:
    after = server.end()
    answer = httpx.post(server.url + "/v1/m", content='{"series":[]}')
    assert answer.status_code == 200
    assert server.since(after) == []


def test_what_browsers_load_first_names_this_server(server: Listening) -> None:
    segment = httpx.get(f"{server.url}/v1/projects/{server.key}/settings")
    settings = segment.json()["integrations"]["Segment.io"]
    assert (segment.status_code, settings["apiKey"]) == (200, server.key)
    assert settings["apiHost"] == f"127.0.0.1:{server.port}/v1"
    rudder = httpx.get(
        server.url + "/sourceConfig/", params={"writeKey": server.key}, auth=(server.key, "")
    )
    source = rudder.json()["source"]
    assert rudder.status_code == 200
    assert source["id"]
    assert source["enabled"] is not False
    assert (type(source["config"]), source["destinations"]) == (dict, [])


@pytest.mark.parametrize("path", ["/v1/projects/not-a-key/settings", "/sourceConfig/?writeKey=no"])
def test_a_browser_with_an_unknown_key_is_told_so(server: Listening, path: str) -> None:
    answer = httpx.get(server.url + path)
    assert answer.status_code in (400, 401, 404)
    assert {type(answer.json()[name]) for name in ("code", "message")} == {str}


def test_another_site_may_ask_first(server: Listening) -> None:
    asked = "authorization,content-type,x-retry-count,anonymousid,sentat"
    answer = httpx.options(
        server.url + "/v1/t",
        headers={
            "origin": "https://shop.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": asked,
        },
    )
    assert answer.status_code in (200, 204)
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["access-control-allow-credentials"] == "true"
    allowed = {name.strip() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert set(asked.split(",")) <= {name.lower() for name in allowed}
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert int(answer.headers["access-control-max-age"]) > 0


BROKEN = {
    "no JSON": (b"{", {}),
    "no object": (b"[1, 2]", {}),
    "no gzip": (b"\x1f\x8b not gzip", {"content-encoding": "gzip"}),
    "half a gzip": (gzip.compress(b'{"batch": []}' * 99)[:40], {"content-encoding": "gzip"}),
    "no text": (b'{"batch": "\xff\xfe"}', {}),
}


@pytest.mark.parametrize(("body", "headers"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_400_with_a_code_and_a_message(
    server: Listening, body: bytes, headers: dict[str, str]
) -> None:
    after = server.end()
    answer = httpx.post(
        server.url + "/v1/batch", content=body,
        headers={**headers, "authorization": basic(server.key)},
    )  # fmt: skip
    assert answer.status_code == 400, answer.text
    assert {type(answer.json()[name]) for name in ("code", "message")} == {str}
    assert server.since(after) == []


def test_a_bomb_is_stopped_before_it_is_unpacked(server: Listening) -> None:
    after, bomb = server.end(), gzip.compress(b" " * 200_000_000, compresslevel=9)
    assert len(bomb) < 200_000
    answer = httpx.post(
        server.url + "/v1/batch", content=bomb, timeout=20,
        headers={"content-encoding": "gzip", "authorization": basic(server.key)},
    )  # fmt: skip
    assert answer.status_code in (400, 413)
    assert {type(answer.json()[name]) for name in ("code", "message")} == {str}
    assert server.since(after) == []


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1/batch", 405), ("POST", "/v1/nothing", 404)]
)
def test_also_a_wrong_address_answers_in_the_clients_words(
    server: Listening, method: str, path: str, status: int
) -> None:
    answer = httpx.request(method, server.url + path, auth=(server.key, ""))
    assert answer.status_code == status
    assert {type(answer.json()[name]) for name in ("code", "message")} == {str}


def test_one_bad_event_does_not_spoil_the_others(server: Listening) -> None:
    after = server.end()
    good = [{"type": "track", **event()} for _ in range(2)]
    bad = [
        {"type": "track", "messageId": uuid.uuid4().hex, "userId": "u1"},  # no name
        {"type": "trick", **event()},
        {"type": "track", **event(), "userId": None},  # nobody
        {"type": "track", **event(messageId="m" * 101)},
        "not an object",
        {"type": "track", **event(properties={"text": "x" * 33_000})},
    ]
    answer = httpx.post(
        server.url + "/v1/batch",
        json={"batch": [good[0], *bad, good[1]]},
        auth=(server.key, ""),
    )
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert (report["received"], report["accepted"]) == (8, 2)
    assert [each["index"] for each in report["rejected"]] == [1, 2, 3, 4, 5, 6]
    for each in report["rejected"]:
        assert each["code"]
        assert each["message"]
    sound = [each for each in server.since(after) if each.fault is None]
    assert [each.message["messageId"] for each in sound] == [each["messageId"] for each in good]


def test_the_same_message_twice_is_kept_once(server: Listening) -> None:
    after, sent = server.end(), {"type": "track", **event()}
    first, again = (
        httpx.post(server.url + "/v1/batch", json={"batch": [sent, sent]}, auth=(server.key, ""))
        for _ in range(2)
    )
    assert [(each.json()["accepted"], each.json()["duplicate"]) for each in (first, again)] == [
        (1, 1), (0, 2),
    ]  # fmt: skip
    assert len(server.since(after)) == 1
