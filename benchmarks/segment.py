"""A segment of five conditions counted over five million customers, beside PostgreSQL.

The portraits are those of the retail year with all the catalogue's tags, each customer 2,026 times with
amounts of its own.  PostgreSQL has only the five columns that are asked for, its memory, and the
indexes that serve the question best: one that covers it and one for each column.  Both count the same
fifty sets of thresholds, after the same first five.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pyarrow as pa

from benchmarks.figure import Figure, print_figures
from benchmarks.tags import AS_OF, TIMEZONE, facts, fill
from limner.app import segments
from limner.app.limner import Limner
from limner.understand.segments.lifecycle import lifecycle
from limner.understand.tags.compute import compute
from limner.understand.tags.tag import Tag, catalogue

CUSTOMERS = 5_000_000
AIM_SECONDS = 0.150
COLUMNS = ("orders_90d", "revenue_365d", "recency_days", "department_top", "lifecycle_stage")
INDEXES = (
    "CREATE INDEX ON portraits (department_top, recency_days, orders_90d) "
    "INCLUDE (revenue_365d, lifecycle_stage)",
    *(f"CREATE INDEX ON portraits ({column})" for column in COLUMNS),
)
SERVER = (
    "shared_buffers=2GB", "effective_cache_size=6GB", "work_mem=256MB", "maintenance_work_mem=1GB",
    "max_parallel_workers_per_gather=2", "jit=off", "fsync=off", "random_page_cost=1.1",
    "max_wal_size=8GB", "listen_addresses=",
)  # fmt: skip


def questions(count: int, seed: int) -> list[str]:
    """Rules of five conditions with thresholds of their own; they are SQL as well."""
    random = Random(seed)
    departments = ("GROCERY", "DRUG GM", "PRODUCE", "MEAT", "DELI", "PASTRY")
    found = []
    for _ in range(count):
        some = ", ".join(f"'{name}'" for name in random.sample(departments, 2))
        found.append(
            f"orders_90d >= {random.randint(1, 30)} and revenue_365d > {random.randint(50, 4000)} "
            f"and recency_days <= {random.randint(3, 120)} and department_top in ({some}) "
            f"and lifecycle_stage <> '{random.choice(('lost', 'new', 'sleeping'))}'"
        )
    return found


def run(customers: int = CUSTOMERS, count: int = 50) -> list[Figure]:
    """Median and 95th percentile of both, which must count the same."""
    first, asked = questions(5, 1), questions(count, 2)
    with tempfile.TemporaryDirectory(prefix="limner-segment-") as scratch:
        limner = _portraits(Path(scratch) / "home", customers)
        ours = _timed(lambda rule: segments.count(limner, rule).customers, first, asked)
        with _postgres(Path(scratch)) as connection:
            _copy(limner, connection, Path(scratch) / "portraits.csv")
            theirs = _timed(lambda rule: _counted(connection, rule), first, asked)
    assert ours.counts == theirs.counts, "not the same customers"
    what = f"five conditions, {customers / 1e6:.1f} million customers"
    beside = "PostgreSQL with its best indexes"
    return [
        Figure(f"{what}, median", ours.at(0.5) * 1e3, theirs.at(0.5) * 1e3, beside, "ms"),
        Figure(f"{what}, p95", ours.at(0.95) * 1e3, theirs.at(0.95) * 1e3, beside, "ms"),
        Figure(f"{what}, p95", ours.at(0.95) * 1e3, AIM_SECONDS * 1e3, "the aim of 150 ms", "ms"),
    ]


class _Timed:
    """What was counted, and the seconds each count took."""

    def __init__(self, counts: list[int], seconds: list[float]) -> None:
        self.counts = counts
        self._seconds = seconds

    def at(self, share: float) -> float:
        """The seconds that this share of the counts did not exceed."""
        if share == 0.5:
            return statistics.median(self._seconds)
        return statistics.quantiles(self._seconds, n=100, method="inclusive")[
            round(share * 100) - 1
        ]


def _timed(count: Callable[[str], int], first: Sequence[str], asked: Sequence[str]) -> _Timed:
    for rule in first:
        count(rule)
    counts, seconds = [], []
    for rule in asked:
        start = time.perf_counter()
        counts.append(count(rule))
        seconds.append(time.perf_counter() - start)
    return _Timed(counts, seconds)


def _portraits(home: Path, customers: int) -> Limner:
    """A home whose portraits are those of the retail year, many times over."""
    lake = fill(home)
    rows = lake.fetch(compute(_tags(), facts(lake), AS_OF, TIMEZONE))
    rows = rows.append_column("lifecycle_stage", lifecycle(rows)["lifecycle_stage"])
    times = -(-customers // rows.num_rows)
    cursor = lake.cursor()
    cursor.register("year", rows)
    said = []
    for field in rows.schema:
        name = f'"{field.name}"'
        if field.name == "customer_id":
            said.append(f"{name} || '-' || copy AS customer_id")
        elif pa.types.is_floating(field.type):
            said.append(f"{name} * (0.5 + random()) AS {name}")
        elif pa.types.is_integer(field.type):
            said.append(f"({name} * (0.5 + random()))::BIGINT AS {name}")
        else:
            said.append(name)
    cursor.execute("SELECT setseed(0.5)")
    cursor.execute("SET threads = 1")  # the same chances every time
    many = cursor.sql(
        f"SELECT {', '.join(said)} FROM range({times}) AS t(copy) CROSS JOIN year LIMIT {customers}"
    )
    lake.replace("profiles", many.to_arrow_reader(200_000))
    lake.close()
    return Limner.open(home)


def _tags() -> list[Tag]:
    """The tags that need no build before."""
    return [tag for tag in catalogue() if tag.nature not in ("model", "hand")]


def _counted(connection: psycopg.Connection[tuple[int]], rule: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM portraits WHERE {rule}").fetchone()
    assert row is not None
    return row[0]


def _copy(limner: Limner, connection: psycopg.Connection[tuple[int]], file: Path) -> None:
    """The same customers in PostgreSQL, as small as can be, indexed and analysed."""
    view = limner.lake.view("profiles", limner.lake.version("profiles"))
    columns = ", ".join(COLUMNS)
    limner.lake.cursor().execute(
        f"COPY (SELECT {columns} FROM {view}) TO '{file}' (FORMAT csv, HEADER false)"
    )
    connection.execute(
        "CREATE TABLE portraits (orders_90d bigint, revenue_365d double precision, "
        "recency_days bigint, department_top text, lifecycle_stage text)"
    )
    with (
        file.open("rb") as rows,
        connection.cursor().copy("COPY portraits FROM STDIN (FORMAT csv)") as copy,
    ):
        while piece := rows.read(1 << 20):
            copy.write(piece)
    file.unlink()
    for index in INDEXES:
        connection.execute(index)
    connection.execute("VACUUM (ANALYZE, FREEZE) portraits")


@contextmanager
def _postgres(scratch: Path) -> Iterator[psycopg.Connection[tuple[int]]]:
    """A PostgreSQL of this run's own, with memory to work in."""
    found = shutil.which("initdb")
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    binaries = known[-1].parent if known else Path(found or "initdb").parent
    directory = scratch / "postgres"
    directory.mkdir()
    other: dict[str, Any] = {}
    if os.geteuid() == 0:  # it refuses to run as root
        user = next(
            n for n in ("postgres", "nobody") if any(p.pw_name == n for p in pwd.getpwall())
        )
        other = {"user": user}
        shutil.chown(directory, user)
        scratch.chmod(0o755)
    data = str(directory / "data")
    subprocess.run(
        [binaries / "initdb", "--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust",
         "--username=limner", "-D", data],
        check=True, cwd=directory, stdout=subprocess.DEVNULL, **other,
    )  # fmt: skip
    settings = [word for setting in SERVER for word in ("-c", setting)]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-k", directory, *settings],
        cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **other,
    )  # fmt: skip
    try:
        with _connected(directory) as connection:
            yield connection
    finally:
        server.send_signal(signal.SIGINT)  # a fast end: it waits for nobody
        server.wait(60)


def _connected(directory: Path) -> psycopg.Connection[tuple[int]]:
    deadline = time.monotonic() + 60
    while True:
        try:
            return psycopg.connect(f"host={directory} user=limner dbname=postgres", autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    print_figures("A segment counted", run())
