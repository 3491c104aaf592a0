"""Saving a rule as a segment of one's own, and letting it go again."""

from __future__ import annotations

import re
from datetime import datetime

from limner.app.limner import Limner
from limner.core.errors import Malformed, Unknown
from limner.core.event import stable_id
from limner.core.rule import parse, to_text
from limner.govern.audit import entry
from limner.store.models import Segment


def save_segment(limner: Limner, name: str, rule: str, by: str, at: datetime) -> str:
    """Keep a rule under a name; the same name again replaces the rule. Gives the segment's code.

    Raises: `Malformed` for an empty name or a rule that cannot be read, `Unknown` for a column
    that the portraits do not have.
    """
    name = name.strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise Malformed(
            "segment-name", f"{name!r} is not a segment's name; use 1 to 200 characters"
        )
    written = to_text(parse(rule, limner.lake.table("profiles").columns))
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    code = plain[:60] if plain and name.isascii() else f"segment_{stable_id(name)[:8]}"
    with limner.store.session() as session:
        kept = session.get(Segment, code)
        if kept is None:
            kept = Segment(segment=code, created_at=at, created_by=by)
            session.add(kept)
        kept.name_en = kept.name_zh = name
        kept.rule = written
        session.add(entry(by, "segment.saved", code, {"rule": written}, at))
    return code


def drop_segment(limner: Limner, code: str, by: str, at: datetime) -> None:
    """Let a segment of one's own go.

    Raises: `Unknown` when there is none of that code.
    """
    with limner.store.session() as session:
        kept = session.get(Segment, code)
        if kept is None:
            raise Unknown("segment-unknown", f"there is no saved segment {code!r}")
        session.delete(kept)
        session.add(entry(by, "segment.dropped", code, {"rule": kept.rule}, at))
