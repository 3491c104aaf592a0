"""All tags of all customers, as one Ibis expression.

The plan is what one would write by hand: the events are scanned once for everything at the grain
of events; the product lines are unnested once, added up to one cell per customer and product, and
the cells joined with the catalogue; each favourite is one grouping of its own; at the end
everything is joined on the customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis
from ibis.expr.types import Table, Value

from limner.core.clock import end_of
from limner.core.rule import columns_of, where
from limner.understand.tags.expression import in_engine
from limner.understand.tags.measure import TABLE, Asked, Measure, gap_statistics
from limner.understand.tags.rows import DECIMALS, EventRows, LineRows, Rows, Slice, together
from limner.understand.tags.source import (
    SOURCES,
    Facts,
    Source,
    event_rows,
    line_rows,
    with_products,
)
from limner.understand.tags.span import EVER, moments
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Expression, Measured, Trait


def compute(tags: Sequence[Tag], facts: Facts, as_of: date, timezone: str) -> Table:
    """One row per customer with a column per tag: everybody who did anything, or whose record we
    have, by the end of `as_of`.

    Columns: `customer_id`, then the codes of `tags` in their order.  Counts are int64, sums,
    means and shares float64, `day` tags dates.
    """
    wide = _customers(facts, as_of, timezone)
    measured = [_Asked(tag.code, tag.value) for tag in tags if isinstance(tag.value, Measured)]
    for part in (
        _of_events([a for a in measured if a.source.grain == "event"], facts, as_of, timezone)
        + _of_lines([a for a in measured if a.source.grain == "line"], facts, as_of, timezone)
        + _of_traits([(t.code, t.value) for t in tags if isinstance(t.value, Trait)], facts)
    ):
        wide = _beside(wide, part)
    wide = wide.mutate(
        **{a.code: wide[a.code].fill_null(a.how.empty) for a in measured if a.how.empty is not None}
    )
    for tag in tags:
        if isinstance(tag.value, Expression):
            wide = wide.mutate(**{tag.code: in_engine(tag.value, wide)})
    return wide.select("customer_id", *(tag.code for tag in tags))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A measure by the name of its column."""

    code: str
    value: Measured

    @property
    def source(self) -> Source:
        return SOURCES[self.value.rows.source]

    @property
    def how(self) -> Measure:
        return TABLE[self.value.measure]


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


def _of_events(tags: Sequence[_Asked], facts: Facts, as_of: date, timezone: str) -> list[Table]:
    if not tags:
        return []
    ever = EVER.window(as_of, timezone)
    names = frozenset(name for tag in tags for name in tag.source.events)
    # An alias is a common table of the query: the engine makes it once for all that read it.
    events = event_rows(facts, names, _columns(tags), as_of, timezone).alias("limner_events")
    rows = EventRows(ever, names)
    parts = _folded(tags, rows, events, as_of, timezone)
    for tag in tags:
        if tag.how.shape == "top":
            chosen = events.filter(_all(rows.within(events, _slice(tag, as_of, timezone))))
            parts.append(_favourite(tag, chosen, tag.value.by))
    gaps: dict[Slice, list[_Asked]] = {}
    for tag in tags:
        if tag.how.shape == "gap":
            gaps.setdefault(_slice(tag, as_of, timezone), []).append(tag)
    for part, sharing in gaps.items():
        chosen = events.filter(_all(rows.within(events, part)))
        found = gap_statistics(chosen.select("customer_id", "day").distinct())
        parts.append(
            found.select("customer_id", **{tag.code: tag.value.measure for tag in sharing})
        )
    return parts


def _of_lines(tags: Sequence[_Asked], facts: Facts, as_of: date, timezone: str) -> list[Table]:
    if not tags:
        return []
    rows = LineRows(EVER.window(as_of, timezone))
    wanted = _columns(tags)
    folds = _folds(tags, rows, as_of, timezone)
    weighed = {
        tag.code: rows.weighed(_slice(tag, as_of, timezone), tag.value.by)
        for tag in tags
        if tag.how.shape == "top"
    }
    lines = line_rows(facts, wanted, as_of, timezone)
    keys = ["customer_id", "product_id", *(c for c in lines.columns if c.startswith("line_"))]
    cells = with_products(rows.cells(lines, keys), facts, wanted).alias("limner_cells")
    parts = _aggregated(cells, folds)
    for tag in tags:
        if tag.code in weighed:
            weight, rules = weighed[tag.code]
            asked = [where(rule, cells) for rule in rules]
            if tag.value.by is None:
                asked.append(cells[weight] > 0)  # a cell outside the window weighs nothing
            chosen = cells.filter(_all(together(asked)))
            parts.append(_favourite(tag, chosen, weight))
    return parts


def _folded(
    tags: Sequence[_Asked], rows: Rows, table: Table, as_of: date, timezone: str
) -> list[Table]:
    return _aggregated(table, _folds(tags, rows, as_of, timezone))


def _folds(tags: Sequence[_Asked], rows: Rows, as_of: date, timezone: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for tag in tags:
        if tag.how.fold is not None:
            part = _slice(tag, as_of, timezone)
            value = tag.value
            before = part
            if value.span.moves:
                before = part.at(moments(value.span.before(as_of), timezone))
            found[tag.code] = tag.how.fold(
                Asked(value.of, value.by, value.part, rows, part, before, ibis.literal(as_of))
            )
    return found


def _aggregated(table: Table, folds: dict[str, object]) -> list[Table]:
    if not folds:
        return []
    grouped = table.group_by("customer_id")
    return [grouped.aggregate(**{code: fold(table) for code, fold in folds.items()})]  # type: ignore[operator]


def _favourite(tag: _Asked, rows: Table, weight: str | None) -> Table:
    """The value with the greatest weight for each customer; of equals the one that sorts first."""
    value = rows[tag.value.of]
    known = rows.filter(value.notnull())
    weighed = known.group_by(["customer_id", tag.value.of]).aggregate(
        weight=known.count() if weight is None else known[weight].sum().round(DECIMALS)
    )
    best = weighed.group_by("customer_id").mutate(best=weighed.weight.max())
    best = best.filter(best.weight == best.best)
    return best.group_by("customer_id").aggregate(**{tag.code: best[tag.value.of].min()})


def _of_traits(tags: Sequence[tuple[str, Trait]], facts: Facts) -> list[Table]:
    if not tags:
        return []
    traits = facts.customers.traits.cast("json")
    return [
        facts.customers.select(
            "customer_id", **{code: _as_text(traits[trait.name]) for code, trait in tags}
        )
    ]


def _as_text(value: Value) -> Value:
    """A JSON value as text: a string without its quotes, a number or truth as it is written."""
    written = value.cast("string")
    return ibis.coalesce(value.str, written.nullif("null"))


def _slice(tag: _Asked, as_of: date, timezone: str) -> Slice:
    rules = () if tag.value.where is None else (tag.value.where,)
    return Slice(tag.source, tag.value.span.window(as_of, timezone), rules)


def _all(condition: Value | None) -> Value:
    return ibis.literal(True) if condition is None else condition


def _columns(tags: Sequence[_Asked]) -> list[str]:
    """The columns that some tag reads, in the order of the first that does."""
    wanted: dict[str, None] = {}
    for tag in tags:
        named = [tag.value.of, tag.value.by]
        for rule in (tag.value.where, tag.value.part):
            named.extend(sorted(columns_of(rule)) if rule is not None else ())
        if tag.value.measure.startswith(("gap_", "time_since_")):
            named.append("day")
        wanted.update(dict.fromkeys(name for name in named if name is not None))
    return list(wanted)
