"""The quarantine: rows that could not be taken, listed, corrected, tried again, or dropped."""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select, update

from limner.collect.clean.rule import Found
from limner.collect.importer import import_rows, workplace
from limner.collect.mapping import parse_mapping
from limner.collect.readers import Rows
from limner.collect.run import Counts, Run
from limner.collect.values import named, only_row, quoted
from limner.collect.waiting import DROPPED, REPLAYED, WAITING
from limner.core.errors import Malformed, Unknown
from limner.core.event import stable_id
from limner.core.progress import Progress, silent
from limner.lake import Lake
from limner.store import Store
from limner.store.models import ImportRun

_SAID_OF_ROW = (
    "row_id",
    "source",
    "kind",
    "file",
    "line",
    "column",
    "value",
    "code",
    "reason",
    "row",
    "at",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which waiting rows: all, or those of a source, a code of failure, a column, or by their ids."""

    row_ids: tuple[str, ...] = ()
    source: str | None = None
    code: str | None = None
    column: str | None = None
    value: str | None = None

    def where(self) -> str:
        """The choice as an SQL condition."""
        said = {
            "source": self.source,
            "code": self.code,
            "column": self.column,
            "value": self.value,
        }
        parts = [f"status = {quoted(WAITING)}"]
        parts += [
            f"{named(name)} = {quoted(text)}" for name, text in said.items() if text is not None
        ]
        if self.row_ids:
            # The first digits of an id do, as long as they name one row.
            parts.append(
                "("
                + " OR ".join(f"starts_with(row_id, {quoted(each)})" for each in self.row_ids)
                + ")"
            )
        return " AND ".join(parts)


def waiting_reasons(lake: Lake, choice: Choice | None = None) -> pa.Table:
    """How many rows wait, by source, kind, code and column, with the first line and its reason."""
    return _query(
        lake,
        'SELECT source, kind, code, "column", count(*) AS rows, min(line) AS first_line,'
        " arg_min(reason, line) AS reason FROM {rows} GROUP BY ALL ORDER BY rows DESC, source, code",
        choice or Choice(),
    )


def waiting_rows(lake: Lake, choice: Choice | None = None, most: int = 1000) -> pa.Table:
    """The rows that wait, in the order of their lines."""
    columns = ", ".join(named(name) for name in _SAID_OF_ROW)
    return _query(
        lake,
        f"SELECT {columns} FROM {{rows}} ORDER BY source, file, line LIMIT {int(most)}",
        choice or Choice(),
    )


def correct(lake: Lake, choice: Choice, column: str, value: str) -> int:
    """Write a value into a column of waiting rows, to be replayed; the number of rows corrected.

    Raises: `Unknown` when no row is chosen, `Malformed` when a row has no such column.
    """
    rows = _chosen(lake, choice)
    corrected = []
    for row in rows.to_pylist():
        said = json.loads(row["row"])
        if column not in said or column == "_text":
            known = ", ".join(name for name in said if name != "_text")
            raise Malformed(
                "quarantine-column",
                f"the row of line {row['line']} has no column {column!r}; it has {known}",
            )
        said[column] = value
        said["_text"] = None  # a row that was corrected is judged by its columns
        corrected.append({**row, "row": json.dumps(said, ensure_ascii=False)})
    lake.upsert("quarantine", pa.Table.from_pylist(corrected, schema=rows.schema))
    return len(corrected)


def drop(lake: Lake, choice: Choice) -> int:
    """Give up waiting rows for good; they stay counted as quarantined.  The number dropped."""
    rows = _chosen(lake, choice)
    lake.upsert("quarantine", _with_status(rows, DROPPED))
    return int(rows.num_rows)


def replay(
    lake: Lake, store: Store, choice: Choice, now: datetime, progress: Progress = silent
) -> Counts:
    """Try waiting rows again, by the importer and mapping that refused them.

    Gives what became of the rows tried: those that fail again stay quarantined, with the new
    reason.  The counts of the imports they came from are brought up to date.
    Raises: `Unknown` when no row is chosen.
    """
    rows = _chosen(lake, choice)
    total = Counts(0, 0, 0, 0)
    imports = sorted(
        {
            tuple(row[k] for k in ("source", "kind", "digest", "file", "mapping"))
            for row in rows.to_pylist()
        }
    )
    for source, kind, digest, file, recipe in imports:
        mask = pc.and_(
            pc.and_(pc.equal(rows["source"], source), pc.equal(rows["kind"], kind)),
            pc.and_(pc.equal(rows["digest"], digest), pc.equal(rows["mapping"], recipe)),
        )
        counts = _replay_one(
            lake, store, rows.filter(mask), Run(source, kind, digest, file, now), recipe, progress
        )
        total = Counts(
            *(
                a + b
                for a, b in zip(total.as_plain().values(), counts.as_plain().values(), strict=True)
            )
        )
    return total


def _replay_one(
    lake: Lake, store: Store, chosen: pa.Table, run: Run, recipe: str, progress: Progress
) -> Counts:
    document = json.loads(recipe)
    mapping = parse_mapping(document["mapping"], f"the mapping kept with {run.file}")
    types: MappingOf[str, str] = document["types"]
    content = stable_id(*(f"{row['row_id']}{row['row']}" for row in chosen.to_pylist()))
    run = Run(run.source, run.kind, run.digest, run.file, run.now, replayed=content)
    with workplace(lake) as (cursor, scratch):
        cursor.register("chosen_rows", chosen.select(["row_id", "line", "code", "row"]))
        cursor.execute("CREATE OR REPLACE TEMP TABLE tried AS FROM chosen_rows")
        columns = ", ".join(
            f'try_cast(json_extract_string("row", {quoted(_path(name))}) AS {kind}) AS {named(name)}'
            for name, kind in types.items()
        )
        text = "json_extract_string(\"row\", '$._text')"
        select_rows = f"SELECT line AS _line, CASE WHEN {text} IS NOT NULL THEN code END AS _broken, {text} AS _text, {columns} FROM tried"
        rows = Rows(select_rows, types, run.digest, run.file, chosen.nbytes)
        # Casting to a typed source's columns may lose what cannot be read; such a value is refused.
        lost = " OR ".join(
            f"(json_extract_string(\"row\", {quoted(_path(name))}) <> '' AND try_cast(json_extract_string(\"row\", {quoted(_path(name))}) AS {kind}) IS NULL)"
            for name, kind in types.items() if kind != "VARCHAR"
        )  # fmt: skip
        if lost:
            (line,) = only_row(cursor, f"SELECT min(line) FROM tried WHERE {lost}")
            if line is not None:
                raise Malformed(
                    "quarantine-value",
                    f"line {line} of {run.file} was given a value that its column cannot hold; correct it again",
                )
        failed: list[dict[str, object]] = []
        remembered = _remembered(lake, run)
        counts = import_rows(
            lake, cursor, scratch, rows, mapping, run, progress, failed, remembered
        )
    by_line = {row["line"]: row for row in failed}
    outcome = [
        {
            **row,
            **{
                k: v
                for k, v in by_line[row["line"]].items()
                if k in ("column", "value", "code", "reason")
            },
        }
        if row["line"] in by_line
        else {**row, "status": REPLAYED}
        for row in chosen.to_pylist()
    ]
    lake.upsert("quarantine", pa.Table.from_pylist(outcome, schema=chosen.schema))
    _recount(lake, store, run, counts)
    return counts


def _remembered(lake: Lake, run: Run) -> dict[int, Found]:
    """What the cleaning rules learned from the whole file, by their number."""
    held = lake.fetch(
        lake.table("cleaning")
        .filter(
            lambda t: (t.source == run.source) & (t.digest == run.digest) & (t.kind == run.kind)
        )
        .select("position", "found")
    )
    return {row["position"]: json.loads(row["found"]) for row in held.to_pylist() if row["found"]}


def _recount(lake: Lake, store: Store, run: Run, counts: Counts) -> None:
    """Bring the import's counts up to date, from what the quarantine holds after the replay."""
    held = lake.fetch(
        lake.table("quarantine").filter(
            lambda t: (t.source == run.source) & (t.digest == run.digest) & (t.kind == run.kind) & (t.status != REPLAYED)
        )
    ).num_rows  # fmt: skip
    with store.session() as session:
        same = (
            ImportRun.source == run.source,
            ImportRun.digest == run.digest,
            ImportRun.kind == run.kind,
        )
        found = session.scalars(select(ImportRun).where(*same)).first()
        if found is None:
            return
        settled = found.rows_quarantined - held
        duplicates = min(counts.duplicates, settled)
        session.execute(
            update(ImportRun).where(*same).values(
                rows_quarantined=held,
                rows_duplicate=found.rows_duplicate + duplicates,
                rows_kept=found.rows_kept + settled - duplicates,
            )
        )  # fmt: skip


def _path(name: str) -> str:
    return '$."' + name.replace('"', '\\"') + '"'


def _with_status(rows: pa.Table, status: str) -> pa.Table:
    index = rows.schema.get_field_index("status")
    return rows.set_column(index, "status", pa.array([status] * rows.num_rows, pa.string()))


def _chosen(lake: Lake, choice: Choice) -> pa.Table:
    rows = _query(lake, "SELECT * FROM {rows} ORDER BY source, file, line", choice)
    if rows.num_rows == 0:
        raise Unknown(
            "quarantine-none",
            "no waiting row is chosen; `limner quarantine list` shows those there are",
        )
    return rows


def _query(lake: Lake, sql: str, choice: Choice) -> pa.Table:
    view = lake.view("quarantine", lake.version("quarantine"))
    cursor = lake.cursor()
    try:
        rows = f"(SELECT * FROM {view} WHERE {choice.where()})"
        return cursor.sql(sql.format(rows=rows)).to_arrow_table()
    finally:
        cursor.close()
