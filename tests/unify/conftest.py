from collections.abc import Callable

import pyarrow as pa
import pytest

from limner.core.tables import table

Rows = Callable[..., pa.Table]


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
        names = ("customer_id", "user_id", "anonymous_id")
        schema = pa.schema([(name, pa.string()) for name in (*names, "source")])
        return pa.Table.from_pylist(
            [{**dict(zip(names, row, strict=True)), "source": "web"} for row in rows], schema
        )

    return build
