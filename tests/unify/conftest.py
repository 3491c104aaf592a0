from collections.abc import Callable
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from limner.core.tables import TIME, table
from limner.unify import Graph, Limits, listed, of_events, of_records, snapshot

Rows = Callable[..., pa.Table]
NOW = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def records() -> Rows:
    """`records({"user_id": "1"}, ...)`: customer records, source `s` and ids 0, 1, ... by default."""
    schema = table("customers").schema

    def build(*rows: dict[str, object]) -> pa.Table:
        filled = [
            {**dict.fromkeys(schema.names), "source": "s", "record_id": str(at), **row}
            for at, row in enumerate(rows)
        ]
        return pa.Table.from_pylist(filled, schema)

    return build


@pytest.fixture(scope="session")
def events() -> Rows:
    """`events(("customer", "user", "anonymous"), ...)`: what `carried` gives."""

    def build(*rows: tuple[str | None, str | None, str | None]) -> pa.Table:
        ids = ("customer_id", "user_id", "anonymous_id")
        names = (*ids, "source", "loyalty_card", "email", "phone")
        schema = pa.schema([*((name, pa.string()) for name in names), ("at", TIME)])
        nothing = dict.fromkeys(names)
        return pa.Table.from_pylist(
            [
                {**nothing, **dict(zip(ids, row, strict=True)), "source": "web", "at": NOW}
                for row in rows
            ],
            schema,
        )

    return build


@pytest.fixture(scope="session")
def identities() -> Rows:
    """`identities(customers, carried)`: the lake's table after both went through a new graph."""

    def build(customers: pa.Table, carried: pa.Table, limits: Limits | None = None) -> pa.Table:
        graph = Graph(limits)
        sightings = pa.concat_tables([of_records(customers, None, NOW), of_events(carried, None)])
        for sighting in listed(sightings):
            graph.observe(sighting)
        names = ("kind", "value", "customer_id", "source", "rule")
        schema = pa.schema([*((name, pa.string()) for name in names), ("is_shadowed", pa.bool_())])
        rows = [
            {"kind": node.key[0], "value": node.key[1], "customer_id": node.customer.name,
             "source": node.source, "rule": node.rule, "is_shadowed": node.is_shadowed}
            for node in graph.nodes.values()
        ]  # fmt: skip
        return snapshot(pa.Table.from_pylist(rows, schema), carried)

    return build
