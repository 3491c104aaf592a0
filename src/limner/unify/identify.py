"""Which records and events are one person: the connected sets of shared identifiers.

    customers rows ─┐                              ┌─ identities: (kind, value) -> customer_id
                    ├─ owners of identifiers ──────┤
    events' ids   ──┘   (one row: owner, kind,     └─ held: identifiers shared by too many,
                         value, source)                 which merge nobody

A customer's id is the surest identifier of the set (`normalise.KINDS` gives the order; of two
of a kind the lower).  An id once given stays: a set that holds an identifier which named a
customer before keeps that name, so new records rename nobody; of two customers who turn out to
be one, the surer name stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from limner.core.tables import table
from limner.core.words import Words
from limner.unify import normalise
from limner.unify.naming import name_sets

RECORD = "record"  # the kind of a customer record's own key, `source:record_id`
KINDS = (*normalise.KINDS, RECORD)
_MERGES_ALWAYS = np.isin(KINDS, ["user_id", RECORD])

# Why an identifier belongs to its customer.
RULES = {
    "own": Words("names the customer", "客户的主标识"),
    "record": Words("in the same customer record", "在同一条客户记录中"),
    "event": Words("in the same event", "在同一个事件中"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much sharing is still one person.

    `people_per_identifier`: an e-mail, phone, card or device that more users carry merges nobody.
    `people_per_customer`: in a set of more users, only the user id joins records.
    """

    people_per_identifier: int = 10
    people_per_customer: int = 20


@dataclass(frozen=True, slots=True)
class Shared:
    """An identifier that merged nobody since too many carry it, for a person to look at."""

    kind: str
    value: str
    people: int
    reason: str  # identifier-shared | customer-too-large


@dataclass(frozen=True, slots=True)
class Identified:
    """`identities` in the lake's schema, and the identifiers that were not allowed to merge."""

    identities: pa.Table
    held: tuple[Shared, ...]


def carried(events: ibis.Table) -> ibis.Table:
    """The distinct sets of identifiers that events carry: what `identify` needs of them."""
    names = ("customer_id", "user_id", "anonymous_id", "source", "context")
    return events.select(*(name for name in names if name in events.columns)).distinct()


def identify(
    customers: pa.Table,
    carried: pa.Table,
    previous: pa.Table | None = None,
    country: str | None = None,
    limits: Limits | None = None,
) -> Identified:
    """One customer per set of shared identifiers.

    `customers`: rows of the lake's table; `carried`: the rows of `carried(events)`; `previous`:
    the identities of the last build; `country`: where telephone numbers without country are from.
    """
    limits = limits or Limits()
    owners = pa.concat_tables([_of_records(customers, country), _of_events(carried, country)])
    nodes = owners.group_by(["kind", "value"], use_threads=False).aggregate(
        [("source", "min"), ("from_event", "max")]
    )
    if nodes.num_rows == 0:
        return Identified(table("identities").schema.empty_table(), ())
    owner = owners["owner"].to_numpy()
    node = _positions(owners, nodes)
    kinds = nodes["kind"].to_numpy()
    is_weak = ~_MERGES_ALWAYS[kinds]

    people = _people(owner, node, kinds)
    is_held = is_weak & (people > limits.people_per_identifier)
    sets = _connect(owner, node, ~is_held[node])
    users = np.bincount(sets, weights=kinds == 0).astype(np.int64)
    is_large = ~is_held & is_weak & (users > limits.people_per_customer)[sets]
    is_joining = is_large & (people > 1)
    if is_joining.any():
        sets = _connect(owner, node, ~(is_held | is_joining)[node])
        is_held |= is_joining

    values = nodes["value"].to_pylist()
    held = tuple(
        Shared(
            KINDS[kinds[at]], values[at], int(people[at]),
            "customer-too-large" if is_large[at] else "identifier-shared",
        )
        for at in np.flatnonzero(is_held)
    )  # fmt: skip
    kept = np.flatnonzero(~is_held)
    nodes = nodes.take(kept)
    names, is_own = name_sets(nodes, KINDS, sets[kept], previous)
    from_event = nodes["from_event_max"].to_numpy()
    rule = np.where(is_own, "own", np.where(from_event > 0, "event", "record"))
    identities = pa.table(
        {
            "kind": pa.array(KINDS).take(nodes["kind"].combine_chunks()),
            "value": nodes["value"],
            "customer_id": names,
            "source": nodes["source_min"],
            "rule": pa.array(rule, pa.string()),
        }
    ).cast(table("identities").schema)
    order = [("customer_id", "ascending"), ("kind", "ascending"), ("value", "ascending")]
    return Identified(_as_written(identities, carried).sort_by(order), held)


