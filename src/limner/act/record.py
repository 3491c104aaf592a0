"""What the lake is told about a campaign, so that `learn` can tell what it caused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from limner.act.campaign import CampaignPlan
from limner.act.send import outcomes
from limner.core.tables import TABLES
from limner.lake import Lake
from limner.store import Store

SOURCE = "limner"
BATCH = 20_000  # messages in one commit


def record(
    lake: Lake, store: Store, campaign_id: str, plan: CampaignPlan, decided: pa.Table
) -> None:
    """Write a campaign's messages, exposures and row into the lake; again changes nothing.

    `decided`: the campaign's rows of `decisions`.  Everyone chosen is `treated` and everyone left
    out at random is `control`, by what was decided and not by what arrived, so that the two arms
    stay comparable (intention to treat); `messages` says who was reached.  While nothing was sent
    nobody is exposed to anything, and only held messages are written.
    Raises: `Busy` when another process writes the same tables.
    """
    first: datetime | None = None
    for some in outcomes(store, campaign_id, BATCH):
        moments = [delivery.at for delivery in some if delivery.status == "sent"]
        first = min([*moments, *([first] if first else [])], default=None)
        lake.upsert(
            "messages",
            _table(
                "messages",
                [
                    {
                        "message_id": d.message_id, "campaign_id": d.campaign_id,
                        "customer_id": d.customer_id, "time": d.at, "channel": d.channel,
                        "status": d.status, "reason": d.reason or None, "receipt": d.receipt,
                        "subject": d.subject,
                    }
                    for d in some
                ],
            ),
        )  # fmt: skip
    if first is None:
        return
    lake.upsert("exposures", _exposures(campaign_id, plan, decided, first))
    lake.upsert("campaigns", _campaign(campaign_id, plan))


def _exposures(campaign_id: str, plan: CampaignPlan, decided: pa.Table, at: datetime) -> pa.Table:
    arms = decided.filter(pc.is_in(decided["action"], pa.array(["contact", "control"])))
    columns = {
        "campaign_id": pa.array([campaign_id] * arms.num_rows, pa.string()),
        "customer_id": arms["customer_id"],
        "time": pa.array([at] * arms.num_rows, pa.timestamp("us", tz="UTC")),
        "channel": pa.array([plan.channel] * arms.num_rows, pa.string()),
        "arm": pc.if_else(pc.equal(arms["action"], "contact"), "treated", "control"),
        "propensity": arms["propensity"],
        "source": pa.array([SOURCE] * arms.num_rows, pa.string()),
    }
    return pa.table(columns)


def _campaign(campaign_id: str, plan: CampaignPlan) -> pa.Table:
    return _table(
        "campaigns",
        [
            {
                "campaign_id": campaign_id, "name": plan.name, "type": plan.type,
                "channel": plan.channel, "starts_at": plan.starts_at, "ends_at": plan.ends_at,
                "offer": plan.offer, "margin": plan.margin,
                "cost_per_contact": plan.cost_per_contact, "control_share": plan.control_share,
                "is_randomised": plan.control_share > 0, "source": SOURCE,
            }
        ],
    )  # fmt: skip


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], schema=TABLES[name].schema)
