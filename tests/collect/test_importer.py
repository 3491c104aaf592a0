from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.collect.conftest import HEADER, LINES, NOW, Import

from limner.collect.importer import import_file
from limner.collect.mapping import Mapping, parse_mapping
from limner.collect.run import Counts
from limner.core.errors import Malformed
from limner.lake import Lake
from limner.store import Store
from limner.store.models import ImportRun

_GOOD = (
    "1,M1,2024-03-01 10:00,A,2,10\n"
    "1,M1,2024-03-01 10:00,A,2,10\n"
    "1,M1,2024-03-01 10:00,B,1,5\n"
    "2,M2,2024-03-02 23:30,A,1,5\n"
)


def _orders(lake: Lake) -> list[tuple[object, ...]]:
    rows = lake.query(
        "SELECT order_id, customer_id, event, revenue, len(products) AS n, time FROM events ORDER BY order_id"
    )
    return [tuple(row.values()) for row in rows.to_pylist()]


def test_lines_become_one_event_an_order(
    tmp_path: Path, bring: Import, lake: Lake, lines: Mapping
) -> None:
    (tmp_path / "a.csv").write_text(HEADER + _GOOD)
    assert bring(tmp_path / "a.csv", lines) == Counts(4, 4, 0, 0)
    rows = _orders(lake)
    assert [row[:5] for row in rows] == [
        ("1", "M1", "Order Completed", 25.0, 3),
        ("2", "M2", "Order Completed", 5.0, 1),
    ]
    # 10:00 in Shanghai is 02:00 UTC, and partitions go by the UTC day.
    assert rows[0][5].timestamp() == 1709258400
    assert (
        str(lake.query("SELECT date FROM events WHERE order_id='2'").to_pylist()[0]["date"])
        == "2024-03-02"
    )


def test_the_same_content_is_taken_once(
    tmp_path: Path, bring: Import, lake: Lake, store: Store, lines: Mapping
) -> None:
    (tmp_path / "a.csv").write_text(HEADER + _GOOD)
    (tmp_path / "b.csv").write_text(HEADER + _GOOD)
    bring(tmp_path / "a.csv", lines)
    before = _orders(lake)
    assert bring(tmp_path / "b.csv", lines) == Counts(4, 0, 0, 4)
    assert _orders(lake) == before
    with store.session() as session:
        assert [(r.rows_read, r.rows_kept) for r in session.scalars(select(ImportRun))] == [(4, 4)]


def test_a_file_that_changed_under_its_name_is_read_anew(
    tmp_path: Path, bring: Import, lines: Mapping
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + _GOOD)
    bring(path, lines)
    path.write_text(HEADER + _GOOD.replace("2,M2", "3,M3"))
    assert bring(path, lines) == Counts(4, 1, 0, 3)


def test_files_that_overlap_add_only_what_is_new(
    tmp_path: Path, bring: Import, lake: Lake, lines: Mapping
) -> None:
    (tmp_path / "a.csv").write_text(HEADER + _GOOD)
    (tmp_path / "b.csv").write_text(
        HEADER + _GOOD + "1,M1,2024-03-01 10:00,A,2,10\n3,M3,2024-03-03 09:00,A,1,5\n"
    )
    bring(tmp_path / "a.csv", lines)
    # Order 1 held the line of A twice and has it a third time now.
    assert bring(tmp_path / "b.csv", lines) == Counts(6, 2, 0, 4)
    assert [row[3:5] for row in _orders(lake)] == [(35.0, 4), (5.0, 1), (5.0, 1)]


def test_repeats_can_be_dropped(tmp_path: Path, bring: Import, lake: Lake) -> None:
    (tmp_path / "a.csv").write_text(HEADER + _GOOD)
    mapping = parse_mapping({**LINES, "repeats": "drop"}, "test")
    assert bring(tmp_path / "a.csv", mapping) == Counts(4, 3, 0, 1)
    assert _orders(lake)[0][3:5] == (15.0, 2)


def test_an_order_below_nothing_is_a_refund(
    tmp_path: Path, bring: Import, lake: Lake, lines: Mapping
) -> None:
    (tmp_path / "a.csv").write_text(
        HEADER + "1,M1,2024-03-01,A,2,10\n1,M1,2024-03-01,B,-1,-4\n2,M1,2024-03-02,A,-2,-10\n"
    )
    bring(tmp_path / "a.csv", lines)
    assert [row[2:4] for row in _orders(lake)] == [
        ("Order Completed", 6.0),
        ("Order Refunded", -10.0),
    ]


