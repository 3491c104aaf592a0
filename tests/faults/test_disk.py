"""A disk that fills up under a command: one line, nothing half written, and again it succeeds."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from limner.app import Limner, mappings

pytestmark = pytest.mark.faults

Run = Callable[..., Any]
TILL = Path(mappings.__file__).parent / "transactions.yaml"


def assert_full(ended: Any) -> None:
    assert ended.code == 70, ended
    assert ended.err.startswith("error disk-full: the disk is full "), ended.err
    assert ended.err.endswith("; free some space and run again\n"), ended.err
    assert ended.err.count("\n") == 1, ended.err
    assert ended.out == ""


def profiles(home: Path) -> list[dict[str, object]]:
    limner = Limner.open(home)
    found = limner.lake.query("select * from profiles order by customer_id").to_pylist()
    limner.store.close()
    limner.lake.close()
    return [{k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in found]


# Full while the store is made, while the events are written, and near the end of them.
@pytest.mark.parametrize("kilobytes", [16, 300, 1300])
def test_the_disk_fills_during_an_import(
    run: Run, disk: Any, small_year: Path, kilobytes: int
) -> None:
    home, till = disk.at / "home", small_year / "transactions.parquet"
    command = ("import", till, "--mapping", TILL, "--home", home, "--json")
    disk.resize(kilobytes)
    assert_full(run(*command))
    disk.resize(64_000)
    assert Limner.open(home).lake.version("events") is None  # all or nothing
    ended = run(*command)
    assert ended.code == 0, ended.err
    read = Limner.open(home).lake.query("select sum(len(products)) n from events").to_pylist()
    assert read == [{"n": 25_795}]


@pytest.fixture(scope="module")
def imported(run: Run, small_year: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("imported") / "home"
    till = small_year / "transactions.parquet"
    assert run("import", till, "--mapping", TILL, "--home", home, "--json").code == 0
    assert run("build", "--home", home, "--as-of", "2017-11-30", "--json").code == 0
    return home


@pytest.mark.parametrize("kilobytes", [0, 16, 60])
def test_the_disk_fills_during_a_build(run: Run, disk: Any, imported: Path, kilobytes: int) -> None:
    home = disk.at / "home"
    shutil.copytree(imported, home)
    before = profiles(home)
    command = ("build", "--home", home, "--as-of", "2017-12-31", "--json")
    disk.leave(kilobytes)
    assert_full(run(*command))
    disk.resize(64_000)
    half = profiles(home)
    ended = run(*command)
    assert ended.code == 0, ended.err
    after = profiles(home)
    assert half in (before, after)
    assert after != before
    assert newest(after) > newest(before)


def newest(found: list[dict[str, object]]) -> object:
    return max(str(row["last_order_on"]) for row in found if row["last_order_on"])
