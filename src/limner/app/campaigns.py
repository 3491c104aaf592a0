"""Campaigns from draft to sent: decide whom, hold a control group back, ask permission, send.

    draft -> planned -> sending -> sent

A draft or a planned campaign can be drafted and planned again.  From `sending` on its decisions
stand; sending can be broken off and taken up again, and once `sent` it does nothing more.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import or_, select

from limner.act.campaign import CampaignPlan
from limner.act.record import record
from limner.act.send import Tally, channel_named, hold, send, tally
from limner.app.foresight import content_of, decide, figures
from limner.app.limner import Limner
from limner.app.prospects import audience
from limner.core.errors import Busy, Rejected, Unknown
from limner.core.event import stable_id
from limner.core.message import Held
from limner.core.progress import Progress, silent
from limner.core.tables import table
from limner.decide.policies import TABLE as POLICIES
from limner.govern.permission import DEFAULT_POLICY, PASSING, Policy
from limner.store.models import Campaign

Summary = dict[str, Any]


def draft_campaign(limner: Limner, plan: CampaignPlan, by: str, now: datetime) -> str:
    """Keep a plan under its name; the campaign's id.

    The same name again replaces the plan, until it is being sent.
    Raises: `Rejected` for a name that was sent already, `Unknown` for a channel, policy, segment
    or column that does not exist, `Malformed` for a rule or template that cannot be read.
    """
    channel_named(plan.channel)
    if plan.policy not in POLICIES:
        raise Unknown(
            "policy-unknown", f"there is no policy {plan.policy!r}; there are {', '.join(POLICIES)}"
        )
    profiles = limner.lake.table("profiles")
    audience(limner, plan, profiles)
    content_of(limner, plan, profiles)
    campaign_id = campaign_id_of(plan.name)
    with limner.store.session() as session:
        found = session.get(Campaign, campaign_id)
        if found is None:
            session.add(
                Campaign(
                    campaign_id=campaign_id, name=plan.name, status="draft", plan=plan.as_json(),
                    created_at=now, created_by=by,
                )
            )  # fmt: skip
        elif CampaignPlan.from_json(found.plan) != plan:
            if found.status not in ("draft", "planned"):
                raise Rejected(
                    "campaign-exists",
                    f"campaign {plan.name!r} is {found.status} and cannot change; "
                    "give the new one another name",
                )
            found.plan, found.status = plan.as_json(), "draft"
    return campaign_id


def plan_campaign(
    limner: Limner,
    campaign: str,
    now: datetime,
    progress: Progress = silent,
    *,
    profiles: ibis.Table | None = None,
    scores: ibis.Table | None = None,
    rules: Policy = DEFAULT_POLICY,
) -> Summary:
    """Decide whom to contact, whom to hold back as control and whom to skip; nothing is sent.

    `campaign` is an id or a name.  Who may not be written to is left out before lots are drawn,
    so that the control group is made of people who could have been contacted; the reason is kept.
    `profiles` and `scores` are the lake's unless others of the same shape are given.

    Raises: `Rejected` when it is being sent already, or when the portraits know what happened
    after `now`; `Unknown` for a campaign that does not exist.
    """
    found, plan = _campaign(limner, campaign)
    if found.status not in ("draft", "planned"):
        raise Rejected(
            "campaign-planned", f"campaign {found.name!r} is {found.status}; its decisions stand"
        )
    if now >= plan.ends_at:
        raise Rejected("campaign-over", f"campaign {found.name!r} ended at {plan.ends_at}")
    decided = decide(
        limner, found.campaign_id, plan, now, progress,
        profiles=profiles, scores=scores, rules=rules,
    )  # fmt: skip
    chosen, refused = decided.chosen, decided.refused
    decisions = pa.concat_tables([chosen, _left_out(limner, found, plan, chosen, refused, now)])
    limner.lake.upsert("decisions", decisions)
    hold(limner.store, found.campaign_id, plan.channel, refused, now)
    _set_status(limner, found.campaign_id, "planned")
    progress("plan", 1.0)
    return {
        **campaign_summary(limner, found.campaign_id),
        "audience": decided.audience,
        **figures(limner, plan, chosen),
        "forecast_en": decided.source.en,
        "forecast_zh": decided.source.zh,
    }


def campaign_outlook(limner: Limner, campaign: str) -> Summary:
    """What a planned campaign is expected to cost, to bring and to prove, from its decisions."""
    found, plan = _campaign(limner, campaign)
    return figures(limner, plan, _decided(limner, found.campaign_id))


def send_campaign(
    limner: Limner,
    campaign: str,
    now: datetime,
    progress: Progress = silent,
    *,
    rules: Policy = DEFAULT_POLICY,
) -> Summary:
    """Send to everyone chosen who may still be written to, and tell the lake; again does nothing.

    When messages wait (quiet hours, a channel that asks to try later) the campaign stays
    `sending`, and the same call takes them up again until it ends.

    Raises: `Rejected` when it is not planned, has not begun or is over; `Busy` when the channel
    does not answer, with what was sent until then kept.
    """
    found, plan = _campaign(limner, campaign)
    if found.status == "draft":
        raise Rejected(
            "campaign-not-planned",
            f"campaign {found.name!r} has no decisions; run `limner campaign plan` first",
        )
    if found.status == "sent":
        return campaign_summary(limner, found.campaign_id)
    if now < plan.starts_at or (now >= plan.ends_at and found.status == "planned"):
        raise Rejected(
            "campaign-not-now",
            f"campaign {found.name!r} runs from {plan.starts_at} to {plan.ends_at}; it is {now}",
        )
    decided = _decided(limner, found.campaign_id)
    is_over = now >= plan.ends_at  # what still waits then is given up
    if not is_over:
        _set_status(limner, found.campaign_id, "sending")
        try:
            _send(limner, found.campaign_id, plan, decided, now, rules, progress)
        except Busy:
            record(limner.lake, limner.store, found.campaign_id, plan, decided)
            raise
    record(limner.lake, limner.store, found.campaign_id, plan, decided)
    if is_over or not _tally(limner, found.campaign_id, plan, decided).waiting:
        _set_status(limner, found.campaign_id, "sent")
    summary = campaign_summary(limner, found.campaign_id)
    if any(summary["held"].get(reason) for reason in PASSING):
        summary["try_again_at"] = rules.quiet_ends(now, limner.settings.timezone).isoformat()
    return summary


def campaign_summary(limner: Limner, campaign: str) -> Summary:
    """How far a campaign is: decisions by kind, messages sent, held by reason, and waiting."""
    found, plan = _campaign(limner, campaign)
    decided = _decided(limner, found.campaign_id)
    actions = Counter(decided["action"].to_pylist())
    done = _tally(limner, found.campaign_id, plan, decided)
    return {
        "campaign_id": found.campaign_id,
        "name": found.name,
        "status": found.status,
        "channel": plan.channel,
        "offer": plan.offer,
        "starts_at": plan.starts_at.isoformat(),
        "ends_at": plan.ends_at.isoformat(),
        "contact": actions["contact"],
        "control": actions["control"],
        "skip": actions["skip"],
        "skip_reasons": dict(
            Counter(
                json.loads(row["reasons"])["code"]
                for row in decided.select(["action", "reasons"]).to_pylist()
                if row["action"] == "skip"
            )
        ),
        "sent": done.sent,
        "held": dict(done.held),
        "waiting": 0 if found.status == "sent" else done.waiting,
    }


def campaign_plan(limner: Limner, campaign: str) -> CampaignPlan:
    """The plan of a campaign as it was drafted last.

    Raises: `Unknown` for a campaign that does not exist.
    """
    return _campaign(limner, campaign)[1]


def campaign_list(limner: Limner) -> list[Summary]:
    """The summary of every campaign of Limner's own, newest first."""
    with limner.store.session() as session:
        ids = session.scalars(
            select(Campaign.campaign_id).order_by(Campaign.created_at.desc(), Campaign.name)
        ).all()
    return [campaign_summary(limner, campaign_id) for campaign_id in ids]