def _of_records(customers: pa.Table, country: str | None) -> pa.Table:
    """The identifiers of customer records: columns owner, kind, value, source, from_event."""
    owner = np.arange(customers.num_rows)
    columns = {
        kind: normalise.each(normal, customers[kind])
        for kind, normal in normalise.KINDS.items()
        if kind in customers.column_names and kind != "phone"
    }
    columns["phone"] = normalise.phones(customers["phone"], customers["country"], country)
    columns[RECORD] = pc.binary_join_element_wise(
        customers["source"], customers["record_id"], ":"
    ).combine_chunks()
    source = customers["source"].combine_chunks()
    return _stack(owner, columns, source, from_event=0)


def _of_events(carried: pa.Table, country: str | None) -> pa.Table:
    """The identifiers of events: their user's, their device's, and whichever names the customer."""
    kind, normal = _event_ids(carried)
    found = {
        name: normalise.each(normalise.user_id, _text(carried, name))
        for name in ("user_id", "anonymous_id")
    }
    said = _said_in_context(carried, country)
    for name in ("loyalty_card", "email", "phone"):
        own = pc.if_else(pc.equal(kind, name), normal, pa.scalar(None, pa.string()))
        found[name] = pc.coalesce(said[name], own) if name in said else own
    owner = np.arange(-1, -carried.num_rows - 1, -1)
    return _stack(owner, found, _text(carried, "source"), from_event=1)


def _said_in_context(carried: pa.Table, country: str | None) -> dict[str, pa.Array]:
    """The card, e-mail and telephone number that events say beside who their customer is."""
    if "context" not in carried.column_names or carried["context"].null_count == carried.num_rows:
        return {}
    encoded = _text(carried, "context").dictionary_encode()
    contexts = [_object(written) for written in encoded.dictionary.to_pylist()]
    phone = partial(normalise.phone, country=country)
    normals: dict[str, Callable[[str | None], str | None]] = {
        "loyalty_card": normalise.loyalty_card,
        "email": normalise.email,
        "phone": phone,
    }
    said = {}
    for name, normal in normals.items():
        written = [context.get(name) for context in contexts]
        values = [normal(value) if isinstance(value, str) else None for value in written]
        said[name] = pa.array(values, pa.string()).take(encoded.indices)
    return said


def _object(written: str) -> dict[str, object]:
    """A JSON object; what is none says nothing."""
    try:
        found = json.loads(written)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _event_ids(carried: pa.Table) -> tuple[pa.Array, pa.Array]:
    """The kind of each event's customer id, and that id in its kind's normal form."""
    ids = [_text(carried, name) for name in ("customer_id", "user_id", "anonymous_id")]
    kind = _kind_of(*ids)
    normal = pa.nulls(carried.num_rows, pa.string())
    for name, normal_form in normalise.KINDS.items():
        of_kind = pc.if_else(pc.equal(kind, name), ids[0], pa.scalar(None, pa.string()))
        if of_kind.null_count < len(of_kind):
            normal = pc.coalesce(normal, normalise.each(normal_form, of_kind))
    unclear = pc.if_else(normal.is_null(), ids[0], pa.scalar(None, pa.string()))
    return kind, pc.coalesce(normal, normalise.each(normalise.user_id, unclear))


