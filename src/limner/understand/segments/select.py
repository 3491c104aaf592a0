"""Who a rule holds for: the portraits widened by what the rule looks at and they do not have.

A term that is no column of the portraits is computed: measure calls as tags are, from the events;
other segments by their own rules; lists from the lake; the best and the worst by rank; look-alikes
from the scores of the last build.  True or false is never missing: who is not known to be in, is not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial

import ibis
from ibis.expr.types import BooleanValue, Column, Table

from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.rule import IsNull, Rule, columns_of, where
from limner.core.rule_kind import Kind, is_loose
from limner.core.words import Words
from limner.understand.segments.lookalike import LOOKALIKE
from limner.understand.segments.term import (
    Best,
    InList,
    InSegment,
    Lookalike,
    TagTerm,
    Term,
    read_term,
    write_term,
)
from limner.understand.tags.compute import compute
from limner.understand.tags.given import as_written
from limner.understand.tags.source import Facts, json_at, typed_json
from limner.understand.tags.tag import Tag
from limner.understand.tags.text import write_value
from limner.understand.tags.value import Distance, Measured, Trait
from limner.understand.tags.value import Sequence as Steps


@dataclass(frozen=True)
class Context:
    """Where terms come from that portraits have no column for, as of a business day.

    `facts` is asked only for measure calls.  `segments`: rules by code; `lists`: who is on a list, by
    its name, one column `customer_id`; `scores`: the lake's.  `tags` are those whose columns stand
    for their definitions, and which others may read.
    """

    facts: Callable[[], Facts]
    as_of: date
    timezone: str
    tags: Sequence[Tag] = ()
    segments: Mapping[str, Rule] = field(default_factory=dict)
    lists: Callable[[str], Table] | None = None
    scores: Table | None = None


def widen(portraits: Table, rules: Iterable[Rule], context: Context) -> Table:
    """The portraits with a column more for every term of the rules that they do not have.

    Also for tags that came into force after the portraits were made.

    Raises: `Unknown` for a term that is not known here, `Malformed` for segments in a circle,
    `Rejected` for look-alikes that no build has scored.
    """
    ordered = _ordered(rules, context)
    standing = {
        text: code for text, code in _standing(context).items() if code in portraits.columns
    }
    calls = [
        column for column, term in ordered.items()
        if column not in portraits.columns and isinstance(term, Measured | Steps | Distance)
    ]  # fmt: skip
    tags = {tag.code: tag for tag in context.tags}
    asked = [_anonymous(column, ordered[column]) for column in calls if column not in standing]
    asked += [
        tags[column] for column, term in ordered.items()
        if isinstance(term, TagTerm) and column in tags and column not in portraits.columns
    ]  # fmt: skip
    wide = portraits
    if asked:
        facts = context.facts()
        found = compute(asked, facts, context.as_of, context.timezone, context.tags)
        found = found.rename(measured_customer="customer_id")
        wide = wide.left_join(found, wide.customer_id == found.measured_customer)
        wide = wide.drop("measured_customer")
    wide = wide.mutate(**{c: wide[standing[c]] for c in calls if c in standing})
    for column, term in ordered.items():
        if column in wide.columns or isinstance(term, TagTerm):
            continue
        wide = wide.mutate(**{column: _made(wide, term, context)})
    return wide


def holds_for(rule: Rule, wide: Table) -> BooleanValue:
    """The rule as a condition on widened portraits; a trait is of the kind it is compared with.

    Raises: `Unknown` for a column that is not there.
    """
    return where(rule, wide, partial(_column, wide))


def members(portraits: Table, rules: Mapping[str, Rule], context: Context) -> Table:
    """Who each rule holds for: columns `segment` (the rule's name) and `customer_id`.

    Raises: as `widen`.
    """
    wide = widen(portraits, rules.values(), context)
    parts = [
        wide.filter(holds_for(rule, wide)).select(
            segment=ibis.literal(code), customer_id=ibis._.customer_id
        )
        for code, rule in rules.items()
    ]
    if not parts:
        nobody = portraits.filter(ibis.literal(False))
        return nobody.select(segment=ibis.literal(""), customer_id=nobody.customer_id)
    return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def needed(rules: Iterable[Rule], context: Context) -> tuple[str, ...]:
    """The columns of portraits that the rules are answered from: tags and others, `traits` for traits.

    Those of segments they refer to included, and the tags whose definitions measure calls repeat.
    Raises: as `widen`.
    """
    standing = _standing(context)
    found: dict[str, None] = {}
    for column, term in _ordered(rules, context).items():
        if isinstance(term, TagTerm):
            found[column] = None
        elif isinstance(term, Trait):
            found["traits"] = None
        elif column in standing:
            found[standing[column]] = None
    return tuple(found)


def _standing(context: Context) -> dict[str, str]:
    """The tags that stand for measure calls, by the calls' spelling."""
    return _by_text(tuple(context.tags))


@lru_cache(maxsize=8)
def _by_text(tags: tuple[Tag, ...]) -> dict[str, str]:
    return {
        write_value(tag.value): tag.code
        for tag in tags
        if isinstance(tag.value, Measured | Steps | Distance)
    }


def seeds(rules: Iterable[Rule], context: Context) -> tuple[str, ...]:
    """The segments whose look-alikes the rules ask for.

    Raises: as `widen`.
    """
    terms = _ordered(rules, context).values()
    return tuple(dict.fromkeys(term.seed for term in terms if isinstance(term, Lookalike)))


def frozen(rules: Iterable[Rule], context: Context) -> dict[str, Best | Lookalike]:
    """The terms whose answer stays that of the last build until the next, by their columns.

    Raises: as `widen`.
    """
    ordered = _ordered(rules, context).items()
    return {column: term for column, term in ordered if isinstance(term, Best | Lookalike)}


def boundary(portraits: Table, term: Best, context: Context) -> Table:
    """The last customer among the best: columns `customer_id` and `value`; no row where nobody is.

    Whoever has a better value, or the same one and a `customer_id` not after this one, is among them.
    Raises: as `widen`.
    """
    column = write_term(term)
    wide = widen(portraits, [IsNull(column)], context)
    order = wide[term.by].desc() if term.is_worst else wide[term.by].asc()
    inside = wide.filter(wide[column])
    ranked = inside.order_by([order, inside.customer_id.desc()])
    return ranked.select("customer_id", value=ranked[term.by]).limit(1)


def how_many(n: int | None, share: float | None, known: Column) -> Column:
    """How many are the best: `n`, or a share in 0..1 of those who have a value, rounded up.

    The share is taken as it was written: 10 % of 30 are 3, whatever doubles say.
    """
    if n is not None:
        return ibis.literal(n)
    part = Fraction(Decimal(repr(share)))
    return (known * part.numerator + (part.denominator - 1)) // part.denominator


def _ordered(rules: Iterable[Rule], context: Context) -> dict[str, Term]:
    """The terms by their columns, each after those it is made from."""
    found: dict[str, Term] = {}

    def visit(column: str, above: tuple[str, ...]) -> None:
        if column in found:
            return
        if column in above:
            raise Malformed(
                "segment-circle",
                f"these are defined by one another: {' -> '.join((*above, column))}",
            )
        term = read_term(column)
        for below in _below(term, context):
            visit(below, (*above, column))
        found[column] = term

    for rule in rules:
        for column in sorted(columns_of(rule)):
            visit(column, ())
    return found


def _below(term: Term, context: Context) -> Collection[str]:
    match term:
        case Best(by=by):
            return (by,)
        case InSegment(code):
            return sorted(columns_of(_rule_of(code, context)))
    return ()


def _rule_of(code: str, context: Context) -> Rule:
    if code not in context.segments:
        known = ", ".join(sorted(context.segments)) or "none"
        raise Unknown("segment-unknown", f"there is no segment {code!r}; there are {known}")
    return context.segments[code]


def _anonymous(column: str, term: Term) -> Tag:
    assert isinstance(term, Measured | Steps | Distance)  # noqa: S101  the caller has chosen
    words = Words(column, column)
    return Tag(column, words, words, "basic", "", "number", term, "statistical", "live")


def _column(wide: Table, name: str, beside: Kind | None) -> Column:
    """A term's column; a trait's value where it is of the kind it stands beside."""
    if not is_loose(name):
        return wide[name]
    said = json_at(wide.traits, name.partition(".")[2])
    return as_written(said) if beside is None else typed_json(said, beside)


def _made(wide: Table, term: Term, context: Context) -> Column:
    match term:
        case InSegment(code):
            return holds_for(_rule_of(code, context), wide).fill_null(False)
        case InList(name):
            if context.lists is None:
                raise Unknown("list-unknown", f"there is no list {name!r} here")
            return wide.customer_id.isin(context.lists(name).customer_id)
        case Best():
            return _best(wide, term)
        case Lookalike():
            return wide.customer_id.isin(_alike(wide, term, context).customer_id)
        case Trait(name):
            return as_written(json_at(wide.traits, name))
    raise AssertionError(term)  # measure calls and names have been seen to


def _best(wide: Table, term: Best) -> BooleanValue:
    value = wide[term.by]
    order = value.asc(nulls_first=False) if term.is_worst else value.desc(nulls_first=False)
    place = ibis.row_number().over(order_by=[order, wide.customer_id])
    return value.notnull() & (place < how_many(term.n, term.share, value.count().over()))


def _alike(wide: Table, term: Lookalike, context: Context) -> Table:
    """The customers most like a seed, by the scores of the last build; equals by customer_id."""
    if context.scores is None:
        raise Rejected(
            "lookalike-missing", f"{write_term(term)} has no scores yet; run limner build"
        )
    scores = context.scores.filter(context.scores.model == f"{LOOKALIKE}{term.seed}")
    alike = scores.select("customer_id", "score").semi_join(wide, "customer_id")
    everyone = alike.cross_join(wide.aggregate(everyone=wide.count()))
    place = ibis.row_number().over(order_by=[everyone.score.desc(), everyone.customer_id])
    return everyone.filter(place < how_many(term.n, term.share, everyone.everyone))
