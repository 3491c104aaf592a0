"""A change of membership as an event: `Segment Entered`, `Segment Exited`.

It goes through the event log like every other event, from the source `limner`, under a key made of
what changed, so that it is there once however often it is sent.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from limner.app.living.judge import Watched
from limner.collect.live import Change
from limner.collect.log import Batch, Item
from limner.core.event import OWN_SOURCE, SEGMENT_ENTERED, SEGMENT_EXITED
from limner.unify.nodes import Key

CHAIN = "limnerChain"  # in the context: how many changes led to this one
_ENVELOPE = b"{}"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_encode = msgspec.json.Encoder().encode


def change(
    who: Key, segment: Watched, is_entered: bool, at: int, place: int, chain: int = 0
) -> Change:
    """The change of one customer's membership.

    `who`: the surest identifier.  `at`: when, in microseconds since 1970.  `place`: the position of
    the log up to which everything had been worked on.
    """
    event = SEGMENT_ENTERED if is_entered else SEGMENT_EXITED
    parts = ("membership", *who, segment.code, event, str(at), str(place))
    key = hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()
    said: dict[str, Any] = {
        "type": "track",
        "event": event,
        "messageId": key.hex(),
        "timestamp": moment(at).isoformat(),
        "properties": {
            "segment": segment.code, "name": segment.words.en, "name_zh": segment.words.zh,
            "version": segment.version,
        },
        "context": {CHAIN: chain},
    }  # fmt: skip
    kind, value = who
    if kind == "user_id":
        said["userId"] = value
    elif kind == "anonymous_id":
        said["anonymousId"] = value
    else:
        said["context"]["externalIds"] = [{"type": kind, "id": value, "collection": "users"}]
    return Change(key, _encode(said))


def as_batch(one: Change, now: int) -> Batch:
    """A change as the event log takes it; `now` is when, in microseconds since 1970.

    By the clock of that moment, and not by that of what led to it: what comes later in the log came
    later, also where an old log is worked through.
    """
    return Batch(OWN_SOURCE, now, _ENVELOPE, (Item(one.key, one.body),))


def chain_of(context: str | None) -> int:
    """How many changes led to an event of Limner's own, by its context."""
    if not context or CHAIN not in context:
        return 0
    found = msgspec.json.decode(context).get(CHAIN)
    return found if isinstance(found, int) else 0


def moment(microseconds: int) -> datetime:
    """A moment from microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds(at: datetime) -> int:
    """A moment as microseconds since 1970, exactly."""
    return (at - _EPOCH) // timedelta(microseconds=1)
