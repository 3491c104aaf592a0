"""All tags of all customers, as one Ibis expression.

The plan is what one would write by hand: the events are scanned once for everything at the grain
of events; the product lines are unnested once, added up to one cell per customer and product, and
the cells joined with the catalogue; each favourite is one grouping of its own; at the end
everything is joined on the customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr.types import Table, Value

from limner.core.clock import end_of
from limner.core.rule import columns_of, where
from limner.understand.tags.measure import Asked, gap_statistics
from limner.understand.tags.rows import DECIMALS, EventRows, LineRows, Rows, Slice, together
from limner.understand.tags.source import (
    Facts,
    event_rows,
    line_rows,
    window,
    with_products,
)
from limner.understand.tags.tag import Tag


def compute(tags: Sequence[Tag], facts: Facts, as_of: date, timezone: str) -> Table:
    """One row per customer with a column per tag: everybody who did anything, or whose record we
    have, by the end of `as_of`.

    Columns: `customer_id`, then the codes of `tags` in their order.  Counts are int64, sums,
    means and shares float64, `day` tags dates.
    """
    wide = _customers(facts, as_of, timezone)
    for part in (
        _of_events([tag for tag in tags if tag.source.grain == "event"], facts, as_of, timezone)
        + _of_lines([tag for tag in tags if tag.source.grain == "line"], facts, as_of, timezone)
        + _of_traits([tag for tag in tags if tag.how.shape == "trait"], facts)
    ):
        wide = _beside(wide, part)
    wide = wide.mutate(
        **{
            tag.code: wide[tag.code].fill_null(tag.how.empty)
            for tag in tags
            if tag.how.empty is not None
        }
    )
    for tag in tags:
        if tag.how.shape == "derived":
            wide = wide.mutate(**{tag.code: wide[tag.of] / wide[tag.by].nullif(0)})
    return wide.select("customer_id", *(tag.code for tag in tags))


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


def _of_events(tags: Sequence[Tag], facts: Facts, as_of: date, timezone: str) -> list[Table]:
    if not tags:
        return []
    ever = window(as_of, None, timezone)
    names = frozenset(name for tag in tags for name in tag.source.events)
    # An alias is a common table of the query: the engine makes it once for all that read it.
    events = event_rows(facts, names, _columns(tags), as_of, timezone).alias("limner_events")
    rows = EventRows(ever, names)
    parts = _folded(tags, rows, events, as_of, timezone)
    for tag in tags:
        if tag.how.shape == "top":
            chosen = events.filter(_all(rows.within(events, _slice(tag, as_of, timezone))))
            parts.append(_favourite(tag, chosen, tag.by))
    gaps: dict[Slice, list[Tag]] = {}
    for tag in tags:
        if tag.how.shape == "gap":
            gaps.setdefault(_slice(tag, as_of, timezone), []).append(tag)
    for part, sharing in gaps.items():
        chosen = events.filter(_all(rows.within(events, part)))
        found = gap_statistics(chosen.select("customer_id", "day").distinct())
        parts.append(found.select("customer_id", **{tag.code: tag.measure for tag in sharing}))
    return parts


def _of_lines(tags: Sequence[Tag], facts: Facts, as_of: date, timezone: str) -> list[Table]:
    if not tags:
        return []
    rows = LineRows(window(as_of, None, timezone))
    wanted = _columns(tags)
    folds = _folds(tags, rows, as_of, timezone)
    weighed = {
        tag.code: rows.weighed(_slice(tag, as_of, timezone), tag.by)
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
            if tag.by is None:
                asked.append(cells[weight] > 0)  # a cell outside the window weighs nothing
            chosen = cells.filter(_all(together(asked)))
            parts.append(_favourite(tag, chosen, weight))
    return parts


def _folded(
    tags: Sequence[Tag], rows: Rows, table: Table, as_of: date, timezone: str
) -> list[Table]:
    return _aggregated(table, _folds(tags, rows, as_of, timezone))


def _folds(tags: Sequence[Tag], rows: Rows, as_of: date, timezone: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for tag in tags:
        if tag.how.fold is not None:
            part = _slice(tag, as_of, timezone)
            before = part.at(window(as_of, tag.days, timezone, back=tag.days or 0))
            found[tag.code] = tag.how.fold(
                Asked(tag.of, tag.by, tag.part, rows, part, before, ibis.literal(as_of))
            )
    return found


def _aggregated(table: Table, folds: dict[str, object]) -> list[Table]:
    if not folds:
        return []
    grouped = table.group_by("customer_id")
    return [grouped.aggregate(**{code: fold(table) for code, fold in folds.items()})]  # type: ignore[operator]


def _favourite(tag: Tag, rows: Table, weight: str | None) -> Table:
    """The value with the greatest weight for each customer; of equals the one that sorts first."""
    value = rows[tag.of]
    known = rows.filter(value.notnull())
    weighed = known.group_by(["customer_id", tag.of]).aggregate(
        weight=known.count() if weight is None else known[weight].sum().round(DECIMALS)
    )
    best = weighed.group_by("customer_id").mutate(best=weighed.weight.max())
    best = best.filter(best.weight == best.best)
    return best.group_by("customer_id").aggregate(**{tag.code: best[tag.of].min()})


def _of_traits(tags: Sequence[Tag], facts: Facts) -> list[Table]:
    if not tags:
        return []
    traits = facts.customers.traits.cast("json")
    return [
        facts.customers.select(
            "customer_id", **{tag.code: _as_text(traits[tag.of]) for tag in tags}
        )
    ]


def _as_text(value: Value) -> Value:
    """A JSON value as text: a string without its quotes, a number or truth as it is written."""
    written = value.cast("string")
    return ibis.coalesce(value.str, written.nullif("null"))


def _slice(tag: Tag, as_of: date, timezone: str) -> Slice:
    rules = () if tag.where is None else (tag.where,)
    return Slice(tag.source, window(as_of, tag.days, timezone), rules)


def _all(condition: Value | None) -> Value:
    return ibis.literal(True) if condition is None else condition


def _columns(tags: Sequence[Tag]) -> list[str]:
    """The columns that some tag reads, in the order of the first that does."""
    wanted: dict[str, None] = {}
    for tag in tags:
        named = [tag.of, tag.by]
        for rule in (tag.where, tag.part):
            named.extend(sorted(columns_of(rule)) if rule is not None else ())
        if tag.measure.startswith(("gap_", "time_since_")):
            named.append("day")
        wanted.update(dict.fromkeys(name for name in named if name is not None))
    return list(wanted)
