"""Segments in force, who is in them, and people's own: the one place that reads and keeps them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import ibis
from sqlalchemy import select as sql_select

from limner.app.choosing import chosen_by, context_of, portraits_now, widened
from limner.app.limner import Limner
from limner.app.present import AsOf, day_of
from limner.app.reports import as_of as built_as_of
from limner.app.tags import tags_in_force
from limner.app.tags.keeping import store_ids
from limner.core.errors import Rejected, Unknown
from limner.core.rule import IsNull, Rule
from limner.core.rule_kind import kind_of_type
from limner.core.words import Words
from limner.govern.audit import entry
from limner.store.models import CustomerList
from limner.store.models import Segment as Kept
from limner.understand.segments.segment import Segment, built_in
from limner.understand.segments.term import terms_of
from limner.understand.segments.vocabulary import Vocabulary, missing


@dataclass(frozen=True, slots=True)
class Count:
    """How many customers a rule holds for, of how many, as of which day, in how long."""

    customers: int
    everyone: int
    as_of: date | None
    seconds: float


def segments_in_force(limner: Limner) -> tuple[Segment, ...]:
    """Every segment there is: the built-in ones and people's own that are approved."""
    return (*built_in(_clusters(limner)), *own_segments(limner).values())


def own_segments(limner: Limner) -> dict[str, Segment]:
    """People's own approved segments by code."""
    with limner.store.reading() as session:
        rows = session.scalars(sql_select(Kept).order_by(Kept.segment)).all()
    return {
        row.segment: Segment(
            row.segment,
            Words(row.name_en, row.name_zh),
            row.rule,
            Words(row.description_en or row.rule, row.description_zh or row.rule),
        )
        for row in rows
        if row.state == "approved"
    }


def rule_of(limner: Limner, code: str) -> str:
    """The rule of a segment in force, as text.

    Raises: `Unknown` with the closest codes there are.
    """
    known = {segment.code: segment.rule for segment in segments_in_force(limner)}
    if code not in known:
        raise missing("segment", code, known)
    return known[code]


def vocabulary(limner: Limner) -> Vocabulary:
    """What rules over customers may name: tags, the portrait's columns, segments, lists, stores.

    Raises: `Broken` when a table of the lake cannot be read.
    """
    with limner.store.reading() as session:
        lists = {row.list: row.name for row in session.scalars(sql_select(CustomerList))}
    return Vocabulary(
        tags=tags_in_force(limner),
        columns={
            name: kind_of_type(kind)
            for name, kind in limner.lake.table("profiles").schema().items()
        },
        segments=segments_in_force(limner),
        lists={code: Words(name, name) for code, name in lists.items()},
        stores=store_ids(limner),
    )


def check(limner: Limner, text: str, own: str | None = None) -> Rule:
    """The rule that a text says, every word of it known here and every value of its kind.

    `own`: the code of the segment whose rule it is to be; it may not lead back to itself.
    Raises: `Malformed` or `Unknown` at the word that is wrong.
    """
    return vocabulary(limner).parse(text, own)


def select(limner: Limner, text: str, as_of: AsOf = None) -> ibis.Table:
    """Who a rule holds for: a table with one column `customer_id`, each customer once.

    `as_of`: a business day to look back from, by default that of the last build, or now.
    Raises: as `check`; `Unknown` when no portraits were built yet; `Rejected` for what cannot be had
    of a day before the last build's: groups found by clustering, and scores.
    """
    wide, chosen = _choosing(limner, text, as_of)
    return wide.filter(chosen(wide)).select("customer_id")


def choosing(
    limner: Limner, text: str, portraits: ibis.Table, hidden: Collection[str] = ()
) -> tuple[ibis.Table, Callable[[ibis.Table], ibis.expr.types.BooleanValue]]:
    """Portraits of the last build widened by what a rule looks at, and the rule as a condition.

    `hidden`: columns and traits that whoever asks may not learn anything about.
    Raises: as `check`, also for a word that is hidden.
    """
    return _choosing(limner, text, None, portraits, hidden)


def _choosing(
    limner: Limner,
    text: str,
    as_of: AsOf,
    portraits: ibis.Table | None = None,
    hidden: Collection[str] = (),
) -> tuple[ibis.Table, Callable[[ibis.Table], ibis.expr.types.BooleanValue]]:
    if limner.lake.version("profiles") is None:
        raise Unknown("portraits-missing", "there are no portraits yet; run limner build")
    words = vocabulary(limner)
    if hidden:
        seen = {name: kind for name, kind in words.columns.items() if name not in hidden}
        words = replace(words, columns=seen)
    rule = words.parse(text)
    for name in hidden:
        if f"traits.{name}" in terms_of(rule):
            raise Unknown("rule-column", f"there is no traits.{name} that you may see")
    return widened(limner, [rule], words.segments, as_of, portraits), chosen_by(rule)


