"""Who is in which segment after a build: members of every segment in force, and what that takes.

Look-alikes are scored first, for every seed that a segment asks for.  Then the boundaries of the best
and the worst are written down: until the next build whoever is beyond one is among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from limner.app.choosing import context_of, rule_from, told_by
from limner.app.limner import Limner
from limner.app.segments import own_segments, vocabulary
from limner.core.errors import Rejected
from limner.core.rule import Rule
from limner.understand.segments.lookalike import look_alike
from limner.understand.segments.segment import Segment
from limner.understand.segments.select import Context, boundary, members, needed, seeds
from limner.understand.segments.term import Best, read_term, terms_of
from limner.understand.segments.vocabulary import Vocabulary
from limner.understand.tags.order import in_order
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import Tag


@dataclass(frozen=True, slots=True)
class Settled:
    """Segments with members, and the documents about how they came to them."""

    segments: tuple[Segment, ...]
    documents: dict[str, Any] = field(default_factory=dict)


def settle(
    limner: Limner,
    built_in: Sequence[Segment],
    tags: Sequence[Tag],
    facts: Facts,
    as_of: date,
    seed: int,
    notes: list[str],
) -> Settled:
    """Write `memberships`, and the scores of look-alikes beside those of models.

    The portraits are those just written.  A segment that cannot be asked any more is left out, noted.
    The documents: `boundaries`, by the term's text, and `lookalike.SEED` for every seed.
    """
    lake = limner.lake
    segments = _askable(limner, built_in, notes)
    context = context_of(limner, segments, as_of, lambda: facts)
    rules = {segment.code: rule_from(segment.rule) for segment in segments}
    documents = _score_lookalikes(limner, rules, context, tags, seed, notes)
    scored = frozenset(documents[name]["seed"] for name in documents if "auc" in documents[name])
    context = replace(context, scores=lake.table("scores"))
    for code, rule in tuple(rules.items()):
        if lacking := sorted(set(seeds([rule], context)) - scored):
            notes.append(
                f"segment {code} has no members: nobody is scored for {', '.join(lacking)}"
            )
            del rules[code]
    portraits = lake.table("profiles")
    joined = members(portraits, rules, context)
    lake.replace("memberships", lake.fetch(joined.mutate(as_of=ibis.literal(as_of))))
    documents["boundaries"] = _boundaries(limner, portraits, rules, context)
    return Settled(tuple(one for one in segments if one.code in rules), documents)


def _askable(limner: Limner, built_in: Sequence[Segment], notes: list[str]) -> list[Segment]:
    """The built-in segments, and people's own whose every word is still known."""
    words: Vocabulary = vocabulary(limner)
    own = own_segments(limner)
    words = replace(words, segments=(*built_in, *own.values()))
    found = list(built_in)
    for segment in own.values():
        try:
            words.parse(segment.rule, segment.code)
        except Rejected as error:
            notes.append(f"segment {segment.code} has no members: {error.message}")
            continue
        found.append(segment)
    return found


def _score_lookalikes(
    limner: Limner,
    rules: Mapping[str, Rule],
    context: Context,
    tags: Sequence[Tag],
    seed: int,
    notes: list[str],
) -> dict[str, Any]:
    """Scores of everybody for every seed that some segment asks for; the documents about them."""
    lake = limner.lake
    wanted = seeds(rules.values(), context)
    if not wanted:
        return {}
    reads = {code: seeds([rules[code]], context) for code in wanted}
    portraits = lake.fetch(lake.table("profiles"))
    numeric = [
        tag.code for tag in tags
        if tag.code in portraits.column_names and tag.kind not in ("text", "day", "weekday", "hour")
    ]  # fmt: skip
    numeric = [name for name in numeric if _is_number(portraits.schema.field(name).type)]
    documents: dict[str, Any] = {}
    for code in in_order(reads):
        rule = rules[code]
        chosen = members(lake.table("profiles"), {code: rule}, context)
        inside = pc.is_in(
            portraits["customer_id"], value_set=lake.fetch(chosen)["customer_id"].combine_chunks()
        )
        own = told_by(needed([rule], context), tags)
        found = look_alike(
            portraits, np.asarray(inside), [name for name in numeric if name not in own],
            code, context.as_of, seed,
        )  # fmt: skip
        documents[f"lookalike.{code}"] = found.report
        if found.skipped is not None:
            notes.append(f"look-alikes of {code}: {found.skipped.en}")
            continue
        known = lake.fetch(lake.table("scores"))
        lake.replace("scores", pa.concat_tables([known, found.scores.cast(known.schema)]))
        context = replace(context, scores=lake.table("scores"))
    return documents


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    )


def _boundaries(
    limner: Limner, portraits: ibis.Table, rules: Mapping[str, Rule], context: Context
) -> dict[str, Any]:
    """The last customer among the best, by the term's text: the value there, and the customer's id."""
    found: dict[str, Any] = {}
    for column in sorted(frozenset().union(*(terms_of(rule) for rule in rules.values()))):
        term = read_term(column)
        if not isinstance(term, Best):
            continue
        last = limner.lake.fetch(boundary(portraits, term, context)).to_pylist()
        if last:
            value = last[0]["value"]
            found[column] = {
                "by": term.by,
                "is_worst": term.is_worst,
                "value": value.isoformat() if isinstance(value, date) else value,
                "customer_id": last[0]["customer_id"],
            }
    return found
