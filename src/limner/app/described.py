"""Who the customers of a segment are: described, drawn as a persona, set beside another segment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from limner.app.limner import Limner
from limner.app.past import day_of, everyone_as_of
from limner.app.reading import report
from limner.app.segments import check, rule_of, segments_in_force, select
from limner.app.tags import facts_now, tags_in_force
from limner.core.rule import columns_of
from limner.core.words import Words
from limner.govern.masking import PERSONAL
from limner.understand.describe import compare, describe, features_of, habit_query, habits
from limner.understand.describe.persona import persona
from limner.understand.tags.value import Expression

Document = dict[str, Any]
SEED = 20170101
_NOT_ASKED = frozenset({"nobody", "everyone", "tiny"})


@dataclass(frozen=True, slots=True)
class Named:
    """A segment in force, or a rule that has no name yet."""

    code: str
    name: Words
    rule: str
    description: Words


def named(limner: Limner, rule_or_code: str) -> Named:
    """The segment of a code, or the rule itself under its own text.

    Raises: `Malformed` or `Unknown` for what is neither.
    """
    for segment in segments_in_force(limner):
        if segment.code == rule_or_code:
            return Named(segment.code, _name(limner, segment.code, segment.name), segment.rule,
                         segment.description)  # fmt: skip
    if re.fullmatch(r"[\w.:-]+", rule_or_code):
        rule_of(limner, rule_or_code)  # says which codes there are
    check(limner, rule_or_code)
    said = Words(rule_or_code, rule_or_code)
    return Named("", said, rule_or_code, said)


def describe_segment(limner: Limner, rule_or_code: str, as_of: date | None = None) -> Document:
    """A segment, or everybody a rule holds for, against everybody else.

    The document has code, names, rule, as_of, state and note, figures, `tags` (TGI, lift, tests), the
    `model` of the few tags that tell it apart, and `habits` (places, channels, categories, week).
    Raises: as `named`, and as `day_of`.
    """
    one, day = named(limner, rule_or_code), day_of(limner, as_of)
    return _described(limner, _versions(limner), one.code, one.rule, day, one)


def persona_of(limner: Limner, rule_or_code: str, as_of: date | None = None) -> Document:
    """The persona card of a segment.

    Raises: as `describe_segment`.
    """
    description = describe_segment(limner, rule_or_code, as_of)
    name = Words(description["name_en"], description["name_zh"])
    card = persona(description, name)
    return card | {key: description[key] for key in ("code", "rule", "as_of")}


def compare_segments(
    limner: Limner, first: str, second: str, as_of: date | None = None
) -> Document:
    """One segment (or rule) against another: indexes of the first are of the second.

    Raises: as `describe_segment`.
    """
    one, other, day = named(limner, first), named(limner, second), day_of(limner, as_of)
    return _compared(limner, _versions(limner), one, other, day)


def members_of(limner: Limner, rule: str, day: date) -> list[str]:
    """The ids of whom a rule holds for as of a day."""
    return limner.lake.fetch(select(limner, rule, day))["customer_id"].to_pylist()


def rule_columns(limner: Limner, text: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """The columns of the portrait that a rule reads, also by way of the segments it names."""
    found: set[str] = set()
    for term in columns_of(check(limner, text)):
        found |= set(re.findall(r"[a-z_][a-z0-9_]*", term))
        for code in re.findall(r"segment\('([^']+)'\)", term):
            if code not in seen:
                found |= rule_columns(limner, rule_of(limner, code), seen | {code})
    return frozenset(found)


def _name(limner: Limner, code: str, name: Words) -> Words:
    """A found group's name is in the report of the build that found it."""
    kind, _, cluster = code.partition(":")
    if kind != "cluster":
        return name
    return _cluster_names(limner).get(cluster, name)


def _cluster_names(limner: Limner) -> dict[object, Words]:
    groups = (report(limner, "clusters") or {}).get("groups", [])
    return {g["code"]: Words(g["name_en"], g["name_zh"]) for g in groups if g.get("name_en")}


def _made_from(limner: Limner) -> dict[str, frozenset[str]]:
    """The tags that each tag is worked out from."""
    return {
        tag.code: frozenset(tag.value.reads)
        for tag in tags_in_force(limner)
        if isinstance(tag.value, Expression)
    }


def _versions(limner: Limner) -> tuple[int | None, ...]:
    return tuple(limner.lake.version(name) for name in ("profiles", "reports", "events", "lists"))


@lru_cache(maxsize=48)
def _described(
    limner: Limner, _: tuple[int | None, ...], code: str, rule: str, day: date, one: Named
) -> Document:
    everyone = everyone_as_of(limner, day)
    members = members_of(limner, rule, day)
    features = features_of(everyone, tags_in_force(limner), PERSONAL)
    document = describe(
        everyone, members, features, of_rule=rule_columns(limner, rule),
        made_from=_made_from(limner), names={"cluster": _cluster_names(limner)}, seed=SEED,
    )  # fmt: skip
    document["habits"] = None
    if document["state"] not in _NOT_ASKED:
        is_in = pc.is_in(everyone["customer_id"], pa.array(members, pa.string()))
        document["habits"] = _habits(limner, everyone["customer_id"], is_in, day, is_of_all=True)
    return document | {
        "code": code, "name_en": one.name.en, "name_zh": one.name.zh, "rule": rule,
        "description_en": one.description.en, "description_zh": one.description.zh,
        "as_of": day.isoformat(),
    }  # fmt: skip


@lru_cache(maxsize=24)
def _compared(
    limner: Limner, _: tuple[int | None, ...], one: Named, other: Named, day: date
) -> Document:
    everyone = everyone_as_of(limner, day)
    sides = [set(members_of(limner, side.rule, day)) for side in (one, other)]
    features = features_of(everyone, tags_in_force(limner), PERSONAL)
    document = compare(
        everyone, sides[0], sides[1], features,
        of_rule=rule_columns(limner, one.rule) | rule_columns(limner, other.rule),
        made_from=_made_from(limner), names={"cluster": _cluster_names(limner)}, seed=SEED,
    )  # fmt: skip
    document["habits"] = None
    if document["state"] not in _NOT_ASKED:
        left, right = sides[0] - sides[1] or sides[0], sides[1] - sides[0] or sides[1]
        chosen = pa.array(sorted(left ^ right), pa.string())
        is_in = pc.is_in(chosen, pa.array(sorted(left), pa.string()))
        document["habits"] = _habits(limner, chosen, is_in, day, is_of_all=False)
    for key, side in (("a", one), ("b", other)):
        document[key] = {
            "code": side.code, "rule": side.rule, "name_en": side.name.en, "name_zh": side.name.zh,
        }  # fmt: skip
    return document | {"as_of": day.isoformat()}


def _habits(limner: Limner, ids: Any, is_in: Any, day: date, *, is_of_all: bool) -> Document:
    inside = np.asarray(is_in.to_numpy(zero_copy_only=False) if isinstance(is_in, pa.Array)
                        else is_in.to_numpy(), dtype=bool)  # fmt: skip
    party = pa.array(np.where(inside, "in", "out").tolist(), pa.string())
    parties = ibis.memtable(pa.table({"customer_id": ids, "party": party}))
    lake = limner.lake
    query = habit_query(
        facts_now(limner), lake.table("stores"), parties, day, limner.settings.timezone
    )
    fetched = lake.fetch(query)
    ours = int(inside.sum())
    return habits(fetched, ours, len(inside) - ours, is_of_all)
