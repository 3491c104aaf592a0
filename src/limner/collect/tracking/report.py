"""What became of each event of a request, for its sender."""

from __future__ import annotations

from typing import Any

import msgspec

from limner.collect.log.port import Appended, Batch
from limner.collect.tracking.judge import LONGEST_MESSAGE_ID


class Rejected(msgspec.Struct):
    """An event that went to quarantine, by its place in the request."""

    index: int
    messageId: str | None  # noqa: N815  (the wire's name)
    code: str
    message: str


class Report(msgspec.Struct):
    """Counts that add up: received = accepted + duplicate + rejected."""

    success: bool
    received: int
    accepted: int
    duplicate: int
    rejected: list[Rejected]


def report(batch: Batch, appended: Appended) -> Report:
    """What became of a batch."""
    rejected = [
        Rejected(index, _message_id(item.body), *item.fault)
        for index, item in enumerate(batch.items)
        if item.fault is not None
    ]
    known = sum(batch.items[index].fault is None for index in appended.duplicates)
    received = len(batch.items)
    return Report(True, received, received - known - len(rejected), known, rejected)


def _message_id(body: bytes) -> str | None:
    """The id an event came with, where it can be read and shown."""
    try:
        found: Any = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return None
    given = found.get("messageId") if isinstance(found, dict) else None
    return given if isinstance(given, str) and len(given) <= LONGEST_MESSAGE_ID else None
