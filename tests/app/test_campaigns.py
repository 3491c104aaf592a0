"""A campaign from draft to sent, over a small made-up shop."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from limner.act.campaign import CampaignPlan, Template
from limner.app import Limner
from limner.app.campaigns import (
    campaign_id_of,
    campaign_list,
    campaign_summary,
    draft_campaign,
    plan_campaign,
    send_campaign,
)
from limner.core.errors import Busy, Malformed, Rejected, Unknown
from limner.core.tables import TABLES
from limner.govern.consent import ConsentChange, import_consents, withdraw
from limner.govern.suppression import suppress

NOON = datetime(2017, 12, 1, 12, tzinfo=UTC)
PLAN = CampaignPlan(
    name="Winter", offer="5 off", discount=5.0, cost_per_contact=0.01, margin=0.3,
    control_share=0.25, budget=1000.0, type="TypeA", seed=3,
    starts_at=datetime(2017, 12, 1, tzinfo=UTC), ends_at=datetime(2018, 1, 1, tzinfo=UTC),
    templates={"en": Template("Hi {{ customer.name | default: 'friend' }}", "{{ offer.text }}")},
)  # fmt: skip
PEOPLE = 200


def changed(**more: object) -> CampaignPlan:
    return replace(PLAN, **more)  # type: ignore[arg-type]


@pytest.fixture
def shop(limner: Limner) -> Limner:
    """200 customers; every tenth never agreed, one is suppressed, one has no address."""
    ids = [f"c{n:03}" for n in range(PEOPLE)]
    limner.lake.replace(
        "profiles",
        pa.table({
            "customer_id": ids,
            "name": [f"Name {n}" if n % 2 else None for n in range(PEOPLE)],
            "email": [None if n == 7 else f"c{n:03}@shop.example" for n in range(PEOPLE)],
            "basket_mean": [20.0 + n for n in range(PEOPLE)],
            "cluster": [f"g{n % 4}" for n in range(PEOPLE)],
            "lifecycle_stage": ["slipping" if n < 100 else "loyal" for n in range(PEOPLE)],
        }),
    )  # fmt: skip
    limner.lake.replace(
        "scores",
        pa.table({
            "model": ["coupon_redemption"] * PEOPLE,
            "subject": ["type:TypeA"] * PEOPLE,
            "customer_id": ids,
            "score": [0.5] * PEOPLE,
            "as_of": pa.array([date(2017, 11, 30)] * PEOPLE),
        }),
    )  # fmt: skip
    agreed = [c for n, c in enumerate(ids) if n % 10]
    import_consents(
        limner.store,
        [
            ConsentChange(c, "marketing", "email", True, NOON - timedelta(days=9), "form")
            for c in agreed
        ],
    )
    suppress(limner.store, ["C003@shop.example"], "complaint", NOON)
    return limner


def files(shop: Limner) -> set[Path]:
    return set(shop.settings.home.glob("outbox/*/*"))


def rows(shop: Limner, name: str) -> list[dict[str, object]]:
    key = TABLES[name].key
    return sorted(
        shop.lake.fetch(shop.lake.table(name)).to_pylist(), key=lambda r: [str(r[k]) for k in key]
    )


def run(shop: Limner, plan: CampaignPlan = PLAN, now: datetime = NOON) -> dict[str, object]:
    draft_campaign(shop, plan, "ann", now)
    plan_campaign(shop, plan.name, now)
    return send_campaign(shop, plan.name, now)


def test_the_whole_way(shop: Limner) -> None:
    campaign_id = draft_campaign(shop, PLAN, "ann", NOON)
    assert campaign_summary(shop, "Winter")["status"] == "draft"
    planned = plan_campaign(shop, campaign_id, NOON)
    assert files(shop) == set()
    assert planned["status"] == "planned"
    assert planned["audience"] == PEOPLE
    assert planned["held"] == {"no-address": 1, "no-consent": 20, "suppressed": 1}
    assert planned["contact"] + planned["control"] == PEOPLE - 22
    assert 20 < planned["control"] < 70  # a quarter of 178, by lot
    assert planned["waiting"] == planned["contact"]
    sent = send_campaign(shop, "Winter", NOON)
    assert sent["status"] == "sent"
    assert sent["sent"] == sent["contact"] == len(files(shop))
    assert sent["waiting"] == 0

    exposures = rows(shop, "exposures")
    assert {(e["arm"], e["propensity"]) for e in exposures} == {
        ("treated", 0.75),
        ("control", 0.25),
    }
    assert sum(e["arm"] == "treated" for e in exposures) == sent["sent"]
    assert {e["time"] for e in exposures} == {NOON}
    messages = rows(shop, "messages")
    assert sum(m["status"] == "sent" for m in messages) == sent["sent"]
    assert {m["reason"] for m in messages if m["status"] == "held"} == set(planned["held"])
    reached = {m["customer_id"] for m in messages if m["status"] == "sent"}
    assert reached.isdisjoint({e["customer_id"] for e in exposures if e["arm"] == "control"})
    [campaign] = rows(shop, "campaigns")
    assert campaign["is_randomised"] is True
    assert campaign["source"] == "limner"
    assert len(rows(shop, "decisions")) == PEOPLE


def test_every_step_again_changes_nothing(shop: Limner) -> None:
    first = run(shop)
    before = {
        name: rows(shop, name) for name in ("messages", "exposures", "campaigns", "decisions")
    }
    there = {file: file.read_bytes() for file in files(shop)}
    assert draft_campaign(shop, PLAN, "bob", NOON) == first["campaign_id"]
    with pytest.raises(Rejected, match="its decisions stand"):
        plan_campaign(shop, "Winter", NOON)
    assert send_campaign(shop, "Winter", NOON + timedelta(days=1)) == first
    assert {name: rows(shop, name) for name in before} == before
    assert {file: file.read_bytes() for file in files(shop)} == there


def test_planning_again_before_sending_decides_anew(shop: Limner) -> None:
    draft_campaign(shop, PLAN, "ann", NOON)
    first = plan_campaign(shop, "Winter", NOON)
    draft_campaign(shop, changed(rule="lifecycle_stage = 'slipping'"), "ann", NOON)
    assert campaign_summary(shop, "Winter")["status"] == "draft"
    second = plan_campaign(shop, "Winter", NOON)
    assert second["audience"] == 100
    assert second["skip_reasons"]["left-audience"] == 100
    assert second["held"] == {"no-address": 1, "no-consent": 10, "suppressed": 1}
    assert first["contact"] > second["contact"]
    assert send_campaign(shop, "Winter", NOON)["sent"] == second["contact"]
    assert all(int(str(m["customer_id"])[1:]) < 100 for m in rows(shop, "messages"))


def test_who_withdrew_after_the_plan_gets_nothing_but_stays_in_the_arm(shop: Limner) -> None:
    draft_campaign(shop, PLAN, "ann", NOON)
    plan_campaign(shop, "Winter", NOON)
    chosen = next(d["customer_id"] for d in rows(shop, "decisions") if d["action"] == "contact")
    withdraw(shop.store, str(chosen), "marketing", "email", NOON, "mail")
    sent = send_campaign(shop, "Winter", NOON)
    assert sent["sent"] == sent["contact"] - 1
    arms = {e["customer_id"]: e["arm"] for e in rows(shop, "exposures")}
    assert arms[chosen] == "treated"  # intention to treat


def test_at_night_everything_waits_for_the_morning(shop: Limner) -> None:
    night = NOON.replace(hour=22)
    waiting = run(shop, now=night)
    assert waiting["status"] == "sending"
    assert waiting["sent"] == 0
    assert waiting["held"]["quiet-hours"] == waiting["contact"] == waiting["waiting"]  # type: ignore[index]
    assert waiting["try_again_at"] == "2017-12-02T08:00:00+00:00"
    assert files(shop) == set()
    assert rows(shop, "exposures") == []
    morning = send_campaign(shop, "Winter", NOON + timedelta(days=1))
    assert morning["status"] == "sent"
    assert morning["sent"] == morning["contact"] == len(files(shop))
    assert "quiet-hours" not in morning["held"]
    assert sum(m["reason"] == "quiet-hours" for m in rows(shop, "messages")) == 0


def test_what_still_waits_when_the_campaign_ends_is_given_up(shop: Limner) -> None:
    run(shop, now=NOON.replace(hour=22))
    over = send_campaign(shop, "Winter", PLAN.ends_at)
    assert over["status"] == "sent"
    assert over["sent"] == 0
    assert files(shop) == set()


def test_the_cap_counts_over_campaigns(shop: Limner) -> None:
    for n in range(3):
        run(shop, changed(name=f"W{n}", control_share=0.0, no_control_because="test"))
    fourth = run(shop, changed(name="W4"), NOON + timedelta(days=6))
    assert fourth["contact"] == 0
    assert fourth["held"]["frequency-cap"] == PEOPLE - 22  # type: ignore[index]
    assert run(shop, changed(name="W5"), NOON + timedelta(days=8))["contact"] != 0


def test_the_budget_holds(shop: Limner) -> None:
    plan = changed(budget=100.0, control_share=0.0, no_control_because="test")
    draft_campaign(shop, plan, "ann", NOON)
    planned = plan_campaign(shop, "Winter", NOON)
    assert 0 < planned["contact"] <= 100 / (0.01 + 0.5 * 5)
    assert planned["expected_cost"] <= 100
    assert planned["skip_reasons"]["budget-spent"] > 100


@pytest.mark.parametrize(
    ("plan", "people"),
    [
        (changed(segment="stage:slipping"), 100),
        (changed(rule="lifecycle_stage = 'loyal' and basket_mean >= 150"), 70),
        (changed(segment="vip"), 20),
        (changed(segment="cluster:g1"), 50),
    ],
)
def test_the_audience(shop: Limner, plan: CampaignPlan, people: int) -> None:
    from limner.store.models import Segment

    with shop.store.session() as session:
        session.add(Segment(segment="vip", name_en="VIP", name_zh="贵宾", rule="basket_mean < 40",
                            created_at=NOON, created_by="ann"))  # fmt: skip
    draft_campaign(shop, plan, "ann", NOON)
    assert plan_campaign(shop, "Winter", NOON)["audience"] == people


@pytest.mark.parametrize(
    ("more", "kind", "said"),
    [
        ({"channel": "pigeon"}, Unknown, "outbox, smtp"),
        ({"policy": "luck"}, Unknown, "expected_profit"),
        ({"segment": "vips"}, Unknown, "vips.*rfm:champions"),
        ({"segment": "rfm:chamions"}, Unknown, "rfm:champions"),
        ({"rule": "basket_mena > 3"}, Unknown, "basket_mena"),
        ({"rule": "basket_mean >"}, Malformed, "rule"),
        ({"templates": {"en": Template("{{ customer.nmae }}", "x")}}, Malformed, "customer.nmae"),
    ],
)
def test_a_bad_plan_is_refused_before_anything_is_kept(
    shop: Limner, more: dict[str, object], kind: type[Rejected], said: str
) -> None:
    with pytest.raises(kind, match=said):
        draft_campaign(shop, changed(**more), "ann", NOON)
    assert campaign_list(shop) == []


def test_steps_out_of_order_are_refused(shop: Limner) -> None:
    with pytest.raises(Unknown, match="none yet"):
        plan_campaign(shop, "Winter", NOON)
    draft_campaign(shop, PLAN, "ann", NOON)
    with pytest.raises(Rejected, match="campaign plan"):
        send_campaign(shop, "Winter", NOON)
    plan_campaign(shop, "Winter", NOON)
    for moment in (PLAN.starts_at - timedelta(seconds=1), PLAN.ends_at):
        with pytest.raises(Rejected, match="runs from"):
            send_campaign(shop, "Winter", moment)
    send_campaign(shop, "Winter", NOON)
    with pytest.raises(Rejected, match="another name"):
        draft_campaign(shop, changed(offer="10 off"), "ann", NOON)


def test_nobody_in_the_audience(shop: Limner) -> None:
    draft_campaign(shop, changed(rule="basket_mean > 1000"), "ann", NOON)
    with pytest.raises(Rejected, match="widen"):
        plan_campaign(shop, "Winter", NOON)


def test_portraits_must_not_know_the_future(shop: Limner) -> None:
    def built(day: date) -> None:
        shop.lake.replace(
            "reports", pa.table({"report": ["overview"], "as_of": pa.array([day]), "body": ["{}"]})
        )

    draft_campaign(shop, PLAN, "ann", NOON)
    built(date(2017, 12, 31))
    with pytest.raises(Rejected, match="--as-of 2017-11-30"):
        plan_campaign(shop, "Winter", NOON)
    earlier = shop.lake.table("profiles")
    assert plan_campaign(shop, "Winter", NOON, profiles=earlier)["audience"] == PEOPLE
    built(date(2017, 12, 1))
    assert plan_campaign(shop, "Winter", NOON)["audience"] == PEOPLE


def test_without_any_history_only_everyone_can_be_asked(shop: Limner) -> None:
    shop.lake.replace("scores", TABLES["scores"].schema.empty_table())
    draft_campaign(shop, PLAN, "ann", NOON)
    with pytest.raises(Rejected, match="`everyone`"):
        plan_campaign(shop, "Winter", NOON)
    draft_campaign(shop, changed(policy="everyone"), "ann", NOON)
    assert plan_campaign(shop, "Winter", NOON)["contact"] > 100


def test_a_mail_server_that_is_away_leaves_nothing_lost(shop: Limner) -> None:
    shop.settings = replace(shop.settings, smtp_url="smtp://127.0.0.1:1")
    draft_campaign(shop, changed(channel="smtp"), "ann", NOON)
    plan_campaign(shop, "Winter", NOON)
    with pytest.raises(Busy, match="does not answer"):
        send_campaign(shop, "Winter", NOON)
    waiting = campaign_summary(shop, "Winter")
    assert waiting["status"] == "sending"
    assert waiting["waiting"] == waiting["contact"] > 0


def test_the_business_zone_decides_what_night_is(shop: Limner) -> None:
    shop.settings = replace(shop.settings, timezone="Asia/Shanghai")
    assert run(shop, now=NOON.replace(hour=14))["sent"] == 0  # 22:00 in Shanghai
    eight = datetime(2017, 12, 2, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert send_campaign(shop, "Winter", eight)["status"] == "sent"


def test_ids_are_readable_and_apart() -> None:
    assert campaign_id_of("Winter 2017").startswith("winter-2017-")
    assert campaign_id_of("冬季").startswith("campaign-")
    names: list[str] = ["冬季", "夏季", "Winter", "winter", "Winter!"]
    make: Callable[[str], str] = campaign_id_of
    assert len({make(name) for name in names}) == 5
