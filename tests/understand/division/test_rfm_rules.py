"""RFM by one's own rules: a group is exactly whom its rule over tags holds for."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.core.errors import Malformed
from limner.core.rule import holds, parse, to_text
from limner.understand.division.rfm_rules import (
    DEFAULT,
    group_rules,
    read_rules,
    rfm_rules_report,
    score,
    write_rules,
)

TAGS = ("recency_days", "orders_365d", "revenue_365d")


def customers(seed: int, n: int = 150) -> pa.Table:
    rng = np.random.default_rng(seed)
    recency = rng.integers(0, 300, n).astype(float)
    recency[rng.random(n) < 0.1] = np.nan
    return pa.table({
        "customer_id": [f"c{i}" for i in range(n)],
        "recency_days": pa.array(recency, from_pandas=True),
        "orders_365d": rng.poisson(3, n), "revenue_365d": rng.gamma(2, 50, n).round(1),
    })  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    dimensions = {}
    for name, tag in zip(("recency", "frequency", "money"), TAGS, strict=True):
        better = draw(st.sampled_from(["less", "more"]))
        if draw(st.booleans()):
            dimensions[name] = {"tag": tag, "better": better, "parts": draw(st.integers(2, 6))}
        else:
            bounds = draw(st.lists(st.integers(0, 200), min_size=1, max_size=4, unique=True))
            dimensions[name] = {"tag": tag, "better": better, "bounds": sorted(bounds)}
    wheres = ["recency >= 3", "frequency in (1, 3)", "money between 2 and 3", "not (recency = 1)",
              "recency <= 2 or money > 4", "frequency <> 2 and money < 3", "recency > 9"]  # fmt: skip
    chosen = draw(st.lists(st.sampled_from(wheres), min_size=1, max_size=4))
    groups = [
        {"code": f"g{place}", "name": {"en": "A", "zh": "甲"}, "where": where}
        for place, where in enumerate(chosen)
    ]
    return {"dimensions": dimensions, "groups": groups, "rest": {"en": "R", "zh": "余"}}


@settings(max_examples=25)
@given(documents(), st.integers(0, 100))
def test_each_group_is_whom_its_rule_over_tags_holds_for(
    document: dict[str, Any], seed: int
) -> None:
    table = customers(seed)
    rules = read_rules(document, TAGS)
    assert read_rules(write_rules(rules), TAGS) == rules
    scored, fixed = score(rules, table)
    rows = table.to_pylist()
    groups = scored["group"].to_pylist()
    for code, rule in group_rules(fixed).items():
        again = parse(to_text(rule))
        assert [bool(holds(again, row)) for row in rows] == [group == code for group in groups]
    assert [group is None for group in groups] == [row["recency_days"] is None for row in rows]


def test_bounds_score_as_people_read_them() -> None:
    document = copy.deepcopy(DEFAULT)
    document["dimensions"]["money"] = {
        "tag": "revenue_365d",
        "better": "more",
        "bounds": [100, 200],
    }
    table = pa.table({"recency_days": [0, 7, 8, 180, 181], "orders_365d": [1] * 5,
                      "revenue_365d": [99.9, 100.0, 199.9, 200.0, 5000.0]})  # fmt: skip
    scored, _ = score(read_rules(document, TAGS), table)
    assert scored["recency"].to_pylist() == [5, 5, 4, 2, 1]
    assert scored["money"].to_pylist() == [1, 2, 2, 3, 3]


def test_equal_customers_score_equally_and_parts_are_frozen_to_what_they_are_today() -> None:
    rules = read_rules(DEFAULT, TAGS)
    table = customers(5)
    first, fixed = score(rules, table)
    again, _ = score(fixed, table)
    assert first.equals(again)
    assert all(not one.parts for one in fixed.dimensions)


def test_the_report_counts_everybody_once() -> None:
    table = customers(2)
    report = rfm_rules_report(read_rules(DEFAULT, TAGS), table)
    assert sum(g["customers"] for g in report["groups"]) + report["without"] == table.num_rows
    assert sum(g["share_of_revenue"] for g in report["groups"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda d: d["dimensions"].pop("money"), "dimensions"),
        (lambda d: d["dimensions"]["money"].update(tag="nope"), "money.tag"),
        (lambda d: d["dimensions"]["money"].update(bounds=[1]), "money"),
        (lambda d: d["dimensions"]["recency"].update(bounds=[9, 3]), "recency.bounds"),
        (lambda d: d["dimensions"]["recency"].update(bounds=["a"]), "recency.bounds"),
        (lambda d: d["dimensions"]["money"].update(parts=1), "money.parts"),
        (lambda d: d["dimensions"]["money"].update(better="big"), "money.better"),
        (lambda d: d["groups"][0].update(where="sales > 3"), "groups[0].where"),
        (lambda d: d["groups"][1].update(code="best"), "groups[1].code"),
        (lambda d: d["groups"][1].update(name={"en": "x"}), "groups[1].name"),
        (lambda d: d.update(groups=[]), "groups"),
    ],
    ids=[
        "dimension",
        "tag",
        "both",
        "order",
        "words",
        "parts",
        "better",
        "where",
        "twice",
        "name",
        "none",
    ],
)
def test_a_wrong_field_is_named(change: Any, field: str) -> None:
    document = copy.deepcopy(DEFAULT)
    change(document)
    with pytest.raises(Malformed) as caught:
        read_rules(document, TAGS)
    assert field in caught.value.message
