"""Segments of the retail year described, compared and followed; figures agree with the portraits."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from limner.app import Limner, division
from limner.app.described import compare_segments, describe_segment, named, persona_of, rule_columns
from limner.app.drafting import save_segment
from limner.app.movement import movement_ask, movement_between, movement_kept
from limner.app.past import FOR_STATES, everyone_as_of
from limner.app.rfm_rules import rfm_division, rfm_rules, save_rfm_rules, save_rfm_segments
from limner.app.segments import count
from limner.core.errors import Malformed, Rejected, Unknown
from limner.govern.audit import entries

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(retail_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Limner:
    home = tmp_path_factory.mktemp("described") / "home"
    shutil.copytree(retail_home, home)
    return Limner.open(home)


def test_a_segment_is_described_against_everybody(shop: Limner) -> None:
    found = describe_segment(shop, "rfm:champions")
    assert found["customers"] == count(shop, found["rule"]).customers
    assert found["customers"] + found["others"] == 2469
    assert (found["name_zh"], found["state"], found["as_of"]) == ("冠军客户", "fine", "2017-12-31")
    orders = next(row for row in found["tags"] if row["code"] == "orders_365d")
    assert orders["is_significant"]
    assert orders["lift"] > 2
    left = {one["code"]: one["reason"] for one in found["model"]["left_out"]}
    assert left["rfm_group"] == "rule"
    assert left["orders_365d"] == "related"
    assert 0.5 < found["model"]["auc"] < 1
    assert not {row["code"] for row in found["tags"]} & {"email", "name", "phone", "customer_id"}
    week = found["habits"]["week"]
    assert sum(cell["share"] for cell in week) == pytest.approx(1)
    json.dumps(found)


def test_a_rule_without_a_name_is_described_by_itself_and_nonsense_is_refused(shop: Limner) -> None:
    found = named(shop, "orders_365d >= 100 and coupon_share > 0")
    assert (found.code, found.name.en) == ("", "orders_365d >= 100 and coupon_share > 0")
    assert rule_columns(shop, "segment('rfm:champions') and coupon_share > 0") >= {
        "rfm_group",
        "coupon_share",
    }
    with pytest.raises(Unknown, match="rfm:champions"):
        describe_segment(shop, "no-such")
    with pytest.raises(Rejected, match="2017-12-31"):
        describe_segment(shop, "rfm:champions", date(2018, 6, 1))


def test_a_persona_says_only_what_is_sure(shop: Limner) -> None:
    card = persona_of(shop, "rfm:champions")
    assert card["sentence_en"].endswith("shoppers.")
    tags = {row["code"]: row for row in describe_segment(shop, "rfm:champions")["tags"]}
    assert card["say"]
    for line in (*card["say"], *card["avoid"]):
        assert tags[line["code"]]["is_significant"]
        assert tags[line["code"]]["mean"] == line["mean"]


def test_two_segments_are_set_against_each_other(shop: Limner) -> None:
    found = compare_segments(shop, "rfm:champions", "stage:loyal")
    assert found["both"] > 0
    assert found["customers"] + found["others"] + found["both"] <= found["first"] + found["second"]
    assert (found["a"]["name_en"], found["b"]["name_en"]) == ("Champions", "Loyal")


def test_movement_agrees_with_the_portraits_of_both_days_and_is_kept(shop: Limner) -> None:
    ask = movement_ask(shop, "lifecycle", date(2017, 9, 30), None, steps=3)
    assert movement_kept(shop, ask) is None
    seen: list[float] = []
    found = movement_between(shop, ask, lambda _, fraction: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert movement_kept(shop, ask) == found
    for day, key in ((date(2017, 9, 30), "before"), (None, "after")):
        stages = everyone_as_of(shop, day, FOR_STATES)["lifecycle_stage"].to_pylist()
        for state in found["states"]:
            if state["code"] != "none":
                assert state[key] == stages.count(state["code"])
    assert len({row["day"] for row in found["over_time"]}) == 3
    with pytest.raises(Rejected):
        movement_ask(shop, "rfm", date(2017, 12, 31), date(2017, 1, 1))
    with pytest.raises(Malformed):
        movement_ask(shop, "segments", None, None)


def test_own_segments_move_by_the_same_rule_on_both_days(shop: Limner) -> None:
    code = save_segment(shop, "Forty orders", "orders_90d >= 40", "ann", NOW)
    ask = movement_ask(shop, "segments", date(2017, 9, 30), None, steps=2, segments=[code])
    found = movement_between(shop, ask)
    for day, key in ((date(2017, 9, 30), "before"), (None, "after")):
        orders = everyone_as_of(shop, day, ["orders_90d"])["orders_90d"].to_pylist()
        assert found["states"][0][key] == sum(number >= 40 for number in orders)


def test_likeness_inside_a_segment_gives_rules_that_stay_inside(shop: Limner) -> None:
    ask = division.cluster_ask(shop, division.USUAL_TAGS, "kmeans", 3, "rfm:champions")
    found = division.cluster_division(shop, ask)
    assert division.cluster_kept(shop, ask) == found
    assert found["k"] == 3
    assert sum(group["customers"] for group in found["groups"]) == found["customers"]
    for group in found["groups"]:
        assert group["rule"].startswith("rfm_group = 'champions' and ")
        size = count(shop, group["rule"]).customers
        assert size == group["fidelity"]["customers"]
    code = division.save_group(shop, found["groups"][0]["rule"], "Best of the best", "ann", NOW)
    assert (
        count(shop, f"segment('{code}')").customers == found["groups"][0]["fidelity"]["customers"]
    )
    with pytest.raises(Rejected):
        division.save_group(shop, None, "Nothing", "ann", NOW)


def test_a_target_is_proved_on_days_after_those_it_was_learnt_from(shop: Limner) -> None:
    found = division.target_division(
        shop, division.target_ask(shop, "revenue_30d", 2, tags=["revenue_90d", "orders_30d"])
    )
    assert found["days"] == ["2017-11-01", "2017-12-01", "2017-12-31"]
    known = everyone_as_of(shop, date(2017, 12, 1), ["recency_days"])["recency_days"]
    assert found["proved_on"] == len(known) - known.null_count
    assert sum(leaf["customers"] for leaf in found["leaves"]) == found["proved_on"]
    assert all(
        "revenue_90d" in leaf["rule"] or "orders_30d" in leaf["rule"] for leaf in found["leaves"]
    )
    assert found["leaves"][0]["mean"] > 2 * found["mean"]
    with pytest.raises(Unknown, match="revenue_90d"):
        division.target_ask(shop, "luck")
    with pytest.raises(Rejected, match="needs 100"):
        division.target_division(
            shop, division.target_ask(shop, "buys_90d", 2, "rfm:new", ["orders_30d"])
        )


def test_members_and_others_make_up_everybody(shop: Limner) -> None:
    found = division.membership_analysis(shop, "income_band")
    assert sum(row["customers"] for row in found["levels"]) == 2469
    assert sum(row["share_of_sales"] for row in found["levels"]) == pytest.approx(1)
    assert found["members"] == 801
    assert len(found["months"]) == 12
    with pytest.raises(Unknown, match="income_band"):
        division.membership_analysis(shop, "orders_90d")


def test_rfm_rules_are_kept_with_versions_and_their_groups_become_segments(shop: Limner) -> None:
    usual = rfm_rules(shop)
    assert usual["version"] == 0
    wanted = {key: usual[key] for key in ("dimensions", "groups", "rest")}
    wanted["dimensions"] = {
        **wanted["dimensions"],
        "money": {"tag": "revenue_365d", "better": "more", "bounds": [500, 5000]},
    }
    wanted["groups"] = [{"code": "vip", "name": {"en": "Big", "zh": "大客"}, "where": "money = 3"}]
    assert rfm_division(shop, wanted)["groups"][0]["customers"] == count(
        shop, "revenue_365d >= 5000").customers  # fmt: skip
    assert save_rfm_rules(shop, wanted, "ann", NOW) == 1
    assert save_rfm_rules(shop, wanted, "ann", NOW) == 1
    assert rfm_rules(shop)["by"] == "ann"
    assert entries(shop.store, action="rfm.saved", most=9)[0].detail["version"] == 1
    report = rfm_division(shop)
    for code, group in zip(
        save_rfm_segments(shop, "en", "ann", NOW), report["groups"], strict=True
    ):
        assert count(shop, f"segment('{code}')").customers == group["customers"]
