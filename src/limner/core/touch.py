"""How a visit began: what brought somebody, the noun that sessions and live facts share."""

from __future__ import annotations

from datetime import datetime

import msgspec

DIRECT = "direct"


class Touch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing that brought a visitor.

    `traffic_channel` is a key of the default channel grouping (`direct`, `organic_search` ...);
    `source`, `medium` and `campaign` are as the link said, else the site it came from.
    """

    at: datetime
    session_id: str
    traffic_channel: str
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    page_url: str | None = None
    referrer: str | None = None


def first_of(one: Touch | None, other: Touch | None) -> Touch | None:
    """The earlier of two touches."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=_when)


def last_of(one: Touch | None, other: Touch | None) -> Touch | None:
    """The later of two touches; one that is not direct goes before one that is.

    Source: the last non-direct click of web analytics.
    """
    if one is None or other is None:
        return one or other
    return max(one, other, key=_how_telling)


def _when(touch: Touch) -> tuple[datetime, str]:
    return touch.at, touch.session_id


def _how_telling(touch: Touch) -> tuple[bool, datetime, str]:
    return touch.traffic_channel != DIRECT, touch.at, touch.session_id
