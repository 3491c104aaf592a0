"""Every logged event comes out, as a row or as a fault; nothing raises, nothing is lost."""

import json
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.enrich import Enriched, Enricher, Faulty, Treatment
from limner.collect.log.port import Logged
from limner.core.event import stable_id
from limner.core.tables import table
from limner.unify.normalise import KINDS

RECEIVED = datetime(2026, 3, 1, 12, tzinfo=UTC)
MICROS = 1_772_366_400_000_000
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
WEB = {"name": "analytics.js", "version": "next-1.84.1"}
ENRICHER = Enricher(KINDS, {}, "CNY")


def batch(*items: Any, envelope: Any = None, faults: Any = None) -> Logged:
    body = json.dumps(list(items), ensure_ascii=False).encode()
    return Logged(7, len(items), "web", MICROS, json.dumps(envelope or {}).encode(), body, faults or {})  # fmt: skip


def one(item: Any, envelope: Any = None, enricher: Enricher = ENRICHER) -> Enriched | Faulty:
    (found,) = enricher.read(batch(item, envelope=envelope))
    return found


def row(item: Any, envelope: Any = None, enricher: Enricher = ENRICHER) -> dict[str, Any]:
    found = one(item, envelope, enricher)
    assert isinstance(found, Enriched), found
    return found.row


def fault(item: Any) -> Faulty:
    found = one(item)
    assert isinstance(found, Faulty), found
    return found


PAGE = {
    "type": "page", "messageId": "m1", "anonymousId": "a1", "name": "Home",
    "timestamp": "2026-03-01T11:00:00Z", "context": {"library": WEB,
    "page": {"url": "https://shop.example/?utm_source=baidu&utm_medium=cpc", "referrer": "https://www.baidu.com/"}},
}  # fmt: skip


def test_a_page_view_of_a_browser() -> None:
    envelope = {"ip": "203.0.113.77", "userAgent": CHROME, "sentAt": "2026-03-01T11:00:01Z"}
    found = one(PAGE, envelope)
    assert isinstance(found, Enriched)
    assert (found.position, found.verdict, found.anchor) == (7, "ok", ("anonymous_id", "a1"))
    said = found.row
    assert said["event_id"] == stable_id("web", "m1") == found.event_id
    assert said["time"] == datetime(2026, 3, 1, 11, 59, 59, tzinfo=UTC)
    assert (said["type"], said["event"], said["channel"], said["device"]) == ("page", None, "web", "desktop")  # fmt: skip
    assert (said["utm_source"], said["traffic_channel"]) == ("baidu", "paid_search")
    assert json.loads(said["properties"]) == {"name": "Home"}
    context = json.loads(said["context"])
    assert context["ip"] == "203.0.113.0" and context["os"]["name"] == "Windows"
    assert json.loads(found.body) == PAGE


def test_rows_are_what_the_lake_takes() -> None:
    order = {"type": "track", "event": "Order Completed", "userId": "u1", "properties": {"products": [{"product_id": "p", "price": 3}]}}  # fmt: skip
    rows = [row(PAGE), row(order), row({"type": "identify", "userId": 5, "traits": {"email": "a@b.cn"}})]  # fmt: skip
    made = pa.Table.from_pylist(rows, schema=table("events").schema)
    assert made.num_rows == 3 and set(rows[0]) == set(table("events").schema.names)
    assert made["revenue"].to_pylist() == [None, 3.0, None]


def test_an_identify_is_a_record_too_also_where_traits_stand_in_the_context() -> None:
    traits = {"email": "A@Shop.example", "firstName": "伟", "lastName": "王", "birthday": "1990-05-06", "level": "gold"}  # fmt: skip
    item = {"type": "identify", "userId": "u1", "anonymousId": None, "context": {"traits": traits}}
    found = one(item)
    assert isinstance(found, Enriched) and found.record is not None
    assert found.sighting == (("user_id", "u1"), ("email", "a@shop.example"))
    made = pa.Table.from_pylist([found.record], schema=table("customers").schema).to_pylist()[0]
    assert (made["record_id"], made["name"], made["email"]) == ("u1", "王伟", "a@shop.example")
    assert str(made["birth_date"]) == "1990-05-06" and json.loads(made["traits"]) == {"level": "gold"}  # fmt: skip
    assert json.loads(found.row["context"])["email"] == "a@shop.example"


