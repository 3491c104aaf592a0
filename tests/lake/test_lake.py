import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core import tables
from limner.core.errors import Broken, Malformed, Unknown
from limner.core.tables import TABLES
from limner.lake import Lake, conform


def stores(*names: str) -> pa.Table:
    return pa.table({"store_id": list(names), "name": [f"Store {name}" for name in names]})


def day_events(*days: int) -> pa.Table:
    return pa.table(
        {
            "event_id": [f"e{n}" for n in range(len(days))],
            "date": [date(2017, 1, day) for day in days],
            "revenue": [1.5] * len(days),
        }
    )


def ids(lake: Lake, **at) -> list[str]:
    return sorted(lake.fetch(lake.table("stores", **at))["store_id"].to_pylist())


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_was_never_written_is_empty_with_its_schema(lake: Lake, name: str) -> None:
    assert lake.version(name) is None
    rows = lake.fetch(lake.table(name))
    assert rows.num_rows == 0
    assert rows.schema.names == TABLES[name].schema.names
    for field in TABLES[name].schema:
        if not pa.types.is_list(field.type):
            assert rows.schema.field(field.name).type == field.type
    assert lake.query(f"select * from {name}").num_rows == 0


def test_what_is_appended_is_read(lake: Lake) -> None:
    line = {"product_id": "p", "quantity": 2.0, "revenue": 3.0}
    rows = pa.Table.from_pylist(
        [{"event_id": "e", "date": date(2017, 1, 1), "products": [line], "city": "上海"}],
        pa.schema([TABLES["events"].schema.field(n) for n in ("event_id", "date", "products", "city")]),
    )  # fmt: skip
    lake.append("events", rows)
    (read,) = lake.fetch(lake.table("events")).to_pylist()
    assert read["date"] == date(2017, 1, 1)
    assert read["city"] == "上海"
    assert read["products"] == [{**dict.fromkeys(f.name for f in tables.PRODUCT_LINE), **line}]


def test_an_older_version_stays_readable(lake: Lake) -> None:
    lake.append("stores", stores("a"))
    before = lake.table("stores")
    lake.append("stores", stores("b"))
    assert (lake.version("stores"), ids(lake)) == (1, ["a", "b"])
    assert ids(lake, version=0) == ["a"]
    assert lake.fetch(before).num_rows == 1  # an expression keeps to the version it was made on


def test_a_table_as_it_was_at_a_moment(lake: Lake) -> None:
    start = datetime.now(UTC) - timedelta(seconds=1)
    lake.append("stores", stores("a"))
    time.sleep(0.02)
    between = datetime.now(UTC)
    time.sleep(0.02)
    lake.append("stores", stores("b"))
    assert ids(lake, at=start) == []
    assert ids(lake, at=between) == ["a"]
    assert ids(lake, at=datetime.now(UTC)) == ["a", "b"]


def test_many_versions_do_not_pile_up_views(lake: Lake) -> None:
    for number in range(40):
        lake.replace("stores", stores(str(number)))
        assert ids(lake) == [str(number)]
    views = (
        lake.cursor().execute("select count(*) from duckdb_views() where not internal").fetchone()
    )
    assert views[0] <= 16
    assert ids(lake, version=3) == ["3"]


def test_a_transaction_happens_once(lake: Lake) -> None:
    assert lake.append("stores", stores("a"), ("import", 1)) is True
    assert lake.append("stores", stores("a"), ("import", 1)) is False
    assert lake.append("stores", stores("b"), ("other", 1)) is True
    assert lake.append("stores", stores("c"), ("import", 2)) is True
    assert ids(lake) == ["a", "b", "c"]
    assert (lake.committed("stores", "import"), lake.committed("stores", "never")) == (2, -1)


def test_replace_leaves_no_row_of_before(lake: Lake) -> None:
    lake.replace("stores", stores("a", "b"))
    lake.replace("stores", stores("c"))
    assert ids(lake) == ["c"]


def test_an_open_table_takes_columns_of_its_own_and_forgets_them(lake: Lake) -> None:
    lake.replace("profiles", pa.table({"customer_id": ["1"], "orders_90d": [3]}))
    assert lake.fetch(lake.table("profiles").orders_90d.sum().name("n"))["n"][0].as_py() == 3
    lake.replace("profiles", pa.table({"customer_id": ["1"], "recency_days": [7]}))
    assert "orders_90d" not in lake.table("profiles").columns


