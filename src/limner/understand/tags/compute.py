"""All tags of all customers, as one Ibis expression.

The plan is what one would write by hand: the events are read once for everything at the grain of
events, the product lines once for everything at theirs; each column whose values are weighed is one
grouping; sequences, distances and what is given come beside, and at the end everything is joined on
the customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import ibis
from ibis.expr.types import Table

from limner.core.clock import end_of
from limner.core.errors import Unknown
from limner.understand.tags import given
from limner.understand.tags.cells import Cells
from limner.understand.tags.expression import in_engine
from limner.understand.tags.folds import Folds
from limner.understand.tags.measure import TABLE, Asked
from limner.understand.tags.order import in_order
from limner.understand.tags.place import distances
from limner.understand.tags.reading import Reading, Slice
from limner.understand.tags.source import SOURCES, Facts
from limner.understand.tags.span import moments
from limner.understand.tags.steps import completed
from limner.understand.tags.tag import Kind, Tag
from limner.understand.tags.tally import Tallies, Weighed
from limner.understand.tags.value import (
    ByHand,
    Distance,
    Expression,
    Measured,
    Score,
    Trait,
    Value,
)
from limner.understand.tags.value import Sequence as Steps


def compute(
    tags: Sequence[Tag], facts: Facts, as_of: date, timezone: str, known: Sequence[Tag] = ()
) -> Table:
    """One row per customer with a column per tag: everybody who did anything, or whose record we
    have, by the end of `as_of`.

    `known`: tags that those of `tags` may read besides one another.  Columns: `customer_id`, then the
    codes of `tags` in their order.  Counts and days since are int64, other numbers float64, days
    dates; what is picked out of rows (min, max, first, last, nth, top) is as it stands there; what
    has no type of its own (traits, what is set by hand) is as the tag's kind says.
    Raises: `Rejected` when tags read one another in a circle, or need a table that is not at hand.
    """
    needed = {tag.code: tag for tag in _needed(tags, known)}
    values = {code: tag.value for code, tag in needed.items()}
    kinds = {code: tag.kind for code, tag in needed.items()}
    people = _customers(facts, as_of, timezone)
    wide = _beside(people, _parts(values, kinds, facts, as_of, timezone), values)
    wide = _corrected(wide, needed)
    for codes in _levels(needed):
        made = {code: in_engine(value, wide) for code in codes
                if isinstance(value := values[code], Expression)}  # fmt: skip
        wide = _corrected(wide.mutate(**made), made)
    return wide.select("customer_id", *(tag.code for tag in tags))


def _levels(needed: Mapping[str, Tag]) -> list[list[str]]:
    """The expressions, those first that read no other: each level is one step of the query."""
    depth: dict[str, int] = {}
    for code in in_order({code: _reads(tag) for code, tag in needed.items()}):
        reads = _reads(needed[code])
        depth[code] = 1 + max((depth[name] for name in reads), default=0) if reads else 0
    deepest = max(depth.values(), default=0)
    return [[c for c in needed if depth[c] == level] for level in range(1, deepest + 1)]


def _needed(tags: Sequence[Tag], known: Sequence[Tag]) -> list[Tag]:
    """The tags, and those of `known` that they read, directly or not."""
    found = {tag.code: tag for tag in tags}
    by_code = {tag.code: tag for tag in known} | found
    waiting = list(tags)
    while waiting:
        tag = waiting.pop()
        for code in _reads(tag):
            if code not in by_code:
                raise Unknown("tag-unknown", f"tag {tag.code!r} reads {code!r}, which is no tag")
            if code not in found:
                found[code] = by_code[code]
                waiting.append(by_code[code])
    return list(found.values())


def _reads(tag: Tag) -> tuple[str, ...]:
    return tag.value.reads if isinstance(tag.value, Expression) else ()


def _empty(value: Value) -> int | None:
    """What a customer has of it who has no rows at all; None for missing."""
    if isinstance(value, Measured):
        return TABLE[value.measure].empty
    return 0 if isinstance(value, Steps) else None


def _customers(facts: Facts, as_of: date, timezone: str) -> Table:
    events = facts.events
    active = events.filter(
        events.customer_id.notnull(), events.time < end_of(as_of, timezone)
    ).select("customer_id")
    return active.union(facts.customers.select("customer_id"), distinct=False).distinct()


def _beside(people: Table, parts: Sequence[Table], values: Mapping[str, Value]) -> Table:
    """Everybody with what each part says, in one chain of joins: joined two by two, the query would
    take longer to be written down than to run.
    """
    joined = people
    columns: dict[str, str] = {}
    for place, part in enumerate(parts):
        renamed = part.rename(**{f"customer_{place}": "customer_id"})
        joined = joined.left_join(renamed, people.customer_id == renamed[f"customer_{place}"])
        columns |= {name: name for name in part.columns if name != "customer_id"}
    made = {}
    for name in columns:
        empty = _empty(values[name]) if name in values else None
        made[name] = joined[name] if empty is None else joined[name].fill_null(empty)
    return joined.select("customer_id", **made)


def _parts(
    values: Mapping[str, Value],
    kinds: Mapping[str, Kind],
    facts: Facts,
    as_of: date,
    timezone: str,
) -> list[Table]:
    """Every value but the expressions, by customer, in several tables."""
    measured = {c: v for c, v in values.items() if isinstance(v, Measured)}
    parts = []
    for grain in ("event", "line"):
        asked = {c: v for c, v in measured.items() if SOURCES[v.rows.source].grain == grain}
        if asked:
            parts += _of_rows(asked, grain, facts, as_of, timezone)
    for code, value in values.items():
        if isinstance(value, Steps):
            parts.append(completed(value, code, facts, as_of, timezone))
    if far := {c: v for c, v in values.items() if isinstance(v, Distance)}:
        parts.append(distances(far, facts, as_of, timezone))
    if said := {c: (v.name, kinds[c]) for c, v in values.items() if isinstance(v, Trait)}:
        parts.append(given.traits(said, facts))
    if expected := {c: v for c, v in values.items() if isinstance(v, Score)}:
        parts.append(given.scores(expected, facts))
    by_hand = {c: kinds[c] for c, v in values.items() if isinstance(v, ByHand)}
    corrected = {c: kinds[c] for c in values if c in facts.corrected and c not in by_hand}
    if by_hand or corrected:
        parts.append(given.set_by_hand(by_hand, corrected, facts))
    return parts


def _of_rows(
    asked: Mapping[str, Measured], grain: str, facts: Facts, as_of: date, timezone: str
) -> list[Table]:
    """Measures of one grain's rows: everything is asked first, so that the rows are read once."""
    reading = Reading(facts, grain, as_of, timezone)
    cells = Cells(reading, facts)
    folds, tallies = Folds(reading, cells), Tallies(reading, cells)
    answers = {}
    for code, value in asked.items():
        rules = () if value.where is None else (value.where,)
        part = Slice(value.rows, value.span.window(as_of, timezone), rules)
        measure = TABLE[value.measure]
        if measure.fold is None:
            tallies.ask(Weighed(code, value, part))
            continue
        before = part
        if value.span.moves:
            before = part.at(moments(value.span.before(as_of), timezone))
        answers[code] = measure.fold(
            Asked(value.of, value.by, value.n or 0, value.part, folds, part, before,
                  ibis.literal(as_of))
        )  # fmt: skip
    bare = reading.bare()
    rows, summed = reading.table(bare), cells.table(bare)
    found = tallies.answers(rows, summed)
    folded = folds.folded(rows, summed)
    if folded is not None:
        named = {code: answer(folded) for code, answer in answers.items()}
        found.append(folded.select("customer_id", **named))
    return found


def _corrected(wide: Table, codes: Iterable[str]) -> Table:
    """What people set in place of what was computed; once for each tag that has its value."""
    made = {
        code: wide[given.is_set(code)].fill_null(False).ifelse(wide[given.set_to(code)], wide[code])
        for code in codes
        if code in wide.columns and given.is_set(code) in wide.columns
    }
    return wide.mutate(**made) if made else wide
