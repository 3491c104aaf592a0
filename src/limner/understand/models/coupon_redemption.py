"""Who will use a coupon: the probability that a customer redeems at least one of a mailing.

Trained on earlier mailings, calibrated on later ones, tested on the last.  The model that scores
the next mailing is the tested procedure moved forward by one slice: trained on every mailing that
had ended when the test began, calibrated on the test's mailings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.core.tables import table
from limner.core.words import Words
from limner.understand.models import card
from limner.understand.models.baseline import baselines, rates
from limner.understand.models.calibrate import Platt, across
from limner.understand.models.design import Design, Part, texts
from limner.understand.models.evaluate import Comparison, Prediction, compare
from limner.understand.models.explain import Feature, by_feature, reasons
from limner.understand.models.learner import LEARNERS, Fitted
from limner.understand.models.mailing import NEXT, Facts, mailings
from limner.understand.models.model import Json, Outcome
from limner.understand.models.split import Mailing, Split, divide

AMOUNTS = (
    "coupons_count", "coupon_products_count", "orders_30d", "orders_90d", "orders_per_month",
    "revenue_30d", "revenue_90d", "revenue_per_month", "basket_mean", "coupon_product_lines_90d",
    "departments_count", "contacts_before", "mailings_redeemed", "coupons_redeemed",
)  # fmt: skip
SHARES = ("coupon_share", "discount_share", "private_label_share", "coupon_product_share")
DAYS = ("recency_days", "redeemed_days_ago")

FEATURES = (
    Feature("past_redemptions", Words("earlier mailings redeemed", "以往兑换过的活动数"),
            "mailings_redeemed", "count",
            ("mailings_redeemed", "coupons_redeemed", "redeemed_days_ago")),
    Feature("coupon_products", Words("share of spending on products of these coupons",
                                     "本次券适用商品占消费比例"),
            "coupon_product_share", "share", ("coupon_product_share", "coupon_product_lines_90d")),
    Feature("mailing", Words("kind of mailing", "活动类型"), "campaign_type", "text",
            ("campaign_type", "coupons_count", "coupon_products_count")),
    Feature("coupon_share", Words("share of orders with a coupon", "用券订单占比"),
            "coupon_share", "share", ("coupon_share",)),
    Feature("frequency", Words("orders in the last 90 days", "近 90 天订单数"), "orders_90d",
            "count", ("orders_30d", "orders_90d", "orders_per_month")),
    Feature("money", Words("spent in the last 90 days", "近 90 天消费额"), "revenue_90d", "money",
            ("revenue_30d", "revenue_90d", "revenue_per_month", "basket_mean")),
    Feature("recency", Words("since the last order", "距上次下单"), "recency_days", "days",
            ("recency_days",)),
    Feature("contacts", Words("earlier mailings received", "以往收到的活动数"), "contacts_before",
            "count", ("contacts_before",)),
    Feature("discount_share", Words("share of the price saved by discounts", "折扣占原价比例"),
            "discount_share", "share", ("discount_share",)),
    Feature("private_label", Words("share of spending on private label", "自有品牌消费占比"),
            "private_label_share", "share", ("private_label_share",)),
    Feature("breadth", Words("departments bought from", "购买过的部门数"), "departments_count",
            "count", ("departments_count",)),
)  # fmt: skip


class CouponRedemption:
    """Probability that a customer redeems at least one coupon of a mailing."""

    name = "coupon_redemption"
    words = Words("will redeem a coupon", "会兑换优惠券")
    features = FEATURES

    def rows(self, tables: Mapping[str, ibis.Table], as_of: date, timezone: str) -> ibis.Table:
        """One row per mailing and customer, past mailings with label, next mailings without.

        `tables`: at least events (attributed), campaigns, exposures, coupons and products.
        """
        return mailings(Facts.of(tables), as_of, timezone)

    def learn(self, rows: pa.Table, as_of: date, seed: int) -> Outcome:
        """The model card and the scores of each kind of next mailing for every customer.

        `rows`: what `rows()` gives, fetched, in any order.  Skipped, as a value, with fewer than 3
        mailings that ended by `as_of` with 30 days of orders before them, or 100 redeemers.
        """
        rows = rows.sort_by([("subject", "ascending"), ("customer_id", "ascending")])
        is_next = pa.array(np.char.startswith(texts(rows, "subject"), NEXT), pa.bool_())
        past, coming = rows.filter(pa.compute.invert(is_next)), rows.filter(is_next)
        found = _mailings(past)
        split = divide(found, _end(coming, as_of))
        if split is None:
            report, why = card.skipped(self.name, found)
            return Outcome(report, table("scores").schema.empty_table(), why)

        design = _design(past, split.train)
        train, calibrate, test, ended = (
            Part.of(past, design, part)
            for part in (split.train, split.calibrate, split.test, split.ended)
        )
        candidates, chosen = _choose(train, calibrate, seed)
        base = LEARNERS[chosen](train.x, train.label, seed)
        platt = Platt.fit(_log_odds(base, calibrate.x), calibrate.label)
        expected = platt.probability(_log_odds(base, test.x))
        comparison = compare(
            test.label, {"model": expected, **baselines(ended, test)}, test.customer, seed
        )
        effects = _effects(base, platt, design, test.x)
        report = self._card(found, split, comparison, test, expected, effects, seed)
        report |= {"chosen": chosen, "candidates": candidates}

        design = _design(past, split.ended)  # the tested procedure, one slice later
        ended, latest = (Part.of(past, design, part) for part in (split.ended, split.test))
        final = LEARNERS[chosen](ended.x, ended.label, seed)
        final_platt = Platt.fit(_log_odds(final, latest.x), latest.label)
        known = Part.of(past, design, split.ended + split.test)
        scores = self._scores(
            coming, design, final, final_platt, rates(known.kind, known.label), as_of
        )
        report["scored"] = _scored(coming)
        return Outcome(report, scores)

    def _card(
        self,
        found: list[Mailing],
        split: Split,
        comparison: Comparison,
        test: Part,
        expected: NDArray[np.float64],
        effects: NDArray[np.float64],
        seed: int,
    ) -> dict[str, Json]:
        prediction = Prediction.of(test.label, expected)
        words = card.verdict(comparison, len(split.test), test.label, float(expected.mean()))
        weight = np.abs(effects - effects.mean(axis=0)).mean(axis=0)
        names = [name for name in comparison.point if name != "model"]
        return {
            "model": self.name,
            "is_skipped": False,
            "name_en": self.words.en,
            "name_zh": self.words.zh,
            "trained_on": card.slice_of(found, split.train),
            "calibrated_on": card.slice_of(found, split.calibrate),
            "tested_on": card.slice_of(found, split.test),
            "left_out": card.left_out(split.left_out),
            "rows": len(test.label),
            "positives": int(test.label.sum()),
            "metrics": {
                **card.measured(comparison, "model"),
                "ece_if_calibrated": prediction.ece_if_calibrated(seed),
            },
            "baselines": {name: card.measured(comparison, name) for name in names},
            "gains": card.gains(comparison),
            "by_type": _by_type(test, expected, seed),
            "reliability": [dict(point) for point in prediction.reliability()],
            "features": [
                {
                    "name": FEATURES[k].code,
                    "name_en": FEATURES[k].words.en,
                    "name_zh": FEATURES[k].words.zh,
                    "unit": FEATURES[k].unit,
                    "importance": float(weight[k]),
                }
                for k in np.argsort(-weight, kind="stable")
            ],
            "verdict_en": words.en,
            "verdict_zh": words.zh,
        }

    def _scores(
        self,
        rows: pa.Table,
        design: Design,
        fitted: Fitted,
        platt: Platt,
        known: dict[str, float],
        as_of: date,
    ) -> pa.Table:
        schema = table("scores").schema
        n = rows.num_rows
        if n == 0:
            return schema.empty_table()
        x = design.matrix(rows)
        shown = {feature.code: rows[feature.shown].to_pylist() for feature in FEATURES}
        return pa.table(
            {
                "model": [self.name] * n,
                "subject": rows["subject"],
                "customer_id": rows["customer_id"],
                "score": platt.probability(_log_odds(fitted, x)),
                "baseline": [known.get(t, known[""]) for t in rows["campaign_type"].to_pylist()],
                "reasons": reasons(_effects(fitted, platt, design, x), shown, FEATURES),
                "as_of": [as_of] * n,
            },
            schema=schema,
        )


MODEL = CouponRedemption()


def _end(coming: pa.Table, as_of: date) -> datetime:
    """The moment after `as_of`: where the next mailings begin; UTC's when there are none."""
    if coming.num_rows:
        return coming["starts_at"][0].as_py()
    return datetime.combine(as_of, time.max, tzinfo=UTC)


