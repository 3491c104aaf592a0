"""A segment's rule as blocks: JSON that a form can be made of, the same tree as the text.

    block     := {"all": [block, ...]} | {"any": [block, ...]} | {"not": block} | condition
    condition := {"on": term, "is": OPERATOR, "value": value}
    OPERATOR  := "=" "<>" "<" "<=" ">" ">=" "like" "contains" (a value), "in" (a list of values),
                 "between" ([low, high]), "null" (no value)
    value     := text | number | true | false | {"day": "2017-12-31"}
    term      := {"term": "tag", "code": CODE}              {"term": "trait", "name": NAME}
              | {"term": MEASURE, "rows": rows, ["of", "n", "by"], ["where": block], ["part": block], ["span": span]}
              | {"term": "sequence", "steps": [step, ...], ["without": step], ["span": span]}
              | {"term": "distance", "store": ID} | {"term": "distance", "latitude": .., "longitude": ..}
              | {"term": "segment", "code": CODE}           {"term": "list", "name": NAME}
              | {"term": "best" | "worst", "n": N | "share": 0.1, "by": term}
              | {"term": "lookalike", "segment": CODE, "n": N | "share": 0.1}
    rows      := SOURCE | ["Event Name", ...]
    step      := {"rows": rows, ["where": block], "within": {"amount": 3, "unit": "days"}}  (not the first)
    span      := {"days": 90} | {"unit": "month", "back": 0} | {"since": "2017-01-01", ["until": ...]}

Inside `where` and `part` a term is a column of the rows: {"term": "column", "name": "store_id"}.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeAlias

from limner.core.rule import (
    And,
    Between,
    Compare,
    Contains,
    In,
    IsNull,
    Like,
    Not,
    Or,
    Rule,
    Value,
    parse,
)
from limner.understand.segments.block_reader import UNITS, BlockReader, Parse
from limner.understand.segments.term import (
    Best,
    InList,
    InSegment,
    Lookalike,
    TagTerm,
    Term,
    read_term,
    terms,
)
from limner.understand.tags.span import EVER, Span
from limner.understand.tags.value import Distance, Measured, Rows, Sequence, Step, Trait

Block: TypeAlias = dict[str, Any]


def from_blocks(block: object, check: Parse | None = None) -> Rule:
    """The rule that blocks say; `check` reads one condition's text, as `Vocabulary.parse` does.

    Raises: `Malformed` or `Unknown` whose `field` is the path of the wrong block, `all[1].on.where`.
    """
    return BlockReader(check or (lambda text: parse(text, terms=terms()))).rule(block, "")


def to_blocks(rule: Rule) -> Block:
    """The rule as blocks, which `from_blocks` makes the same rule of."""
    return _block(rule, lambda column: _term(read_term(column)))


def _block(rule: Rule, on: Callable[[str], Block]) -> Block:
    match rule:
        case And(rules):
            return {"all": [_block(part, on) for part in rules]}
        case Or(rules):
            return {"any": [_block(part, on) for part in rules]}
        case Not(inner):
            return {"not": _block(inner, on)}
        case Compare(column, operator, value):
            return {"on": on(column), "is": operator, "value": _plain(value)}
        case In(column, values):
            return {"on": on(column), "is": "in", "value": [_plain(value) for value in values]}
        case Between(column, low, high):
            return {"on": on(column), "is": "between", "value": [_plain(low), _plain(high)]}
        case IsNull(column):
            return {"on": on(column), "is": "null"}
        case Like(column, pattern):
            return {"on": on(column), "is": "like", "value": pattern}
        case Contains(column, piece):
            return {"on": on(column), "is": "contains", "value": piece}


def _plain(value: Value) -> Any:
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _term(term: Term) -> Block:
    match term:
        case TagTerm(code):
            return {"term": "tag", "code": code}
        case Trait(name):
            return {"term": "trait", "name": name}
        case InSegment(code):
            return {"term": "segment", "code": code}
        case InList(name):
            return {"term": "list", "name": name}
        case Best(n, share, by, is_worst):
            head = "worst" if is_worst else "best"
            return {"term": head, **_amount(n, share), "by": _term(read_term(by))}
        case Lookalike(seed, n, share):
            return {"term": "lookalike", "segment": seed, **_amount(n, share)}
        case Distance(store, latitude, longitude):
            where = (
                {"store": store}
                if store is not None
                else {"latitude": latitude, "longitude": longitude}
            )
            return {"term": "distance", **where}
        case Sequence(steps, withins, without, span):
            said = [_step(steps[0])]
            for step, within in zip(steps[1:], withins, strict=True):
                said.append({**_step(step), "within": _within(within)})
            rest = {} if without is None else {"without": _step(without)}
            return {"term": "sequence", "steps": said, **rest, **_span(span)}
        case Measured():
            given = {"of": term.of, "n": term.n, "by": term.by}
            rules = {"where": term.where, "part": term.part}
            return {
                "term": term.measure,
                **{name: value for name, value in given.items() if value is not None},
                "rows": _rows(term.rows),
                **{name: _block(rule, _column) for name, rule in rules.items() if rule is not None},
                **_span(term.span),
            }


def _column(name: str) -> Block:
    return {"term": "column", "name": name}


def _amount(n: int | None, share: float | None) -> Block:
    return {"n": n} if n is not None else {"share": share}


def _rows(rows: Rows) -> str | list[str]:
    return list(rows.events) if rows.events else rows.source


def _step(step: Step) -> Block:
    where = {} if step.where is None else {"where": _block(step.where, _column)}
    return {"rows": _rows(step.rows), **where}


def _within(within: timedelta) -> Block:
    unit = next(unit for unit, one in UNITS.items() if within % one == timedelta(0))
    return {"amount": within // UNITS[unit], "unit": unit}


def _span(span: Span) -> Block:
    if span == EVER:
        return {}
    if span.days is not None:
        return {"span": {"days": span.days}}
    if span.unit is not None:
        return {"span": {"unit": span.unit, "back": span.back}}
    days = {"since": span.since, "until": span.until}
    return {"span": {name: said.isoformat() for name, said in days.items() if said is not None}}