def test_the_envelopes_context_stands_under_the_events_own() -> None:
    envelope = {"context": {"locale": "zh-CN", "timezone": "Asia/Shanghai"}}
    said = row({"type": "track", "event": "A", "userId": "u", "context": {"locale": "en"}}, envelope)  # fmt: skip
    assert json.loads(said["context"]) == {"locale": "en", "timezone": "Asia/Shanghai"}


@pytest.mark.parametrize(
    ("item", "code", "field"),
    [
        ([], "event-malformed", ""),
        ({"userId": "u"}, "type-unknown", "type"),
        ({"type": "trakc", "userId": "u"}, "type-unknown", "type"),
        ({"type": "track", "userId": "u", "event": 7}, "event-missing", "event"),
        ({"type": "track", "userId": "u", "event": " "}, "event-missing", "event"),
        ({"type": "track", "event": "A"}, "customer-missing", "userId"),
        ({"type": "track", "event": "A", "userId": "null"}, "customer-missing", "userId"),
        ({"type": "track", "event": "A", "userId": "u", "properties": [1]}, "object-malformed", "properties"),
        ({"type": "page", "userId": "u", "timestamp": "yesterday"}, "time-unreadable", "timestamp"),
        ({"type": "page", "userId": "u", "timestamp": "1970-01-02T00:00:00Z"}, "time-absurd", "timestamp"),
    ],
)  # fmt: skip
def test_a_fault_names_the_field(item: Any, code: str, field: str) -> None:
    found = fault(item)
    assert (found.code, found.field, found.position) == (code, field, 7)
    assert json.loads(found.body) == item


def test_what_the_door_faulted_stays_a_fault() -> None:
    found = ENRICHER.read(batch(PAGE, PAGE | {"messageId": "m2"}, faults={1: ("event-too-large", "40 KB")}))  # fmt: skip
    assert [type(each) for each in found] == [Enriched, Faulty]
    assert (found[1].position, found[1].code) == (8, "event-too-large")  # type: ignore[union-attr]


def test_an_empty_list_is_an_empty_object_as_php_writes_it() -> None:
    said = row({"type": "track", "event": "A", "userId": "u", "properties": [], "context": []})
    assert said["properties"] is None and said["context"] is None


def test_a_screen_is_named_wherever_its_name_stands() -> None:
    for named in ({"name": "Home"}, {"event": "Home"}, {"properties": {"name": "Home"}}):
        said = row({"type": "screen", "userId": "u"} | named)
        assert json.loads(said["properties"]) == {"name": "Home"} and said["event"] is None


def test_times_of_the_future_and_without_a_clock() -> None:
    base = {"type": "track", "event": "A", "userId": "u"}
    assert row(base)["time"] == RECEIVED
    assert row(base | {"timestamp": "2030-01-01T00:00:00Z"})["time"] == RECEIVED
    kept = row(base | {"timestamp": "1997-05-01T00:00:00Z"})
    assert (kept["time"].year, str(kept["date"])) == (1997, "1997-05-01")
    skewed = base | {"originalTimestamp": "2036-03-01T11:00:00Z", "sentAt": "2036-03-01T11:00:02Z"}
    assert row(skewed)["time"] == datetime(2026, 3, 1, 11, 59, 58, tzinfo=UTC)
    found = one(base | {"timestamp": "2026-03-01T11:00:00Z", "sentAt": "later"})
    assert isinstance(found, Enriched) and found.verdict == "warned"
    assert found.notes == ("sent-at-unreadable: sentAt=later",)