def test_without_an_order_number_customer_and_time_make_the_order(
    tmp_path: Path, bring: Import, lake: Lake
) -> None:
    columns = {k: v for k, v in LINES["columns"].items() if k != "order_id"}
    (tmp_path / "a.csv").write_text(HEADER + _GOOD)
    bring(tmp_path / "a.csv", parse_mapping({**LINES, "columns": columns}, "test"))
    assert sorted(row[3] for row in _orders(lake)) == [5.0, 25.0]


@pytest.mark.parametrize("after", range(1, 5))
def test_a_kill_after_any_commit_doubles_nothing(
    tmp_path: Path,
    lake: Lake,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    lines: Mapping,
    after: int,
) -> None:
    monkeypatch.setattr("limner.collect.orders.LINES_AT_ONCE", 2)  # several commits of events
    path = tmp_path / "a.csv"
    days = "".join(f"{i},M{i},2024-03-0{i} 10:00,A,1,{i}\n" * 2 for i in range(1, 5))
    path.write_text(HEADER + days + "9,M9,never,A,1,1\n")
    done = 0
    write = Lake._write

    class Killed(BaseException):
        pass

    def dying(self: Lake, *args: object) -> None:
        nonlocal done
        write(self, *args)
        done += 1
        if done == after:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "_write", dying)
        with pytest.raises(Killed):
            import_file(lake, store, path, lines, NOW)
    counts = import_file(lake, store, path, lines, NOW)
    assert counts == Counts(9, 8, 1, 0)
    assert [row[3:5] for row in _orders(lake)] == [(2.0, 2), (4.0, 2), (6.0, 2), (8.0, 2)]
    assert len(lake.query("SELECT * FROM quarantine")) == 1
    assert len(lake.query("SELECT * FROM quality")) == 12
    assert import_file(lake, store, path, lines, NOW) == Counts(9, 0, 0, 9)


