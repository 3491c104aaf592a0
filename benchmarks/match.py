"""Matching without labels, beside Splink as its tutorial writes it: errors and seconds in one run."""

from __future__ import annotations

import csv
import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks import match_zoo
from benchmarks.figure import Figure, print_figures
from limner.unify.match import Measured, match, measured

DATA = Path(__file__).parents[2] / "shared" / "data"

Labels = Sequence[int]


def read_csv(path: Path) -> pa.Table:
    """A CSV file as text, with headers and values trimmed and blanks missing."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    columns = zip(*[[value.strip() or None for value in row] for row in rows], strict=True)
    return pa.table(
        {
            name.strip(): pa.array(values, pa.string())
            for name, values in zip(header, columns, strict=True)
        }
    )


def febrl(data: Path, *names: str) -> tuple[list[pa.Table], list[int]]:
    """FEBRL files without the column that holds the truth, and the truth."""
    files = [read_csv(data / "febrl" / f"{name}.csv") for name in names]
    truth = [
        int(re.findall(r"rec-(\d+)", text)[0]) for f in files for text in f["rec_id"].to_pylist()
    ]
    return [f.drop(["rec_id"]) for f in files], truth


def fake_1000(data: Path) -> tuple[list[pa.Table], list[int]]:
    """Splink's thousand made people without their clusters, and the clusters."""
    file = read_csv(data / "splink_identity" / "fake_1000.csv")
    return [file.drop(["cluster"])], [int(c) for c in file["cluster"].to_pylist()]


def transactions(data: Path) -> tuple[list[pa.Table], list[int]]:
    """Splink's two sides of made bank transactions, and which belong together."""
    files = [
        pq.read_table(data / "splink_identity" / f"transactions_{side}.parquet")
        for side in ("origin", "destination")
    ]
    truth = [who for f in files for who in f["ground_truth"].to_pylist()]
    return [f.drop(["ground_truth"]) for f in files], truth


_FEBRL = [
    cl.NameComparison("given_name"),
    cl.NameComparison("surname"),
    cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
    cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
    cl.ExactMatch("street_number"),
    cl.LevenshteinAtThresholds("postcode", [1, 2]),
    cl.JaroWinklerAtThresholds("address_1"),
    cl.ExactMatch("state"),
]
_FEBRL_RULES = [
    block_on("given_name", "surname"), block_on("soc_sec_id"), block_on("date_of_birth"),
    block_on("postcode", "given_name"), block_on("address_1"), block_on("surname", "postcode"),
]  # fmt: skip
_FAKE = [
    cl.NameComparison("first_name"),
    cl.NameComparison("surname"),
    cl.DateOfBirthComparison("dob", input_is_string=True),
    cl.ExactMatch("city").configure(term_frequency_adjustments=True),
    cl.EmailComparison("email"),
]
_FAKE_RULES = [
    block_on("first_name", "surname"), block_on("dob"), block_on("email"),
    block_on("first_name", "city"), block_on("surname", "city"),
]  # fmt: skip
_TRANSACTIONS = [
    cl.JaroWinklerAtThresholds("memo"),
    cl.AbsoluteDateDifferenceAtThresholds(
        "transaction_date", input_is_string=False, metrics=["day", "day", "day"], thresholds=[1, 4, 30]
    ),
    cl.CustomComparison(
        output_column_name="amount",
        comparison_levels=[
            {"sql_condition": "amount_l IS NULL OR amount_r IS NULL", "is_null_level": True},
            {"sql_condition": "amount_l = amount_r"},
            {"sql_condition": "abs(amount_l - amount_r) / greatest(amount_l, amount_r) < 0.01"},
            {"sql_condition": "abs(amount_l - amount_r) / greatest(amount_l, amount_r) < 0.05"},
            {"sql_condition": "ELSE"},
        ],
    ),
]  # fmt: skip
_TRANSACTION_RULES = [
    block_on("memo"),
    block_on("amount"),
    block_on("transaction_date", "substr(memo, 1, 4)"),
    block_on("substr(memo, 1, 6)", "round(ln(amount) * 10)"),
]

