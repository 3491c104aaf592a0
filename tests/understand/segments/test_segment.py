from __future__ import annotations

import ibis
import pyarrow as pa
import pytest

from limner.core.errors import Unknown
from limner.core.words import Words
from limner.understand.segments.segment import Segment, built_in, members

PROFILES = pa.table(
    {
        "customer_id": ["a", "b", "c"],
        "rfm_group": ["champions", "lost", None],
        "lifecycle_stage": ["loyal", "lost", None],
        "cluster": ["cluster_1", "cluster_1", None],
        "revenue_365d": [10.0, 1.0, 0.0],
    }
)


def test_members_are_those_the_rule_holds_for() -> None:
    some = Segment("saved:big", Words("big", "大客户"), "revenue_365d > 5", Words("", ""))
    segments = (*built_in({"cluster_1": Words("x", "甲")}), some)
    table = members(ibis.memtable(PROFILES), segments)
    found = ibis.duckdb.connect().to_pyarrow(table).to_pylist()
    assert sorted((row["segment"], row["customer_id"]) for row in found) == [
        ("cluster:cluster_1", "a"), ("cluster:cluster_1", "b"), ("rfm:champions", "a"),
        ("rfm:lost", "b"), ("saved:big", "a"), ("stage:lost", "b"), ("stage:loyal", "a"),
    ]  # fmt: skip


def test_no_segments_have_no_members_and_a_wrong_rule_is_named() -> None:
    profiles = ibis.memtable(PROFILES)
    assert ibis.duckdb.connect().to_pyarrow(members(profiles, ())).num_rows == 0
    with pytest.raises(Unknown, match="did you mean revenue_365d"):
        members(profiles, [Segment("s", Words("", ""), "revenue_36d > 1", Words("", ""))])


def test_built_in_segments_have_both_languages_and_codes_of_their_own() -> None:
    segments = built_in({"cluster_1": Words("x", "甲")})
    assert len({segment.code for segment in segments}) == len(segments) == 11 + 6 + 1
    assert all(s.name.en and s.name.zh and s.description.en and s.description.zh for s in segments)
