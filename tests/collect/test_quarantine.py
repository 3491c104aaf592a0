from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.collect.conftest import HEADER, NOW, Import

from limner.collect.mapping import Mapping
from limner.collect.quarantine import Choice, correct, drop, replay, waiting_reasons, waiting_rows
from limner.collect.run import Counts
from limner.core.errors import Malformed, Unknown
from limner.lake import Lake
from limner.store import Store
from limner.store.models import ImportRun

_DIRTY = (
    "1,M1,2024-03-01 10:00,A,two,10\n"
    "1,M1,2024-03-01 10:00,B,2,10\n"
    "\n"
    "2,M2,someday,A,1,5\n"
    "3,M3,2024-03-03\n"
    "4,M4,2099-01-01,A,1,5\n"
    '5,"M5,2024-03-03,A,1,5\n'
    ",,2024-03-03,A,1,5\n"
    "6,M6,2024-03-04,A,1,\n"
)


@pytest.fixture
def dirty(tmp_path: Path, bring: Import, lines: Mapping) -> None:
    (tmp_path / "a.csv").write_text(HEADER + _DIRTY)
    assert bring(tmp_path / "a.csv", lines) == Counts(8, 1, 7, 0)


def _counts(store: Store) -> tuple[int, ...]:
    with store.session() as session:
        run = session.scalars(select(ImportRun)).one()
        return run.rows_read, run.rows_kept, run.rows_quarantined, run.rows_duplicate


def test_every_bad_row_says_its_line_column_value_and_why(dirty: None, lake: Lake) -> None:
    rows = waiting_rows(lake).to_pylist()
    assert [(r["line"], r["column"], r["value"], r["code"]) for r in rows] == [
        (2, "qty", "two", "number-malformed"),
        (5, "at", "someday", "time-malformed"),
        (6, "", "3,M3,2024-03-03", "columns-missing"),
        (7, "at", "2099-01-01", "in-the-future"),
        (8, "", '5,"M5,2024-03-03,A,1,5', "quote-broken"),
        (9, "order / member", None, "missing"),
        (10, "paid", None, "missing"),
    ]
    assert rows[0]["reason"] == "qty: “two” is not a number such as 1,234.50"
    assert json.loads(rows[0]["row"])["sku"] == "A"
    assert sum(waiting_reasons(lake)["rows"].to_pylist()) == 7


def test_a_corrected_row_joins_its_order_and_the_counts_follow(
    dirty: None, lake: Lake, store: Store
) -> None:
    assert correct(lake, Choice(column="qty", value="two"), "qty", "2") == 1
    assert correct(lake, Choice(column="at", value="someday"), "at", "2024-03-02") == 1
    assert replay(lake, store, Choice(), NOW) == Counts(7, 2, 5, 0)
    assert _counts(store) == (8, 3, 5, 0)
    rows = lake.query(
        "SELECT order_id, revenue, len(products) AS n FROM events ORDER BY 1"
    ).to_pylist()
    assert [tuple(row.values()) for row in rows] == [("1", 20.0, 2), ("2", 5.0, 1)]
    assert waiting_rows(lake).num_rows == 5
    assert replay(lake, store, Choice(), NOW) == Counts(5, 0, 5, 0)
    assert _counts(store) == (8, 3, 5, 0)


def test_a_corrected_line_that_equals_another_is_not_lost(
    tmp_path: Path, bring: Import, lake: Lake, store: Store, lines: Mapping
) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "1,M1,2024-03-01,A,1,5\n1,M1,2024-03-01,A,one,5\n")
    bring(tmp_path / "a.csv", lines)
    correct(lake, Choice(column="qty"), "qty", "1")
    assert replay(lake, store, Choice(), NOW) == Counts(1, 1, 0, 0)
    assert lake.query("SELECT revenue FROM events").to_pylist() == [{"revenue": 10.0}]


def test_a_kill_during_replay_doubles_nothing(
    dirty: None, lake: Lake, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(lake, Choice(column="qty"), "qty", "2")
    upsert = Lake.upsert

    class Killed(BaseException):
        pass

    def dying(self: Lake, name: str, *args: object, **named: object) -> bool:
        if name == "quarantine":
            raise Killed
        return upsert(self, name, *args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "upsert", dying)
        with pytest.raises(Killed):
            replay(lake, store, Choice(code="number-malformed"), NOW)
    assert replay(lake, store, Choice(code="number-malformed"), NOW) == Counts(1, 1, 0, 0)
    assert lake.query("SELECT revenue FROM events").to_pylist() == [{"revenue": 20.0}]
    assert _counts(store) == (8, 2, 6, 0)


def test_a_broken_row_is_mended_column_by_column(dirty: None, lake: Lake, store: Store) -> None:
    broken = Choice(code="columns-missing")
    for column, value in {"sku": "Z", "qty": "1", "paid": "3"}.items():
        correct(lake, broken, column, value)
    assert replay(lake, store, broken, NOW) == Counts(1, 1, 0, 0)
    assert lake.query("SELECT revenue FROM events WHERE order_id='3'").to_pylist() == [
        {"revenue": 3.0}
    ]


def test_dropped_rows_stay_counted(dirty: None, lake: Lake, store: Store) -> None:
    assert drop(lake, Choice(code="columns-missing")) == 1
    assert waiting_rows(lake).num_rows == 6
    assert _counts(store) == (8, 1, 7, 0)
    with pytest.raises(Unknown):
        drop(lake, Choice(code="columns-missing"))


def test_a_column_that_is_not_there_is_refused(dirty: None, lake: Lake) -> None:
    with pytest.raises(Malformed, match="it has order, member"):
        correct(lake, Choice(), "nonsense", "1")