Plain = tuple[list[object], list[object], list[object], list[object]]
_FEBRL_PLAIN: Plain = (_FEBRL, _FEBRL_RULES, _FEBRL_RULES[:1], [_FEBRL_RULES[2]])
SETS: dict[str, tuple[Callable[[Path], tuple[list[pa.Table], list[int]]], Plain]] = {
    "FEBRL 1": (lambda d: febrl(d, "dataset1"), _FEBRL_PLAIN),
    "FEBRL 2": (lambda d: febrl(d, "dataset2"), _FEBRL_PLAIN),
    "FEBRL 3": (lambda d: febrl(d, "dataset3"), _FEBRL_PLAIN),
    "FEBRL 4": (lambda d: febrl(d, "dataset4a", "dataset4b"), _FEBRL_PLAIN),
    "fake 1000": (fake_1000, (_FAKE, _FAKE_RULES, _FAKE_RULES[:1], [_FAKE_RULES[1]])),
    "transactions": (
        transactions,
        (_TRANSACTIONS, _TRANSACTION_RULES, _TRANSACTION_RULES[:1], [_TRANSACTION_RULES[1]]),
    ),
}


def splink_by_the_book(files: list[pa.Table], plain: Plain, threshold: float = 0.95) -> list[int]:
    """A cluster by row from Splink as its tutorial writes a model: hand-chosen fields and rules."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    comparisons, rules, exact, other = plain
    engine = DuckDBAPI()
    starts = np.cumsum([0, *(f.num_rows for f in files)])
    tables = []
    for start, file in zip(starts, files, strict=False):
        rows = pa.array(np.arange(start, start + file.num_rows))
        kept = file.drop([c for c in ("unique_id",) if c in file.column_names])
        tables.append(engine.register(kept.append_column("unique_id", rows)))
    settings = SettingsCreator(
        link_type="dedupe_only" if len(files) == 1 else "link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
    )
    linker = Linker(tables if len(tables) > 1 else tables[0], settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(exact, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (*exact, *other):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=threshold
    )
    found = engine.duckdb_con.execute(
        f"SELECT unique_id, cluster_id FROM {clustered.physical_name}"
    ).fetchnumpy()
    label = np.empty(int(starts[-1]), dtype=object)
    label[found["unique_id"]] = found["cluster_id"]
    return [int(n) for n in np.unique(label.astype(str), return_inverse=True)[1]]


def _row(name: str, rows: int, who: str, found: Measured, seconds: float) -> str:
    return (
        f"| {name} | {rows:,} | {who} | {found.pairs.precision:.4f} | {found.pairs.recall:.4f} | "
        f"{found.pairs.f1:.4f} | {found.rows.f1:.4f} | {found.closest.f1:.4f} | {seconds:.1f} |"
    )


_HEADER = (
    "| table | rows | by | precision | recall | pairs F1 | B-cubed F1 | closest F1 | s |\n"
    "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def public(data: Path = DATA) -> Iterator[Figure]:
    """The public sets: the share of errors (1 - pairs F1) beside Splink by the book."""
    print(f"\n### Matching without labels, public sets\n\n{_HEADER}")
    for name, (read, plain) in SETS.items():
        files, truth = read(data)
        start = time.perf_counter()
        ours = measured(match(files).cluster, truth)
        middle = time.perf_counter()
        theirs = measured(splink_by_the_book(files, plain), truth)
        end = time.perf_counter()
        print(_row(name, len(truth), "Limner", ours, middle - start))
        print(_row(name, len(truth), "Splink by the book", theirs, end - middle))
        yield Figure(f"{name}: errors of 1,000", 1000 * (1 - ours.pairs.f1), 1000 * (1 - theirs.pairs.f1), "Splink by the book", "‰")  # fmt: skip


def made() -> None:
    """The made tables, those held out while choices were made last."""
    for title, zoo in (("looked at", match_zoo.TUNED), ("held out", match_zoo.HELD_OUT)):
        print(f"\n### Matching without labels, made tables {title}\n\n{_HEADER}")
        for name, make in zoo.items():
            specimen = make()
            start = time.perf_counter()
            found = measured(match(specimen.files).cluster, specimen.truth)
            print(_row(name, len(specimen.truth), "Limner", found, time.perf_counter() - start))


def run() -> list[Figure]:
    """The figures of the public sets that are there; the made tables are printed beside them."""
    figures = list(public()) if DATA.is_dir() else []
    made()
    return figures


if __name__ == "__main__":
    print_figures("Matching", run())
