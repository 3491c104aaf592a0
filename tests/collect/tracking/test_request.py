"""What a body says: whole requests, and requests that are not quite JSON."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.log import Appended, Batch
from limner.collect.tracking import Sender, batch_of, read_request, report
from limner.core.errors import Malformed
from limner.core.event import stable_id

SOUND = {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1"}


def read(body: bytes | object, type_: str | None = None, **limits: int) -> Batch:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    ids = iter(f"made-{n}" for n in range(10_000))
    return batch_of(
        read_request(raw, type_),
        "web",
        1,
        Sender("10.0.0.1", "curl", ""),
        **limits,
        new_id=lambda: next(ids),
    )


def faults(batch: Batch) -> list[str | None]:
    return [item.fault[0] if item.fault else None for item in batch.items]


def test_an_event_is_kept_in_the_bytes_it_came_in_under_the_key_of_its_id() -> None:
    raw = b'{"type":"track", "event":"A","userId":"u1","messageId":"m1","odd":[1.50]}'
    (item,) = read(b'{"batch":[' + raw + b'],"sentAt":"2026-01-01T00:00:00Z"}').items
    assert item.body == raw
    assert item.key.hex() == stable_id("web", "m1")
    assert item.fault is None


def test_the_envelope_has_what_the_events_share() -> None:
    body = {
        "batch": [],
        "sentAt": "T",
        "context": {"a": 1},
        "integrations": {"All": True},
        "writeKey": "k",
    }
    shared = json.loads(read(body).envelope)
    assert shared == {"ip": "10.0.0.1", "userAgent": "curl", "sentAt": "T", "context": {"a": 1}, "integrations": {"All": True}}  # fmt: skip
    assert read_request(json.dumps(body).encode(), None).write_key == "k"


@pytest.mark.parametrize("sent_at", [None, 5, {}, "T"])
def test_the_header_says_when_it_was_sent_where_the_body_does_not(sent_at: object) -> None:
    request = read_request(json.dumps({"batch": [], "sentAt": sent_at}).encode(), None)
    batch = batch_of(request, "web", 1, Sender(sent_at="H"))
    assert json.loads(batch.envelope)["sentAt"] == ("T" if sent_at == "T" else "H")


def test_a_single_call_has_the_type_of_its_address_and_keeps_no_write_key() -> None:
    (item,) = read(
        {"event": "A", "userId": "u", "writeKey": "secret", "type": "page"}, "track"
    ).items
    said = json.loads(item.body)
    assert (said["type"], said["messageId"]) == ("track", "made-0")
    assert "writeKey" not in said


@pytest.mark.parametrize(
    ("given", "made"), [("absent", "made-0"), (None, "made-0"), ("", "made-0"), (17, "17"), ("x" * 100, "x" * 100)]
)  # fmt: skip
def test_every_event_has_a_message_id_in_the_end(given: object, made: str) -> None:
    event = {**SOUND, "messageId": given}
    if given == "absent":
        del event["messageId"]
    (item,) = read({"batch": [event]}).items
    assert json.loads(item.body)["messageId"] == made
    assert item.key.hex() == stable_id("web", made)


def test_two_events_without_an_id_are_two() -> None:
    event = {"type": "page", "userId": "u"}
    first, second = read({"batch": [event, event]}).items
    assert first.key != second.key


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"type": None}, "event-type-missing"),
        ({"type": "purchase"}, "event-type-unknown"),
        ({"type": ["track"]}, "event-type-unknown"),
        ({"event": None}, "event-name-missing"),
        ({"event": " "}, "event-name-missing"),
        ({"event": 5}, "event-name-missing"),
        ({"userId": True}, "event-id-malformed"),
        ({"anonymousId": {"a": 1}}, "event-id-malformed"),
        ({"messageId": False}, "event-id-malformed"),
        ({"messageId": "x" * 101}, "message-id-too-long"),
        ({"userId": None}, "event-nobody"),
        ({"userId": "", "anonymousId": None}, "event-nobody"),
        ({"type": "alias"}, "alias-incomplete"),
        ({"properties": {"long": "x" * 32_768}}, "event-too-large"),
        ({"properties": json.loads("[" * 120 + "]" * 120)}, "event-too-deep"),
        ({"type": "Track"}, None),
        ({"userId": 17}, None),
        ({"userId": None, "anonymousId": "a"}, None),
        ({"userId": None, "properties": {"loyalty_card": "88"}}, None),
        ({"userId": None, "context": {"traits": {"邮箱": "a@b.example"}}}, None),
        ({"type": "alias", "previousId": "a"}, None),
        ({"properties": {"long": "x" * 32_000}}, None),
    ],
)
def test_a_fault_is_of_one_event(changed: dict[str, object], code: str | None) -> None:
    batch = read(
        {"batch": [SOUND, {**SOUND, "messageId": "m2", **changed}, {**SOUND, "messageId": "m3"}]}
    )
    assert faults(batch) == [None, code, None]


@pytest.mark.parametrize("odd", ["5", "null", '"text"', "[]", "[[1]]", "true", "1e999", "9" * 400])
def test_what_is_no_object_is_a_fault(odd: str) -> None:
    batch = read(b'{"batch":[%s,%s]}' % (odd.encode(), json.dumps(SOUND).encode()))
    assert faults(batch) == ["event-not-object", None]


@pytest.mark.parametrize(
    ("odd", "kept"),
    [
        (b'"price":NaN', {"price": None}),
        (b'"price":-Infinity', {"price": None}),
        (b'"name":"\xff\xfe"', {"name": "\ufffd\ufffd"}),
        (b'"name":"\\ud83d"', {"name": "\ufffd"}),
        (b'"name":"a\x01b"', {"name": "a\x01b"}),
    ],
)
def test_one_event_that_is_not_quite_json_does_not_spoil_the_others(
    odd: bytes, kept: dict[str, object]
) -> None:
    other = b'{"type":"page","userId":"u","messageId":"b"}'
    event = b'{"type":"track","event":"A","userId":"u","messageId":"a",' + odd + b"}"
    batch = read(b'{"writeKey":"k","batch":[' + other + b"," + event + b"]}")
    assert faults(batch) == [None, None]
    assert json.loads(batch.items[1].body) == {"type": "track", "event": "A", "userId": "u", "messageId": "a", **kept}  # fmt: skip


def test_what_cannot_be_read_at_all_waits_as_text() -> None:
    batch = read(
        b'{"batch":[{"type":"page","userId":"u"},{"type":page},' + b"[" * 5000 + b"]" * 5000 + b"]}"
    )
    assert faults(batch) == [None, "event-not-json", "event-not-json"]
    assert json.loads(batch.items[1].body) == {"unreadable": '{"type":page}'}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"5", b'"a"', b'{"batch":5}', b'{"batch":[{}', b'{"batch":"x"}', b"{}", b'{"a":1}',
     b"<html>", b'{"batch":[]} x', b"\x00", b"{}{}", b'{"batch":[{"a":"}]}', b"[" * 100_000, b'"\\"' * 100_000],
)  # fmt: skip
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        read_request(body, None)
    assert caught.value.code == "body-not-json"


def test_a_byte_order_mark_is_passed_over() -> None:
    assert faults(read(b"\xef\xbb\xbf" + json.dumps({"batch": [SOUND]}).encode())) == [None]


def test_what_is_past_the_longest_batch_waits() -> None:
    events = [{**SOUND, "messageId": str(n)} for n in range(2_501)]
    assert faults(read({"batch": events}))[2_499:] == [None, "batch-too-long"]


def test_a_fault_sent_again_is_the_same_and_leaves_the_id_to_the_corrected_one() -> None:
    wrong = {**SOUND, "event": None}
    first, again = read({"batch": [wrong]}).items[0], read({"batch": [wrong]}).items[0]
    assert first.key == again.key
    assert first.key != read({"batch": [SOUND]}).items[0].key


def test_the_report_adds_up() -> None:
    batch = read({"batch": [SOUND, {**SOUND, "event": None}, 5, SOUND]})
    told = report(batch, Appended(1, 2, (1, 3)))
    assert (told.received, told.accepted, told.duplicate) == (4, 1, 1)
    assert [(one.index, one.messageId, one.code) for one in told.rejected] == [
        (1, "m1", "event-name-missing"), (2, None, "event-not-object"),
    ]  # fmt: skip


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
members = st.dictionaries(
    st.sampled_from(["type", "event", "userId", "anonymousId", "messageId", "previousId", "properties", "x"]),
    anything | st.sampled_from(["track", "page", "alias", "m", ""]),
)  # fmt: skip


@given(st.lists(members | anything, max_size=6), st.sampled_from([None, "track", "alias"]))
def test_any_json_is_read_or_refused_and_every_event_can_be_read_back(
    events: list[object], type_: str | None
) -> None:
    body = json.dumps({"batch": events} if type_ is None else events[:1]).encode()
    try:
        batch = read(body, type_)
    except Malformed:
        assert type_ is not None
        return
    if type_ is None:
        assert len(batch.items) == len(events)
    kept = msgspec.json.decode(
        b"[" + b",".join(item.body for item in batch.items) + b"]", type=list[msgspec.Raw]
    )
    for raw, item in zip(kept, batch.items, strict=True):
        assert len(item.key) == 16
        if item.fault is None:
            said = msgspec.json.decode(raw)
            assert isinstance(said["messageId"], str) and said["messageId"]
    json.loads(batch.envelope)


@given(st.binary(max_size=200), st.sampled_from([None, "track"]))
def test_any_bytes_are_read_or_refused(tail: bytes, type_: str | None) -> None:
    for body in (
        tail,
        b'{"batch":[' + tail + b"]}",
        b'{"batch":[{"type":"page","userId":"' + tail + b'"}]}',
    ):
        try:
            batch = read(body, type_)
        except Malformed:
            continue
        msgspec.json.decode(
            b"[" + b",".join(item.body for item in batch.items) + b"]", type=list[msgspec.Raw]
        )
