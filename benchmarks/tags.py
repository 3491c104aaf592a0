"""The tag build beside one hand-written DuckDB query and beside pandas.

All three must say the same, to six decimals.  `--home DIR` compares on a lake that is there.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
import pyarrow as pa

from benchmarks.figure import Figure, print_figures
from benchmarks.tags_by_hand import SQL, by_pandas
from limner.app.demo import prepare
from limner.app.limner import Limner
from limner.app.mappings import demo_imports
from limner.collect.importer import import_file
from limner.lake import Lake
from limner.understand.tags.compute import compute
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import catalogue

TIMEZONE = "America/New_York"
AS_OF = date(2017, 12, 31)


def fill(home: Path) -> Lake:
    """The lake of the retail year, through the importers."""
    limner = prepare(home)
    for _, file, mapping in demo_imports():
        import_file(limner.lake, limner.store, file, mapping, datetime.now(UTC))
    return limner.lake


def facts(lake: Lake) -> Facts:
    """The lake as the tags read it."""
    records = lake.table("customers")
    customers = records.select(customer_id=records.user_id, traits=records.traits)
    return Facts(
        lake.table("events"), lake.table("products"), customers, lake.table("stores"),
        lake.table("scores"),
    )  # fmt: skip


def by_limner(lake: Lake) -> pa.Table:
    """The tags from their definitions, expression and all."""
    return lake.fetch(compute(catalogue(), facts(lake), AS_OF, TIMEZONE))


def by_hand(lake: Lake) -> pa.Table:
    """The same figures from one query a person wrote."""
    views = {
        name: lake.view(name, lake.version(name))
        for name in ("events", "products", "customers", "scores")
    }
    return lake.cursor().sql(SQL.format(**views)).to_arrow_table()


def read_for_pandas(lake: Lake) -> dict[str, pd.DataFrame]:
    """The frames pandas starts from, lines already flat and in memory (not timed): pandas at its best."""
    cursor = lake.cursor()
    views = {
        name: lake.view(name, lake.version(name))
        for name in ("events", "products", "customers", "scores")
    }
    orders = f"""SELECT customer_id, order_id, event, time, revenue, store_id, channel
                 FROM {views["events"]}"""
    lines = f"""SELECT customer_id, time, unnest(products, max_depth := 2)
                FROM {views["events"]} WHERE event = 'Order Completed'"""
    return {
        "events": cursor.sql(orders).df(),
        "lines": cursor.sql(lines).df().drop(columns=["name", "category", "brand", "price"]),
        "products": cursor.sql(f"SELECT * FROM {views['products']}").df(),
        "customers": cursor.sql(
            f"SELECT user_id AS customer_id, traits FROM {views['customers']}"
        ).df(),
    }


def pandas_from_lake(lake: Lake) -> pa.Table:
    """The same figures by pandas from where Limner starts: the events, orders with nested lines."""
    events = lake.fetch(
        lake.table("events").select(
            "customer_id", "order_id", "event", "time", "revenue", "store_id", "channel", "products"
        )
    ).to_pandas()
    orders = events[events["event"] == "Order Completed"]
    nested = orders[["customer_id", "time", "products"]].explode("products", ignore_index=True)
    flat = pd.DataFrame.from_records(nested["products"].tolist())
    lines = pd.concat([nested[["customer_id", "time"]], flat], axis=1)
    frames = {
        "events": events,
        "lines": lines.drop(columns=["name", "category", "brand", "price"]),
        "products": lake.fetch(lake.table("products")).to_pandas(),
        "customers": lake.fetch(facts(lake).customers).to_pandas(),
    }
    return by_pandas(frames, AS_OF, TIMEZONE)


def same(ours: pa.Table, theirs: pa.Table, tolerance: float = 1e-6) -> int:
    """The number of columns of `theirs`, after checking that each holds the same values as ours."""
    left = ours.to_pandas().set_index("customer_id").sort_index()
    right = theirs.to_pandas().set_index("customer_id").sort_index()
    assert list(left.index) == list(right.index), "not the same customers"
    for column in right.columns:
        a, b = left[column], right[column]
        if pd.api.types.is_numeric_dtype(a) and not pd.api.types.is_bool_dtype(a):
            wrong = ~(((a - b).abs() <= tolerance * (1 + b.abs())) | (a.isna() & b.isna()))
        else:
            wrong = ~((a.astype(str) == b.astype(str)) | (a.isna() & b.isna()))
        assert not wrong.any(), f"{column} differs: {a[wrong].head()} / {b[wrong].head()}"
    return len(right.columns)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of wall time, and what the work gave."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def run(rounds: int = 5) -> list[Figure]:
    """The three ways taken in turn, the best of each; all three must give the same figures."""
    with tempfile.TemporaryDirectory(prefix="limner-tags-") as scratch:
        lake = fill(Path(scratch))
        frames = read_for_pandas(lake)
        ways: dict[str, Callable[[], pa.Table]] = {
            "limner": lambda: by_limner(lake),
            "by_hand": lambda: by_hand(lake),
            "pandas": lambda: pandas_from_lake(lake),
            "pandas_in_memory": lambda: by_pandas(frames, AS_OF, TIMEZONE),
        }
        seconds = dict.fromkeys(ways, float("inf"))
        results: dict[str, pa.Table] = {}
        for turn in range(rounds):
            for name, work in ways.items():
                if name.startswith("pandas") and turn > 1:
                    continue
                start = time.perf_counter()
                results[name] = work()
                seconds[name] = min(seconds[name], time.perf_counter() - start)
    equal_to_sql = same(results["limner"], results["by_hand"])
    equal_to_pandas = same(results["limner"], results["pandas"])
    mine = seconds["limner"]
    return [
        Figure(f"{equal_to_sql} tags", mine, seconds["by_hand"], "one hand-written DuckDB query", "s"),
        Figure(
            f"{equal_to_pandas} of them", mine, seconds["pandas"], "pandas, reading the same files", "s"
        ),
        Figure(
            f"{equal_to_pandas} of them", mine, seconds["pandas_in_memory"],
            "pandas, lines flat in memory beforehand", "s",
        ),
    ]  # fmt: skip


def beside_by_hand(home: Path, rounds: int = 2) -> dict[str, float]:
    """Seconds of both over a lake that is there, taken in turn, the best of each; both must agree.

    The tags alone: no unification before, no portraits written after.
    """
    lake = Limner.open(home).lake
    ways: dict[str, Callable[[Lake], pa.Table]] = {"limner": by_limner, "by_hand": by_hand}
    seconds = dict.fromkeys(ways, float("inf"))
    results: dict[str, pa.Table] = {}
    for _ in range(rounds):
        for name, work in ways.items():
            taken, results[name] = timed(lambda work=work: work(lake))  # type: ignore[misc]
            seconds[name] = min(seconds[name], taken)
    return {**seconds, "tags": same(results["limner"], results["by_hand"])}


if __name__ == "__main__":
    if "--home" in sys.argv:
        print(json.dumps(beside_by_hand(Path(sys.argv[-1]))))
    else:
        print(f"DuckDB {duckdb.__version__}, Ibis {ibis.__version__}, pandas {pd.__version__}")
        print_figures("The tag build", run())
