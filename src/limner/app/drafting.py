"""What somebody who writes a segment can choose from, and keeping what was written."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import ibis
from sqlalchemy import select

from limner.app.definitions import apply_changes, from_document, plan_changes
from limner.app.limner import Limner
from limner.app.seen import seen_events
from limner.app.segments import vocabulary
from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.event import stable_id
from limner.core.rule import Rule
from limner.core.rule_kind import is_loose
from limner.core.rule_tree import columns_of
from limner.core.words import Words
from limner.govern.masking import PERSONAL
from limner.store.models import Segment
from limner.understand.segments.term import read_term
from limner.understand.segments.vocabulary import Vocabulary
from limner.understand.tags.source import PRODUCT_COLUMNS
from limner.understand.tags.value import Measured, Sequence

SUGGESTED = 40
_TRAITS_READ = 2_000


@dataclass(frozen=True)
class Choices:
    """What there is to choose from: words, events seen (the commonest first), stores and traits.

    Without the columns that the reader's role may not see.
    """

    vocabulary: Vocabulary
    events: tuple[str, ...]
    stores: dict[str, str]
    traits: tuple[str, ...]


def choices(limner: Limner, now: datetime, sees_personal: bool) -> Choices:
    """What somebody with these eyes can build a segment from."""
    lake = limner.lake
    stores = (
        lake.fetch(lake.table("stores").select("store_id", "name", "city")).to_pylist()
        if lake.version("stores") is not None
        else []
    )
    return Choices(
        readable(limner, sees_personal),
        tuple(dict.fromkeys(one.event for one in seen_events(limner, now) if one.event)),
        {row["store_id"]: row["name"] or row["city"] or row["store_id"] for row in stores},
        _traits(limner, lake.version("profiles")),
    )


def readable(limner: Limner, sees_personal: bool) -> Vocabulary:
    """The words that rules may use, without columns that the role may not see."""
    words = vocabulary(limner)
    if sees_personal:
        return words
    seen = {name: kind for name, kind in words.columns.items() if name not in PERSONAL}
    return replace(words, columns=seen)


def read_rule(limner: Limner, text: str, sees_personal: bool, own: str | None = None) -> Rule:
    """The rule that a text says, in words that the reader's role may see.

    Raises: `Malformed` or `Unknown` at the word that is wrong.
    """
    rule = readable(limner, sees_personal).parse(text, own)
    if not sees_personal:
        _refuse_personal(rule)
    return rule


def suggestions(limner: Limner, column: str, source: str = "") -> list[str]:
    """The commonest values of a text column of the portrait, or of a source's rows."""
    if source:
        table = "products" if column in PRODUCT_COLUMNS else "events"
        return _commonest(limner, table, limner.lake.version(table), column)
    return _commonest(limner, "profiles", limner.lake.version("profiles"), column)


@lru_cache(maxsize=256)
def _commonest(limner: Limner, table: str, version: int | None, column: str) -> list[str]:
    if version is None:
        return []
    rows = limner.lake.table(table)
    if column not in rows.columns or not rows[column].type().is_string():
        return []
    known = rows.filter(rows[column].notnull())
    counted = known.group_by(value=known[column]).aggregate(rows=ibis._.count())
    most = counted.order_by([ibis.desc("rows"), "value"]).limit(SUGGESTED)
    return [str(value) for value in limner.lake.fetch(most)["value"].to_pylist()]


@lru_cache(maxsize=4)
def _traits(limner: Limner, version: int | None) -> tuple[str, ...]:
    """The names that records give traits, read from some of the portraits."""
    if version is None:
        return ()
    rows = limner.lake.table("profiles").select("traits").filter(ibis._.traits != "{}")
    kept = limner.lake.fetch(rows.limit(_TRAITS_READ))["traits"].to_pylist()
    names = {name for text in kept for name in re.findall(r'"([^"\\]+)":', text or "")}
    return tuple(sorted(names))


def keep_segment(
    limner: Limner, code: str, name: Words, description: Words, rule: str, owner: str, by: str,
    at: datetime,
) -> str:  # fmt: skip
    """Keep a segment; a new one (no `code`) gets one from its name. Gives the code.

    A changed rule is a new version.  Raises: `Malformed` for a name or a rule that cannot be,
    `Unknown` for a word that is not known here, `Rejected` for a new one whose name is taken.
    """
    names = {"en": name.en.strip() or name.zh.strip(), "zh": name.zh.strip() or name.en.strip()}
    if not names["en"] or not all(text.isprintable() for text in names.values()):
        raise Malformed("segment-name", "a segment needs a name of 1 to 200 characters", "name")
    if not code:
        code = _code(names["en"])
        with limner.store.reading() as session:
            if session.get(Segment, code) is not None:
                raise Rejected(
                    "segment-name-taken",
                    f"there is a segment {code!r} already; open it to change it",
                )
    entry = {
        "code": code, "name": names, "description": {"en": description.en, "zh": description.zh},
        "rule": rule, "owner": owner or by,
    }  # fmt: skip
    changes = plan_changes(limner, from_document({"segments": [entry]}), by=by)
    apply_changes(limner, changes, by, at)
    return code


def save_segment(limner: Limner, name: str, rule: str, by: str, at: datetime) -> str:
    """Keep a rule under a name; the same name again replaces the rule. Gives the segment's code.

    Raises: as `keep_segment`.
    """
    name = name.strip()
    code, description = _code(name), Words("", "")
    with limner.store.reading() as session:
        row = session.get(Segment, code)
        if row is not None:
            description = Words(row.description_en, row.description_zh)
    owner = by if row is None else row.owner
    return keep_segment(limner, code, Words(name, name), description, rule, owner, by, at)


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment of people's own as it stands."""

    code: str
    name: Words
    description: Words
    rule: str
    owner: str
    state: str
    version: int
    updated_at: datetime | None
    updated_by: str


def kept_segment(limner: Limner, code: str) -> Kept:
    """A segment of people's own, to be changed.

    Raises: `Unknown` when there is none of that code.
    """
    with limner.store.reading() as session:
        row = session.scalar(select(Segment).where(Segment.segment == code))
        if row is None:
            raise Unknown("segment-unknown", f"there is no segment {code!r} of people's own")
        return Kept(
            row.segment, Words(row.name_en, row.name_zh), Words(row.description_en, row.description_zh),
            row.rule, row.owner, row.state, row.version, row.updated_at, row.updated_by,
        )  # fmt: skip


def idle_segments(limner: Limner) -> dict[str, str]:
    """The segments of people's own that are not in force, by code: draft, or retired."""
    with limner.store.reading() as session:
        rows = session.execute(select(Segment.segment, Segment.state)).all()
    return {code: state for code, state in rows if state != "approved"}


def _code(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain[:60] if plain and name.isascii() else f"segment_{stable_id(name)[:8]}"


def _refuse_personal(rule: Rule) -> None:
    """Refuse what would let masked eyes ask for personal values of events."""
    asked: set[str] = set()
    for column in columns_of(rule):
        term = read_term(column)
        steps: tuple[Rule | None, ...] = ()
        if isinstance(term, Measured):
            steps = (term.where, term.part)
            asked |= {name for name in (term.of, term.by) if name}
        elif isinstance(term, Sequence):
            steps = tuple(one.where for one in (*term.steps, term.without) if one is not None)
        asked |= {name for one in steps if one is not None for name in columns_of(one)}
        asked.add(column)
    for name in sorted(asked):
        if is_loose(name) and name.rpartition(".")[2] in PERSONAL:
            raise Unknown("rule-column", f"there is no {name!r} that your role may see")
