"""The definitions in force, made ready for the worker: the stream reader of tags and of segments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import ibis
from sqlalchemy import select as sql_select

from limner.app.limner import Limner
from limner.app.living.judge import Judge, Row, Watched
from limner.app.segments import segments_in_force, select, vocabulary
from limner.app.tags.keeping import tags_in_force
from limner.core.errors import LimnerError
from limner.core.rule import Rule, columns_of
from limner.core.tables import table
from limner.store.models import Segment as Own
from limner.understand.incremental.membership import Memberships, terms_as_tags
from limner.understand.incremental.reader import Reader
from limner.understand.incremental.state import State
from limner.understand.segments.segment import Segment
from limner.understand.segments.term import Best, InSegment, Lookalike, read_term, terms_of
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Distance, Expression, Measured, Score, Trait
from limner.understand.tags.value import Sequence as Steps

# What a row must have: everything but what no definition can name.
COLUMNS = tuple(
    name for name in table("events").schema.names if name not in ("date", "context", "user_id", "anonymous_id")
)  # fmt: skip
_PRODUCT = ("department", "category", "brand", "is_private_label")
Among = Callable[[str, Mapping[str, Any]], bool]  # whether a customer is, by name and values


class StreamJudge:
    """Tags and segments as the stream reads them.

    `among`: what finds out whether a customer is among the best, or among look-alikes.
    """

    def __init__(
        self, reader: Reader, memberships: Memberships, segments: Mapping[str, Watched],
        tags: Sequence[Tag], among: Mapping[str, Among],
    ) -> None:  # fmt: skip
        self._reader = reader
        self._memberships = memberships
        self._tags = tuple(tag.code for tag in tags)
        self._among = among
        self.segments: Mapping[str, Watched] = segments
        self.signature = reader.signature
        self.columns: Sequence[str] = COLUMNS
        known = set(self._tags)
        names = {name for name in memberships.columns if not isinstance(read_term(name), InSegment)}
        names -= known | among.keys()
        names |= {f"traits.{tag.value.name}" for tag in tags if isinstance(tag.value, Trait)}
        self.outside = frozenset(names)
        self.scores: Mapping[str, Score] = {
            tag.code: tag.value for tag in tags if isinstance(tag.value, Score)
        }
        self._watched_tags = _made_of(memberships.columns, tags)

    def join(self, states: Sequence[State]) -> State:
        """The state of several identifiers together; of none that of nobody."""
        return self._reader.join(states)

    def encode(self, state: State) -> bytes:
        """The state as live.db keeps it."""
        return self._reader.encode(state)

    def decode(self, body: bytes) -> State:
        """The state that `encode` wrote."""
        return self._reader.decode(body)

    def new(self) -> State:
        """The state of no events."""
        return self._reader.new()

    def fold(self, state: State, row: Row) -> bool:
        """Add an event to a state; whether that changed anything."""
        return self._reader.fold(state, row)

    def values(self, state: State, as_of: date, outside: Row) -> dict[str, Any]:
        """All tags of a customer at the end of a business day."""
        found = self._reader.values(state, as_of, outside)
        return {code: found[code] for code in self._tags}

    def members(self, state: State, as_of: date, outside: Row) -> frozenset[str]:
        """The segments that a customer is in at the end of a business day."""
        self._reader.update(state, as_of, outside)
        values = {**outside, **state.values}
        for name, is_among in self._among.items():
            values[name] = is_among(outside.get("customer_id", ""), values)
        return self._memberships.of(values)

    def due(self, state: State, as_of: date) -> date | None:
        """The next day on which time alone may change who is in; None for never."""
        return self._reader.next_change(state, as_of, self._watched_tags)


def make_judge(limner: Limner) -> tuple[Judge | None, dict[str, str]]:
    """The tags and segments in force as a judge, and why some are not among them.

    None where no segment reads what events can change: then nothing is kept.
    """
    faults: dict[str, str] = {}
    words, versions = vocabulary(limner), _versions(limner)
    rules: dict[str, Rule] = {}
    known: dict[str, Segment] = {}
    for segment in segments_in_force(limner):
        try:
            rules[segment.code] = words.parse(segment.rule)
            known[segment.code] = segment
        except LimnerError as error:
            if segment.code in versions:  # those of Limner's own wait for the first build
                faults[f"segment {segment.code}"] = error.message
    tags = tags_in_force(limner)
    if not _reads_events(rules, tags):
        return None, faults
    among = _among(limner, rules, faults)
    terms = terms_as_tags(rules.values(), tags)
    products, edition = _products(limner)
    reader = Reader([*tags, *terms], products, _stores(limner), limner.settings.timezone, edition)
    memberships = Memberships(rules, [*tags, *terms])
    said = {tag.code: tag.text for tag in tags}
    watched = {
        code: Watched(code, segment.name, versions.get(code, 1), _said(code, rules, said))
        for code, segment in known.items()
        if code in rules
    }
    return StreamJudge(reader, memberships, watched, tags, among), faults


def judge_of_tags(limner: Limner) -> StreamJudge:
    """The tags in force as a judge of nobody's memberships, for one who asks about a customer."""
    tags = tags_in_force(limner)
    products, edition = _products(limner)
    reader = Reader(tags, products, _stores(limner), limner.settings.timezone, edition)
    return StreamJudge(reader, Memberships({}, tags), {}, tags, {})


