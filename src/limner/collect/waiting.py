"""The quarantine as the importer writes it: every bad row with its line, column, value and reason."""

from __future__ import annotations

import json

import pyarrow as pa

from limner.collect.mapping import Mapping
from limner.collect.readers import Rows
from limner.collect.run import Run
from limner.collect.staging import Staged
from limner.collect.values import quoted

WAITING, REPLAYED, DROPPED = "waiting", "replayed", "dropped"


def quarantined_rows(
    staged: Staged, mapping: Mapping, rows: Rows, run: Run
) -> pa.RecordBatchReader:
    """The bad rows of a staged source as rows of the lake table `quarantine`."""
    # The source's types go along with the mapping, so that a replay reads values as they were.
    recipe = json.dumps(
        {"mapping": mapping.as_plain(), "types": dict(rows.types)}, ensure_ascii=False
    )
    parts = quoted(f"{run.source}\x1f{run.kind}\x1f{run.digest}\x1f")
    return staged.cursor.sql(
        f"SELECT md5({parts} || _line::VARCHAR) AS row_id, {quoted(run.source)} AS source,"
        f" {quoted(run.digest)} AS digest, {quoted(run.file)} AS file, {quoted(run.kind)} AS kind, _line AS line,"
        f" _bad.column AS column, _bad.value AS value, _bad.code AS code, _bad.reason AS reason, _row AS row,"
        f" {quoted(recipe)} AS mapping, {quoted(WAITING)} AS status, {quoted(run.now.isoformat())}::TIMESTAMPTZ AS at"
        f" FROM {staged.rows} WHERE _bad IS NOT NULL ORDER BY _line"
    ).to_arrow_reader(50_000)
