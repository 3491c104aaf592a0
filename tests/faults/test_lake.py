"""Kills, a full disk and rival writers: the lake stays whole, and the same step again ends it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

from limner.core.errors import Busy
from limner.lake import Lake

pytestmark = pytest.mark.faults

_APPEND = """
import sys, pyarrow as pa
from limner.core.errors import LimnerError
from limner.core.errors import Busy
from limner.lake import Lake
lake = Lake(sys.argv[1])
rows = pa.table({"store_id": [f"{sys.argv[2]}-{n}" for n in range(int(sys.argv[3]))]})
print("ready", flush=True)
sys.stdin.readline()
try:
    print(lake.append("stores", rows, ("import", 1) if sys.argv[4] == "once" else None))
except LimnerError as error:
    print(error.code)
"""

_BOUNDED = (
    """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
sys.argv[1:1] = []
"""
    + _APPEND
)


def start(code: str, lake: Lake, who: str, rows: int, how: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, lake.url, who, str(rows), how],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    process.stdin.write("\n")
    process.stdin.flush()


def count(lake: Lake) -> int:
    return lake.query("select count(*) as n from stores").to_pylist()[0]["n"]


@pytest.mark.parametrize("wait_ms", [0, 20, 60, 150])
def test_killed_while_appending_the_table_is_whole_and_the_retry_ends_it(
    lake: Lake, wait_ms: int
) -> None:
    lake.append("stores", pa.table({"store_id": ["first"]}))
    writer = start(_APPEND, lake, "a", 400_000, "once")
    go(writer)
    time.sleep(wait_ms / 1000)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    assert count(lake) in (1, 400_001)  # all or nothing
    again = start(_APPEND, lake, "a", 400_000, "once")
    again.communicate("\n")
    assert count(lake) == 400_001


def test_two_processes_append_at_once_and_nothing_is_lost(lake: Lake) -> None:
    writers = [start(_APPEND, lake, who, 1000, "always") for who in ("a", "b")]
    for writer in writers:
        go(writer)
    assert [writer.communicate()[0] for writer in writers] == ["True\n", "True\n"]
    assert count(lake) == 2000


@pytest.mark.parametrize("there", [1, 0], ids=["a table", "no table yet"])
def test_of_two_processes_with_one_transaction_one_writes(lake: Lake, there: int) -> None:
    if there:
        lake.append("stores", pa.table({"store_id": ["first"]}))
    writers = [start(_APPEND, lake, who, 1000, "once") for who in ("a", "b")]
    for writer in writers:
        go(writer)
    said = sorted(writer.communicate()[0].strip() for writer in writers)
    assert said in (["False", "True"], ["True", "lake-busy"])
    assert count(lake) == 1000 + there


def test_a_transaction_that_came_in_since_it_was_looked_for_is_a_conflict(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.append("stores", pa.table({"store_id": ["first"]}))
    assert lake.committed("stores", "import") == -1  # from here on its log is followed
    other = Lake(lake.url)
    look = Lake._delta

    def look_and_be_overtaken(self: Lake, name: str, version: int | None = None) -> object:
        found = look(self, name, version)
        if self is lake:
            other.append("stores", pa.table({"store_id": ["other"]}), ("import", 1))
        return found

    monkeypatch.setattr(Lake, "_delta", look_and_be_overtaken)
    with pytest.raises(Busy, match="another process"):
        lake.append("stores", pa.table({"store_id": ["mine"]}), ("import", 1))
    assert count(other) == 2


def test_a_full_disk_is_said_and_nothing_is_half_written(lake: Lake) -> None:
    lake.append("stores", pa.table({"store_id": ["first"]}))
    writer = start(_BOUNDED, lake, "a", 400_000, "once")
    assert writer.communicate("\n")[0] == "disk-full\n"
    assert count(lake) == 1
    assert lake.committed("stores", "import") == -1


def test_what_a_killed_engine_spilled_is_removed(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / "lake" / ".spill" / f"{dead.pid}-0"
    left.mkdir(parents=True)
    (left / "duckdb_temp_block-1.block").write_bytes(b"x")
    Lake(str(tmp_path / "lake"))
    assert not left.exists()
