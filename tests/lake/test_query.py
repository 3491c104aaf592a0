from pathlib import Path

import pyarrow as pa
import pytest

from limner.core.errors import Malformed
from limner.lake import Lake


@pytest.fixture
def filled(lake: Lake) -> Lake:
    lake.append("stores", pa.table({"store_id": ["a", "b"], "latitude": [1.0, None]}))
    return lake


def test_a_select_is_answered(filled: Lake) -> None:
    assert filled.query("select count(*) as n, sum(latitude) as s from stores").to_pylist() == [
        {"n": 2, "s": 1.0}
    ]
    assert filled.query('with s as (select * from "STORES") select count(*) as n from s').to_pylist() == [{"n": 2}]  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "drop view stores",
        "create table x as select 1",
        "insert into stores values ('x')",
        "select 1; select 2",
        "attach 'other.db'",
        "set memory_limit='1GB'",
        "copy stores to '/tmp/limner-out.csv'",
        "install httpfs",
        "pragma database_list",
        "",
    ],
)
def test_only_one_select_is_run(filled: Lake, sql: str) -> None:
    with pytest.raises(Malformed):
        filled.query(sql)
    assert not Path("/tmp/limner-out.csv").exists()


@pytest.mark.parametrize(
    "source",
    [
        "'/etc/passwd'",
        "read_text('/etc/passwd')",
        "read_csv('/etc/passwd')",
        "read_blob('/proc/self/environ')",
        "glob('/etc/*')",
    ],
)
def test_no_file_outside_the_lake_is_read(filled: Lake, source: str) -> None:
    with pytest.raises(Malformed):
        filled.query(f"select * from {source}")


def test_a_directory_beside_the_lake_of_a_like_name_is_outside(
    filled: Lake, tmp_path: Path
) -> None:
    secret = tmp_path / "lake-secrets.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(Malformed):
        filled.query(f"select * from '{secret}'")
    with pytest.raises(Malformed):
        filled.query(f"select * from '{filled.url}/../lake-secrets.csv'")


def test_a_slip_is_answered_with_the_tables_there_are(filled: Lake) -> None:
    with pytest.raises(Malformed, match="tables: events") as caught:
        filled.query("select * from shops")
    assert caught.value.code == "sql-refused"
    assert "\n" not in caught.value.message
