"""What is asked of one event at the door: who, what, and no more than is fair.

Only what no plan could allow is a fault here; everything else is the tracking plan's to judge.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

Fault = tuple[str, str]
TYPES = ("track", "page", "screen", "identify", "group", "alias", "merge")
LONGEST_MESSAGE_ID = 100
MOST_EVENTS = 2_500
_ID_NAMES = ("messageId", "userId", "anonymousId", "previousId")
_IDS = frozenset((str, int, float, type(None)))  # classes: True is an int that is no id
# What may say whose an event is that has no id: a till receipt carries a card and no user.
_TELLING = re.compile(
    r"e-?mail|phone|mobile|card|loyalty|(?:user|customer|external|anonymous)_?id|手机|电话|邮箱|会员",
    re.IGNORECASE,
)


class Head(msgspec.Struct, gc=False):
    """What the door looks at; JSON of any kind may stand anywhere."""

    type: Any = None
    messageId: Any = None  # noqa: N815  (the wire's names)
    userId: Any = None  # noqa: N815
    anonymousId: Any = None  # noqa: N815
    previousId: Any = None  # noqa: N815
    event: Any = None


read_head = msgspec.json.Decoder(Head).decode


def fault_of(head: Head, raw: bytes, most_bytes: int) -> Fault | None:
    """Why an event cannot be taken as it is; None for a sound one.

    Source: Segment HTTP API (limits, required fields); tracking spec, common fields.
    """
    kind = head.type
    if kind not in TYPES:
        if kind is None:
            return "event-type-missing", f"`type` is missing; use one of {', '.join(TYPES)}"
        if not isinstance(kind, str) or kind.lower() not in TYPES:
            said = f"`type` is {_short(kind)}; use one of {', '.join(TYPES)}"
            return "event-type-unknown", said
        kind = kind.lower()
    if len(raw) > most_bytes:
        return "event-too-large", f"the event has {len(raw)} bytes; {most_bytes} are taken"
    if kind == "track" and not (isinstance(head.event, str) and head.event.strip()):
        return (
            "event-name-missing",
            f"`event` is {_short(head.event)}; a track call names its event",
        )
    ids = (head.messageId, head.userId, head.anonymousId, head.previousId)
    if not _IDS.issuperset(map(type, ids)):
        name, value = next(
            (n, v) for n, v in zip(_ID_NAMES, ids, strict=True) if type(v) not in _IDS
        )
        return "event-id-malformed", f"`{name}` is {_short(value)}; it is a text"
    if head.messageId.__class__ is str and len(head.messageId) > LONGEST_MESSAGE_ID:
        said = f"`messageId` has {len(head.messageId)} characters; {LONGEST_MESSAGE_ID} are taken"
        return "message-id-too-long", said
    if kind == "alias" and (_is_empty(head.previousId) or _is_empty(head.userId)):
        return "alias-incomplete", "an alias call has a `userId` and a `previousId`"
    if _is_empty(head.userId) and _is_empty(head.anonymousId) and not _is_telling(kind, raw):
        return "event-nobody", "`userId` and `anonymousId` are both missing; give one of them"
    return None


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def _is_telling(kind: str, raw: bytes) -> bool:
    """Whether an event without ids may say in another way whose it is; the enrichment looks closer."""
    if kind == "merge":  # names its people in `mergeProperties`
        return True
    said = msgspec.json.decode(raw)
    rest = {key: value for key, value in said.items() if key not in _ID_NAMES}
    return _TELLING.search(msgspec.json.encode(rest).decode()) is not None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
