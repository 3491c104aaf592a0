"""Groups with nothing special are said to have nothing special; planted differences are found."""

from __future__ import annotations

import json
from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pytest
from tests.understand.describe.shoppers import features, shoppers

from limner.core.words import Words
from limner.understand.describe import compare, describe, features_of
from limner.understand.describe.compare import compare_tags
from limner.understand.describe.persona import persona


def test_a_random_segment_is_seldom_said_to_differ_in_anything() -> None:
    """An A/A test: with no difference at all, any finding is false; the promise is one time in twenty."""
    rng = np.random.default_rng(7)
    alarms, values = 0, 0
    worlds = 60
    for world in range(worlds):
        table = shoppers(world, n=300, tags=9)
        is_in = rng.random(300) < 0.3
        rows = compare_tags(
            table.filter(pa.array(is_in)), table.filter(pa.array(~is_in)), features(table)
        )
        alarms += any(row["is_significant"] for row in rows)
        values += any(value["is_significant"] for row in rows for value in row["values"])
    # Three standard errors above 5 % of 60 worlds are 8.
    assert alarms <= 8
    assert values <= 8


def planted(seed: int = 1) -> tuple[pa.Table, list[str]]:
    table = shoppers(seed)
    rng = np.random.default_rng(seed)
    is_in = rng.random(table.num_rows) < 0.25
    count = table["t0"].to_numpy(zero_copy_only=False) + 3.0 * is_in
    city = [
        "Shanghai" if chosen and rng.random() < 0.6 else value
        for chosen, value in zip(is_in, table["t2"].to_pylist(), strict=True)
    ]
    table = table.set_column(1, "t0", pa.array(count, from_pandas=True))
    table = table.set_column(3, "t2", pa.array(city, pa.string()))
    ids = np.array(table["customer_id"].to_pylist())[is_in].tolist()
    return table, ids


def test_planted_differences_are_found_first_and_nothing_else() -> None:
    table, ids = planted()
    document = describe(table, ids, features(table), seed=1)
    assert document["state"] == "fine"
    assert {row["code"] for row in document["tags"] if row["is_significant"]} == {"t0", "t2"}
    number = next(row for row in document["tags"] if row["code"] == "t0")
    assert number["interval"][0] < 3.0 < number["interval"][1]
    assert number["effect"] > 0.5
    city = next(row for row in document["tags"] if row["code"] == "t2")
    shanghai = next(v for v in city["values"] if v["value"] == "Shanghai")
    assert shanghai["tgi"] > 150
    assert shanghai["tgi_interval"][0] < shanghai["tgi"] < shanghai["tgi_interval"][1]
    assert document["model"]["few"][0]["code"] in {"t0", "t2"}
    assert document["model"]["auc"] > 0.8
    assert document == describe(table, ids, features(table), seed=1)
    json.dumps(document)


def test_shares_of_values_add_up_and_the_index_is_their_ratio() -> None:
    table, ids = planted(3)
    for row in describe(table, ids, features(table))["tags"]:
        assert sum(v["share"] for v in row["values"]) == pytest.approx(1)
        assert sum(v["share_base"] for v in row["values"]) == pytest.approx(1)
        for value in row["values"]:
            assert value["tgi"] == pytest.approx(100 * value["share"] / value["share_base"])


def test_what_the_rule_names_and_what_says_the_same_is_kept_from_the_model_and_told() -> None:
    table, ids = planted()
    twin = table["t0"].to_numpy(zero_copy_only=False) * 2 + 1
    table = table.append_column("twin", pa.array(twin, from_pandas=True))
    document = describe(table, ids, features(table), of_rule=["t0"])["model"]
    left = {one["code"]: one["reason"] for one in document["left_out"]}
    assert left == {"t0": "rule", "twin": "alike"}
    assert not {f["code"] for f in document["few"]} & set(left)


def test_a_tag_that_only_repeats_the_rule_is_left_out() -> None:
    table, ids = planted()
    members = set(ids)
    again = [float(one in members) * 5 for one in table["customer_id"].to_pylist()]
    table = table.append_column("again", pa.array(again))
    model = describe(table, ids, features(table), of_rule=["t1"])["model"]
    assert {
        "code": "again",
        "name_en": "again",
        "name_zh": "标签again",
        "reason": "restates",
    } in model["left_out"]


@pytest.mark.parametrize(
    ("members", "state"),
    [
        ([], "nobody"),
        ([f"c{i}" for i in range(5)], "tiny"),
        ([f"c{i}" for i in range(50)], "small"),
        ([f"c{i}" for i in range(600)], "everyone"),
        ([f"c{i}" for i in range(0, 600, 2)], "alike"),
    ],
)
def test_a_description_says_when_it_can_say_little(members: Collection[str], state: str) -> None:
    table = shoppers(11)
    document = describe(table, members, features(table))
    assert document["state"] == state
    assert document["note_en"]
    assert bool(document["tags"]) == (state in ("small", "alike"))
    card = persona(document | {"habits": None}, Words("They", "他们"))
    assert card["say"] == card["avoid"] == card["traits"] == []
    assert card["note_zh"] == document["note_zh"]


def test_two_segments_are_compared_without_those_in_both() -> None:
    table, ids = planted()
    everyone = table["customer_id"].to_pylist()
    other = [one for one in everyone if one not in set(ids)][:200] + ids[:40]
    document = compare(table, ids, other, features(table))
    assert (document["both"], document["others"]) == (40, 200)
    assert document["customers"] == len(ids) - 40
    city = next(row for row in document["tags"] if row["code"] == "t2")
    assert next(v for v in city["values"] if v["value"] == "Shanghai")["tgi"] > 150
    within = compare(table, ids, everyone, features(table))
    assert (within["customers"], within["others"]) == (len(ids), 600 - len(ids))


def test_codes_that_are_nearly_ids_and_columns_of_one_value_are_not_compared() -> None:
    table = pa.table({
        "customer_id": [f"c{i}" for i in range(100)],
        "t0": [f"x{i}" for i in range(100)], "t1": ["same"] * 100, "t2": [1.0, 2.0] * 50,
    })  # fmt: skip
    assert [f.code for f in features(table)] == ["t2"]
    assert [f.code for f in features_of(table, [], ())] == []
