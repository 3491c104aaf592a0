"""What the lake says of identity, into the same graph that live events go into."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, DateTime, func, select, type_coerce

from limner import unify
from limner.app.identity.book import Book
from limner.app.limner import Limner
from limner.core.tables import TIME
from limner.store.models import Identifier, IdentityBlock, IdentityLink, IdentityReview
from limner.unify.limits import Limits

_ROWS = 50_000  # rows fetched at once
_IDENTIFIERS = Identifier.__table__.c


def feed(
    limner: Limner,
    customers: pa.Table,
    carried: pa.Table,
    now: datetime,
    limits: Limits | None = None,
    country: str | None = None,
) -> pa.Table:
    """Take records and events of the lake into the graph; the lake's `identities` after that.

    `customers`: rows of the lake's table; `carried`: the rows of `unify.carried(events)`; `now` is
    when records without a date were seen; `country`: where telephone numbers without one are from.
    """
    sightings = pa.concat_tables(
        [unify.of_records(customers, country, now), unify.of_events(carried, country)]
    )
    new = unify.fresh(sightings, _known_identifiers(limner), _known_links(limner))
    if new.num_rows:
        Book(limner, limits).observe(unify.listed(new))
    identifiers = _table(
        limner,
        {name: pa.string() for name in ("kind", "value", "customer_id", "source", "rule")}
        | {"is_shadowed": pa.bool_()},
        [
            _IDENTIFIERS.kind, _IDENTIFIERS.value, _IDENTIFIERS.customer_id, _IDENTIFIERS.source,
            _IDENTIFIERS.rule, _IDENTIFIERS.is_shadowed,
        ],
    )  # fmt: skip
    return unify.snapshot(identifiers, carried)


def feed_records(limner: Limner, source: str, now: datetime, limits: Limits | None = None) -> None:
    """Take one source's customer records of the lake into the graph, without waiting for a build.

    `now` is when records without a date were seen.
    """
    customers = limner.lake.table("customers")
    told = limner.lake.fetch(customers.filter(customers.source == source))
    sightings = unify.of_records(told, None, now)
    new = unify.fresh(sightings, _known_identifiers(limner), _known_links(limner))
    if new.num_rows:
        Book(limner, limits).observe(unify.listed(new))


def blocked_by_limner(limner: Limner) -> dict[str, int]:
    """How many identifiers of each kind join nobody since too many people carry them."""
    wanted = (
        select(IdentityBlock.kind, func.count().label("people"))
        .where(IdentityBlock.by == "limner")
        .group_by(IdentityBlock.kind)
    )
    with limner.store.reading() as session:
        return {row.kind: row.people for row in session.execute(wanted)}


def open_reviews(limner: Limner) -> int:
    """How many pairs wait for somebody to say whether they are one."""
    wanted = select(func.count()).where(IdentityReview.status == "open")
    with limner.store.reading() as session:
        return session.scalars(wanted).one()


def _known_identifiers(limner: Limner) -> pa.Table:
    moment = type_coerce(_IDENTIFIERS.first_at, DateTime())  # naive or not, it is UTC
    return _table(
        limner,
        {"kind": pa.string(), "value": pa.string(), "first_at": TIME},
        [_IDENTIFIERS.kind, _IDENTIFIERS.value, moment],
    )


def _known_links(limner: Limner) -> pa.Table:
    names = ("left_kind", "left_value", "right_kind", "right_value")
    columns = [IdentityLink.__table__.c[name] for name in names]
    return _table(limner, dict.fromkeys(names, pa.string()), columns)


def _table(
    limner: Limner,
    types: dict[str, pa.DataType],
    columns: Sequence[ColumnElement[Any]],
) -> pa.Table:
    """Columns of a store's table in Arrow, so many rows at a time."""
    schema = pa.schema(list(types.items()))
    parts = []
    with limner.store.reading() as session:
        for rows in session.connection().execute(select(*columns)).partitions(_ROWS):
            columns_of = zip(*rows, strict=True)
            arrays = [pa.array(c, t) for c, t in zip(columns_of, types.values(), strict=True)]
            parts.append(pa.table(arrays, schema=schema))
    return pa.concat_tables(parts) if parts else schema.empty_table()
