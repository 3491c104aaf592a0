"""What the lake is told about a campaign: once, however often it is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from limner.act.campaign import CampaignPlan, Template
from limner.act.record import record
from limner.app import Limner
from limner.core.tables import TABLES
from limner.lake import Lake
from limner.store import Store
from limner.store.models import Delivery

NOON = datetime(2017, 12, 1, 12, tzinfo=UTC)
PLAN = CampaignPlan(
    name="W", offer="5 off", margin=0.25, cost_per_contact=0.5, control_share=0.2, type="TypeA",
    starts_at=NOON, ends_at=NOON + timedelta(days=30), templates={"en": Template("s", "t")},
)  # fmt: skip
DECIDED = pa.Table.from_pylist(
    [
        {"decision_id": c, "campaign_id": "w", "customer_id": c, "action": action, "propensity": p}
        for c, action, p in [
            ("a", "contact", 0.8), ("b", "contact", 0.8), ("c", "control", 0.2), ("d", "skip", 1.0),
        ]
    ],
    schema=TABLES["decisions"].schema,
)  # fmt: skip


def deliver(store: Store, customer: str, status: str, reason: str = "", hours: int = 0) -> None:
    with store.session() as session:
        session.merge(
            Delivery(message_id=f"m-{customer}", campaign_id="w", customer_id=customer,
                     channel="outbox", status=status, reason=reason, receipt="r", subject="s",
                     at=NOON + timedelta(hours=hours))
        )  # fmt: skip


def rows(lake: Lake, name: str) -> list[dict[str, object]]:
    return lake.fetch(lake.table(name).order_by(TABLES[name].key)).to_pylist()


def test_nobody_is_exposed_before_anything_was_sent(limner: Limner) -> None:
    lake, store = limner.lake, limner.store
    deliver(store, "a", "held", "quiet-hours")
    deliver(store, "b", "claimed")
    record(lake, store, "w", PLAN, DECIDED)
    assert [(m["customer_id"], m["reason"]) for m in rows(lake, "messages")] == [
        ("a", "quiet-hours")
    ]
    assert rows(lake, "exposures") == rows(lake, "campaigns") == []


def test_arms_are_as_drawn_and_a_second_telling_changes_nothing(limner: Limner) -> None:
    lake, store = limner.lake, limner.store
    deliver(store, "a", "sent")
    deliver(store, "b", "held", "quiet-hours", hours=1)
    record(lake, store, "w", PLAN, DECIDED)
    first = rows(lake, "exposures")
    assert [(e["customer_id"], e["arm"], e["propensity"]) for e in first] == [
        ("a", "treated", 0.8), ("b", "treated", 0.8), ("c", "control", 0.2),
    ]  # fmt: skip
    deliver(store, "b", "sent", hours=20)  # the morning after
    record(lake, store, "w", PLAN, DECIDED)
    record(lake, store, "w", PLAN, DECIDED)
    assert rows(lake, "exposures") == first  # the campaign's first hour, for both arms
    assert {e["time"] for e in first} == {NOON}
    assert [(m["status"], m["reason"]) for m in rows(lake, "messages")] == [("sent", None)] * 2
    [campaign] = rows(lake, "campaigns")
    assert campaign == {
        "campaign_id": "w", "name": "W", "type": "TypeA", "channel": "outbox",
        "starts_at": PLAN.starts_at, "ends_at": PLAN.ends_at, "offer": "5 off",
        "margin": 0.25, "cost_per_contact": 0.5, "control_share": 0.2,
        "is_randomised": True, "source": "limner",
    }  # fmt: skip


def test_a_campaign_without_a_control_group_is_not_randomised(limner: Limner) -> None:
    lake, store = limner.lake, limner.store
    deliver(store, "a", "sent")
    plan = replace(PLAN, control_share=0.0, no_control_because="a recall")
    record(lake, store, "w", plan, DECIDED)
    assert rows(lake, "campaigns")[0]["is_randomised"] is False
