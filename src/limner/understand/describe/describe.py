"""Who are they: a group of customers against everybody else, or two groups against each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from limner.core.words import Words
from limner.understand.columns import Floats, numbers, plain
from limner.understand.describe.compare import Names, compare_tags
from limner.understand.describe.explain import explain
from limner.understand.describe.feature import Feature, MadeFrom

Document = dict[str, Any]
LEAST_TOLD = 10  # a description of fewer would describe persons
SMALL = 100  # below this only large differences can be seen
STATES: dict[str, Words] = {
    "nobody": Words("Nobody is in it, so there is nobody to describe.", "没有任何客户，因此无从描述。"),
    "tiny": Words(
        f"Fewer than {LEAST_TOLD} customers: that would describe persons, not a group.",
        f"不足 {LEAST_TOLD} 名客户：描述的将是个人而非群体。",
    ),
    "everyone": Words(
        "It holds everybody (or all but a few), so there are no others to set it apart from.",
        "几乎包含所有客户，没有可供对比的其他人。",
    ),
    "small": Words(
        f"Fewer than {SMALL} customers on one side: only large differences can be seen, and what is "
        "not marked may still be there.",
        f"其中一方不足 {SMALL} 名客户：只有较大的差异才能看出，未标记的差异也可能存在。",
    ),
    "alike": Words(
        "No tag differs by more than chance: they are like everybody else.",
        "没有任何标签的差异超出偶然：与其他客户并无二致。",
    ),
    "fine": Words("", ""),
}  # fmt: skip
# The figures on top: column, how it is taken.
_FIGURES = (
    ("revenue_365d", "sum"), ("revenue_365d", "mean"), ("orders_365d", "mean"),
    ("basket_mean", "mean"), ("recency_days", "median"),
)  # fmt: skip


def describe(
    everyone: pa.Table, members: Collection[str], features: Sequence[Feature], *,
    of_rule: Collection[str] = (), made_from: MadeFrom | None = None,
    names: Names | None = None, seed: int = 0,
) -> Document:  # fmt: skip
    """A group of customers against everybody else: figures, every tag, and a model of the few that tell.

    `everyone`: one row per customer with `customer_id` and the features' columns; `members`: ids;
    `of_rule`: the columns that the group's rule names; `names`: words of codes found in the data.
    A document of plain values, the same for the same input.
    """
    is_in = _is_in(everyone, members)
    inside, outside = _parted(everyone, is_in)
    document = _sizes(inside, outside, everyone) | {"tags": [], "model": None}
    state = _state(inside.num_rows, outside.num_rows)
    if state in ("fine", "small"):
        document["tags"] = compare_tags(inside, outside, features, names=names, seed=seed)
        label = np.asarray(is_in, dtype=float)
        document["model"] = explain(everyone, label, features, of_rule, seed, made_from)
        if not any(row["is_significant"] for row in document["tags"]):
            state = "alike" if state == "fine" else state
    return document | _said(state)


def compare(
    everyone: pa.Table, first: Collection[str], second: Collection[str],
    features: Sequence[Feature], *, of_rule: Collection[str] = (), made_from: MadeFrom | None = None,
    names: Names | None = None, seed: int = 0,
) -> Document:  # fmt: skip
    """One group of customers against another: indexes of the first are of the second.

    Customers who are in both are set aside, so that nobody stands on both sides; where one group
    lies within the other, it is compared with the rest of the other.
    """
    one, other = _is_in(everyone, first), _is_in(everyone, second)
    both = one & other
    left, right = one & ~both, other & ~both
    if both.any() and not left.any():
        left = one
    elif both.any() and not right.any():
        right = other
    inside, outside = (everyone.filter(pa.array(side)) for side in (left, right))
    document = _sizes(inside, outside, outside) | {
        "first": int(one.sum()), "second": int(other.sum()), "both": int(both.sum()),
        "tags": [], "model": None,
    }  # fmt: skip
    state = _state(inside.num_rows, outside.num_rows)
    if state in ("fine", "small"):
        document["tags"] = compare_tags(
            inside, outside, features, is_of_all=False, names=names, seed=seed
        )
        label = np.concatenate([np.ones(inside.num_rows), np.zeros(outside.num_rows)])
        together = pa.concat_tables([inside, outside])
        document["model"] = explain(together, label, features, of_rule, seed, made_from)
        if not any(row["is_significant"] for row in document["tags"]):
            state = "alike" if state == "fine" else state
    return document | _said(state)


def _is_in(everyone: pa.Table, members: Collection[str]) -> Any:
    wanted = pa.array(list(members), pa.string())
    return np.asarray(pc.is_in(everyone["customer_id"], wanted).to_numpy(), dtype=bool)


def _parted(everyone: pa.Table, is_in: Any) -> tuple[pa.Table, pa.Table]:
    return everyone.filter(pa.array(is_in)), everyone.filter(pa.array(~is_in))


def _state(inside: int, outside: int) -> str:
    if inside == 0:
        return "nobody"
    if outside < LEAST_TOLD:
        return "everyone"
    if inside < LEAST_TOLD:
        return "tiny"
    return "small" if min(inside, outside) < SMALL else "fine"


def _said(state: str) -> Document:
    return {"state": state, "note_en": STATES[state].en, "note_zh": STATES[state].zh}


def _sizes(inside: pa.Table, outside: pa.Table, base: pa.Table) -> Document:
    return {
        "customers": inside.num_rows, "others": outside.num_rows,
        "share": inside.num_rows / max(inside.num_rows + outside.num_rows, 1),
        "figures": [
            {"code": code, "how": how, "value": _taken(inside, code, how),
             "base": _taken(base, code, how)}
            for code, how in _FIGURES
            if code in base.column_names and inside.num_rows >= LEAST_TOLD
        ],
    }  # fmt: skip


def _taken(table: pa.Table, code: str, how: str) -> float | None:
    values: Floats = numbers(table, code)
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return None
    taken = {"sum": known.sum(), "mean": known.mean(), "median": np.median(known)}[how]
    return plain(round(float(taken), 6))