def test_robots_and_the_shops_own_people_are_told_apart() -> None:
    treatment = Treatment.read({"internal_ips": ["203.0.113.0/24"], "internal_emails": ["@shop.example"], "internal_users": ["qa"]})  # fmt: skip
    strict = Enricher(KINDS, {"web": treatment}, "CNY")
    kind = Enricher(KINDS, {"web": Treatment(keep_bots=True)}, "CNY")

    def verdict(enricher: Enricher, **more: Any) -> str:
        envelope = {"ip": more.pop("ip", "198.51.100.1"), "userAgent": more.pop("agent", CHROME)}
        found = one(PAGE | more, envelope, enricher)
        assert isinstance(found, Enriched)
        return found.verdict

    assert verdict(strict) == "ok"
    assert verdict(strict, ip="203.0.113.9") == "internal"
    assert verdict(strict, userId="qa") == "internal"
    assert verdict(strict, properties={"email": "Bob@shop.example"}) == "internal"
    assert verdict(strict, agent=GOOGLEBOT) == "bot"
    assert verdict(kind, agent=GOOGLEBOT) == "ok"
    steered = CHROME.replace("Chrome/", "HeadlessChrome/")
    assert verdict(strict, agent=steered) == "warned"
    assert verdict(kind, agent=steered) == "ok"
    unkind = Enricher(KINDS, {"web": Treatment.read({"keep_headless": False})}, "CNY")
    assert verdict(unkind, agent=steered) == "bot"


def test_a_servers_library_is_no_robot_and_its_address_nobodys() -> None:
    library = {"library": {"name": "analytics-python", "version": "2.3.4"}}
    envelope = {"ip": "198.51.100.1", "userAgent": "python-requests/2.32"}
    order = {"type": "track", "event": "Order Completed", "userId": "u", "context": library}
    found = one(order, envelope)
    assert isinstance(found, Enriched)
    assert (found.verdict, found.row["channel"], found.row["device"]) == ("ok", "server", "server")
    assert "ip" not in json.loads(found.row["context"])
    plain = one({"type": "track", "event": "A", "userId": "u"}, envelope)
    assert isinstance(plain, Enriched) and plain.verdict == "ok"


@pytest.mark.parametrize(
    ("item", "channel"),
    [
        ({"properties": {"channel": "POS"}}, "pos"),
        ({"channel": "mobile"}, "app"),
        ({"context": {"library": {"name": "analytics-kotlin"}}}, "app"),
        ({"context": {"page": {"url": "https://x.example"}}}, "web"),
        ({"context": {"userAgent": CHROME + " miniProgram"}}, "mini_program"),
        ({"type": "page"}, "web"),
        ({"type": "screen"}, "app"),
        ({}, None),
    ],
)
def test_channels(item: Any, channel: str | None) -> None:
    assert row({"type": "track", "event": "A", "userId": "u"} | item)["channel"] == channel
    till = Enricher(KINDS, {"web": Treatment(channel="pos")}, "CNY")
    own = channel if "properties" in item else "pos"
    assert row({"type": "track", "event": "A", "userId": "u"} | item, None, till)["channel"] == own


def test_what_brought_the_visitor() -> None:
    def brought(url: str, referrer: str | None, agent: str = CHROME) -> str | None:
        page = {"url": url} | ({"referrer": referrer} if referrer else {})
        item = {"type": "page", "anonymousId": "a", "context": {"page": page, "userAgent": agent}}
        channel = row(item)["traffic_channel"]
        assert channel is None or isinstance(channel, str)
        return channel

    shop = "https://www.shop.example/p"
    assert brought(shop, None) is None
    assert brought(shop, "https://shop.example/q") is None
    assert brought(shop, "https://weibo.com/") == "organic_social"
    assert brought(shop + "?gclid=1", None) == "paid_search"
    assert brought(shop + "?utm_medium=email", "https://shop.example/") == "email"
    wechat = CHROME + " MicroMessenger/8.0.49"
    assert brought(shop, None, wechat) == "organic_social"
    assert brought(shop, "https://shop.example/q", wechat) is None


