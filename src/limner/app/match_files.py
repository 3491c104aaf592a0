"""Matching files of any shape with one another, without importing them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from limner.collect.readers import reader_of
from limner.collect.values import named
from limner.core.errors import Malformed
from limner.core.progress import Progress, silent
from limner.unify.match import Costs, Matched, match


@dataclass(frozen=True, slots=True)
class MatchedFiles:
    """What was found in files, and where it was written; `rows`: by file."""

    matched: Matched
    files: list[str]
    rows: list[int]
    out: Path


def match_files(
    locations: Sequence[str], out: Path, costs: Costs | None = None, progress: Progress = silent
) -> MatchedFiles:
    """Find the rows that are one, in one file or across several, and write a cluster a row.

    The Parquet file has `file` (as given), `row` (0-based, in the order of the file), `id` (the
    input's own, where it has one), `cluster_id`, and `probability` of the row's strongest link.
    Raises: `Malformed` for a file that cannot be read, or where nothing can be compared.
    """
    if out.suffix not in (".parquet", ".pq"):
        raise Malformed("match-out", f"--out {out} does not end in .parquet; give a Parquet file")
    if not out.parent.is_dir():
        raise Malformed("match-out", f"--out {out}: there is no directory {out.parent}")
    with tempfile.TemporaryDirectory() as scratch:
        files = [
            _read(location, Path(scratch), number) for number, location in enumerate(locations)
        ]
    matched = match(files, costs, progress=progress)
    rows = [file.num_rows for file in files]
    ids = pa.concat_arrays([_ids(f, m) for f, m in zip(files, matched.own_ids, strict=True)])
    written = pa.table(
        {
            "file": pa.array([f for f, n in zip(locations, rows, strict=True) for _ in range(n)]),
            "row": pa.array(np.concatenate([np.arange(n) for n in rows])),
            "id": ids,
            "cluster_id": pa.array(matched.cluster),
            "probability": pa.array(matched.probability),
        }
    )
    draft = out.with_name(out.name + ".draft")
    pq.write_table(written, draft)
    draft.replace(out)
    return MatchedFiles(matched, list(locations), rows, out)


def _read(location: str, scratch: Path, number: int) -> pa.Table:
    """All rows of a file in its order; one that is broken counts, and has no values."""
    directory = scratch / str(number)
    directory.mkdir()
    with duckdb.connect() as cursor:
        rows = reader_of(location).open(location, None, cursor, directory)
        listed = ", ".join(named(name) for name in rows.types)
        try:
            found = cursor.sql(
                f"SELECT {listed} FROM ({rows.select}) ORDER BY _line"
            ).to_arrow_table()
        except duckdb.Error as error:
            seen = str(error).split("\n")[0]
            raise Malformed("file-shape", f"{location} cannot be read: {seen}") from error
    if not found.num_rows:
        raise Malformed("file-empty", f"{location} has a header and no rows; nothing was matched")
    return found


def _ids(file: pa.Table, name: str | None) -> pa.Array:
    if name is None:
        return pa.nulls(file.num_rows, pa.string())
    return file[name].cast(pa.string()).combine_chunks()
