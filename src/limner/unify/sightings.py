"""What the lake's tables say of identity: which identifiers each record and event carries.

customers rows ─┐                        ┌─ fresh: those that the graph does not hold yet
                ├─ sightings, one a row ─┤
events' ids   ──┘  (a column a kind)     └─ listed: as `Graph.observe` takes them
"""

from __future__ import annotations

from datetime import datetime

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from limner.core.event import OWN_SOURCE
from limner.core.tables import TIME, table
from limner.unify import normalise
from limner.unify.limits import KINDS, RECORD
from limner.unify.nodes import Sighting

_SAID = ("loyalty_card", "email", "phone")  # what an event's context says beside its ids
_COLUMNS = pa.schema(
    [*((kind, pa.string()) for kind in KINDS), ("source", pa.string()), ("at", TIME),
     ("rule", pa.string())]
)  # fmt: skip
_NAMED_WITH_KIND = f"^({'|'.join(KINDS)}):"


def carried(events: ibis.Table) -> ibis.Table:
    """The distinct sets of identifiers that events carry, and when each was seen first (`at`).

    Limner's own events show nothing that was not known.
    """
    events = events.filter(events.source.fill_null("") != OWN_SOURCE)
    context = events.context.try_cast("json")
    said = {name: ibis.coalesce(context[name].str, context["traits"][name].str) for name in _SAID}
    ids = ("customer_id", "user_id", "anonymous_id", "source")
    return (
        events.select(*ids, "time", **said)
        .group_by([*ids, *_SAID])
        .aggregate(at=lambda rows: rows.time.min())
    )


def of_records(customers: pa.Table, country: str | None, now: datetime) -> pa.Table:
    """The identifiers of customer records, a column a kind; `now` is when undated ones were seen."""
    columns = {
        kind: normalise.each(normal, customers[kind])
        for kind, normal in normalise.KINDS.items()
        if kind in customers.column_names and kind != "phone"
    }
    columns["phone"] = normalise.phones(customers["phone"], customers["country"], country)
    columns[RECORD] = pc.binary_join_element_wise(
        customers["source"], customers["record_id"], ":"
    ).combine_chunks()
    moment = pc.coalesce(customers["created_at"], customers["updated_at"], pa.scalar(now, TIME))
    return _conformed(columns, customers["source"], moment, "record", customers.num_rows)


def of_events(carried: pa.Table, country: str | None) -> pa.Table:
    """The identifiers of events, a column a kind: their user's, their device's, what they say
    beside, and whichever names their customer.
    """
    kind, normal = _event_ids(carried)
    found = {
        name: normalise.each(normalise.user_id, _text(carried, name))
        for name in ("user_id", "anonymous_id")
    }
    for name in _SAID:
        own = pc.if_else(pc.equal(kind, name), normal, pa.scalar(None, pa.string()))
        found[name] = pc.coalesce(_said(carried, name, country), own)
    return _conformed(found, carried["source"], carried["at"], "event", carried.num_rows)


def _said(carried: pa.Table, name: str, country: str | None) -> pa.Array:
    if name == "phone":
        unknown = pa.chunked_array([pa.nulls(carried.num_rows, pa.string())])
        return normalise.phones(carried[name], unknown, country)
    return normalise.each(normalise.KINDS[name], _text(carried, name))


def _conformed(
    columns: dict[str, pa.Array], source: pa.Array, at: pa.Array, rule: str, rows: int
) -> pa.Table:
    filled = {kind: columns.get(kind, pa.nulls(rows, pa.string())) for kind in KINDS}
    rules = pa.array([rule] * rows, pa.string())
    return pa.table({**filled, "source": source, "at": at, "rule": rules}).cast(_COLUMNS)


def fresh(sightings: pa.Table, identifiers: pa.Table, links: pa.Table) -> pa.Table:
    """The sightings that would change the graph, had it the `identifiers` and `links` given.

    `identifiers`: kind, value, first_at; `links`: left_kind, left_value, right_kind, right_value.
    """
    row, rank, value, at = _stacked(sightings)
    if len(row) == 0:
        return sightings.slice(0, 0)
    key = _key(pa.array(KINDS).take(pa.array(rank)), value)
    place = pc.index_in(key, value_set=_key(identifiers["kind"], identifiers["value"]))
    first = identifiers["first_at"].combine_chunks().take(place)
    is_new = pc.fill_null(pc.greater(first, at), True).to_numpy(zero_copy_only=False)
    order = np.lexsort((rank, row))
    is_hub = np.zeros(len(row), dtype=np.bool_)
    is_hub[order[np.flatnonzero(np.r_[True, np.diff(row[order]) > 0])]] = True
    hub_of = np.zeros(sightings.num_rows, dtype=np.int64)
    hub_of[row[is_hub]] = np.flatnonzero(is_hub)
    leaves = np.flatnonzero(~is_hub)
    ends = [key.take(pa.array(hub_of[row[leaves]])), key.take(pa.array(leaves))]
    known = [_key(links[f"{side}_kind"], links[f"{side}_value"]) for side in ("left", "right")]
    is_linked = pc.or_(
        *(pc.is_in(_key(*pair), value_set=_key(*known)) for pair in (ends, ends[::-1]))
    ).to_numpy(zero_copy_only=False)
    is_new[leaves] |= ~is_linked
    return sightings.take(pa.array(np.unique(row[is_new])))


