"""Who a rule holds for, on any day: the portraits of the last build, or made anew for another day.

After the last build groups, scores, look-alikes and the mark of the best stay as it left them: what
the stream reader has it by, so that both know the same members.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from typing import Any

import ibis
from ibis.expr.types import BooleanValue, Table

from limner.app.limner import Limner
from limner.app.lists import members as of_list
from limner.app.present import AsOf, day_of, is_after_build, list_now, read_now
from limner.app.reports import as_of as built_as_of
from limner.app.tags import facts_now, tags_in_force
from limner.core.errors import Rejected, Unknown
from limner.core.rule import IsNull, Rule, parse
from limner.core.tables import table
from limner.understand.segments.lifecycle import lifecycle
from limner.understand.segments.lookalike import LOOKALIKE
from limner.understand.segments.rfm import rfm
from limner.understand.segments.segment import Segment
from limner.understand.segments.select import (
    Context,
    boundary,
    frozen,
    holds_for,
    needed,
    seeds,
    widen,
)
from limner.understand.segments.term import Best, terms
from limner.understand.tags.compute import compute
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Expression, Score

# What is made of tags after they are computed: the columns, the tags they need, and how.
_MADE = (
    (("rfm_recency", "rfm_frequency", "rfm_money", "rfm_group"),
     ("recency_days", "orders_365d", "revenue_365d"), rfm),
    (("lifecycle_stage",),
     ("shopping_days", "recency_days", "gap_days_mean", "gap_days_cv", "revenue_trend"), lifecycle),
)  # fmt: skip
_RECORD = frozenset(table("profiles").schema.names)


def widened(
    limner: Limner,
    rules: Sequence[Rule],
    segments: Collection[Segment],
    as_of: AsOf = None,
    portraits: Table | None = None,
) -> Table:
    """Portraits as of a business day with a column for every term that rules look at.

    `as_of`: by default the day of the last build, whose portraits are read as they stand, of them no
    more than the rules need, or all of `portraits`, of the same day; for another day everything needed
    is computed anew, and customer records are as they are now.  As of now, or of a day after the
    build, it is of everybody there is by now, with groups, scores and look-alikes of the build.
    Raises: `Unknown` when no portraits were built yet, or for a term that is not known; `Rejected`
    for what cannot be had of a day before: groups found by clustering, and scores.
    """
    if limner.lake.version("profiles") is None:
        raise Unknown("portraits-missing", "there are no portraits yet; run limner build")
    built = built_as_of(limner)
    context = context_of(limner, segments, day_of(limner, as_of) or date.min)
    _check_scored(limner, seeds(rules, context))
    if is_after_build(limner, as_of):
        if built is None:
            raise Unknown(
                "portraits-missing", "the portraits are of no known day; run limner build"
            )
        return _now(limner, rules, context, context_of(limner, segments, built))
    if as_of is not None and as_of != built:
        return widen(_portraits(limner, rules, context), rules, context)
    if portraits is None:
        everything = limner.lake.table("profiles")
        read = {"customer_id", *needed(rules, context)}
        portraits = everything.select(*(name for name in everything.columns if name in read))
    return widen(portraits, rules, context)


def _check_scored(limner: Limner, wanted: Collection[str]) -> None:
    """Refuse look-alikes that no build has scored."""
    scores = limner.lake.table("scores")
    for seed in wanted:
        of_seed = scores.filter(scores.model == f"{LOOKALIKE}{seed}").limit(1)
        if limner.lake.fetch(of_seed).num_rows == 0:
            raise Rejected(
                "lookalike-missing",
                f"customers like {seed!r} have not been scored yet; keep the segment that asks for "
                "them, and run limner build",
            )


def context_of(
    limner: Limner,
    segments: Collection[Segment],
    as_of: date,
    facts: Callable[[], Facts] | None = None,
) -> Context:
    """Where terms come from, as of a day; `facts` by default those of the last build."""
    return Context(
        facts=partial(_facts, limner, as_of) if facts is None else facts,
        as_of=as_of,
        timezone=limner.settings.timezone,
        tags=tags_in_force(limner),
        segments=_Rules(segments),
        lists=partial(of_list, limner),
        scores=limner.lake.table("scores"),
    )


def _facts(limner: Limner, as_of: date) -> Facts:
    if as_of == date.min:
        raise Unknown("portraits-missing", "the portraits are of no known day; run limner build")
    return facts_now(limner)


class _Rules(dict[str, Rule]):
    """Segments' rules by code, read when they are first asked for."""

    def __init__(self, segments: Collection[Segment]) -> None:
        super().__init__()
        self._texts = {segment.code: segment.rule for segment in segments}

    def __contains__(self, code: object) -> bool:
        return code in self._texts

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._texts)

    def __missing__(self, code: str) -> Rule:
        self[code] = rule_from(self._texts[code])
        return self[code]


@lru_cache(maxsize=1024)
def rule_from(text: str) -> Rule:
    """The rule of a text that was checked when it was kept.

    Raises: `Malformed` when it is none.
    """
    return parse(text, terms=terms())