def campaign_id_of(name: str) -> str:
    """The id of a campaign of Limner's own: readable where its name is ASCII, always the same.

    >>> campaign_id_of("Winter 2017!").startswith("winter-2017-")
    True
    """
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "campaign"
    return f"{readable}-{stable_id('campaign', name)[:8]}"


def _campaign(limner: Limner, key: str) -> tuple[Campaign, CampaignPlan]:
    with limner.store.session() as session:
        found = session.scalars(
            select(Campaign).where(or_(Campaign.campaign_id == key, Campaign.name == key))
        ).first()
        names = [] if found else session.scalars(select(Campaign.name).limit(20)).all()
    if found is None:
        raise Unknown(
            "campaign-unknown",
            f"there is no campaign {key!r}; there are {', '.join(names) or 'none yet'}",
        )
    return found, CampaignPlan.from_json(found.plan, limner.settings.timezone)


def _send(
    limner: Limner,
    campaign_id: str,
    plan: CampaignPlan,
    decided: pa.Table,
    now: datetime,
    rules: Policy,
    progress: Progress,
) -> None:
    profiles = limner.lake.table("profiles")
    content = content_of(limner, plan, profiles)
    wanted = {channel_named(plan.channel).address_column, *content.columns} - {"customer_id"}
    decisions = limner.lake.table("decisions")
    contacts = decisions.filter(
        decisions.campaign_id == campaign_id, decisions.action == "contact"
    ).select("customer_id")
    portraits = limner.lake.fetch(
        contacts.left_join(profiles.select("customer_id", *wanted), "customer_id").select(
            "customer_id", *wanted
        )
    )
    send(
        limner.store, limner.settings, campaign_id, plan, content, portraits, _ticking(now), rules,
        progress,
    )  # fmt: skip


