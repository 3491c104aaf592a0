"""What a customer did: the Segment vocabulary, in past tense.

Source: Segment spec, https://segment.com/docs/connections/spec/ (common fields, e-commerce v2, e-mail).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

EventType = Literal["identify", "track", "page", "screen", "group", "alias"]

ORDER_COMPLETED = "Order Completed"
ORDER_REFUNDED = "Order Refunded"
COUPON_REDEEMED = "Coupon Redeemed"
PRODUCT_VIEWED = "Product Viewed"
PRODUCT_CLICKED = "Product Clicked"
PRODUCT_ADDED = "Product Added"
SEGMENT_ENTERED = "Segment Entered"
SEGMENT_EXITED = "Segment Exited"
# Where Limner's own events come from, and what they are called; they tell of customers, but are
# nothing that customers did: only who asks for them by name gets them.
OWN_SOURCE = "limner"
OWN_EVENTS = (SEGMENT_ENTERED, SEGMENT_EXITED)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to or was done by one person, once.

    `event_id` makes a replay harmless: two events with the same id are the same event.
    """

    event_id: str
    type: EventType
    time: datetime
    event: str | None = None
    user_id: str | None = None
    anonymous_id: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


def stable_id(*parts: str) -> str:
    """The same 32 hexadecimal digits for the same parts, on every machine and in every run.

    >>> stable_id("till", "4711") == stable_id("till", "4711") != stable_id("till4711")
    True
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()
