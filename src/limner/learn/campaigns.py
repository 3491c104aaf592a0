"""Every campaign's report: who was contacted, who redeemed, what it brought and cost, beside others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, cast

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from limner.core.clock import zone
from limner.learn.breakdown import by_segment, by_type, rate
from limner.learn.comparison import Reach, compare
from limner.learn.contacts import contacts, purchases
from limner.learn.experiments import experiment_document
from limner.learn.ledger import Ledger, day_number
from limner.learn.roi import ASSUMED_TERMS, FORMULA, Terms, return_of
from limner.learn.warning import warning

_SUMS = ("sales", "coupon_sales", "sales_with_coupon", "discount", "redemptions")


def campaign_facts(
    events: ibis.Table,
    campaigns: ibis.Table,
    coupons: ibis.Table,
    exposures: ibis.Table,
    messages: ibis.Table,
    profiles: ibis.Table,
    *,
    as_of: date,
    timezone: str,
) -> dict[str, ibis.Table]:
    """The small tables that `campaign_document` is made from, as expressions to be fetched.

    `profiles` needs customer_id and traits.  The engine's session zone must be `timezone`.
    """
    traits = profiles.traits
    return {
        "campaigns": campaigns,
        "contacts": contacts(
            events, campaigns, coupons, exposures, messages, as_of=as_of, timezone=timezone
        ),
        "purchases": purchases(events, as_of=as_of, timezone=timezone),
        "described": profiles.filter(traits.notnull() & (traits.length() > 2)).select(
            "customer_id"
        ),
    }


def campaign_document(
    facts: Mapping[str, pa.Table], *, as_of: date, timezone: str, terms: Terms = ASSUMED_TERMS
) -> dict[str, object]:
    """The report `campaigns`: one entry per campaign, newest first, and sums by type.

    `facts`: the fetched tables of `campaign_facts`.  `terms` stand in where a campaign does not
    say its own margin and cost per contact; the entry then has `is_assumed`.  `roi` counts the
    sales made with a coupon as if none would have been made without: it says what happened.
    What was caused stands in `comparison`, and in `experiment` for a campaign that drew lots.
    """
    ledger = Ledger.of(facts["purchases"]) if facts["purchases"].num_rows else None
    rows = facts["campaigns"].to_pylist()
    by_campaign = _split(facts["contacts"])
    empty = facts["contacts"].slice(0, 0)
    last_day = day_number(as_of) + 1
    described = np.zeros(len(ledger.customers) if ledger else 0, dtype=bool)
    reaches: dict[str, Reach] = {}
    if ledger is not None:
        described[ledger.positions(facts["described"]["customer_id"])] = True
        for row in rows:
            reached = _contacted(by_campaign.get(row["campaign_id"], empty))
            start, end = _days(row, timezone, last_day)
            reaches[row["campaign_id"]] = Reach(
                row["campaign_id"], start, end, ledger.positions(reached["customer_id"])
            )
    entries = []
    for row in sorted(
        rows, key=lambda r: (str(r["starts_at"] or ""), r["campaign_id"]), reverse=True
    ):
        mine = by_campaign.get(row["campaign_id"], empty)
        entry = _entry(row, mine, timezone, terms)
        entry |= _completeness(row, ledger, as_of, timezone)
        entry["by_segment"] = []
        entry["comparison"] = None
        if ledger is not None:
            reach = reaches[row["campaign_id"]]
            entry["by_segment"] = by_segment(reach, _contacted(mine), ledger)
            if row["is_randomised"]:
                document = experiment_document(
                    mine, row, as_of=as_of, timezone=timezone, terms=terms
                )
                entry["experiment"] = document
                entry["comparison"] = _as_comparison(document)
            else:
                others = [other for name, other in reaches.items() if name != reach.campaign_id]
                entry["comparison"] = compare(reach, others, ledger, described, last_day)
        entries.append(entry)
    caution = warning(entries, reaches, ledger)
    return {
        "as_of": as_of.isoformat(),
        "warning_en": caution.en,
        "warning_zh": caution.zh,
        "formula_en": FORMULA.en,
        "formula_zh": FORMULA.zh,
        "terms": {"margin_rate": terms.margin_rate, "cost_per_contact": terms.cost_per_contact},
        "campaigns": entries,
        "by_type": by_type(entries),
    }


# ---- within


def _split(rows: pa.Table) -> dict[str, pa.Table]:
    """Rows by campaign, without copying them."""
    rows = rows.sort_by([("campaign_id", "ascending"), ("customer_id", "ascending")])
    encoded = rows["campaign_id"].combine_chunks().dictionary_encode()
    codes = np.asarray(encoded.indices)
    edges = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(codes)]
    names = encoded.dictionary.to_pylist()
    return {
        names[codes[low]]: rows.slice(low, high - low)
        for low, high in pairwise(edges)
        if high > low
    }


def _contacted(rows: pa.Table) -> pa.Table:
    """The treated whose message left; the whole treated arm where no messages were logged."""
    treated = rows.filter(pc.equal(rows["arm"], "treated"))
    logged = treated["was_sent"]
    if logged.null_count == len(logged):
        return treated
    return treated.filter(pc.fill_null(logged, False))


def _days(row: Mapping[str, object], timezone: str, last_day: int) -> tuple[int, int]:
    """First day and the day after the last one, in the business's zone."""
    starts_at, ends_at = row["starts_at"], row["ends_at"]
    start = day_number(_local(starts_at, timezone)) if isinstance(starts_at, datetime) else last_day
    if not isinstance(ends_at, datetime):
        return start, last_day
    return start, day_number(_local(ends_at - timedelta(microseconds=1), timezone)) + 1


