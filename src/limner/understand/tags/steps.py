"""Sequences of events in the lake: each step is one pass over a customer's events in their order.

The latest event that completed the step before is enough to look at: any earlier one is further back
in time and has more events in between.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import Column, Table

from limner.understand.tags.reading import Reading, Slice
from limner.understand.tags.source import Facts
from limner.understand.tags.value import Sequence, Step


def completed(value: Sequence, name: str, facts: Facts, as_of: date, timezone: str) -> Table:
    """How often each customer completed a sequence: columns `customer_id` and `name`.

    A customer who did nothing of it has no row.
    """
    reading = Reading(facts, "event", as_of, timezone)
    window = value.span.window(as_of, timezone)

    def within(step: Step) -> str:
        rules = () if step.where is None else (step.where,)
        return reading.within(Slice(step.rows, window, rules))

    steps = [within(step) for step in value.steps]
    between = within(value.without) if value.without is not None else None
    rows = reading.bare()
    named = dict.fromkeys([*steps, *([between] if between else [])])
    rows = rows.filter(ibis.or_(*(rows[flag].fill_null(False) for flag in named)))
    order = ibis.window(group_by="customer_id", order_by=["time", "event_id"])
    rows = rows.mutate(place=ibis.row_number().over(order), done=rows[steps[0]].fill_null(False))
    before = ibis.window(group_by="customer_id", order_by="place", rows=(None, -1))
    if between is not None:
        rows = rows.mutate(broken=_place(rows, rows[between].fill_null(False)).max().over(before))
    for flag, within_time in zip(steps[1:], value.withins, strict=True):
        done_at = rows.done.ifelse(rows.time, ibis.null(rows.time.type()))
        rows = rows.mutate(
            done_at=done_at.max().over(before),
            done_place=_place(rows, rows.done).max().over(before),
        )
        # Elapsed time: an interval of days would be calendar days where clocks change.
        most = ibis.interval(seconds=int(within_time.total_seconds()))
        follows = rows.time <= rows.done_at + most
        if between is not None:
            follows = follows & (rows.broken.isnull() | (rows.broken <= rows.done_place))
        rows = rows.mutate(done=(rows[flag] & follows).fill_null(False))
    return rows.group_by("customer_id").aggregate(**{name: rows.count(where=rows.done)})


def _place(rows: Table, flag: Column) -> Column:
    return flag.ifelse(rows.place, ibis.null("int64"))
