"""Segments of people's own, as files define them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from limner.core.errors import Malformed, Rejected
from limner.core.rule import columns_of, parse
from limner.store.models import STATES, Segment
from limner.understand.segments.term import terms

Body = dict[str, Any]
_FIELDS = ("code", "name", "description", "rule", "owner", "state")
_CODE = re.compile(r"[a-z0-9_]{1,80}")
# Terminals obey control characters, and stores refuse them and halves of characters.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LONGEST_RULE = 20_000


def read(entry: Mapping[str, Any], stands: Body | None, by: str) -> Body:
    """The body of an entry, its rule still as it was written; what it leaves out stays or is usual.

    Raises: `Malformed` naming the segment, the field, what was seen and what can stand there.
    """

    def wrong(field: str, wanted: str) -> Malformed:
        return Malformed(
            "segment-malformed",
            f"segment {entry.get('code')!r}, field {field}: got {entry.get(field)!r}; wanted {wanted}",
            field,
        )

    for field in entry:
        if field not in _FIELDS:
            raise wrong(field, f"one of the fields {', '.join(_FIELDS)}")
    if not _CODE.fullmatch(str(entry["code"])):
        raise wrong("code", "up to 80 small letters, digits and _, such as good_customers")
    body: Body = {"name": both(entry.get("name"), 200)}
    if body["name"] is None or not all(body["name"].values()):
        raise wrong("name", "a text of up to 200 characters, or the texts `en` and `zh`")
    told = both(entry.get("description", {"en": "", "zh": ""}), 4_000)
    if told is None:
        raise wrong("description", "a text, or the texts `en` and `zh`")
    if any(told.values()):
        body["description"] = told
    rule = entry.get("rule")
    if not isinstance(rule, str) or not rule.strip() or len(rule) > _LONGEST_RULE:
        raise wrong("rule", "a rule such as orders_90d >= 3")
    body["rule"] = " ".join(rule.split("\n")).strip()
    owner = entry.get("owner", (stands or {}).get("owner", by))
    if not isinstance(owner, str) or len(owner) > 200:
        raise wrong("owner", "a user's name")
    body["owner"] = owner
    body["state"] = entry.get("state", "approved")
    if body["state"] not in STATES:
        raise wrong("state", f"one of {', '.join(STATES)}")
    return body


def both(written: object, most: int) -> dict[str, str] | None:
    """A text in both languages; one text alone stands for both; None for anything else."""
    if isinstance(written, str):
        written = {"en": written, "zh": written}
    if not isinstance(written, Mapping) or set(written) != {"en", "zh"}:
        return None
    texts = {language: written[language] for language in ("en", "zh")}
    if not all(isinstance(text, str) and len(text) <= most for text in texts.values()):
        return None
    if any(_CONTROL.search(text) for text in texts.values()):
        return None
    return {language: text.strip() for language, text in texts.items()}


def stands(session: Session) -> dict[str, tuple[Body, int]]:
    """What the store says of each segment of people's own: its body and its version, by code."""
    rows = session.scalars(select(Segment).order_by(Segment.segment))
    return {row.segment: (_body(row), row.version) for row in rows}


def keep(session: Session, code: str, body: Body, version: int, by: str, at: datetime) -> None:
    """Keep a segment as its body says."""
    row = session.get(Segment, code)
    if row is None:
        row = Segment(segment=code, created_at=at, created_by=by)
        session.add(row)
    row.name_en, row.name_zh = body["name"]["en"], body["name"]["zh"]
    told = body.get("description", {"en": "", "zh": ""})
    row.description_en, row.description_zh = told["en"], told["zh"]
    row.rule, row.owner, row.state = body["rule"], body["owner"], body["state"]
    row.version, row.updated_at, row.updated_by = version, at, by


def remove(session: Session, code: str) -> None:
    """Let a segment go."""
    session.delete(session.get_one(Segment, code))


def columns(rule: str) -> frozenset[str]:
    """The names that a rule looks at; none for a text that is no rule any more."""
    try:
        return frozenset(columns_of(parse(rule, terms=terms())))
    except Rejected:
        return frozenset()


def _body(row: Segment) -> Body:
    body: Body = {"name": {"en": row.name_en, "zh": row.name_zh}}
    if row.description_en or row.description_zh:
        body["description"] = {"en": row.description_en, "zh": row.description_zh}
    return body | {"rule": row.rule, "owner": row.owner, "state": row.state}
