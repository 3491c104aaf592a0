"""The tracking endpoints in process: what each request is answered, and what is in the log then."""

import asyncio
import base64
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from limner.api import TrackingApp
from limner.app import Limner
from limner.app.sources import add_source, change_settings, revoke_key, rotate_key, set_enabled
from limner.collect.log import EventLog, open_log
from limner.core.errors import Broken

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAGE = {"type": "page", "userId": "u1", "messageId": "m1"}
BATCH = {"batch": [PAGE]}


class Shop:
    """A source, its key and its door, asked as clients ask."""

    def __init__(self, limner: Limner) -> None:
        self.limner = limner
        _, key = add_source(limner, "web", "http", {}, "ann", NOW)
        assert key is not None
        self.key = key
        self.log: EventLog = open_log(limner.settings.log_url)
        self._loop = asyncio.new_event_loop()
        self.app = TrackingApp(limner, self.log)
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(
                self.app, raise_app_exceptions=False, client=("203.0.113.9", 5)
            ),
            base_url="http://door.example",
        )

    def ask(self, method: str, path: str, **said: Any) -> httpx.Response:
        return self._loop.run_until_complete(self._client.request(method, path, **said))

    def post(self, path: str = "/v1/batch", body: object = BATCH, **said: Any) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, content=content, **{"auth": (self.key, ""), **said})

    def together(self, *bodies: object) -> list[httpx.Response]:
        async def all_of_them() -> list[httpx.Response]:
            return await asyncio.gather(
                *(self._client.post("/v1/batch", json=body, auth=(self.key, "")) for body in bodies)
            )

        return self._loop.run_until_complete(all_of_them())

    def logged(self) -> list[dict[str, Any]]:
        return [event for one in self.log.read(0, 10**6) for event in json.loads(one.body)]

    def close(self) -> None:
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()
        self.log.close()


@pytest.fixture
def shop(limner: Limner) -> Iterator[Shop]:
    shop = Shop(limner)
    yield shop
    shop.close()


SINGLE = {
    "identify": {"userId": "u", "traits": {"a": 1}}, "track": {"userId": "u", "event": "A"},
    "page": {"anonymousId": "a"}, "screen": {"userId": "u"}, "group": {"userId": "u", "groupId": "g"},
    "alias": {"userId": "u", "previousId": "a"},
}  # fmt: skip


@pytest.mark.parametrize("type_", SINGLE)
@pytest.mark.parametrize("is_short", [False, True])
def test_each_type_has_its_address(shop: Shop, type_: str, is_short: bool) -> None:
    answer = shop.post(f"/v1/{type_[0] if is_short else type_}", SINGLE[type_])
    assert (answer.status_code, answer.json()) == (
        200, {"success": True, "received": 1, "accepted": 1, "duplicate": 0, "rejected": []}
    )  # fmt: skip
    (event,) = shop.logged()
    assert event["type"] == type_ and event["messageId"]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/beacon/v1/batch", "/v1/batch/"])
def test_batches(shop: Shop, path: str) -> None:
    assert shop.post(path).json()["accepted"] == 1
    assert shop.logged() == [PAGE]


def test_merge_and_metrics(shop: Shop) -> None:
    people = [{"type": "email", "value": "a@b.example"}, {"type": "mobile", "value": "+861"}]
    assert shop.post("/v1/merge", {"mergeProperties": people}).json()["accepted"] == 1
    assert shop.post("/v1/m", {"series": []}, auth=None).status_code == 200
    assert [event["type"] for event in shop.logged()] == ["merge"]


def basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