def test_upsert_takes_the_place_of_the_row_with_the_same_key(lake: Lake) -> None:
    lake.upsert("stores", stores("a", "b"))
    lake.upsert("stores", pa.table({"store_id": ["b", "c", "c"], "name": ["B", "C1", "C2"]}))
    names = dict(zip(*lake.fetch(lake.table("stores").select("store_id", "name")).columns, strict=True))  # fmt: skip
    assert {k.as_py(): v.as_py() for k, v in names.items()} == {
        "a": "Store a", "b": "B", "c": "C2",
    }  # fmt: skip
    with pytest.raises(Malformed, match="store_id"):
        lake.upsert("stores", pa.table({"store_id": pa.array([None], pa.string())}))


@given(st.lists(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9)), max_size=5), max_size=4))  # fmt: skip
def test_upserts_are_what_a_dictionary_does(tmp_path_factory, batches) -> None:
    lake = Lake(str(tmp_path_factory.mktemp("lake")))
    wanted: dict[str, str] = {}
    for batch in batches:
        wanted.update({key: str(value) for key, value in batch})
        keys, values = [k for k, _ in batch], [str(v) for _, v in batch]
        lake.upsert("stores", pa.table({"store_id": keys, "name": values}, pa.schema([("store_id", pa.string()), ("name", pa.string())])))  # fmt: skip
    rows = lake.fetch(lake.table("stores")).to_pylist()
    assert {row["store_id"]: row["name"] for row in rows} == wanted
    assert len(rows) == len(wanted)
    lake.close()


def test_days_and_hours_are_the_businesss(lake: Lake) -> None:
    moment = datetime(2018, 1, 1, 4, 30, tzinfo=UTC)  # 23:30 on 31 December in New York
    lake.append("events", pa.table({"event_id": ["e"], "date": [date(2018, 1, 1)], "time": [moment]}))  # fmt: skip
    event = lake.table("events")
    found = lake.fetch(event.select(day=event.time.date(), hour=event.time.hour()))
    assert found.to_pylist() == [{"day": date(2017, 12, 31), "hour": 23}]
    assert lake.query("select hour(time) as h from events").to_pylist() == [{"h": 23}]
    assert lake.cursor().execute(f"select hour(time) from {lake.view('events', 0)}").fetchone() == (
        23,
    )
    assert lake.fetch(event)["time"][0].as_py() == moment


def test_compaction_changes_no_row_and_vacuum_no_table(lake: Lake) -> None:
    for number in range(6):
        lake.append("stores", stores(str(number)))
    wanted = ids(lake)
    assert lake.compact("stores") == 5
    assert ids(lake) == wanted
    assert lake.vacuum("stores") == 0  # all is younger than seven days
    assert lake.vacuum("stores", timedelta(0)) == 6
    assert ids(lake) == wanted
    assert (lake.compact("costs"), lake.vacuum("costs")) == (0, 0)


def test_a_version_whose_files_are_gone_is_said(lake: Lake) -> None:
    lake.append("stores", stores("a"))
    lake.append("stores", stores("b"))
    lake.compact("stores")
    lake.vacuum("stores", timedelta(0))
    with pytest.raises(Broken) as caught:
        Lake(lake.url).fetch(Lake(lake.url).table("stores", version=0))
    assert caught.value.code == "lake-unreadable"


def test_vacuum_takes_what_a_killed_writer_left(lake: Lake) -> None:
    lake.append("stores", stores("a"))
    left = Path(lake.url) / "stores" / "part-00000-left-c000.snappy.parquet"
    left.write_bytes(b"half a file")
    assert ids(lake) == ["a"]
    lake.vacuum("stores", timedelta(0))
    assert not left.exists()
    assert ids(lake) == ["a"]


@pytest.mark.parametrize("name", ["a b", "中文 '引号'", "x=1", 'quo"te', "#;$&+", "{n}"])
def test_a_lake_may_live_in_any_directory(tmp_path: Path, name: str) -> None:
    lake = Lake(str(tmp_path / name))
    lake.append("events", day_events(1, 2))
    lake.append("events", day_events(3))
    lake.append("stores", stores("a"))
    again = Lake(str(tmp_path / name))
    assert again.fetch(again.table("events").count()).columns[0][0].as_py() == 3
    assert again.query("select count(*) as n from events join stores on true").to_pylist() == [{"n": 3}]  # fmt: skip


@pytest.mark.parametrize("name", ["a[b", "a*", "why?", "a|b", "a^b", "back\\slash", "per%20cent"])
def test_a_directory_that_delta_cannot_take_is_refused_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(Malformed) as caught:
        Lake(str(tmp_path / name))
    assert caught.value.code == "lake-path"


