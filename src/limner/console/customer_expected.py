"""What is expected of one customer, each prediction with its reasons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from limner.app import reading
from limner.console import charts_customer as charts
from limner.console.charts import Look
from limner.console.customer_known import Known
from limner.console.names import column_name, column_value, pick, shown
from limner.console.parts import box, card, chart, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import customers as words
from limner.console.words import names as name_words

Document = dict[str, Any]


def features_of(view: View, known: Known) -> dict[str, Document]:
    """What the models' own features are called, by their codes."""
    features: dict[str, Document] = {}
    for model in {score["model"] for score in known.portrait.scores} if known.portrait else ():
        card_ = reading.report(view.limner, f"model.{model}") or {}
        features |= {feature["name"]: feature for feature in card_.get("features", [])}
    return features


def most_telling(known: Known) -> list[Document]:
    """The scores, the one furthest above the average customer's first."""
    scores = known.portrait.scores if known.portrait else []
    return sorted(scores, key=lambda row: (row["baseline"] or 1.0) / max(row["score"], 1e-9))


def what_is(view: View, score: Document) -> str:
    """What a score is about."""
    model = score["model"]
    what = view.say(name_words.MODELS[model]) if model in name_words.MODELS else model
    subject = str(score["subject"] or "").removeprefix("type:")
    return f"{what} · {subject}" if subject else what


def read(view: View, known: Known) -> dict[str, Document]:
    """What the side shows besides the scores."""
    return features_of(view, known)


def draw(
    view: View, known: Known, features: dict[str, Document], _again: Callable[[], Awaitable[None]]
) -> None:
    """Draw the side."""
    scores = most_telling(known)
    with card(view, words.PREDICTIONS, words.REASONS if scores else ""):
        if not scores:
            nothing(view.say(words.NO_PREDICTION), view.say(words.NO_PREDICTION_WHY))
            return
        with box("lm-tags lm-roomy"):
            for score in scores:
                with box().style("min-width: 0"):
                    _prediction(view, score, features)


def _prediction(view: View, score: Document, features: dict[str, Document]) -> None:
    write = view.numbers
    text(what_is(view, score), "lm-card-title").style("font-size: 14px")
    says = words.PREDICTION if score["baseline"] is not None else words.PREDICTION_PLAIN
    told = view.say(
        says, score=write.share(score["score"]), baseline=write.share(score["baseline"])
    )
    text(told, "lm-quiet")
    reasons = sorted(score["reasons"], key=lambda r: -abs(r["effect"]))[:6]
    if not reasons:
        return
    names = [
        f"{_feature(view, r['feature'], features)}:\n{_value(view, r, features)}" for r in reasons
    ]
    look = Look(view.language, write.currency)
    options = charts.reasons(names, [r["effect"] for r in reasons], look)
    chart(view, options, view.say(words.REASONS), "lm-short")


def _feature(view: View, code: str, features: dict[str, Document]) -> str:
    return pick(view, features.get(code, {}), "name") or column_name(view, code)


def _value(view: View, reason: Document, features: dict[str, Document]) -> str:
    value, unit = reason["value"], features.get(reason["feature"], {}).get("unit")
    if unit and not isinstance(value, str):
        return shown(view, unit, value)
    return column_value(
        view, reason["feature"], value, "text" if isinstance(value, str) else "number"
    )
