"""The golden record: of everything that sources say about a customer, the value to believe.

For each column the records that say something are asked in this order, and the first one wins:

1. `trusted`: the source that stands earlier in the order of trust;
2. `recent`: the record that was changed (else made) last;
3. `complete`: the record that says the most;
4. `first`: nothing tells them apart: the lower source and record id, so that every build agrees.

Each trait may have an order of trust of its own, and may ask for completeness before recency.

The rule noted beside a value is the first of these that told the winner from the best record
with another value; `agreed` when no record says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from limner.core.tables import table
from limner.core.words import Words
from limner.unify import normalise

RULES = {
    "agreed": Words("no source says otherwise", "各来源一致"),
    "trusted": Words("from the more trusted source", "来自更可信的来源"),
    "recent": Words("the most recent record", "最近更新的记录"),
    "complete": Words("the most complete record", "最完整的记录"),
    "first": Words("records disagree, and nothing tells them apart", "记录不一致且无法区分"),
}
ANY_TRAIT = "*"  # the rule of every trait without one of its own
_COLUMNS = tuple(
    name
    for name in table("profiles").schema.names
    if name not in ("customer_id", "traits", "provenance")
)
_NORMAL = {
    "email": normalise.email, "loyalty_card": normalise.loyalty_card, "name": normalise.text,
    "gender": normalise.gender, "country": normalise.country, "city": normalise.text,
    "address": normalise.text,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trust:
    """How a trait's value is chosen: by source, the most trusted first, then by `order`.

    `order`: `recent` and `complete`, in either order or only one of them.
    """

    sources: tuple[str, ...] = ()
    order: tuple[str, ...] = ("recent", "complete")


def golden(
    customers: pa.Table,
    identities: pa.Table,
    trust: Mapping[str, Trust] | None = None,
    country: str | None = None,
) -> pa.Table:
    """One row per customer in the columns of `profiles`, with the rule behind each value.

    `customers`: rows of the lake's table; `identities`: as `snapshot` made them (customers whom
    only events know get a row of nulls); `trust`: by trait, `*` for all others; `country`: where
    telephone numbers without country are from.
    """
    trust = trust or {}
    usual = trust.get(ANY_TRAIT, Trust())
    ids = pc.unique(identities["customer_id"]).sort()
    owner, kept = _owners(customers, identities, ids)
    records = _clean(customers, country).take(kept)
    criteria = _criteria(records)
    ranked = {rule: _ranked(records, owner, criteria, rule) for rule in {usual, *trust.values()}}

    columns: dict[str, pa.Array] = {"customer_id": ids}
    notes: list[pa.Array] = []
    for name in _COLUMNS:
        found = ranked[trust.get(name, usual)]
        values = found.records[name].combine_chunks()
        winner, rule = _winners(values, found, len(ids))
        columns[name] = values.take(winner)
        sources = found.records["source"].combine_chunks().take(winner)
        notes.append(_notes(name, sources, rule, found.words))
    columns["traits"] = _traits(ranked, trust, usual, len(ids))
    # The empty text in front stands for customers of whom nothing is said, whom `skip` would drop.
    joined = pc.binary_join_element_wise("", *notes, ",", null_handling="skip")
    inner = pc.utf8_ltrim(joined, characters=",")
    columns["provenance"] = pc.binary_join_element_wise("{", inner, "}", "")
    return pa.table(columns).cast(table("profiles").schema)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Records by customer and then from the best to the worst by one rule.

    `criteria`: one number per record and word of `words`: the lowest wins.
    """

    records: pa.Table
    owner: NDArray[np.int64]
    criteria: tuple[NDArray[np.int64], ...]
    words: tuple[str, ...]


def _ranked(
    records: pa.Table, owner: NDArray[np.int64], by: dict[str, NDArray[np.int64]], rule: Trust
) -> _Ranked:
    ranks = pc.index_in(records["source"], value_set=pa.array(rule.sources, pa.string()))
    trusted = pc.fill_null(ranks, len(rule.sources)).to_numpy().astype(np.int64)
    words = ("trusted", *rule.order, "first")
    criteria = tuple({**by, "trusted": trusted}[word] for word in words)
    order = np.lexsort((*reversed(criteria), owner))
    sorted_criteria = tuple(part[order] for part in criteria)
    return _Ranked(records.take(order), owner[order], sorted_criteria, words)


