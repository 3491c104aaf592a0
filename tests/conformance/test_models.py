"""Every model keeps what a model promises, down to a lake with nothing in it."""

import json
from datetime import date

import ibis
import pyarrow as pa
import pytest

from limner.core.tables import TABLES, table
from limner.understand.models import TABLE

AS_OF = date(2017, 12, 31)
models = pytest.mark.parametrize("name", list(TABLE))


@models
def test_it_is_named_in_both_languages_as_in_the_table(name: str) -> None:
    assert TABLE[name].name == name
    assert TABLE[name].words.en
    assert TABLE[name].words.zh


@models
def test_a_lake_with_nothing_in_it_is_skipped_with_a_reason(name: str) -> None:
    engine = ibis.duckdb.connect()
    for known in TABLES.values():
        engine.con.register(known.name, known.schema.empty_table())
    model = TABLE[name]
    rows = model.rows({n: engine.table(n) for n in TABLES}, AS_OF, "Asia/Shanghai")
    outcome = model.learn(engine.to_pyarrow(rows), AS_OF, 0)
    assert outcome.skipped is not None
    assert outcome.skipped.en
    assert outcome.skipped.zh
    assert outcome.scores.schema == table("scores").schema
    assert outcome.scores.num_rows == 0
    body = json.loads(json.dumps(outcome.report, allow_nan=False))
    assert body["model"] == name
    assert body["verdict_en"]
    assert body["verdict_zh"]


@models
def test_the_rows_are_an_expression_that_runs_nothing(name: str) -> None:
    """Built over tables that exist nowhere: a model does no input or output of its own."""
    tables = {n: ibis.table(ibis.schema(pa.schema(t.schema)), n) for n, t in TABLES.items()}
    assert isinstance(TABLE[name].rows(tables, AS_OF, "Asia/Shanghai"), ibis.Table)
