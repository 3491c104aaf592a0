"""What each cleaning rule did to a source: values changed, flagged, set aside, and what it learned."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from limner.collect.clean.rule import Clause, Fence, Fill, Found, Reading, Rewrite
from limner.collect.values import named, only_row

# The names beside a source's own: a column as it was, as its row says it once rewritten, the mark of
# what a clause changed, of what it refuses, and of what is missing.  No source's column begins with a
# control character.
WAS, SAID, MARK, REFUSED, MISSING = "\x01was ", "\x01said ", "\x01mark ", "\x01no ", "\x01gap "


def report(
    cursor: duckdb.DuckDBPyConnection,
    area: str,
    clauses: Sequence[Clause],
    found: Mapping[int, Found],
    reading: Reading,
) -> Iterator[dict[str, object]]:
    """The rows of the lake table `cleaning` but for the run they belong to, one a clause."""
    counted = ["count(*)"]
    for number, clause in enumerate(clauses):
        marks = {MARK: True, REFUSED: is_refusing(clause), MISSING: isinstance(clause.step, Fill)}
        counted += [
            f"count(*) FILTER ({named(f'{prefix}{number}')})" if has else "0"
            for prefix, has in marks.items()
        ]
    total, *counts = only_row(cursor, f"SELECT {', '.join(counted)} FROM {area}.cleaned")
    for number, clause in enumerate(clauses):
        marked, refused, gaps = counts[3 * number : 3 * number + 3]
        then = clause.step.then if isinstance(clause.step, Fence) else ""
        learned = found.get(number)
        yield {
            "position": number, "column": clause.column, "rule": clause.rule,
            "argument": _plain(clause.argument), "rows": total,
            "changed": 0 if then in ("flag", "quarantine") else marked,
            "flagged": marked if then == "flag" else 0, "quarantined": refused,
            "told": _told(clause, learned, reading, gaps, total),
            "found": None if learned is None else _plain(learned),
        }  # fmt: skip


def is_refusing(clause: Clause) -> bool:
    """Whether a clause may set rows aside."""
    step = clause.step
    if isinstance(step, Rewrite):
        return step.refuses is not None
    return isinstance(step, Fence) and step.then == "quarantine"


def beyond(step: Fence) -> str:
    """What the quarantine says of an outlier."""
    if step.how == "range":
        low, high = ("any" if end is None else f"{end:g}" for end in (step.low, step.high))
        return f"lies outside {low} to {high}"
    ranges = "interquartile ranges beyond the quartiles"
    what = ranges if step.how == "iqr" else "median deviations from the median"
    return f"is an outlier: further than {step.width:g} {what}"


def _told(clause: Clause, found: Found | None, reading: Reading, gaps: int, total: int) -> str:
    if isinstance(clause.step, Fill):
        return f"{gaps:,} of {total:,} were missing"
    if found is None:
        return ""
    if isinstance(clause.step, Rewrite) and clause.step.told:
        return clause.step.told(found, reading)
    whole = next((group for group in found["groups"] if group["is_all"]), None)
    if whole is None:
        return "the column does not vary, so nothing lies far out"
    return f"over all rows the fence runs from {whole['low']:g} to {whole['high']:g}"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
