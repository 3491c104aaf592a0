"""The shelf of cleaning rules: one object a rule, by the name that a mapping calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from limner.collect.clean.address import ADDRESS
from limner.collect.clean.currency import CURRENCY
from limner.collect.clean.date import DATES
from limner.collect.clean.missing import MISSING
from limner.collect.clean.outlier import OUTLIERS
from limner.collect.clean.phone import PHONE
from limner.collect.clean.rule import NOTHING, Clause, Exchange, Fence, Fill, Reading, Rewrite, Rule
from limner.collect.clean.text import CASE, TRIM, VALUES, WIDTH
from limner.collect.clean.unit import UNIT
from limner.collect.values import quoted
from limner.core.errors import Malformed

TABLE: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        TRIM, WIDTH, CASE, VALUES, UNIT, PHONE, ADDRESS, DATES, CURRENCY, OUTLIERS, MISSING,
    )
}  # fmt: skip

Clauses = Mapping[str, tuple[Clause, ...]]

__all__ = ["TABLE", "Clause", "Clauses", "Reading", "parse_clauses"]


def parse_clauses(document: object, where: str, reading: Reading) -> Clauses:
    """The rules of each column, as a mapping's `clean` section has them.

    Raises: `Malformed` naming the column, the rule, what it says and what it may say.
    """
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise Malformed("clean-rule", f"{where} is {document!r}; write `column: [rule, ...]` lines")
    clauses = {str(column): _of(str(column), said, where) for column, said in document.items()}
    for column, own in clauses.items():
        _check_settled(own, f"{where}.{column}", reading)
    return clauses


def rewrites(clauses: Sequence[Clause]) -> list[tuple[Clause, Rewrite]]:
    """The clauses that write a value anew from the value alone, in their order."""
    return [(each, each.step) for each in clauses if isinstance(each.step, Rewrite)]


def _of(column: str, said: object, where: str) -> tuple[Clause, ...]:
    if not isinstance(said, list) or not said:
        raise Malformed(
            "clean-rule",
            f"{where}.{column} is {said!r}; write a list of rules, such as [trim, {{case: upper}}]",
        )
    clauses = []
    for each in said:
        name, argument = (each, None) if isinstance(each, str) else _named(each, where, column)
        if name not in TABLE:
            raise Malformed(
                "clean-rule",
                f"{where}.{column}: there is no rule {name!r}; there are {', '.join(TABLE)}",
            )
        step = TABLE[name].read(argument, f"{where}.{column}.{name}")
        clauses.append(Clause(column, name, argument, step))
    for kind in (Exchange, Fence, Fill):
        once = [clause.rule for clause in clauses if isinstance(clause.step, kind)]
        if len(once) > 1:
            raise Malformed("clean-rule", f"{where}.{column} has {once[0]} twice; write it once")
    return tuple(clauses)


def _named(each: object, where: str, column: str) -> tuple[str, object]:
    if isinstance(each, dict) and len(each) == 1:
        ((name, argument),) = each.items()
        return str(name), argument
    raise Malformed(
        "clean-rule", f"{where}.{column} has {each!r}; write a rule's name, or {{rule: argument}}"
    )


def _check_settled(clauses: tuple[Clause, ...], where: str, reading: Reading) -> None:
    """Make sure that the column's rules leave alone what they write themselves.

    Else what is cleaned depends on how often that was done.
    """
    steps = rewrites(clauses)
    if not all(step.is_settled for _, step in steps):
        return
    written = [(clause, result) for clause, step in steps for result in step.results]
    written += [
        (clause, clause.step.value)
        for clause in clauses
        if isinstance(clause.step, Fill) and clause.step.how == "default"
    ]
    if not written:
        return
    source = "given"
    for _, step in steps:
        source = f"(SELECT line, {step.write('x', reading, NOTHING)} AS x FROM {source})"
    listed = ", ".join(f"({i}, {quoted(value)})" for i, (_, value) in enumerate(written))
    with duckdb.connect() as engine:
        found = engine.execute(
            f"WITH given(line, x) AS (VALUES {listed}) SELECT x FROM {source} ORDER BY line"
        ).fetchall()
    for (clause, value), (after,) in zip(written, found, strict=True):
        if after != value:
            raise Malformed(
                "clean-rule",
                f"{where}.{clause.rule} writes {value!r}, which the column's other rules make"
                f" {after!r}; write {after!r}",
            )
