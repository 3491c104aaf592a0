"""The parts of one message as it came: its type, name, times and properties, or why it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from limner.collect.enrich.json_text import from_bytes
from limner.collect.enrich.moment import EARLIEST, corrected, read_moment
from limner.collect.enrich.note import note

_TYPES = frozenset(["identify", "track", "page", "screen", "group", "alias"])
_SHOWN = 200  # characters of a value that a fault repeats


class Refused(Exception):  # noqa: N818 (an answer within this room, no error of the house)
    """An event that cannot be taken: code, what was wanted, the field, the value."""

    def __init__(self, code: str, message: str, field: str, value: object) -> None:
        super().__init__(code)
        self.code, self.message, self.field = code, message, field
        self.value = str(value)[:_SHOWN]


def read_envelope(written: bytes) -> dict[str, Any]:
    """What the events of a request share; nothing where it cannot be read."""
    try:
        found = from_bytes(written) if written else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def read_type(item: Mapping[str, Any], envelope: Mapping[str, Any]) -> str:
    """The type of a message; RudderStack's `merge` is an `alias` of several identifiers.

    Raises: `Refused` for a type that there is not.
    """
    said = item.get("type") or envelope.get("type")
    kind = said.lower() if isinstance(said, str) else ""
    if kind in _TYPES:
        return kind
    if kind == "merge":
        return "alias"
    raise Refused(
        "type-unknown", f"type is {said!r:.80}; send one of {', '.join(sorted(_TYPES))}", "type", said
    )  # fmt: skip


def read_name(item: Mapping[str, Any]) -> str:
    """The name of what a `track` tells.

    Raises: `Refused` when there is none.
    """
    said = item.get("event")
    if isinstance(said, str) and (name := said.strip()):
        return name
    raise Refused("event-missing", "a track call says what happened in event, as text", "event", said)  # fmt: skip


def read_object(item: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The JSON object under a key, empty when nothing is there.

    Raises: `Refused` when something else is.
    """
    said = item.get(key)
    if isinstance(said, dict):
        return said
    if said is None or said == [] or said == "":  # PHP writes an empty object as an empty list
        return {}
    raise Refused("object-malformed", f"{key} is not a JSON object", key, said)


def read_said(kind: str, item: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of what happened; of `identify` and `group` the traits."""
    if kind == "track":
        return read_object(item, "properties")
    if kind == "page" or kind == "screen":
        named = {key: item[key] for key in ("name", "category") if item.get(key) is not None}
        if kind == "screen" and "name" not in named and isinstance(item.get("event"), str):
            named["name"] = item["event"]  # as RudderStack's mobile SDKs have it
        said = read_object(item, "properties")
        return {**named, **said} if named else said
    if kind == "identify":
        traits = context.get("traits")  # RudderStack's SDKs have them there alone
        said = read_object(item, "traits")
        return {**traits, **said} if isinstance(traits, dict) and traits else said
    if kind == "group":
        said = read_object(item, "traits")
        return {"groupId": item["groupId"], **said} if item.get("groupId") is not None else said
    return {
        key: item[key] for key in ("previousId", "mergeProperties") if item.get(key) is not None
    }


def read_time(
    item: Mapping[str, Any], envelope: Mapping[str, Any], received_at: datetime, notes: list[str]
) -> datetime:
    """When it happened, by the server's clock; an unreadable `sentAt` is noted and left aside.

    Raises: `Refused` for a time that is none, or from before there was anything to track.
    """
    key = "originalTimestamp" if item.get("originalTimestamp") else "timestamp"
    written = item.get(key)
    original = None
    if written is not None and written != "":
        original = read_moment(written)
        if original is None:
            raise Refused(
                "time-unreadable", f"{key} is no time such as 2026-03-01T10:00:00Z", key, written
            )
    said = item.get("sentAt") or envelope.get("sentAt")
    sent_at = read_moment(said)
    if sent_at is None and said:
        notes.append(note("sent-at-unreadable", "sentAt", said))
    try:
        time = corrected(original, sent_at, received_at)
    except OverflowError:
        time = EARLIEST.min.replace(tzinfo=EARLIEST.tzinfo)
    if time < EARLIEST:
        raise Refused(
            "time-absurd",
            f"{key} with sentAt {said!r:.60} gives {time:%Y-%m-%d}, before {EARLIEST.year}",
            key,
            written,
        )
    return time


def read_message_id(item: Mapping[str, Any], position: int) -> str:
    """The sender's id of the message; the place in the log, which a retry keeps, for one without."""
    said = item.get("messageId")
    if isinstance(said, str) and said:
        return said
    return f"#{position}" if said is None or isinstance(said, bool) or said == "" else repr(said)