WAYS: dict[str, Callable[[str], tuple[str, dict[str, str], dict[str, str]]]] = {
    "basic": lambda key: ("", basic(f"{key}:"), {}),
    "basic without a colon": lambda key: ("", basic(key), {}),
    "body": lambda key: ("", {}, {"writeKey": key}),
    "query": lambda key: (f"?writeKey={key}", {}, {}),
    "query in small letters": lambda key: (f"?writekey={key}", {}, {}),
    "bearer and body": lambda key: ("", {"Authorization": "Bearer token"}, {"writeKey": key}),
    "header": lambda key: ("", {"X-Write-Key": key}, {}),
    "a foreign basic and body": lambda key: ("", basic("proxy:pass"), {"writeKey": key}),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_ways_to_name_the_key(shop: Shop, way: str) -> None:
    query, headers, body = WAYS[way](shop.key)
    answer = shop.post(f"/v1/batch{query}", {**BATCH, **body}, headers=headers, auth=None)
    assert answer.status_code == 200, answer.text
    assert shop.logged() == [PAGE]


@pytest.mark.parametrize("way", WAYS)
def test_an_unknown_key_is_refused_however_it_is_named(shop: Shop, way: str) -> None:
    query, headers, body = WAYS[way]("nobody")
    answer = shop.post(f"/v1/batch{query}", {**BATCH, **body}, headers=headers, auth=None)
    assert (answer.status_code, answer.json()["code"]) == (401, "write-key-unknown")
    assert "nobody" not in answer.text
    assert shop.logged() == []


def test_no_key_at_all(shop: Shop) -> None:
    for headers in ({}, {"Authorization": "Basic %%%"}, {"Authorization": "Basic"}, basic("")):
        assert shop.post(headers=headers, auth=None).status_code == 401


def test_a_key_is_good_from_the_moment_it_is_made_until_it_is_revoked(shop: Shop) -> None:
    assert shop.post().status_code == 200
    new = rotate_key(shop.limner, "web", "ann", NOW)
    assert shop.post(auth=(new, "")).status_code == 200
    assert shop.post().status_code == 200  # the old one stays good
    revoke_key(shop.limner, shop.key, "ann", NOW)
    shop.app._keys._clock = lambda: 10**9  # a second later
    assert shop.post().status_code == 401
    assert shop.post(auth=(new, "")).status_code == 200


def test_a_source_that_is_off_is_told_so(shop: Shop) -> None:
    set_enabled(shop.limner, "web", False, "ann", NOW)
    answer = shop.post()
    assert (answer.status_code, answer.json()["code"]) == (403, "source-disabled")
    config = shop.ask("GET", "/sourceConfig/", auth=(shop.key, "")).json()
    assert config["source"]["enabled"] is False


def test_nothing_is_refused_for_good_while_keys_cannot_be_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object) -> dict[str, Any]:
        raise Broken("store-unreadable", "no store")

    with monkeypatch.context() as patch:
        patch.setattr("limner.app.keyring.Keyring._read", fail)
        answer = shop.post()
        assert (answer.status_code, answer.json()["code"]) == (503, "keys-unreadable")
        assert answer.headers["retry-after"] == "1"
    assert shop.post().status_code == 200


def test_gzip_in_any_pieces(shop: Shop) -> None:
    packed = gzip.compress(json.dumps(BATCH).encode())
    two_members = gzip.compress(b'{"batch":') + gzip.compress(b"[]}")
    for body in (packed, two_members):
        assert shop.post(body=body, headers={"Content-Encoding": "gzip"}).status_code == 200
    deflated = zlib.compress(json.dumps(BATCH).encode())
    assert (
        shop.post(body=deflated, headers={"Content-Encoding": "deflate"}).json()["duplicate"] == 1
    )


@pytest.mark.parametrize(
    ("body", "encoding", "status", "code"),
    [
        (b"no gzip", "gzip", 400, "body-not-gzip"),
        (gzip.compress(b'{"batch":[]}', mtime=0)[:-9], "gzip", 400, "body-not-gzip"),
        (b"{}", "br", 400, "encoding-unknown"),
        (gzip.compress(b" " * 10_000_000, mtime=0), "gzip", 413, "body-too-large"),
        (b" " * 10_000_000, "", 413, "body-too-large"),
        (b"{", "", 400, "body-not-json"),
        (b"", "", 400, "body-not-json"),
        (b"<xml/>", "", 400, "body-not-json"),
    ],
)
def test_bodies_that_cannot_be_taken(
    shop: Shop, body: bytes, encoding: str, status: int, code: str
) -> None:
    answer = shop.post(body=body, headers={"Content-Encoding": encoding} if encoding else {})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == {"code", "message"}


