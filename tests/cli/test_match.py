import json
import subprocess
import sys
from pathlib import Path

import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from benchmarks import match_zoo as zoo

from limner.unify.match import measured

LIMNER = Path(sys.executable).parent / "limner"


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LIMNER, "match", *map(str, words)], capture_output=True, text=True, check=False
    )


def test_two_files_are_linked_and_every_row_is_told_of(tmp_path: Path) -> None:
    specimen = zoo.loyalty_and_crm(size=250)
    paths = [tmp_path / name for name in ("crm.csv", "cards.csv")]
    for path, file in zip(paths, specimen.files, strict=True):
        pc.write_csv(file, path)
    done = run(*paths, "--out", tmp_path / "clusters.parquet", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    roles = {column["column"]: column["role"] for column in told["columns"]}
    assert roles["cust_nm"] == "full_name" and roles["crm_id"] == "ignored"
    assert "cust_nm: full_name" in done.stderr

    written = pq.read_table(tmp_path / "clusters.parquet")
    assert written.column_names == ["file", "row", "id", "cluster_id", "probability"]
    first = specimen.files[0].num_rows
    assert written["file"].to_pylist() == [str(paths[0])] * first + [str(paths[1])] * (
        written.num_rows - first
    )
    assert written["row"].to_pylist()[: first + 2] == [*range(first), 0, 1]
    assert written["id"].to_pylist()[0] == specimen.files[0]["crm_id"].to_pylist()[0]
    assert measured(written["cluster_id"].to_numpy(), specimen.truth).pairs.f1 > 0.95


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no file"),
        ("", "is empty"),
        ("name\n", "no rows"),
        ("id\n1\n2\n3\n", "no column says"),
        ("\x00\x01\x02", "is not a CSV file"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "rows.csv"
    if content is not None:
        path.write_text(content)
    done = run(path, "--out", tmp_path / "out.parquet")
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out.parquet").exists()


def test_files_or_customers_but_not_both(tmp_path: Path) -> None:
    assert run().returncode == 2
    assert run("a.csv", "--customers", "--home", tmp_path).returncode == 2
