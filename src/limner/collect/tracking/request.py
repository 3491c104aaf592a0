"""A tracking request as the batch that goes into the log.

An event is kept in the bytes it came in, so that what is replayed years later is what was sent.
Its key is made from source and `messageId`, as the id of the event will be.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import Raw

from limner.collect.log.port import Batch, Item
from limner.collect.tracking import loose
from limner.collect.tracking.judge import MOST_EVENTS, Fault, Head, fault_of, read_head
from limner.core.errors import Malformed

_NULL = Raw(b"null")
_MOST_LOOSE_BYTES = 2**20  # of a body that is worth taking apart


class _Envelope(msgspec.Struct, gc=False):
    batch: list[Raw]
    sentAt: Raw = _NULL  # noqa: N815  (the wire's names)
    context: Raw = _NULL
    integrations: Raw = _NULL
    writeKey: Raw = _NULL  # noqa: N815


_read_envelope = msgspec.json.Decoder(_Envelope).decode
_read_members = msgspec.json.Decoder(dict[str, Raw]).decode


@dataclass(frozen=True, slots=True)
class Request:
    """What a body says: events as they came, or as text with the reason it cannot be read."""

    events: Sequence[bytes | Raw]
    broken: dict[int, Fault]
    write_key: str | None
    sent_at: bytes
    context: bytes
    integrations: bytes


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a request: what the connection and its headers say."""

    ip: str = ""
    user_agent: str = ""
    sent_at: str = ""


def read_request(body: bytes, type_: str | None) -> Request:
    """What a body says; `type_` is that of a single call's address, None for a batch.

    What is JSON only nearly is taken apart event by event.
    Raises: `Malformed` when no request can be seen in it.
    """
    try:
        body.decode()  # the strict reader passes over text that it is not asked for
        if type_ is None:
            return _strict_batch(body)
        return _single(_read_members(body), type_)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        strict = error
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    if len(body) > _MOST_LOOSE_BYTES:
        raise Malformed("body-not-json", f"the body is not JSON: {strict}") from strict
    try:
        return _loose_batch(body) if type_ is None else _loose_single(body, type_)
    except (ValueError, RecursionError) as error:
        raise Malformed("body-not-json", f"the body cannot be read: {error}") from error


def batch_of(
    request: Request,
    source: str,
    received_at: int,
    sender: Sender,
    most_event_bytes: int = 32_768,
    new_id: Callable[[], str] = lambda: secrets.token_hex(16),
) -> Batch:
    """The batch that a request brings to the log of a source.

    `received_at`: microseconds since 1970.  An event without a `messageId` is given one.
    """
    prefix = hashlib.blake2b(digest_size=16)
    _add(prefix, source)
    items = []
    for index, raw in enumerate(request.events):
        fault = request.broken.get(index)
        if fault is None:
            items.append(_item(bytes(raw), index, prefix, most_event_bytes, new_id))
        else:
            items.append(_faulty(bytes(raw), fault, prefix, bytes(raw)))
    return Batch(source, received_at, _envelope(request, sender), items)