def _owners(
    customers: pa.Table, identities: pa.Table, ids: pa.Array
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The place in `ids` of each record's customer, and which records have one."""
    own = identities.filter(pc.equal(identities["kind"], "record"))
    key = pc.binary_join_element_wise(customers["source"], customers["record_id"], ":")
    found = pc.index_in(key, value_set=own["value"].combine_chunks())
    customer = own["customer_id"].combine_chunks().take(found.combine_chunks())
    kept = np.flatnonzero(customer.is_valid().to_numpy(zero_copy_only=False))
    owner = pc.index_in(customer.take(kept), value_set=ids).to_numpy(zero_copy_only=False)
    return owner.astype(np.int64), kept


def _clean(customers: pa.Table, country: str | None) -> pa.Table:
    columns = {name: customers[name] for name in customers.column_names}
    columns["phone"] = normalise.phones(customers["phone"], customers["country"], country)
    for name, normal in _NORMAL.items():
        columns[name] = normalise.each(normal, customers[name])
    return pa.table(columns)


def _criteria(records: pa.Table) -> dict[str, NDArray[np.int64]]:
    """One number per record for each word but `trusted`: the lowest wins."""
    moment = pc.coalesce(records["updated_at"], records["created_at"]).cast(pa.int64())
    recent = -pc.fill_null(moment, np.iinfo(np.int64).min + 1).to_numpy()
    filled = np.zeros(records.num_rows, dtype=np.int64)
    for name in _COLUMNS:
        filled += records[name].is_valid().to_numpy().astype(np.int64)
    keys = [("source", "ascending"), ("record_id", "ascending")]
    first = np.empty(records.num_rows, dtype=np.int64)
    first[pc.sort_indices(records, sort_keys=keys).to_numpy()] = np.arange(records.num_rows)
    return {"recent": recent, "complete": -filled, "first": first}


def _winners(values: pa.Array, ranked: _Ranked, count: int) -> tuple[pa.Array, NDArray[np.int8]]:
    """For each customer the row of the value to believe (or null), and the place of its rule."""
    owner, criteria = ranked.owner, ranked.criteria
    said = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False))
    winner = np.full(count, -1, dtype=np.int64)
    winner[owner[said][::-1]] = said[::-1]  # the best row is written last
    codes = pc.fill_null(values.dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)
    others = said[codes[said] != codes[winner[owner[said]]]]
    rival = np.full(count, -1, dtype=np.int64)
    rival[owner[others][::-1]] = others[::-1]

    rule = np.full(count, len(criteria), dtype=np.int8)  # agreed
    has_rival = rival >= 0
    for place in range(len(criteria) - 1, -1, -1):
        differs = np.zeros(count, dtype=np.bool_)
        differs[has_rival] = criteria[place][winner[has_rival]] != criteria[place][rival[has_rival]]
        rule[differs] = place
    return pa.array(winner, mask=winner < 0), rule


def _notes(
    name: str, sources: pa.Array, rule: NDArray[np.int8], words: tuple[str, ...]
) -> pa.Array:
    """`"email":{"source":"crm","rule":"recent"}` for each customer with a value, else null."""
    encoded = sources.dictionary_encode()
    known = encoded.dictionary.to_pylist()
    rules = (*words, "agreed")
    texts = [
        f'"{name}":{json.dumps({"source": source, "rule": how}, ensure_ascii=False)}'
        for source in known
        for how in rules
    ]
    place = pc.add(pc.multiply(encoded.indices, len(rules)), pa.array(rule.astype(np.int32)))
    return pa.array(texts, pa.string()).take(place)


def _traits(
    ranked: Mapping[Trust, _Ranked], trust: Mapping[str, Trust], usual: Trust, count: int
) -> pa.Array:
    """The traits of all records as one JSON object; of two values of a trait the better record's."""
    merged: list[str | None] = [None] * count
    found = ranked[usual]
    texts = found.records["traits"].to_pylist()
    for at in range(len(texts) - 1, -1, -1):  # the worst first, so that better ones overwrite
        if texts[at]:
            of = int(found.owner[at])
            earlier = merged[of]
            merged[of] = texts[at] if earlier is None else _over(earlier, texts[at])
    for name, rule in trust.items():
        if name == ANY_TRAIT or name in _COLUMNS:
            continue
        found = ranked[rule]
        texts = found.records["traits"].to_pylist()
        for at in range(len(texts) - 1, -1, -1):
            value = json.loads(texts[at]).get(name) if texts[at] else None
            if value is not None:
                of = int(found.owner[at])
                own = json.dumps({name: value}, ensure_ascii=False)
                merged[of] = _over(merged[of] or "{}", own)
    return pa.array(merged, pa.string())


def _over(worse: str, better: str) -> str:
    values: dict[str, Any] = json.loads(worse)
    values.update({key: value for key, value in json.loads(better).items() if value is not None})
    return json.dumps(values, ensure_ascii=False)
