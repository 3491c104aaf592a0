"""Mending waiting rows, with every deed in the audit."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from limner.app import Limner
from limner.app import quarantine as mending
from limner.app.quarantine import Choice, Counts
from limner.collect.importer import import_file
from limner.collect.mapping import parse_mapping
from limner.collect.quarantine import waiting_rows
from limner.core.errors import Unknown
from limner.govern import audit

NOW = datetime(2024, 6, 1, tzinfo=UTC)
MAPPING = {
    "source": "till", "kind": "order_lines", "columns": {
        "order_id": "order", "user_id": "member", "time": "at", "product_id": "sku",
        "quantity": "qty", "revenue": "paid",
    },
}  # fmt: skip


@pytest.fixture
def dirty(limner: Limner, tmp_path: Path) -> Limner:
    (tmp_path / "a.csv").write_text(
        "order,member,at,sku,qty,paid\n"
        "1,M1,2024-03-01 10:00,A,two,10\n2,M2,2024-03-01 11:00,A,two,10\n"
        "3,M3,someday,A,1,5\n4,M4,2024-03-02 09:00,A,1,5\n"
    )
    mapping = parse_mapping(MAPPING, "test")
    import_file(limner.lake, limner.store, tmp_path / "a.csv", mapping, NOW)
    return limner


def row(limner: Limner, line: int) -> dict[str, object]:
    return next(r for r in waiting_rows(limner.lake).to_pylist() if r["line"] == line)


def done(limner: Limner) -> list[tuple[str, str]]:
    return [(e.actor, e.action) for e in audit.entries(limner.store)]


def test_one_row_is_mended_and_tried_again(dirty: Limner) -> None:
    first = row(dirty, 2)
    choice = Choice(row_ids=(str(first["row_id"]),))
    assert mending.mend_rows(dirty, choice, "qty", "2", "ann", NOW) == Counts(1, 1, 0, 0)
    assert mending.waiting(dirty, Choice()) == 2
    assert done(dirty)[:2] == [("ann", "quarantine.replayed"), ("ann", "quarantine.corrected")]


def test_all_rows_with_the_same_value_are_mended_at_once(dirty: Limner) -> None:
    choice = mending.alike(row(dirty, 2))
    assert mending.waiting(dirty, choice) == 2
    assert mending.mend_rows(dirty, choice, "qty", "2", "ann", NOW) == Counts(2, 2, 0, 0)
    assert mending.waiting(dirty, Choice()) == 1


def test_a_value_that_is_wrong_again_waits_again(dirty: Limner) -> None:
    choice = mending.alike(row(dirty, 2))
    assert mending.mend_rows(dirty, choice, "qty", "three", "ann", NOW) == Counts(2, 0, 2, 0)
    assert row(dirty, 2)["value"] == "three"


def test_rows_are_given_up_once(dirty: Limner) -> None:
    choice = mending.alike(row(dirty, 4))
    assert mending.drop_rows(dirty, choice, "ann", NOW) == 1
    with pytest.raises(Unknown):
        mending.drop_rows(dirty, choice, "ann", NOW)
    assert done(dirty)[0] == ("ann", "quarantine.dropped")


def test_a_rows_columns_are_those_of_its_source(dirty: Limner) -> None:
    assert mending.fields_of(row(dirty, 2))["qty"] == "two"
    assert "_text" not in mending.fields_of(row(dirty, 2))