def test_the_largest_bodies_of_the_sdks_are_taken(shop: Shop) -> None:
    long = {**PAGE, "properties": {"long": "界" * 10_000}}
    batch = {"batch": [{**long, "messageId": str(n)} for n in range(100)]}  # 6 MB of \u escapes
    answer = shop.post(body=json.dumps(batch).encode())
    assert answer.json()["rejected"][0]["code"] == "event-too-large"
    smaller = {
        "batch": [
            {**PAGE, "messageId": f"b{n}", "properties": {"long": "x" * 5_000}} for n in range(100)
        ]
    }
    body = json.dumps(smaller).encode().ljust(507_874)
    assert shop.post(body=body).json()["accepted"] == 100


def test_the_content_type_does_not_matter(shop: Shop) -> None:
    for kind in ("text/plain", "application/json", "text/plain;charset=UTF-8", "x/y"):
        assert shop.post(headers={"Content-Type": kind}).status_code == 200


def test_a_bad_event_does_not_spoil_its_batch_and_is_not_lost(shop: Shop) -> None:
    wrong = {"type": "track", "userId": "u", "messageId": "m2"}
    answer = shop.post(body={"batch": [PAGE, wrong, 7, PAGE]})
    told = answer.json()
    assert (answer.status_code, told["received"], told["accepted"], told["duplicate"]) == (
        200,
        4,
        1,
        1,
    )
    assert [(one["index"], one["messageId"], one["code"]) for one in told["rejected"]] == [
        (1, "m2", "event-name-missing"), (2, None, "event-not-object"),
    ]  # fmt: skip
    (one,) = shop.log.read(0, 10)
    assert (json.loads(one.body), sorted(one.faults)) == ([PAGE, wrong, 7], [1, 2])


def test_a_message_sent_again_is_known(shop: Shop) -> None:
    assert shop.post().json()["accepted"] == 1
    assert shop.post().json() == {
        "success": True,
        "received": 1,
        "accepted": 0,
        "duplicate": 1,
        "rejected": [],
    }
    answers = shop.together(*[{"batch": [{**PAGE, "messageId": "at once"}]}] * 20)
    assert sum(answer.json()["accepted"] for answer in answers) == 1
    assert len(shop.logged()) == 2


def test_the_same_message_id_of_two_sources_is_two_messages(shop: Shop) -> None:
    _, other = add_source(shop.limner, "app", "http", {}, "ann", NOW)
    assert shop.post().json()["accepted"] == 1
    assert shop.post(auth=(other, "")).json()["accepted"] == 1


def test_the_log_knows_who_sent_it(shop: Shop) -> None:
    shop.post(
        headers={
            "User-Agent": "curl/8",
            "SentAt": "2026-03-01T00:00:00Z",
            "X-Forwarded-For": "1.2.3.4",
        }
    )
    (one,) = shop.log.read(0, 10)
    assert json.loads(one.envelope) == {"ip": "203.0.113.9", "userAgent": "curl/8", "sentAt": "2026-03-01T00:00:00Z"}  # fmt: skip
    assert abs(one.received_at / 1e6 - datetime.now(UTC).timestamp()) < 60


