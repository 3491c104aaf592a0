"""All tags of all customers, as one Ibis expression.

The plan is what one would write by hand: the events are read once for everything at the grain of
events, the product lines once for everything at theirs; each column whose values are weighed is one
grouping; sequences, distances and what is given come beside, and at the end everything is joined on
the customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
from ibis.expr.types import Table

from limner.core.clock import end_of
from limner.core.errors import Unknown
from limner.understand.tags import given
from limner.understand.tags.expression import in_engine
from limner.understand.tags.measure import TABLE, Asked
from limner.understand.tags.order import in_order
from limner.understand.tags.place import distances
from limner.understand.tags.rows import Folds, Reading, Slice
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
    needed = _needed(tags, known)
    wide = _customers(facts, as_of, timezone)
    values = {tag.code: tag.value for tag in needed}
    for part in _parts(values, {tag.code: tag.kind for tag in needed}, facts, as_of, timezone):
        wide = _beside(wide, part)
    wide = wide.mutate(
        **{
            code: wide[code].fill_null(empty)
            for code, value in values.items()
            if (empty := _empty(value)) is not None
        }
    )
    wide = _corrected(wide, needed, facts)
    for code in in_order({t.code: _reads(t) for t in needed}):
        value = values[code]
        if isinstance(value, Expression):
            wide = wide.mutate(**{code: in_engine(value, wide)})
            wide = _corrected(wide, [tag for tag in needed if tag.code == code], facts)
    return wide.select("customer_id", *(tag.code for tag in tags))


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


def _beside(left: Table, right: Table) -> Table:
    values = [name for name in right.columns if name != "customer_id"]
    joined = left.left_join(right, left.customer_id == right.customer_id)
    return joined.select(*(left[name] for name in left.columns), *(right[name] for name in values))


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
    folds, tallies = Folds(reading), Tallies(reading, facts, grain)
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
    rows = reading.table(bare)
    found = tallies.answers(bare, rows)
    folded = folds.folded(rows)
    if folded is not None:
        named = {code: answer(folded) for code, answer in answers.items()}
        found.append(folded.select("customer_id", **named))
    return found


def _corrected(wide: Table, tags: Sequence[Tag], facts: Facts) -> Table:
    """What people set in place of what was computed; once for each tag that has its value."""
    made = {
        tag.code: wide[given.is_set(tag.code)]
        .fill_null(False)
        .ifelse(wide[given.set_to(tag.code)], wide[tag.code])
        for tag in tags
        if tag.code in wide.columns and given.is_set(tag.code) in wide.columns
    }
    return wide.mutate(**made) if made else wide
