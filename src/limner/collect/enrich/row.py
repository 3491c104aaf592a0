"""What becomes of one logged event: a row of the lake with who it was, or a fault with its reason.

Both are msgspec structs, since they are made for every event: a frozen dataclass takes five times
as long to make.  Nothing in them points back, so the garbage collector need not look (`gc=False`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

Verdict = Literal["ok", "warned", "bot", "internal"]
Identity = tuple[str, str]  # kind, normal form


class Enriched(msgspec.Struct, frozen=True, gc=False):
    """One event, ready for the lake.

    `row`: all columns of the lake's `events`; times are aware datetimes, `date` is the UTC day,
    `properties` and `context` are JSON text, `products` a list of dicts.  Until the visit is known
    `session_id` is None and `traffic_channel` is what this event itself says brought the visitor.
    `sighting`: the identifiers on it in normal form, the surest first; never empty.  `anchor` is
    the first of them and the row's `customer_id`.  `verdict`: `bot` and `internal` events do not go
    to the lake; `warned` ones do.  `notes`: what was doubtful, codes of `notes.NOTES`, each with the
    value it is about (`currency-unclear: RMB¥`).  `record`: for `identify`, a row of the lake's
    `customers` with what the traits say (None where they say nothing), else None.
    """

    position: int
    event_id: str
    source: str
    received_at: datetime
    row: dict[str, Any]
    sighting: tuple[Identity, ...]
    anchor: Identity
    verdict: Verdict
    notes: tuple[str, ...]
    body: bytes
    record: dict[str, Any] | None = None


class Faulty(msgspec.Struct, frozen=True, gc=False):
    """One event that cannot be taken, for the quarantine: why, by which field and value."""

    position: int
    source: str
    received_at: datetime
    code: str
    message: str
    field: str
    value: str
    body: bytes
