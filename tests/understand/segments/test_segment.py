from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from limner.core.rule import parse
from limner.core.words import Words
from limner.understand.segments.segment import built_in
from limner.understand.segments.select import Context, members
from limner.understand.tags.source import Facts

PORTRAITS = pa.table(
    {
        "customer_id": ["a", "b", "c"],
        "rfm_group": ["champions", "lost", None],
        "lifecycle_stage": ["loyal", "lost", None],
        "cluster": ["cluster_1", "cluster_1", None],
    }
)


def test_built_in_segments_are_the_groups_that_portraits_name() -> None:
    def no_facts() -> Facts:
        raise AssertionError("portraits are enough")

    rules = {one.code: parse(one.rule) for one in built_in({"cluster_1": Words("x", "甲")})}
    engine: Backend = ibis.duckdb.connect()
    table = members(ibis.memtable(PORTRAITS), rules, Context(no_facts, date(2017, 12, 31), "UTC"))
    found = engine.to_pyarrow(table).to_pylist()
    assert sorted((row["segment"], row["customer_id"]) for row in found) == [
        ("cluster:cluster_1", "a"), ("cluster:cluster_1", "b"), ("rfm:champions", "a"),
        ("rfm:lost", "b"), ("stage:lost", "b"), ("stage:loyal", "a"),
    ]  # fmt: skip


def test_built_in_segments_have_both_languages_and_codes_of_their_own() -> None:
    segments = built_in({"cluster_1": Words("x", "甲")})
    assert len({segment.code for segment in segments}) == len(segments) == 11 + 6 + 1
    assert all(s.name.en and s.name.zh and s.description.en and s.description.zh for s in segments)
