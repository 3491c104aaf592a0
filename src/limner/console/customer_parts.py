"""The cards of one customer's page."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from limner.app.portrait import Portrait
from limner.console import charts_customer as charts
from limner.console.charts import Look
from limner.console.names import (
    channel_name,
    code_name,
    column_name,
    pick,
    shown,
    tag_of,
)
from limner.console.parts import Column, box, card, chart, table, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import customers as words
from limner.console.words import names as name_words
from limner.understand.tags.tag import CATEGORIES, Tag, catalogue
from limner.unify.golden import RULES as GOLDEN_RULES

Document = dict[str, Any]
FACTS = (
    "name",
    "email",
    "phone",
    "loyalty_card",
    "gender",
    "birth_date",
    "city",
    "country",
    "address",
)
CODES = {"lifecycle_stage": "stage", "rfm_group": "rfm", "cluster": "cluster"}


def golden(view: View, portrait: Portrait) -> None:
    """The golden record: what is known and where each value came from."""
    profile = portrait.profile
    with card(view, words.TRAITS, words.TRAITS_L), box("lm-pairs").style("margin-top: 8px"):
        text(column_name(view, "customer_id"))
        text(str(profile["customer_id"]))
        for code in FACTS:
            if profile.get(code):
                _pair(
                    view,
                    column_name(view, code),
                    shown(view, "text", profile[code]),
                    portrait.provenance.get(code),
                )
        for name, value in profile["traits"].items():
            if value not in (None, "") and not isinstance(value, dict | list):
                _pair(
                    view,
                    _trait_name(view, str(name)),
                    str(value),
                    portrait.provenance.get("traits"),
                )


def _trait_name(view: View, code: str) -> str:
    known = name_words.TRAITS.get(code)
    return view.say(known) if known else code.replace("_", " ")


def _pair(view: View, name: str, value: str, origin: Document | None) -> None:
    text(name)
    with box():
        text(value)
        if isinstance(origin, dict) and origin.get("source"):
            told = view.say(
                words.FROM, source=origin["source"], rule=_origin_rule(view, origin.get("rule"))
            )
            text(told, "lm-quiet").style("font-size: 12px")


def _origin_rule(view: View, code: str | None) -> str:
    known = GOLDEN_RULES.get(code or "")
    return view.say(known) if known else code or "–"


def predictions(view: View, portrait: Portrait, features: dict[str, Document], look: Look) -> None:
    """What the models expect of this customer, each with its reasons as bars."""
    with card(view, words.PREDICTIONS, words.REASONS if portrait.scores else ""):
        if not portrait.scores:
            nothing(view.say(words.NO_PREDICTION), view.say(words.NO_PREDICTION_WHY))
            return
        with box("lm-tags").style(
            "grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr)); gap: 20px"
        ):
            for score in sorted(portrait.scores, key=lambda row: -row["score"])[:4]:
                with box().style("min-width: 0"):
                    _prediction(view, score, features, look)


def _prediction(view: View, score: Document, features: dict[str, Document], look: Look) -> None:
    write = view.numbers
    what = (
        view.say(name_words.MODELS[score["model"]])
        if score["model"] in name_words.MODELS
        else score["model"]
    )
    subject = str(score["subject"] or "").removeprefix("type:")
    text(f"{what} · {subject}" if subject else what, "lm-card-title").style("font-size: 14px")
    says = words.PREDICTION if score["baseline"] is not None else words.PREDICTION_PLAIN
    text(
        view.say(says, score=write.share(score["score"]), baseline=write.share(score["baseline"])),
        "lm-quiet",
    )
    reasons = sorted(score["reasons"], key=lambda r: -abs(r["effect"]))[:6]
    if not reasons:
        return
    names = [
        f"{_feature(view, r['feature'], features)}: {_value(view, r, features)}" for r in reasons
    ]
    options = charts.reasons(names, [r["effect"] for r in reasons], look)
    chart(view, options, view.say(words.REASONS), "lm-short")


def _feature(view: View, code: str, features: dict[str, Document]) -> str:
    return pick(view, features.get(code, {}), "name") or column_name(view, code)


def _value(view: View, reason: Document, features: dict[str, Document]) -> str:
    value, known = reason["value"], tag_of(reason["feature"])
    if isinstance(value, str) or value is None:
        return value or "–"
    unit = features.get(reason["feature"], {}).get("unit")
    return shown(view, unit or (known.kind if known else "number"), value)


def tags(view: View, profile: Document) -> None:
    """All tags by category; opening one shows the rule behind it."""
    for category, name in CATEGORIES.items():
        mine = [tag for tag in catalogue() if tag.category == category and tag.code in profile]
        if not mine:
            continue
        text(view.say(name), "lm-group-title", tag="h3")
        with box("lm-tags"):
            for tag in mine:
                with ui.expansion().props("dense dense-toggle").classes("lm-tag") as item:
                    with item.add_slot("header"), box("lm-tag-head"):
                        text(view.say(tag.name), tag="span")
                        text(_tag_value(view, tag, profile[tag.code]), tag="b")
                    told = f"{view.say(tag.description)}\n{tag.rule_text(view.language)}"
                    text(told, "lm-tag-rule")
                    text(tag.code, "lm-tag-rule lm-code")
    groups = [(code, kind) for code, kind in CODES.items() if profile.get(code)]
    if groups:
        text(view.say(words.OTHER), "lm-group-title", tag="h3")
        with box("lm-tags"):
            for code, kind in groups:
                with box("lm-tag-head").style("padding: 8px 0"):
                    text(column_name(view, code), tag="span")
                    text(code_name(view, kind, profile[code]), tag="b")


def _tag_value(view: View, tag: Tag, value: object) -> str:
    if tag.code.startswith("channel_"):
        return channel_name(view, str(value) if value else None)
    return shown(view, tag.kind, value)


def purchases(view: View, orders: list[Document]) -> None:
    """The newest orders; opening one shows its lines."""
    with card(
        view, words.PURCHASES, view.say(words.PURCHASES_L, count=view.numbers.count(len(orders)))
    ):
        for order in orders:
            lines = order["products"] or []
            with ui.expansion().props("dense").classes("lm-tag") as item:
                with item.add_slot("header"), box("lm-tag-head"):
                    with box():
                        text(view.numbers.moment(order["time"]))
                        text(
                            view.say(words.LINES, count=view.numbers.count(len(lines))), "lm-quiet"
                        )
                    text(view.numbers.money(order["revenue"]), tag="b")
                table(view, _line_columns(view), [_line(view, line) for line in lines])


def _line_columns(view: View) -> list[Column]:
    return [
        Column("product", view.say(words.PRODUCT)),
        Column("quantity", view.say(words.QUANTITY), is_number=True),
        Column("discount", view.say(words.DISCOUNT), is_number=True),
        Column("paid", view.say(words.PAID), is_number=True),
    ]


def _line(view: View, line: Document) -> Document:
    write = view.numbers
    return {
        "product": line["name"] or line["category"] or line["product_id"] or "–",
        "quantity": write.decimal(line["quantity"]), "quantity__sort": line["quantity"],
        "discount": write.money(line["discount"]), "discount__sort": line["discount"],
        "paid": write.money(line["revenue"]), "paid__sort": line["revenue"],
    }  # fmt: skip


def _rule(view: View, code: str | None) -> str:
    known = name_words.IDENTITY_RULES.get(code or "")
    return view.say(known) if known else code or "–"


def identifiers(view: View, rows: list[Document]) -> None:
    """By what the customer is recognised, and where each identifier came from."""
    with card(view, words.IDENTIFIERS, words.IDENTIFIERS_L):
        table(
            view,
            [Column(field, view.say(name)) for field, name in (
                ("kind", words.KIND), ("value", words.VALUE), ("source", words.SOURCE), ("rule", words.BECAUSE))],
            [{"kind": column_name(view, row["kind"]), "value": row["value"], "source": row["source"],
              "rule": _rule(view, row["rule"])} for row in rows],
        )  # fmt: skip


def messages(view: View, rows: list[Document]) -> None:
    """What was sent to the customer or held back, and why."""
    with card(view, words.MESSAGES):
        if not rows:
            nothing(view.say(words.NO_MESSAGES), view.say(words.NO_MESSAGES_WHY))
            return
        table(
            view,
            [Column("when", view.say(words.WHEN)), Column("subject", view.say(words.SUBJECT)),
             Column("status", view.say(words.STATUS)), Column("reason", view.say(words.REASON))],
            [
                {
                    "when": view.numbers.moment(row["time"]), "when__sort": row["time"].isoformat(),
                    "subject": row["subject"] or row["campaign_id"],
                    "status": view.say(words.SENT if row["status"] == "sent" else words.HELD),
                    "reason": view.say(name_words.REASONS[row["reason"]])
                    if row["reason"] in name_words.REASONS else row["reason"] or "–",
                }
                for row in rows
            ],
        )  # fmt: skip
