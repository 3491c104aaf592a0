"""What a campaign would do: decided in memory from the portraits of today, nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from limner.act.campaign import CampaignPlan
from limner.act.content import Content
from limner.act.send import channel_named
from limner.app.limner import Limner
from limner.app.prospects import audience, prospects
from limner.core.clock import zone
from limner.core.errors import Rejected
from limner.core.message import Held, Message
from limner.core.money import Money
from limner.core.progress import Progress, silent
from limner.core.words import Words
from limner.decide.offer import Offer
from limner.decide.outlook import outlook
from limner.decide.target import choose
from limner.govern.masking import PERSONAL, mask
from limner.govern.permission import DEFAULT_POLICY, Policy, permit_all

Summary = dict[str, Any]
BEST_KNOWN = "revenue_365d"  # previews show the best customers first


@dataclass(frozen=True, slots=True)
class Decided:
    """A plan's decisions: `chosen` as rows of `decisions`, `refused` who may not be written to.

    `audience` counts everyone the plan is for; `source` says where the expectations come from.
    """

    chosen: pa.Table
    refused: dict[str, Held]
    audience: int
    source: Words


def decide(
    limner: Limner,
    campaign_id: str,
    plan: CampaignPlan,
    now: datetime,
    progress: Progress = silent,
    *,
    profiles: ibis.Table | None = None,
    scores: ibis.Table | None = None,
    rules: Policy = DEFAULT_POLICY,
) -> Decided:
    """Decide for everyone in the audience; the same plan at the same moment decides the same.

    Raises: `Rejected` when the portraits know what happened after `now`, or when nobody is in the
    audience; `Unknown` and `Malformed` as the audience and the templates do.
    """
    if profiles is None:
        _refuse_hindsight(limner, now)
        profiles = limner.lake.table("profiles")
    scores = limner.lake.table("scores") if scores is None else scores
    progress("plan", 0.0)
    content_of(limner, plan, profiles)
    people = audience(limner, plan, profiles)
    channel = channel_named(plan.channel)
    reached = limner.lake.fetch(people.select("customer_id", channel.address_column))
    if reached.num_rows == 0:
        raise Rejected(
            "campaign-nobody", f"nobody is in the audience of {plan.name!r}; widen its rule"
        )
    refused = permit_all(
        limner.store,
        dict(zip(*(column.to_pylist() for column in reached.columns), strict=True)),
        purpose=plan.purpose, medium=channel.medium, at=max(now, plan.starts_at),
        timezone=limner.settings.timezone, policy=rules, is_quiet_asked=False,
    )  # fmt: skip
    progress("plan", 0.4)
    able = prospects(limner, plan, people, scores, now)
    rows = able.rows.filter(
        pc.invert(pc.is_in(able.rows["customer_id"], pa.array(refused, pa.string())))
    )
    chosen = choose(
        rows, offer_of(limner, plan), _budget(limner, plan, rows), plan.control_share, plan.seed,
        plan.policy, campaign_id=campaign_id, now=now,
    )  # fmt: skip
    progress("plan", 0.8)
    return Decided(chosen, refused, reached.num_rows, able.source)


def foresee(limner: Limner, campaign_id: str, plan: CampaignPlan, now: datetime) -> Summary:
    """What planning would answer now: contacts, control, skipped and refused, cost, profit, proof.

    Raises: as `decide`.
    """
    decided = decide(limner, campaign_id, plan, now)
    return {
        "audience": decided.audience,
        "refused": len(decided.refused),
        **figures(limner, plan, decided.chosen),
        "forecast_en": decided.source.en,
        "forecast_zh": decided.source.zh,
    }


def figures(limner: Limner, plan: CampaignPlan, chosen: pa.Table) -> Summary:
    """The outlook of decisions, in plain figures: money in the currency of the settings."""
    known = chosen.filter(pc.is_valid(chosen["score"]))  # who may not be written to has no score
    mean = float(pc.mean(known["score"]).as_py() or 0.0)
    expected = outlook(known, offer_of(limner, plan), mean)
    return {
        "contacts": expected.contacts,
        "controls": expected.controls,
        "not_chosen": expected.skipped,
        "expected_cost": float(expected.cost.amount),
        "expected_profit": float(expected.profit.amount),
        "expected_redemptions": expected.redemptions,
        "base_rate": expected.base_rate,
        "detectable_effect": expected.effect,
        "outlook_en": expected.words.en,
        "outlook_zh": expected.words.zh,
    }


def audience_size(limner: Limner, plan: CampaignPlan) -> int:
    """How many customers a plan is for, whether or not they may be written to.

    Raises: `Unknown` and `Malformed` as the audience does.
    """
    people = audience(limner, plan, limner.lake.table("profiles"))
    return int(limner.lake.fetch(people.aggregate(n=people.count()))["n"][0].as_py())


def preview(
    limner: Limner,
    campaign_id: str,
    plan: CampaignPlan,
    language: str,
    place: int = 0,
    sees_personal: bool = False,
) -> Message | None:
    """The message of a plan in a language for a customer of its audience, as it would be sent.

    `place` 0 is the best customer, 1 the next and so on, from the start again after the last;
    None when nobody is in the audience.  Personal data is masked unless it may be seen.
    Raises: `Malformed` for a template that cannot be read or rendered.
    """
    profiles = limner.lake.table("profiles")
    one = plan if language not in plan.templates else plan.only(language)
    content = content_of(limner, one, profiles)
    people = audience(limner, plan, profiles)
    column = channel_named(plan.channel).address_column
    wanted = sorted({"customer_id", column, *content.columns} & set(profiles.columns))
    n = audience_size(limner, plan)
    if n == 0:
        return None
    best = people[BEST_KNOWN].desc(nulls_first=False) if BEST_KNOWN in people.columns else None
    ordered = people.order_by([*([] if best is None else [best]), people.customer_id])
    row = limner.lake.fetch(ordered.select(*wanted).limit(1, offset=place % n)).to_pylist()[0]
    if not sees_personal:
        row = {k: mask(k, v) if k in PERSONAL else v for k, v in row.items()}
        row["traits"] = None
    return content.render(campaign_id, str(row["customer_id"]), str(row.get(column) or ""), row)


def content_of(limner: Limner, plan: CampaignPlan, profiles: ibis.Table) -> Content:
    """A plan's templates, checked against the columns of the portraits."""
    settings = limner.settings
    return Content(
        plan, profiles.columns, currency=settings.currency, timezone=settings.timezone,
        sender=settings.mail_from,
    )  # fmt: skip


def offer_of(limner: Limner, plan: CampaignPlan) -> Offer:
    """What a plan offers, in the currency of the settings."""
    currency = limner.settings.currency
    return Offer(
        plan.offer, Money.of(plan.discount, currency), plan.margin,
        Money.of(plan.cost_per_contact, currency),
    )  # fmt: skip


def _budget(limner: Limner, plan: CampaignPlan, rows: pa.Table) -> Money:
    """The plan's budget; without one, enough to contact everyone."""
    enough = rows.num_rows * (plan.cost_per_contact + plan.discount) + 1
    return Money.of(enough if plan.budget is None else plan.budget, limner.settings.currency)


def _refuse_hindsight(limner: Limner, now: datetime) -> None:
    reports = limner.lake.table("reports")
    built = limner.lake.fetch(reports.aggregate(as_of=reports.as_of.max()))["as_of"][0].as_py()
    today = now.astimezone(zone(limner.settings.timezone)).date()
    if built is not None and built > today:
        raise Rejected(
            "campaign-hindsight",
            f"the portraits are as of {built}, after the campaign's {today}; run "
            f"`limner build --as-of {today - timedelta(days=1)}` first",
        )