def listed(sightings: pa.Table) -> list[Sighting]:
    """Sightings one by one: what hangs together side by side, of that the fullest first.

    So few customers are made only to be merged, and few are asked for again later.
    """
    row, rank, value, _ = _stacked(sightings)
    count = np.bincount(row, minlength=sightings.num_rows)
    ordered = (
        sightings.append_column("count", pa.array(count))
        .append_column("together", pa.array(_together(sightings.num_rows, row, rank, value)))
        .sort_by(
            [("together", "ascending"), ("count", "descending"), ("at", "ascending"),
             *((kind, "ascending") for kind in KINDS), ("source", "ascending")]
        )
    )  # fmt: skip
    columns = [ordered[kind].to_pylist() for kind in KINDS]
    rest = (ordered[name].to_pylist() for name in ("source", "at", "rule"))
    found = []
    for *values, source, at, rule in zip(*columns, *rest, strict=True):
        pairs = tuple((k, v) for k, v in zip(KINDS, values, strict=True) if v is not None)
        if pairs:
            found.append(Sighting(pairs, source or "", at, rule))
    return found


def _together(
    rows: int, row: NDArray[np.int64], rank: NDArray[np.int64], value: pa.Array
) -> NDArray[np.int64]:
    """For each sighting the first one that it hangs together with, whatever limits will say."""
    # The live worker imports this room, and only builds come here.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    key = _key(pa.array(KINDS).take(pa.array(rank)), value).dictionary_encode()
    ends = (row, rows + key.indices.to_numpy())
    size = rows + len(key.dictionary)
    graph = coo_array((np.ones(len(row), dtype=np.int8), ends), shape=(size, size))
    labels = connected_components(graph, directed=False)[1][:rows]
    first = np.full(labels.max(initial=-1) + 1, rows, dtype=np.int64)
    np.minimum.at(first, labels, np.arange(rows))
    return first[labels]


def snapshot(identifiers: pa.Table, carried: pa.Table) -> pa.Table:
    """The lake's `identities`: what names its customer has the rule `own`, the rest what it came by.

    `identifiers`: kind, value, customer_id, source, rule, is_shadowed, as the graph has them.
    Customer ids of events that are not written in the normal form get a row more.
    """
    value, kind = identifiers["value"], identifiers["kind"]
    is_long = pc.or_(identifiers["is_shadowed"], pc.match_substring_regex(value, _NAMED_WITH_KIND))
    name = pc.if_else(is_long, pc.binary_join_element_wise(kind, value, ":"), value)
    rule = pc.if_else(pc.equal(name, identifiers["customer_id"]), "own", identifiers["rule"])
    identities = pa.table(
        {"kind": kind, "value": value, "customer_id": identifiers["customer_id"],
         "source": identifiers["source"], "rule": rule}
    ).cast(table("identities").schema)  # fmt: skip
    order = [("customer_id", "ascending"), ("kind", "ascending"), ("value", "ascending")]
    return _as_written(identities, carried).sort_by(order)


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
    ).cast(identities.schema)  # fmt: skip
    taken = _key(identities["kind"], identities["value"])
    is_taken = pc.is_in(_key(extra["kind"], extra["value"]), value_set=taken)
    return pa.concat_tables([identities, extra.filter(pc.invert(is_taken))])


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


def _stacked(
    sightings: pa.Table,
) -> tuple[NDArray[np.int64], NDArray[np.int64], pa.Array, pa.Array]:
    """One element for each identifier of each sighting: its row, its kind's place, value, moment."""
    rows, ranks, values = [], [], []
    for rank, kind in enumerate(KINDS):
        column = sightings[kind].combine_chunks()
        said = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
        rows.append(said)
        ranks.append(np.full(len(said), rank))
        values.append(column.take(pa.array(said)))
    row = np.concatenate(rows)
    at = sightings["at"].combine_chunks().take(pa.array(row))
    return row, np.concatenate(ranks), pa.concat_arrays(values), at


def _key(one: pa.Array, other: pa.Array) -> pa.Array:
    joined = pc.binary_join_element_wise(one, other, "\x1f")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _text(rows: pa.Table, name: str) -> pa.Array:
    return rows[name].cast(pa.string()).combine_chunks()
