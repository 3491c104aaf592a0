"""A customer as of this second, beside what the last build says: tags and segments, kept up to date."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from limner.app.live_portrait import LivePortrait, live_portrait
from limner.app.living.definitions import definitions
from limner.app.person import standing
from limner.app.reading import saved_segments
from limner.console.customer_known import Known
from limner.console.names import segment_name
from limner.console.view import View
from limner.core.clock import zone
from limner.govern.masking import PERSONAL, mask

Document = dict[str, Any]
SEES = "reports.read"


@dataclass(frozen=True, slots=True)
class Now:
    """What holds now, and the version at which it was read; `live` is None for nobody known live.

    `values`: tags by code, masked for masked eyes.
    """

    live: LivePortrait | None
    values: Document
    version: Hashable


def version(view: View, known: Known) -> Hashable:
    """Changes with what the customer does, with the definitions, and with the business day."""
    if known.person is None:
        return None
    now = datetime.now(UTC)
    facts = standing(view.limner, known.person.anchors, now).facts
    today = now.astimezone(zone(view.limner.settings.timezone)).date()
    return facts.events, facts.last_at, today, definitions(view.limner)


def read_now(view: View, known: Known) -> Now:
    """The customer as of now."""
    seen = version(view, known)
    found = live_portrait(view.limner, known.customer_id) if known.person else None
    values = {} if found is None else dict(found.values)
    if not view.may("personal.read"):
        values = {code: mask(code, v) if code in PERSONAL else v for code, v in values.items()}
    return Now(found, values, seen)


def names_of(view: View, codes: list[str]) -> dict[str, str]:
    """What segments are called, by code."""
    saved = saved_segments(view.limner)
    return {code: segment_name(view, {"segment": code, **saved.get(code, {})}) for code in codes}