def test_an_order_whose_lines_lie_on_two_days_stays_one_in_chunks(
    tmp_path: Path, bring: Import, lake: Lake, lines: Mapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("limner.collect.orders.LINES_AT_ONCE", 1)
    (tmp_path / "a.csv").write_text(
        HEADER
        + "1,M1,2024-03-01 10:00,A,1,1\n2,M2,2024-03-02 10:00,A,1,2\n1,M1,2024-03-03 10:00,A,1,4\n"
    )
    assert bring(tmp_path / "a.csv", lines) == Counts(3, 3, 0, 0)
    assert [row[3:5] for row in _orders(lake)] == [(5.0, 2), (2.0, 1)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\n \n", "file-empty"),
        (HEADER.encode(), "file-empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "file-shape"),
        (b"PK\x03\x04" + b"\x00" * 50, "file-shape"),
        (b"a,b\n1,2\n", "mapping-no-column"),
        ((HEADER + "x,y,z,1,2,3\n" * 5).encode(), "mapping-wrong"),
    ],
)
def test_a_file_of_another_shape_writes_nothing(
    tmp_path: Path, bring: Import, lake: Lake, lines: Mapping, content: bytes, code: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(Malformed) as caught:
        bring(tmp_path / "a.csv", lines)
    assert caught.value.code == code
    assert "\n" not in caught.value.message
    assert [p for p in Path(lake.url).glob("*") if not p.name.startswith(".")] == []


def test_records_of_one_key_merge_and_blanks_erase_nothing(
    tmp_path: Path, bring: Import, lake: Lake
) -> None:
    columns = {"record_id": "id", "user_id": "id", "email": "mail", "city": "city"}
    mapping = parse_mapping(
        {"kind": "customers", "source": "crm", "columns": columns, "traits": ["level"]}, "test"
    )
    (tmp_path / "a.csv").write_text(
        "id,mail,city,level\n1,a@b.cn,上海,gold\n2,c@d.cn,,\n1,a@b.cn,,silver\n"
    )
    (tmp_path / "b.csv").write_text("id,mail,city,level\n1,,北京,\n2,c@d.cn,,\n")
    assert bring(tmp_path / "a.csv", mapping) == Counts(3, 2, 0, 1)
    assert bring(tmp_path / "b.csv", mapping) == Counts(2, 1, 0, 1)
    rows = lake.query("SELECT record_id, email, city, traits FROM customers ORDER BY 1").to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("1", "a@b.cn", "北京", '{"level":"silver"}'),
        ("2", "c@d.cn", None, None),
    ]


def test_events_repeat_or_not_as_the_mapping_says(
    tmp_path: Path, bring: Import, lake: Lake
) -> None:
    plain = {
        "kind": "events", "source": "web", "traits": ["page"], "repeats": "keep",
        "columns": {"event": {"value": "Product Viewed"}, "time": "t", "email": "who"},
    }  # fmt: skip
    text = "t,who,page\n2024-03-01T10:00:00Z,A@b.cn,x\n2024-03-01T10:00:00Z,A@b.cn,x\n"
    (tmp_path / "a.csv").write_text(text)
    (tmp_path / "b.csv").write_text(text + "2024-03-01T10:00:00+08:00,A@b.cn,x\n")
    assert bring(tmp_path / "a.csv", parse_mapping(plain, "test")) == Counts(2, 2, 0, 0)
    assert bring(tmp_path / "b.csv", parse_mapping(plain, "test")) == Counts(3, 1, 0, 2)
    again = parse_mapping({**plain, "source": "app", "repeats": "drop"}, "test")
    assert bring(tmp_path / "a.csv", again) == Counts(2, 1, 0, 1)
    seen = lake.query("SELECT DISTINCT customer_id, properties, context FROM events").to_pylist()
    assert seen == [
        {"customer_id": "a@b.cn", "properties": '{"page":"x"}', "context": '{"email":"a@b.cn"}'}
    ]


def test_exposures_take_their_time_from_the_campaign(
    tmp_path: Path, bring: Import, lake: Lake
) -> None:
    (tmp_path / "c.csv").write_text("id,start\n7,2024-03-01\n")
    (tmp_path / "e.csv").write_text("id,who\n7,M1\n8,M1\n7,M1\n")
    campaign = {"campaign_id": "id", "starts_at": "start", "channel": {"value": "mail"}}
    bring(
        tmp_path / "c.csv",
        parse_mapping({"kind": "campaigns", "source": "x", "columns": campaign}, "t"),
    )
    mailed = {
        "kind": "exposures",
        "source": "x",
        "columns": {"campaign_id": "id", "user_id": "who"},
    }
    assert bring(tmp_path / "e.csv", parse_mapping(mailed, "t")) == Counts(3, 2, 0, 1)
    rows = lake.query(
        "SELECT campaign_id, customer_id, arm, channel, time::DATE::VARCHAR AS d FROM exposures ORDER BY 1"
    )
    assert [tuple(row.values()) for row in rows.to_pylist()] == [
        ("7", "M1", "treated", "mail", "2024-02-29"),  # midnight UTC is the evening before here
        ("8", "M1", "treated", None, None),
    ]


_CELL = st.sampled_from(
    [
        "1",
        "2",
        "",
        "M1",
        "2024-03-01",
        "2024-13-45",
        "x,y",
        '"q',
        'q"',
        '"ok"',
        "1,200",
        "-3",
        "号",
        " ",
    ]
)


@given(rows=st.lists(st.lists(_CELL, min_size=0, max_size=8), min_size=1, max_size=12))
def test_counts_always_add_up(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("dirty")
    lake, store = Lake(str(directory / "lake")), Store(f"sqlite:///{directory / 's.db'}")
    store.migrate()
    good = "g,M1,2024-03-01,A,1,1\n"
    path = directory / "a.csv"
    path.write_text(HEADER + good + "".join(",".join(row) + "\n" for row in rows))
    counts = import_file(lake, store, path, parse_mapping(LINES, "test"), NOW)
    assert counts.read == counts.kept + counts.quarantined + counts.duplicates
    held = lake.query("SELECT coalesce(sum(len(products)), 0) AS n FROM events").to_pylist()[0]["n"]
    waiting = lake.query("SELECT line FROM quarantine").to_pylist()
    assert (held, len(waiting)) == (counts.kept, counts.quarantined)
    physical = path.read_text().count("\n")
    assert all(3 <= row["line"] <= physical for row in waiting)
    store.close()
