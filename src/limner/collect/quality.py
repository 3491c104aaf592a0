"""How good a source's data is, column by column, before the bad rows were set aside and after.

Completeness: the share of rows that say something.  Validity: the share of what is said that can
be read and lies in range.  Uniqueness: distinct values among those said.  Timeliness: the newest
moment.  Outliers: numbers further than three interquartile ranges beyond the quartiles, Tukey's
"far out" values; where half of all values are the same, the range from the 5th to the 95th
percentile, else from the 1st to the 99th, takes the place of the interquartile range.
Source: ISO/IEC 25012:2008 for the dimensions; Tukey (1977), Exploratory Data Analysis, 2C-2E.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence

import pyarrow as pa

from limner.collect.fields import Field
from limner.collect.mapping import Mapping
from limner.collect.run import Run
from limner.collect.staging import Staged
from limner.collect.values import named, only_row, quoted
from limner.core.tables import table

# Distinct values are counted exactly up to this many rows, beyond it by HyperLogLog (about 2 %).
EXACT_ROWS = 3_000_000
# Quantiles are taken from about this many rows, evenly spread over the source.
SPREAD_ROWS = 200_000
SPREADS = ((0.25, 0.75), (0.05, 0.95), (0.01, 0.99))

STAGES = ("before", "after")


def measure_quality(
    staged: Staged, mapping: Mapping, run: Run, before: Staged | None = None
) -> pa.Table:
    """The rows of the lake table `quality` for staged rows: one a mapped field and stage.

    `before`: the same rows staged without the mapping's cleaning rules, where it has some.
    """
    fields = [each for each in mapping.of.fields if each.name in mapping.columns]
    fields = [each for each in fields if mapping.columns[each.name].value is None]
    fences = _fences(staged, fields)
    rows: list[dict[str, object]] = []
    # Without bad rows both stages are the same and one pass does.
    for stage in STAGES if staged.bad or before else ("after",):
        of = before if stage == "before" and before else staged
        where = "" if stage == "before" else " WHERE _bad IS NULL"
        figures = ", ".join(_figures(each, fences.get(each.name), staged.read) for each in fields)
        total, *structs = only_row(of.cursor, f"SELECT count(*), {figures} FROM {of.rows}{where}")
        for each, struct in zip(fields, structs, strict=True):
            column = mapping.columns[each.name].column or each.name
            rows.append({"stage": stage, "column": column, "rows": total, **_shares(total, struct)})
    if not staged.bad and not before:
        rows = [{**row, "stage": "before"} for row in rows] + rows
    return pa.Table.from_pylist(
        [{**_of_run(run), **row} for row in rows], schema=table("quality").schema
    )


def cleaning_rows(staged: Staged, run: Run) -> pa.Table:
    """The rows of the lake table `cleaning` for staged rows: what each rule did."""
    return pa.Table.from_pylist(
        [{**_of_run(run), **row} for row in staged.cleaning], schema=table("cleaning").schema
    )


def _of_run(run: Run) -> dict[str, object]:
    return {
        "source": run.source, "digest": run.digest, "file": run.file, "kind": run.kind, "at": run.now,
    }  # fmt: skip


def quality_report(
    rows: Sequence[MappingOf[str, object]], cleaning: Sequence[MappingOf[str, object]] = ()
) -> dict[str, object]:
    """The rows of `quality` arranged for a chart: sources, their columns, and both stages of each.

    `cleaning`: the rows of that table, of which each source gets its own as `rules`.  Shares are in 0..1.  `score` is the mean over a source's columns of completeness times validity.
    """
    reports: list[dict[str, object]] = []
    ordered = sorted(rows, key=lambda row: str(row["at"]))
    for key in dict.fromkeys((row["source"], row["kind"], row["digest"]) for row in ordered):
        own = [row for row in ordered if (row["source"], row["kind"], row["digest"]) == key]
        columns = [
            {"column": column, **{stage: _of(own, column, stage) for stage in STAGES}}
            for column in dict.fromkeys(row["column"] for row in own)
        ]
        shared = {name: own[0][name] for name in ("source", "kind", "digest", "file", "at")}
        scores = {
            f"score_{stage}": _score([row for row in own if row["stage"] == stage])
            for stage in STAGES
        }
        names = ("position", "column", "rule", "rows", "changed", "flagged", "quarantined", "told")
        rules = [
            {name: row[name] for name in names}
            for row in cleaning
            if (row["source"], row["kind"], row["digest"]) == key
        ]
        rules.sort(key=lambda rule: int(str(rule["position"])))
        reports.append({**shared, **scores, "columns": columns, "rules": rules})
    return {"sources": reports}


def _of(
    rows: Sequence[MappingOf[str, object]], column: object, stage: str
) -> dict[str, object] | None:
    names = (
        "rows", "completeness", "validity", "uniqueness", "outliers", "lowest", "highest", "newest",
    )  # fmt: skip
    for row in rows:
        if row["column"] == column and row["stage"] == stage:
            return {name: row[name] for name in names}
    return None


def _score(rows: Sequence[MappingOf[str, object]]) -> float | None:
    def share(value: object, otherwise: float) -> float:
        return float(value) if isinstance(value, int | float) else otherwise

    goods = [share(row["completeness"], 0.0) * share(row["validity"], 1.0) for row in rows]
    return sum(goods) / len(goods) if goods else None


def _fences(staged: Staged, fields: Sequence[Field]) -> dict[str, tuple[float, float]]:
    """Three times the spread beyond the middle of each column of numbers that varies."""
    numbers = [each for each in fields if each.type == "number"]
    if not numbers:
        return {}
    step = max(1, staged.read // SPREAD_ROWS)
    shares = [share for pair in SPREADS for share in pair]
    quantiles = ", ".join(f"quantile_cont({named(each.name)}, {shares})" for each in numbers)
    found = only_row(
        staged.cursor,
        f"SELECT {quantiles} FROM {staged.rows} WHERE _bad IS NULL AND _line % {step} = 0",
    )
    fences = {}
    for each, values in zip(numbers, found, strict=True):
        for low, high in zip(values[::2], values[1::2], strict=True) if values else ():
            if high > low:
                fences[each.name] = (low - 3 * (high - low), high + 3 * (high - low))
                break
    return fences


def _figures(field: Field, fence: tuple[float, float] | None, rows: int) -> str:
    x = named(field.name)
    wrong = f"coalesce(list_contains(_invalid, {quoted(field.name)}), false)"
    distinct = f"count(DISTINCT {x})" if rows <= EXACT_ROWS else f"approx_count_distinct({x})"
    beyond = f"count(*) FILTER ({x} < {fence[0]!r} OR {x} > {fence[1]!r})" if fence else "0"
    newest = f"max({x})::TIMESTAMPTZ" if field.type in ("time", "date") else "NULL::TIMESTAMPTZ"
    said = f"count(*) FILTER ({x} IS NOT NULL OR {wrong})"
    return (
        f"{{'said': {said}, 'valid': count({x}) FILTER (NOT {wrong}), 'distinct': {distinct}, 'outliers': {beyond},"
        f" 'lowest': min({x})::VARCHAR, 'highest': max({x})::VARCHAR, 'newest': {newest}, 'held': count({x})}}"
    )


def _shares(total: int, figures: MappingOf[str, object]) -> dict[str, object]:
    said, valid, held = (int(str(figures[key])) for key in ("said", "valid", "held"))
    distinct = int(str(figures["distinct"]))
    return {
        "completeness": said / total if total else None,
        "validity": valid / said if said else None,
        "uniqueness": min(1.0, distinct / held) if held else None,
        **{key: figures[key] for key in ("outliers", "lowest", "highest", "newest")},
    }