def _mailings(past: pa.Table) -> list[Mailing]:
    grouped = past.group_by("subject").aggregate(
        [("starts_at", "min"), ("ends_at", "max"), ("history_days", "min"),
         ("redeemed", "count"), ("redeemed", "sum")]
    )  # fmt: skip
    names = ("subject", "starts_at_min", "ends_at_max", "history_days_min", "redeemed_count",
             "redeemed_sum")  # fmt: skip
    return [
        Mailing(*values) for values in zip(*(grouped[n].to_pylist() for n in names), strict=True)
    ]


def _design(past: pa.Table, subjects: tuple[str, ...]) -> Design:
    inside = np.isin(texts(past, "subject"), subjects)
    types = sorted(set(texts(past, "campaign_type")[inside].tolist()))
    return Design(AMOUNTS, SHARES, DAYS, tuple(types))


def _log_odds(fitted: Fitted, x: NDArray[np.float64]) -> NDArray[np.float64]:
    total: NDArray[np.float64] = fitted.contributions(x).sum(axis=1)
    return total


def _effects(
    fitted: Fitted, platt: Platt, design: Design, x: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Calibrated log-odds that each of `FEATURES` adds for each row."""
    parts = fitted.contributions(x)[:, :-1]
    return by_feature(parts, design.columns, FEATURES) * platt.slope


def _choose(train: Part, calibrate: Part, seed: int) -> tuple[list[Json], str]:
    """The learner with the smallest log loss on the calibration slice, and what each had."""
    found: list[Json] = []
    losses: dict[str, float] = {}
    for name, fit in LEARNERS.items():
        log_odds = _log_odds(fit(train.x, train.label, seed), calibrate.x)
        expected = across(log_odds, calibrate.label, calibrate.customer)
        metrics = Prediction.of(calibrate.label, expected).metrics()
        losses[name] = metrics["log_loss"]
        found.append({"name": name, "log_loss": metrics["log_loss"], "auc": metrics["auc"]})
    return found, min(losses, key=losses.__getitem__)


def _by_type(test: Part, expected: NDArray[np.float64], seed: int) -> list[Json]:
    """The ranking within one type of campaign, where the type itself cannot help."""
    found: list[Json] = []
    for kind in np.unique(test.kind):
        inside = test.kind == kind
        label = test.label[inside]
        if not 0 < label.mean() < 1:
            continue
        comparison = compare(label, {"model": expected[inside]}, test.customer[inside], seed, 200)
        found.append(
            {
                "type": str(kind),
                "contacts": int(inside.sum()),
                "positives": int(label.sum()),
                "predicted": float(expected[inside].mean()),
                "observed": float(label.mean()),
                "auc": comparison.point["model"]["auc"],
                "auc_interval": list(comparison.interval["model"]["auc"]),
            }
        )
    return found


def _scored(coming: pa.Table) -> Json:
    """For how many customers the score reaches beyond those whom the shop ever contacted."""
    customers = set(coming["customer_id"].to_pylist())
    never = coming["contacts_before"].to_numpy() == 0
    strangers = set(coming.filter(pa.array(never))["customer_id"].to_pylist())
    return {
        "customers": len(customers),
        "never_contacted": len(strangers),
        "note_en": "Learned from customers whom the shop chose to contact; for those it never "
        "contacted the score is an extrapolation. A score says who responds, not whom the "
        "mailing changes.",
        "note_zh": "模型只从商家选择触达的客户中学习；对从未触达过的客户，评分属于外推。"
        "评分说明谁会响应，并不说明活动改变了谁。",
    }