def test_a_browser_of_another_site_may_send(shop: Shop) -> None:
    asked = "authorization,content-type,x-retry-count,anonymousid,sentat,rsa-retry-attempt"
    origin = {"Origin": "https://shop.example"}
    answer = shop.ask("OPTIONS", "/v1/t", headers={
        **origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": asked,
    })  # fmt: skip
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-headers"] == asked
    assert answer.headers["access-control-max-age"] == "7200"
    for response in (
        answer, shop.post(headers=origin), shop.post(body=b"{", headers=origin),
        shop.post(headers=origin, auth=("nobody", "")), shop.ask("GET", "/v1/nothing", headers=origin),
    ):  # fmt: skip
        assert response.headers["access-control-allow-origin"] == "https://shop.example"
        assert response.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in response.headers["vary"]
    assert "access-control-allow-origin" not in shop.post().headers


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/v1/batch", 405, "method-not-allowed"), ("DELETE", "/v1/t", 405, "method-not-allowed"),
     ("POST", "/sourceConfig/", 405, "method-not-allowed"), ("POST", "/v1/nothing", 404, "path-unknown"),
     ("GET", "/v1/", 404, "path-unknown"), ("GET", "/", 404, "path-unknown")],
)  # fmt: skip
def test_every_refusal_has_one_shape(
    shop: Shop, method: str, path: str, status: int, code: str
) -> None:
    answer = shop.ask(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert isinstance(answer.json()["message"], str)


def test_a_fault_of_ours_has_it_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("limner.api.tracking.batch_of", lambda *a: 1 / 0)
    answer = shop.post()
    assert (answer.status_code, set(answer.json())) == (500, {"code", "message"})


def test_503_when_nothing_could_be_kept(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(batch: object) -> None:
        raise Broken("disk-full", "the disk is full")

    monkeypatch.setattr(shop.log, "keep", full)
    answer = shop.post()
    assert (answer.status_code, answer.json()["code"]) == (503, "disk-full")
    assert answer.headers["retry-after"] == "1"


def test_a_source_may_be_held_to_a_rate(shop: Shop) -> None:
    change_settings(shop.limner, "web", {"requests_per_second": 3}, "ann", NOW)
    answers = [shop.post() for _ in range(5)]
    assert [answer.status_code for answer in answers][:3] == [200, 200, 200]
    late = answers[-1]
    assert (late.status_code, late.json()["code"], late.headers["retry-after"]) == (
        429,
        "rate-limited",
        "1",
    )
    assert int(late.headers["x-ratelimit-reset"]) > 1_700_000_000


def test_what_browser_sdks_ask_first(shop: Shop) -> None:
    settings = shop.ask("GET", f"/v1/projects/{shop.key}/settings").json()
    segment = settings["integrations"]["Segment.io"]
    assert (segment["apiKey"], segment["apiHost"], segment["protocol"]) == (
        shop.key,
        "door.example/v1",
        "http",
    )
    assert settings["metrics"]["sampleRate"] == 0  # nothing is told to anyone else
    config = shop.ask("GET", f"/sourceConfig/?writeKey={shop.key}&v=3").json()["source"]
    assert (config["id"], config["enabled"], config["destinations"]) == ("web", True, [])
    assert isinstance(config["config"], dict)
    assert shop.ask("GET", "/v1/projects/nobody/settings").status_code == 401


def test_a_pixel(shop: Shop) -> None:
    said = f"/pixel/v1/track?writeKey={shop.key}&anonymousId=a&event=Email+Opened&properties.campaign_id=7"
    answer = shop.ask("GET", said)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert answer.content.startswith(b"GIF89a")
    shop.ask("GET", f'/pixel/v1/page?writeKey={shop.key}&anonymousId=a&properties={{"title":"Hi"}}')
    track, page = shop.logged()
    assert (track["event"], track["properties"]) == ("Email Opened", {"campaign_id": "7"})
    assert (page["type"], page["properties"]) == ("page", {"title": "Hi"})
    assert shop.key not in json.dumps([track, page])
    assert shop.ask("GET", "/pixel/v1/track?event=A").status_code == 401


def test_a_client_that_goes_away_half_way_leaves_nothing(shop: Shop) -> None:
    messages = iter(
        [
            {"type": "http.request", "body": b'{"batch":[', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/batch",
        "query_string": b"",
        "headers": [],
        "client": None,
    }
    asyncio.run(TrackingApp(shop.limner, shop.log)(scope, receive, send))
    assert sent == []
    assert shop.logged() == []


def test_everything_else_is_passed_on(limner: Limner) -> None:
    @dataclass
    class Inner:
        asked: list[str]

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            self.asked.append(scope.get("path", scope["type"]))

    inner = Inner([])
    log = open_log(limner.settings.log_url)
    app = TrackingApp(limner, log, inner)
    for scope in (
        {"type": "http", "path": "/customers", "method": "GET"},
        {"type": "lifespan"},
        {"type": "websocket"},
    ):
        asyncio.run(app(scope, None, None))  # type: ignore[arg-type]
    assert inner.asked == ["/customers", "lifespan", "websocket"]
    log.close()