def _reads_events(rules: Mapping[str, Rule], tags: Sequence[Tag]) -> bool:
    """Whether some rule reads what an event can change."""
    live = {tag.code for tag in tags if isinstance(tag.value, Measured | Steps | Distance)}
    live |= {
        tag.code for tag in tags
        if isinstance(tag.value, Expression) and not _made_of([tag.code], tags).isdisjoint(live)
    }  # fmt: skip
    return any(
        column in live or isinstance(read_term(column), Measured | Steps | Distance)
        for rule in rules.values()
        for column in terms_of(rule)
    )


def _made_of(codes: Iterable[str], tags: Sequence[Tag]) -> frozenset[str]:
    """The tags of some codes, and those they read."""
    by_code = {tag.code: tag for tag in tags}
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if code in found:
            continue
        found.add(code)
        tag = by_code.get(code)
        if tag is not None and isinstance(tag.value, Expression):
            waiting += tag.value.reads
    return frozenset(found)


def _said(code: str, rules: Mapping[str, Rule], tags: Mapping[str, str]) -> str:
    """Everything that decides who is in a segment, as text."""
    parts, waiting, seen = [], [code], set()
    while waiting:
        one = waiting.pop()
        if one in seen or one not in rules:
            continue
        seen.add(one)
        parts.append(repr(rules[one]))
        for column in sorted(columns_of(rules[one])):
            term = read_term(column)
            if isinstance(term, InSegment):
                waiting.append(term.code)
            elif column in tags:
                parts.append(tags[column])
    return "\n".join(parts)


def _among(limner: Limner, rules: dict[str, Rule], faults: dict[str, str]) -> dict[str, Among]:
    """How to find out who is among the best and among look-alikes, as of the last build.

    A rule with one that cannot be found out is taken out.
    """
    found: dict[str, Among] = {}
    for code, rule in list(rules.items()):
        for column in sorted(columns_of(rule)):
            term = read_term(column)
            if column in found or not isinstance(term, Best | Lookalike):
                continue
            try:
                chosen = select(limner, column)
                found[column] = (
                    _bounded(limner, chosen, term)
                    if isinstance(term, Best)
                    else _listed(limner, chosen)
                )
            except LimnerError as error:
                faults[f"segment {code}"] = error.message
                rules.pop(code, None)
    return found


def _listed(limner: Limner, chosen: ibis.Table) -> Among:
    names = frozenset(limner.lake.fetch(chosen)["customer_id"].to_pylist())
    return lambda name, values: name in names


def _bounded(limner: Limner, chosen: ibis.Table, term: Best) -> Among:
    """Who reaches the last of the best, as the last build had them: equals by customer_id."""
    portraits = limner.lake.table("profiles")
    if term.by not in portraits.columns:
        return _listed(limner, chosen)
    mine = portraits.semi_join(chosen, "customer_id").select("customer_id", value=term.by)
    order = [mine.value.desc() if term.is_worst else mine.value.asc(), mine.customer_id.desc()]
    last = limner.lake.fetch(mine.order_by(order).limit(1)).to_pylist()
    if not last:
        return lambda name, values: False
    edge, tie, by = last[0]["value"], last[0]["customer_id"], term.by

    def is_among(name: str, values: Mapping[str, Any]) -> bool:
        value = values.get(by)
        if value is None:
            return False
        if value == edge:
            return name <= tie
        return bool(value < edge if term.is_worst else value > edge)

    return is_among


def _products(limner: Limner) -> tuple[dict[str, tuple[Any, ...]], str]:
    """What the catalogue says of each product, and what changes when it says something else."""
    rows = limner.lake.table("products")
    told = rows.select("product_id", *_PRODUCT)
    line = ibis.literal("")
    for name in told.columns:
        line = line + told[name].cast("string").fill_null("\0") + "\1"
    digest = limner.lake.fetch(told.aggregate(n=told.count(), digest=line.hash().bit_xor()))
    found = limner.lake.fetch(told)
    columns = [found[name].to_pylist() for name in told.columns]
    known = {code: tuple(rest) for code, *rest in zip(*columns, strict=True)}
    return known, f"{digest['n'][0].as_py()}:{digest['digest'][0].as_py()}"


def _stores(limner: Limner) -> dict[str, tuple[float, float]]:
    rows = limner.lake.table("stores").select("store_id", "latitude", "longitude")
    return {
        row["store_id"]: (row["latitude"], row["longitude"])
        for row in limner.lake.fetch(rows).to_pylist()
        if row["latitude"] is not None and row["longitude"] is not None
    }


def _versions(limner: Limner) -> dict[str, int]:
    with limner.store.reading() as session:
        return dict(session.execute(sql_select(Own.segment, Own.version)).tuples().all())