def test_what_cannot_be_set_is_said(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="Mars"):
        Lake(str(tmp_path), "Mars")
    with pytest.raises(Malformed, match="much"):
        Lake(str(tmp_path), memory_limit="much")


def test_names_versions_and_columns_that_are_not_there(lake: Lake) -> None:
    with pytest.raises(Unknown, match="shops"):
        lake.table("shops")
    lake.append("stores", stores("a"))
    with pytest.raises(Unknown, match="up to 0, not 7"):
        lake.table("stores", version=7)
    with pytest.raises(Malformed, match="no column 'shop'"):
        lake.append("stores", pa.table({"shop": ["a"]}))
    with pytest.raises(Malformed, match=r"stores\.latitude should be double"):
        lake.append("stores", pa.table({"store_id": ["a"], "latitude": ["north"]}))
    assert ids(lake) == ["a"]


def test_a_fault_in_the_middle_of_a_stream_writes_nothing_and_is_told_as_it_is(lake: Lake) -> None:
    good = pa.record_batch({"store_id": ["a"], "latitude": ["1.5"]})
    bad = pa.record_batch({"store_id": ["b"], "latitude": ["north"]})
    with pytest.raises(Malformed, match="north"):
        lake.append("stores", pa.RecordBatchReader.from_batches(good.schema, iter([good, bad])))

    def failing():
        yield good
        raise Unknown("row-odd", "row 7 is odd")

    with pytest.raises(Unknown, match="row 7"):
        lake.append("stores", pa.RecordBatchReader.from_batches(good.schema, failing()))
    assert lake.version("stores") is None


def test_a_stream_is_written_like_a_table(lake: Lake) -> None:
    batches = [pa.record_batch({"store_id": [str(n)]}) for n in range(5)]
    lake.append("stores", pa.RecordBatchReader.from_batches(batches[0].schema, iter(batches)))
    assert ids(lake) == list("01234")


def test_conform_orders_casts_and_fills() -> None:
    rows = conform("stores", pa.table({"latitude": [1], "store_id": ["a"]}))
    assert rows.schema == TABLES["stores"].schema
    assert rows["latitude"].to_pylist() == [1.0]
    assert rows["name"].null_count == 1


def test_a_table_of_an_earlier_limner_is_read_and_grows(lake: Lake, monkeypatch) -> None:
    now = TABLES["stores"]
    earlier = pa.schema([field for field in now.schema if field.name not in ("city", "opened_on")])
    old = tables.Table(now.name, now.words, earlier, now.key, now.kind)
    monkeypatch.setitem(TABLES, "stores", old)
    lake.append("stores", stores("a"))
    monkeypatch.setitem(TABLES, "stores", now)

    rows = lake.fetch(lake.table("stores"))
    assert rows.to_pylist()[0]["city"] is None
    assert rows.schema.field("opened_on").type == pa.date32()
    lake.append("stores", pa.table({"store_id": ["b"], "city": ["Berlin"]}))
    lake.upsert("stores", pa.table({"store_id": ["c"], "city": ["上海"]}))
    cities = {row["store_id"]: row["city"] for row in lake.fetch(lake.table("stores")).to_pylist()}
    assert cities == {"a": None, "b": "Berlin", "c": "上海"}
    assert ids(lake, version=0) == ["a"]


def test_rows_in_memory_meet_rows_of_the_lake(lake: Lake) -> None:
    lake.append("stores", stores("a", "b"))
    wanted = ibis.memtable(pa.table({"store_id": ["b"]}))
    found = lake.fetch(lake.table("stores").semi_join(wanted, "store_id"))
    assert found["store_id"].to_pylist() == ["b"]


def test_reading_from_many_threads_while_one_writes(lake: Lake) -> None:
    lake.append("stores", stores("0"))
    faults: list[BaseException] = []
    is_over = threading.Event()

    def read() -> None:
        try:
            seen = 0
            while not is_over.is_set():
                count = len(ids(lake))
                assert count >= seen
                seen = count
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 15):
        lake.append("stores", stores(str(number)))
    is_over.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(ids(lake)) == 15


def test_another_process_sees_what_was_written(lake: Lake) -> None:
    other = Lake(lake.url)
    assert ids(other) == []
    lake.append("stores", stores("a"))
    assert ids(other) == ["a"]
    lake.append("stores", stores("b"))
    assert ids(other) == ["a", "b"]
