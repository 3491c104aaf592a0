"""The model's card: how good, beside what, do the probabilities hold, what it looks at."""

from __future__ import annotations

from typing import Any

from limner.app import reading
from limner.console import charts_learn as charts
from limner.console.charts import Look
from limner.console.charts_overview import bars
from limner.console.names import column_name, pick
from limner.console.parts import (
    Column,
    Figure,
    answer,
    box,
    card,
    chart,
    figures,
    next_steps,
    say_note,
    table,
    text,
)
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import learn as words

Document = dict[str, Any]
BASELINES = {"same_for_all": words.SAME_FOR_ALL, "rate_by_type": words.RATE_BY_TYPE,
             "redeemed_before": words.REDEEMED_BEFORE}  # fmt: skip
METRICS = (("auc", words.AUC), ("average_precision", words.PRECISION), ("brier", words.BRIER),
           ("log_loss", words.LOSS), ("ece", words.ECE))  # fmt: skip


def read(view: View) -> Document | None:
    """The card of the model."""
    return reading.report(view.limner, "model.coupon_redemption")


def draw(view: View, card_: Document) -> None:
    """Draw the page."""
    write, look = view.numbers, Look(view.language, view.numbers.currency)
    verdict = pick(view, card_, "verdict")
    if card_.get("is_skipped") or not card_.get("metrics"):
        answer(view, frame_words.MODEL, view.say(words.MODEL_SKIPPED))
        say_note(verdict)
        return
    metrics = card_["metrics"]
    answer(
        view, frame_words.MODEL, view.say(words.MODEL_ANSWER, auc=write.share(metrics["auc"], 0))
    )
    figures(view, [
        Figure(words.AUC, write.share(metrics["auc"]), words.AUC_M, write.interval(metrics.get("auc_interval"))),
        Figure(words.BRIER, write.fixed(metrics["brier"]), words.BRIER_M),
        Figure(words.ECE, write.share(metrics["ece"]), words.ECE_M),
        Figure(words.TESTED, write.count(card_["rows"]), words.TESTED_M,
               view.say(words.POSITIVES, count=write.count(card_["positives"]))),
    ])  # fmt: skip
    if verdict:
        say_note(verdict, kind="lm-good")
    with box("lm-two"):
        with card(view, words.RELIABILITY, words.RELIABILITY_L, words.ECE_M):
            chart(
                view,
                charts.reliability(card_["reliability"], look),
                view.say(words.RELIABILITY_L),
                "lm-tall",
            )
        with card(view, words.FEATURES, words.FEATURES_L):
            features = card_.get("features", [])[:10]
            names = [pick(view, f, "name") or column_name(view, f["name"]) for f in features]
            options = bars(names, [f["importance"] for f in features], look, "decimal")
            chart(view, options, view.say(words.FEATURES_L), "lm-tall")
    with card(view, words.BESIDE, words.BESIDE_L, words.AUC_M):
        _beside(view, card_)
    with card(view, words.SLICES):
        _slices(view, card_)
    next_steps(view, [
        (view.say(words.NEXT_SCORED), view.href("/customers", rule="coupons_redeemed_365d > 0")),
        (view.say(words.NEXT_REPORTS), view.href("/reports")),
    ])  # fmt: skip


def _beside(view: View, card_: Document) -> None:
    rows = []
    for name, metrics in (("", card_["metrics"]), *card_.get("baselines", {}).items()):
        words_ = BASELINES.get(name)
        row = {"way": view.say(words_) if words_ else name or view.say(words.THE_MODEL)}
        for metric, _ in METRICS:
            row[metric] = view.numbers.fixed(metrics.get(metric))
        rows.append(row)
    columns = [Column("way", view.say(words.WAY))]
    columns += [Column(metric, view.say(name), is_number=True) for metric, name in METRICS]
    table(view, columns, rows)


def _slices(view: View, card_: Document) -> None:
    with box("lm-pairs").style("margin-top: 8px"):
        for field, name in (("trained_on", words.TRAINED_ON), ("calibrated_on", words.CALIBRATED_ON),
                            ("tested_on", words.TESTED_ON)):  # fmt: skip
            part = card_.get(field)
            if not part:
                continue
            text(view.say(name))
            text(part if isinstance(part, str) else view.say(
                words.SLICE,
                mailings=view.numbers.count(len(part["mailings"])),
                contacts=view.numbers.count(part["contacts"]),
                positives=view.numbers.count(part["positives"]),
                start=view.numbers.day(part["from"]),
                end=view.numbers.day(part["until"]),
            ))  # fmt: skip


PAGE = Page("/model", "model", frame_words.MODEL, "reports.read", read, draw)