def count(limner: Limner, text: str, as_of: AsOf = None) -> Count:
    """How many customers a rule holds for.

    Raises: as `select`.
    """
    start = time.perf_counter()
    wide, chosen = _choosing(limner, text, as_of)
    inside = wide.filter(chosen(wide))
    size = limner.lake.fetch(inside.aggregate(customers=inside.count()))["customers"][0].as_py()
    of = everyone(limner, as_of)
    seconds = round(time.perf_counter() - start, 4)
    return Count(size, of, None if as_of is None else day_of(limner, as_of), seconds)


def sizes(limner: Limner, as_of: AsOf) -> dict[str, dict[str, Any]]:
    """How many customers each segment in force has as of a day, and their revenue_365d, by its code.

    None where a rule has gone stale, or asks for what cannot be had of that day.
    Raises: `Unknown` when no portraits were built yet.
    """
    words = vocabulary(limner)
    rules: dict[str, Rule] = {}
    for segment in words.segments:
        try:
            rules[segment.code] = words.parse(segment.rule)
        except Rejected:
            continue
    money = [IsNull("revenue_365d")] if any(t.code == "revenue_365d" for t in words.tags) else []
    try:
        wide = widened(limner, [*rules.values(), *money], words.segments, as_of)
    except Rejected:  # of some of them that day tells nothing
        rules = {code: one for code, one in rules.items() if _is_had(limner, one, words, as_of)}
        wide = widened(limner, [*rules.values(), *money], words.segments, as_of)
    asked: dict[str, ibis.Value] = {}
    for place, rule in enumerate(rules.values()):
        is_in = chosen_by(rule)(wide).fill_null(False)
        asked[f"n{place}"] = is_in.sum()
        if money:
            asked[f"m{place}"] = wide.revenue_365d.sum(where=is_in)
    told = limner.lake.fetch(wide.aggregate(**asked)).to_pylist()[0] if asked else {}
    found: dict[str, dict[str, Any]] = {
        code: {"customers": told[f"n{place}"] or 0, "revenue": told.get(f"m{place}")}
        for place, code in enumerate(rules)
    }
    return {one.code: {"customers": None, "revenue": None} for one in words.segments} | found


def _is_had(limner: Limner, rule: Rule, words: Vocabulary, as_of: AsOf) -> bool:
    try:
        widened(limner, [rule], words.segments, as_of)
    except Rejected:
        return False
    return True


def everyone(limner: Limner, as_of: AsOf = None) -> int:
    """How many customers there are as of a day, by default that of the last build.

    Raises: `Unknown` when no portraits were built yet.
    """
    version = limner.lake.version("profiles")
    if version is not None and as_of in (None, built_as_of(limner)):
        return _everyone(limner, version)
    each = select(limner, "customer_id is not null", as_of)
    return int(limner.lake.fetch(each.aggregate(n=each.count()))["n"][0].as_py())


def everyone_now(limner: Limner, as_of: AsOf) -> ibis.Table:
    """The portraits of everybody as of now, or of a day after the last build, in its columns.

    Raises: `Unknown` when no portraits were built yet.
    """
    context = context_of(limner, (), day_of(limner, as_of) or date.min)
    names = limner.lake.table("profiles").columns
    return portraits_now(limner, names, context)[1].select(*names)


@lru_cache(maxsize=4)
def _everyone(limner: Limner, version: int) -> int:
    portraits = limner.lake.table("profiles", version)
    return int(limner.lake.fetch(portraits.aggregate(n=portraits.count()))["n"][0].as_py())


def saved_segments(limner: Limner) -> dict[str, dict[str, str]]:
    """The rule and the names of every segment that people saved, in whatever state, by its code."""
    with limner.store.reading() as session:
        return {
            row.segment: {"rule": row.rule, "name_en": row.name_en, "name_zh": row.name_zh}
            for row in session.scalars(sql_select(Kept).order_by(Kept.segment))
        }


def drop_segment(limner: Limner, code: str, by: str, at: datetime) -> None:
    """Let a segment of one's own go.

    Raises: `Unknown` when there is none of that code.
    """
    with limner.store.session() as session:
        kept = session.get(Kept, code)
        if kept is None:
            raise Unknown("segment-unknown", f"there is no saved segment {code!r}")
        session.delete(kept)
        session.add(entry(by, "segment.dropped", code, {"rule": kept.rule}, at))


def _clusters(limner: Limner) -> dict[str, Words]:
    """The groups that the last build found, by code; their own code stands for a name."""
    version = limner.lake.version("profiles")
    return {} if version is None else _clusters_of(limner, version)


@lru_cache(maxsize=4)
def _clusters_of(limner: Limner, version: int) -> dict[str, Words]:
    portraits = limner.lake.table("profiles", version)
    if "cluster" not in portraits.columns:
        return {}
    found = limner.lake.fetch(portraits.select("cluster").distinct())["cluster"].drop_null()
    return {code: Words(code, code) for code in sorted(found.to_pylist())}