def told_by(names: Collection[str], tags: Sequence[Tag]) -> frozenset[str]:
    """Names, and the tags that tell of them: what they are made of, and what is made of that."""
    reads = {tag.code: tag.value.reads for tag in tags if isinstance(tag.value, Expression)}
    found = set(names)
    for columns, needs, _ in _MADE:
        if found.intersection(columns):
            found.update(columns, needs)
    waiting = [name for name in found if name in reads]
    while waiting:
        new = set(reads[waiting.pop()]) - found
        found |= new
        waiting += [name for name in new if name in reads]
    return frozenset(
        found.union(code for code, below in reads.items() if found.intersection(below))
    )


def chosen_by(rule: Rule) -> Callable[[Table], BooleanValue]:
    """A rule as a condition on widened portraits, which may have lost other columns since."""
    return partial(holds_for, rule)


def _now(limner: Limner, rules: Sequence[Rule], context: Context, built: Context) -> Table:
    """Portraits of everybody there is by now, with a column for every term that rules look at.

    `built`: the context of the last build, whose best and look-alikes are taken.
    """
    names = needed(rules, context)
    facts, wide = portraits_now(limner, names, context)
    terms = frozen(rules, context)
    portraits = limner.lake.table("profiles")
    asked = [IsNull(column) for column in terms]
    read = {"customer_id", *needed(asked, built)}
    mine = portraits.select(*(name for name in portraits.columns if name in read))
    for column, term in terms.items():
        if isinstance(term, Best) and term.by in mine.columns and term.by in wide.columns:
            last = limner.lake.fetch(boundary(mine, term, built)).to_pylist()
            is_in = _reaches(wide, term, last[0]) if last else ibis.literal(False)
        else:
            among = widen(mine, [IsNull(column)], built)
            is_in = wide.customer_id.isin(among.filter(among[column]).customer_id)
        wide = wide.mutate(**{column: is_in})
    return widen(
        wide, rules, replace(context, facts=lambda: facts, lists=partial(list_now, limner))
    )


def _reaches(wide: Table, term: Best, last: dict[str, Any]) -> BooleanValue:
    """Whether a value is at least that of the last of the best; equals by customer_id."""
    value, edge = wide[term.by], ibis.literal(last["value"])
    is_beyond = value < edge if term.is_worst else value > edge
    is_equal = (value == edge) & (wide.customer_id <= last["customer_id"])
    return (is_beyond | is_equal).fill_null(False)


def portraits_now(limner: Limner, names: Collection[str], context: Context) -> tuple[Facts, Table]:
    """Some columns of the portraits of everybody there is by now, and the facts they are made of.

    Tags are computed anew; all other columns are as the build left them, or as people said since.
    """
    tags = [tag for tag in context.tags if tag.code in names]
    codes = {tag.code for tag in tags}
    now = read_now(limner, [name for name in names if name not in codes])
    found = compute(tags, now.facts, context.as_of, context.timezone, context.tags)
    rest = [name for name in now.people.columns if name not in found.columns]
    wide = found.left_join(now.people, "customer_id")
    return now.facts, wide.select(*found.columns, *rest)


def _portraits(limner: Limner, rules: Sequence[Rule], context: Context) -> Table:
    """Portraits of a day before the build with the names that rules look at."""
    names = needed(rules, context)
    if seeds(rules, context):
        raise Rejected("segment-day", "look-alikes are scored at the build; ask of its day")
    tags = {tag.code: tag for tag in context.tags}
    made = [one for one in _MADE if set(one[0]) & set(names)]
    codes = dict.fromkeys([name for name in names if name in tags])
    for name in names:
        if name in tags:
            _refuse_score(tags[name], tags)
        elif name not in _RECORD and not any(name in columns for columns, _, _ in _MADE):
            raise Rejected(
                "segment-day",
                f"{name} is of the last build alone; it cannot be had as of a day before",
            )
    asked = [tags[c] for c in dict.fromkeys([*codes, *(c for _, reads, _ in made for c in reads)])]
    facts = context.facts()
    profiles = limner.lake.table("profiles")
    records = profiles.filter(profiles.provenance.notnull())  # who has a record; others by events
    facts = Facts(
        facts.events, facts.products, records.select("customer_id", "traits"), facts.stores,
        facts.scores, facts.by_hand, facts.corrected,
    )  # fmt: skip
    found = compute(asked, facts, context.as_of, context.timezone, context.tags)
    if made:
        rows = limner.lake.fetch(found)
        for _, _, make in made:
            part = make(rows)
            for name in part.column_names:
                rows = rows.append_column(name, part[name])
        found = ibis.memtable(rows)
    kept = [c for c in profiles.columns if c in _RECORD and c not in found.columns]
    people = profiles.select("customer_id", *kept)
    return found.left_join(people, "customer_id").select(*found.columns, *kept)


def _refuse_score(tag: Tag, tags: dict[str, Tag]) -> None:
    if isinstance(tag.value, Score):
        raise Rejected(
            "segment-day",
            f"{tag.code} is what a model of the last build expects; it cannot be had as of a day before",
        )
    if isinstance(tag.value, Expression):
        for code in tag.value.reads:
            if code in tags:
                _refuse_score(tags[code], tags)