def test_the_same_message_has_the_same_id_and_none_has_the_place() -> None:
    item = {"type": "track", "event": "A", "userId": "u"}
    assert row(item)["event_id"] == stable_id("web", "#7")
    assert row(item | {"messageId": 12})["event_id"] == stable_id("web", "12")


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"[1,2,3]", b"[" * 5000 + b"]" * 5000, b"\xff"])
def test_a_batch_that_cannot_be_told_apart_is_kept_whole(body: bytes) -> None:
    found = ENRICHER.read(Logged(1, 2, "web", MICROS, b"not json", body, {}))
    assert [each.position for each in found] == [1, 2]
    assert all(isinstance(each, Faulty) and each.code == "batch-unreadable" for each in found)
    assert found[0].body == body


def test_a_poisoned_event_does_not_spoil_its_batch() -> None:
    good = json.dumps(PAGE).encode()
    for poison in (b'{"type":"track","event":"A","userId":"\\ud800"}', b"1e999", b'{"a":' * 900 + b"1" + b"}" * 900):  # fmt: skip
        body = b"[" + good + b"," + poison + b"," + good + b"]"
        found = ENRICHER.read(Logged(1, 3, "web", MICROS, b"{}", body, {}))
        kinds = [type(each) for each in found]
        assert kinds[0] is kinds[2] is Enriched and kinds[1] is Faulty, poison[:40]


NAMES = ["type", "event", "userId", "anonymousId", "previousId", "messageId", "timestamp", "sentAt", "originalTimestamp",
         "context", "properties", "traits", "name", "channel", "integrations", "mergeProperties", "groupId"]  # fmt: skip
INNER = ["page", "url", "referrer", "campaign", "source", "medium", "library", "userAgent", "ip", "device", "location", "latitude",
         "longitude", "city", "traits", "externalIds", "id", "type", "products", "price", "quantity", "discount", "revenue",
         "total", "currency", "email", "phone", "loyalty_card", "order_id", "channel", "app", "address", "birthday", "createdAt"]  # fmt: skip
LEAF = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
    | st.sampled_from(["track", "identify", "page", "alias", "merge", "group", "Order Completed", "Order Refunded", "u1",
                       "2026-03-01T10:00:00Z", "0001-01-01", "9999-12-31T23:59:59Z", CHROME, "http://[x", "CNY", "1,5", "::1"])
)  # fmt: skip
DEEP = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER), inner, max_size=5), max_leaves=15)  # fmt: skip
LIKELY = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "identify", "page", "screen", "alias", "merge", "group"])},
    optional={name: DEEP for name in NAMES if name != "type"} | {"event": st.sampled_from(["Order Completed", "Order Refunded", "A"])},
)  # fmt: skip


@given(st.lists(DEEP | st.dictionaries(st.sampled_from(NAMES), DEEP) | LIKELY, max_size=5), DEEP)
def test_whatever_comes_comes_out(items: list[Any], envelope: Any) -> None:
    found = ENRICHER.read(batch(*items, envelope=envelope))
    assert [each.position for each in found] == list(range(7, 7 + len(items)))
    for each, item in zip(found, items, strict=True):
        assert json.loads(each.body) == item
        if isinstance(each, Faulty):
            assert each.code != "event-unreadable", each.message
            continue
        assert each.sighting and each.anchor == each.sighting[0]
        assert each.row["customer_id"] == each.anchor[1]
        assert each.row["time"] <= RECEIVED and each.row["time"].tzinfo is not None
        assert (each.verdict == "warned") == bool(each.notes) or each.verdict in ("bot", "internal")
        pa.Table.from_pylist([each.row], schema=table("events").schema)
        if each.record is not None:
            pa.Table.from_pylist([each.record], schema=table("customers").schema)
