"""Who a campaign is for, and what is known about how they would answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from limner.act.campaign import CampaignPlan
from limner.app.limner import Limner
from limner.app.segments import choosing, rule_of
from limner.core.errors import Rejected
from limner.core.event import COUPON_REDEEMED
from limner.core.words import Words

MODEL = "coupon_redemption"


@dataclass(frozen=True, slots=True)
class Prospects:
    """People with what `decide.target.choose` needs: customer_id, probability, value.

    `source` says where the probabilities come from.
    """

    rows: pa.Table
    source: Words


def audience(limner: Limner, plan: CampaignPlan, profiles: ibis.Table) -> ibis.Table:
    """The portraits of a plan's segment or rule, or all of them.

    Raises: `Unknown` for a segment or a column that does not exist, `Malformed` for a rule that
    cannot be read.
    """
    text = plan.rule
    if text is None:
        if plan.segment is None:
            return profiles
        text = rule_of(limner, plan.segment)
    wide, chosen = choosing(limner, text, profiles)
    return wide.filter(chosen(wide)).select(*profiles.columns)


def prospects(
    limner: Limner, plan: CampaignPlan, people: ibis.Table, scores: ibis.Table, now: datetime
) -> Prospects:
    """The people with their probability of redeeming and what their next basket would be worth.

    The probability is the model's for campaigns of the plan's type, or its mean over the types it
    knows; without a model the share of contacts before `now` that redeemed, the same for all.  The
    value is the customer's own mean basket, or the mean of those who have one.
    Raises: `Rejected` when nothing at all is known and the policy needs to know.
    """
    fetch = limner.lake.fetch
    has_basket = "basket_mean" in people.columns
    basket = people.basket_mean if has_basket else ibis.null("float64")
    rows = fetch(people.select("customer_id", value=basket.cast("float64")).order_by("customer_id"))
    mean = pc.mean(pc.drop_null(rows["value"])).as_py() or 0.0
    rows = rows.set_column(1, "value", pc.max_element_wise(pc.fill_null(rows["value"], mean), 0.0))

    known = scores.filter(scores.model == MODEL, scores.subject.startswith("type:"))
    same_type = known.filter(known.subject == f"type:{plan.type}")
    if fetch(same_type.limit(1)).num_rows:
        known = same_type
    told = fetch(known.group_by("customer_id").aggregate(probability=known.score.mean()))
    rate = _past_rate(limner, now)
    if told.num_rows == 0 and rate is None and plan.policy != "everyone":
        raise Rejected(
            "campaign-no-forecast",
            "there is no model and no earlier campaign to expect anything from; "
            "use the policy `everyone`, whose control group is what the next one learns from",
        )
    rows = rows.join(told, "customer_id", join_type="left outer").sort_by("customer_id")
    fallback = rate if rate is not None else (pc.mean(told["probability"]).as_py() or 0.0)
    rows = rows.set_column(
        rows.column_names.index("probability"),
        "probability",
        pc.fill_null(rows["probability"], fallback),
    )
    return Prospects(rows.select(["customer_id", "probability", "value"]), _source(told, rate))


def _past_rate(limner: Limner, now: datetime) -> float | None:
    """The share of contacts before a moment that had redeemed by then; None without contacts."""
    lake = limner.lake
    contacts = lake.table("exposures")
    contacts = contacts.filter(contacts.arm == "treated", contacts.time < now).select(
        "campaign_id", "customer_id"
    )
    events = lake.table("events")
    used = events.filter(events.event == COUPON_REDEEMED, events.time < now).select(
        "campaign_id", "customer_id"
    )
    redeemed = contacts.semi_join(used, ["campaign_id", "customer_id"])
    n, k = (lake.fetch(t.aggregate(n=t.count()))["n"][0].as_py() for t in (contacts, redeemed))
    return k / n if n else None


def _source(told: pa.Table, rate: float | None) -> Words:
    if told.num_rows:
        return Words("the coupon redemption model", "优惠券兑换模型")
    if rate is not None:
        return Words(
            f"the {rate:.1%} of earlier contacts that redeemed, the same for all",
            f"以往触达中 {rate:.1%} 兑换，对所有人相同",
        )
    return Words("nothing: no earlier campaign", "无依据：没有以往活动")