def _ticking(now: datetime) -> Callable[[], datetime]:
    """`now`, moving on by the minutes that the work takes: quiet hours may begin meanwhile."""
    began = time.monotonic()
    return lambda: now + timedelta(minutes=int((time.monotonic() - began) // 60))


def _left_out(
    limner: Limner,
    found: Campaign,
    plan: CampaignPlan,
    chosen: pa.Table,
    refused: dict[str, Held],
    now: datetime,
) -> pa.Table:
    """Decisions to skip: who may not be written to, and who an earlier plan had but this has not."""
    now_decided = {*chosen["customer_id"].to_pylist(), *refused}
    before = _decided(limner, found.campaign_id)["customer_id"].to_pylist()
    why = {customer_id: held.reason.value for customer_id, held in refused.items()}
    why |= {
        customer_id: "left-audience" for customer_id in before if customer_id not in now_decided
    }
    return pa.Table.from_pylist(
        [
            {
                "decision_id": stable_id(found.campaign_id, customer_id),
                "campaign_id": found.campaign_id, "customer_id": customer_id, "time": now,
                "policy": plan.policy, "action": "skip", "propensity": 1.0,
                "reasons": json.dumps({"code": code}),
            }
            for customer_id, code in why.items()
        ],
        schema=table("decisions").schema,
    )  # fmt: skip


def _decided(limner: Limner, campaign_id: str) -> pa.Table:
    decisions = limner.lake.table("decisions")
    return limner.lake.fetch(decisions.filter(decisions.campaign_id == campaign_id))


def _tally(limner: Limner, campaign_id: str, plan: CampaignPlan, decided: pa.Table) -> Tally:
    contacts = decided.filter(pc.equal(decided["action"], "contact"))
    return tally(limner.store, campaign_id, contacts["customer_id"].to_pylist(), plan.channel)


def _set_status(limner: Limner, campaign_id: str, status: str) -> None:
    with limner.store.session() as session:
        found = session.get(Campaign, campaign_id)
        if found is None:
            raise Unknown("campaign-unknown", f"campaign {campaign_id} is gone")
        found.status = status
