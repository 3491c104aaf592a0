"""What the tests of this room share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from limner.collect.importer import import_file
from limner.collect.mapping import Mapping, parse_mapping
from limner.collect.run import Counts
from limner.lake import Lake
from limner.store import Store

NOW = datetime(2024, 6, 1, tzinfo=UTC)
LINES = {
    "kind": "order_lines",
    "source": "till",
    "timezone": "Asia/Shanghai",
    "currency": "CNY",
    "columns": {
        "order_id": "order", "user_id": "member", "time": "at", "product_id": "sku",
        "quantity": "qty", "revenue": "paid",
    },
}  # fmt: skip
HEADER = "order,member,at,sku,qty,paid\n"

Import = Callable[[str | Path, Mapping], Counts]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One kind of store is enough here."""
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def bring(lake: Lake, store: Store) -> Import:
    """Import into this test's lake."""
    return lambda location, mapping: import_file(lake, store, location, mapping, NOW)


@pytest.fixture
def lines() -> Mapping:
    return parse_mapping(LINES, "test")