def _local(moment: datetime, timezone: str) -> date:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(zone(timezone)).date()


def _sums(rows: pa.Table) -> dict[str, float]:
    return {name: float(pc.sum(rows[name]).as_py() or 0.0) for name in _SUMS}


def _redeemers(rows: pa.Table) -> int:
    return int(pc.sum(pc.greater(rows["redemptions"], 0)).as_py() or 0)


def _money(sums: Mapping[str, float], contacted: int, terms: Terms) -> dict[str, object]:
    """Sales, costs and ROI of sales made with a coupon, by `FORMULA`."""
    result = return_of(sums["sales_with_coupon"], sums["discount"], contacted, terms)
    return {
        "redemptions": int(sums["redemptions"]),
        "sales": sums["sales"],
        "coupon_sales": sums["coupon_sales"],
        "sales_with_coupon": sums["sales_with_coupon"],
        "discount_cost": result.discount_cost,
        "contact_cost": result.contact_cost,
        "margin": result.margin,
        "profit": result.profit,
        "roi": result.roi,
    }


def _entry(
    row: Mapping[str, object], rows: pa.Table, timezone: str, terms: Terms
) -> dict[str, object]:
    reached = _contacted(rows)
    margin, cost = row["margin"], row["cost_per_contact"]
    own = terms.or_campaign(
        margin if isinstance(margin, float) else None, cost if isinstance(cost, float) else None
    )
    redeemed = _redeemers(reached)
    starts_at, ends_at = row["starts_at"], row["ends_at"]
    return {
        "campaign_id": row["campaign_id"],
        "name": row["name"],
        "type": row["type"],
        "channel": row["channel"],
        "starts_on": _local(starts_at, timezone).isoformat()
        if isinstance(starts_at, datetime)
        else None,
        "ends_on": _local(ends_at - timedelta(microseconds=1), timezone).isoformat()
        if isinstance(ends_at, datetime)
        else None,
        "source": row["source"],
        "is_randomised": bool(row["is_randomised"]),
        "contacted": reached.num_rows,
        "redeemed_customers": redeemed,
        **rate(redeemed, reached.num_rows),
        **_money(_sums(reached), reached.num_rows, own),
        "margin_rate": own.margin_rate,
        "cost_per_contact": own.cost_per_contact,
        "is_assumed": own.is_assumed,
    }


def _completeness(
    row: Mapping[str, object], ledger: Ledger | None, as_of: date, timezone: str
) -> dict[str, object]:
    """Whether the data cover the whole campaign; if not, what is missing, in words."""
    start, end = _days(row, timezone, day_number(as_of) + 1)
    en, zh = [], []
    if ledger is None or start < ledger.first_day:
        en.append(
            "It began before the first purchase known here, so redemptions and sales are too low."
        )
        zh.append("活动开始于首笔购买记录之前，兑换与销售数字偏低。")
    if end > day_number(as_of) + 1:
        en.append(f"It ends after {as_of.isoformat()}, so more will follow.")
        zh.append(f"活动在 {as_of.isoformat()} 之后才结束，后续仍有数据。")
    return {"is_complete": not en, "completeness_en": " ".join(en), "completeness_zh": "".join(zh)}


def _as_comparison(document: Mapping[str, object]) -> dict[str, object]:
    """A randomised campaign's effect on sales, in the shape of a comparison."""
    arms = cast(dict[str, dict[str, int]], document["arms"])
    metrics = cast(list[dict[str, Any]], document["metrics"])
    sales = metrics[0] if metrics else None
    return {
        "method": "randomised control group",
        "is_causal": True,
        "status": document["status"],
        "treated": arms["treated"]["assigned"],
        "compared": arms["control"]["assigned"],
        "effect_per_customer": sales and sales["difference"],
        "interval": sales and sales["interval"],
        "unadjusted_effect": sales and sales["unadjusted"]["difference"],
        "balance": [],
        "placebo": None,
        "note_en": document["verdict_en"],
        "note_zh": document["verdict_zh"],
    }