def _kind_of(customer: pa.Array, user: pa.Array, anonymous: pa.Array) -> pa.Array:
    """The kind of an event's customer id: the id it equals, else what it looks like."""
    is_user = pc.fill_null(pc.equal(customer, user), False)
    is_anonymous = pc.fill_null(pc.equal(customer, anonymous), False)
    return pc.case_when(
        pc.make_struct(
            is_user,
            is_anonymous,
            pc.fill_null(pc.match_substring(customer, "@"), False),
            pc.fill_null(pc.match_substring_regex(customer, r"^\+\d+$"), False),
        ),
        "user_id", "anonymous_id", "email", "phone", "loyalty_card",
    )  # fmt: skip


def _stack(
    owner: NDArray[np.int64], columns: dict[str, pa.Array], source: pa.Array, from_event: int
) -> pa.Table:
    parts = []
    for kind, values in columns.items():
        rows = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False))
        parts.append(
            pa.table(
                {
                    "owner": owner[rows],
                    "kind": np.full(len(rows), KINDS.index(kind), dtype=np.int8),
                    "value": values.take(rows),
                    "source": source.take(rows),
                    "from_event": np.full(len(rows), from_event, dtype=np.int8),
                }
            )
        )
    return pa.concat_tables(parts)


def _positions(owners: pa.Table, nodes: pa.Table) -> NDArray[np.int64]:
    """For each row of `owners` the row of `nodes` with its identifier."""
    names = [
        pc.binary_join_element_wise(pc.cast(part["kind"], pa.string()), part["value"], "\x1f")
        for part in (owners, nodes)
    ]
    return pc.index_in(names[0], value_set=names[1].combine_chunks()).to_numpy().astype(np.int64)


def _people(
    owner: NDArray[np.int64], node: NDArray[np.int64], kinds: NDArray[np.int8]
) -> NDArray[np.int64]:
    """How many people carry each identifier: users, and owners without a user id."""
    _, row = np.unique(owner, return_inverse=True)
    person = np.arange(row.max() + 1) + len(kinds)  # an owner without user id is one of its own
    is_user = kinds[node] == 0
    person[row[is_user]] = node[is_user]
    width = int(person.max()) + 1
    pairs = np.unique(node * width + person[row])
    return np.bincount(pairs // width, minlength=len(kinds))


def _connect(
    owner: NDArray[np.int64], node: NDArray[np.int64], is_edge: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The set each identifier is in, when owners join what they carry along the edges."""
    _, row = np.unique(owner, return_inverse=True)
    count = int(node.max()) + 1
    size = count + int(row.max()) + 1
    ends = (node[is_edge], row[is_edge] + count)
    graph = coo_array((np.ones(int(is_edge.sum()), dtype=np.int8), ends), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    return labels[:count].astype(np.int64)


def _as_written(identities: pa.Table, carried: pa.Table) -> pa.Table:
    """With a row more for each event's customer id that is not written in the normal form."""
    written = _text(carried, "customer_id")
    kind, normal = _event_ids(carried)
    odd = pc.fill_null(pc.not_equal(written, normal), False)
    if not pc.any(odd).as_py():
        return identities
    written = pa.table({"kind": kind, "value": normal, "written": written}).filter(odd)
    written = written.group_by(["kind", "written"]).aggregate([("value", "min")])
    written = written.rename_columns(["kind", "written", "value"])
    rows = written.join(identities, ["kind", "value"], join_type="inner")
    extra = pa.table(
        {
            "kind": rows["kind"], "value": rows["written"], "customer_id": rows["customer_id"],
            "source": rows["source"], "rule": pa.array(["event"] * rows.num_rows, pa.string()),
        }
    )  # fmt: skip
    return pa.concat_tables([identities, extra.cast(identities.schema)])


def _text(rows: pa.Table, name: str) -> pa.Array:
    return rows[name].cast(pa.string()).combine_chunks()
