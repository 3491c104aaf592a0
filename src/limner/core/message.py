"""What is sent to a person, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a message was held back: a normal day, never an exception."""

    NO_CONSENT = "no-consent"
    SUPPRESSED = "suppressed"
    NO_ADDRESS = "no-address"
    FREQUENCY_CAP = "frequency-cap"
    QUIET_HOURS = "quiet-hours"
    REFUSED = "refused-by-channel"
    UNCONFIRMED = "unconfirmed"  # it may have arrived: broken off before the channel's answer


@dataclass(frozen=True, slots=True)
class Message:
    """Rendered content for one address; `message_id` is the same however often it is tried."""

    message_id: str
    campaign_id: str
    customer_id: str
    channel: str
    to: str
    subject: str
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took the message; `receipt` is the channel's own word for it."""

    receipt: str


@dataclass(frozen=True, slots=True)
class Held:
    """The message was not sent, and why."""

    reason: Reason
    detail: str = ""


Outcome = Sent | Held