def _item(
    raw: bytes, index: int, prefix: hashlib.blake2b, most_bytes: int, new_id: Callable[[], str]
) -> Item:
    if loose.is_too_deep(raw):
        why = f"the event is nested more than {loose.DEEPEST} levels deep"
        return _faulty(as_text(raw), ("event-too-deep", why), prefix, raw)
    try:
        head = read_head(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if raw[:1] != b"{":
            return _faulty(raw, ("event-not-object", "an event is a JSON object"), prefix, raw)
        return _faulty(raw, ("event-value-malformed", f"the event: {error}"), prefix, raw)
    try:
        fault = fault_of(head, raw, most_bytes)
    except (msgspec.DecodeError, UnicodeError) as error:  # a number that no machine holds
        fault = ("event-value-malformed", f"the event: {error}")
    if fault is None and index >= MOST_EVENTS:
        fault = ("batch-too-long", f"a batch has at most {MOST_EVENTS} events; send the rest again")
    if fault is not None:
        return _faulty(raw, fault, prefix, raw)
    message_id = head.messageId
    if message_id.__class__ is not str or not message_id:
        raw, message_id = _with_id(raw, head, new_id)
    digest = prefix.copy()
    _add(digest, message_id)
    return Item(digest.digest(), raw)


def _with_id(raw: bytes, head: Head, new_id: Callable[[], str]) -> tuple[bytes, str]:
    """An event with a text as its `messageId`: its number, else a new one."""
    given = head.messageId
    message_id = new_id() if given is None or given == "" else str(given)
    members = _read_members(raw)
    members["messageId"] = Raw(msgspec.json.encode(message_id))
    return msgspec.json.encode(members), message_id


def _faulty(body: bytes, fault: Fault, prefix: hashlib.blake2b, raw: bytes) -> Item:
    """An event for quarantine: known again by its bytes, apart from a sound one of its id."""
    digest = prefix.copy()
    _add(digest, "fault")
    digest.update(raw)
    return Item(digest.digest(), body, fault)


def _add(digest: hashlib.blake2b, part: str) -> None:
    """As `core.event.stable_id` takes its parts: key and id of an event are the same."""
    raw = part.encode()
    digest.update(len(raw).to_bytes(8, "big"))
    digest.update(raw)


def _envelope(request: Request, sender: Sender) -> bytes:
    members = {
        "ip": msgspec.json.encode(sender.ip),
        "userAgent": msgspec.json.encode(sender.user_agent),
    }
    sent_at = request.sent_at
    if sent_at == b"null" and sender.sent_at:
        sent_at = msgspec.json.encode(sender.sent_at)
    for name, value in (
        ("sentAt", sent_at), ("context", request.context), ("integrations", request.integrations),
    ):  # fmt: skip
        if value != b"null":
            members[name] = value
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), v) for name, v in members.items()) + b"}"


def as_text(raw: bytes) -> bytes:
    """What cannot be read as JSON, kept as text within JSON."""
    return msgspec.json.encode({"unreadable": raw.decode("utf-8", "replace")})


def _strict_batch(body: bytes) -> Request:
    found = _read_envelope(body)
    return Request(
        found.batch, {}, _text(found.writeKey), _plain(found.sentAt, b'"'),
        _plain(found.context, b"{"), _plain(found.integrations, b"{"),
    )  # fmt: skip


def _loose_batch(body: bytes) -> Request:
    found = loose.members(body)
    if "batch" not in found:
        raise ValueError("it has no `batch`")
    events: list[bytes] = []
    broken: dict[int, Fault] = {}
    for index, raw in enumerate(loose.elements(found["batch"])):
        try:
            events.append(loose.mended(raw))
        except (ValueError, RecursionError) as error:
            events.append(as_text(raw))
            broken[index] = ("event-not-json", f"the event cannot be read: {error}")
    shared = {key: _mended(raw) for key, raw in found.items() if key != "batch"}
    return Request(
        events, broken, _text(shared.get("writeKey", b"null")),
        _plain(shared.get("sentAt", b"null"), b'"'), _plain(shared.get("context", b"null"), b"{"),
        _plain(shared.get("integrations", b"null"), b"{"),
    )  # fmt: skip


def _single(members: dict[str, Raw], type_: str) -> Request:
    key, sent_at = members.pop("writeKey", _NULL), members.get("sentAt", _NULL)
    members["type"] = Raw(msgspec.json.encode(type_))
    event = msgspec.json.encode(members)
    return Request([event], {}, _text(key), _plain(sent_at, b'"'), b"null", b"null")


def _loose_single(body: bytes, type_: str) -> Request:
    return _single(_read_members(loose.mended(body)), type_)


def _mended(raw: bytes) -> bytes:
    try:
        return loose.mended(raw)
    except (ValueError, RecursionError):
        return b"null"


def _plain(raw: bytes | Raw, opening: bytes) -> bytes:
    """A shared member, or null when it is not of the kind that its first byte tells, or too deep."""
    value = bytes(raw)
    return value if value[:1] == opening and not loose.is_too_deep(value) else b"null"


def _text(raw: bytes | Raw) -> str | None:
    value = msgspec.json.decode(raw)
    return value if isinstance(value, str) else None
