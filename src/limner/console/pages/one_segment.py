"""One segment: who they are, against everybody else."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from limner.app.described import describe_segment
from limner.console import described_parts as parts
from limner.console import segment_live
from limner.console.form_parts import choice_field
from limner.console.names import pick, shown
from limner.console.parts import Figure, box, card, figures, link, next_steps, say_note, text
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import builder as builder_words
from limner.console.words import described as words
from limner.console.words import segment_live as live_words

Document = dict[str, Any]


def read(view: View) -> Document | None:
    """The description of the segment that the address names; None before the first build.

    Raises: `Unknown` when there is no such segment.
    """
    if view.as_of is None:
        return None
    parts.demand_asked(view)
    found = describe_segment(view.limner, view.param("code"))
    code = view.param("code")
    live = segment_live.read(view, code)
    return {"found": found, "others": parts.segment_options(view), "live": live}


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    found, code = document["found"], view.param("code")
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/segments"), icon="arrow_back")
    text(view.say(words.TITLE), "lm-title")
    text(sentence(view, found), "lm-answer", tag="h1")
    told = pick(view, found, "description")
    if told and told != found["rule"]:
        text(told, "lm-quiet").style("margin: -12px 0 8px")
    text(found["rule"], "lm-quiet lm-code").style("margin-bottom: 4px")
    if view.as_of:
        told = view.say(live_words.BY_BUILD, day=view.numbers.day(view.as_of))
        text(told, "lm-quiet").style("margin-bottom: 16px")
    if pick(view, found, "note"):
        say_note(pick(view, found, "note"))
    if found["figures"]:
        figures(view, key_figures(view, found))
    with box("lm-row").style("margin-bottom: 20px"):
        link(
            view.say(words.CARD),
            view.href(parts.segment_path(code, "/card")),
            "lm-button lm-primary",
            "o_badge",
        )
        link(
            view.say(words.SEE_CUSTOMERS),
            view.href("/customers", rule=found["rule"]),
            "lm-button",
            "o_group",
        )
        frozen = view.href("/audiences", segment=code)
        link(view.say(builder_words.AUDIENCE), frozen, "lm-button", "o_ac_unit")
        if ":" not in code and view.may("segments.edit"):
            changed = view.href(parts.segment_path(code, "/edit"))
            link(view.say(builder_words.EDIT_TITLE), changed, "lm-button", "o_edit")
    segment_live.draw(view, code, document["live"])
    if found["tags"]:
        with box("lm-two"):
            parts.apart(view, found["tags"], words.APART_L)
            parts.model(view, found["model"])
        parts.by_value(view, found["tags"], found["model"])
        parts.habits(view, found["habits"], (view.say(words.OF_THEM), view.say(words.EVERYONE)))
        parts.tags_table(view, found["tags"], "/export/understood/described", code=code)
    _compare(view, code, document["others"])
    next_steps(view, [
        (view.say(words.SEE_CUSTOMERS), view.href("/customers", rule=found["rule"])),
        (view.say(words.SEE_DIVIDE), view.href("/division", inside=code)),
        (view.say(words.SEE_MOVEMENT), view.href("/movement", by="segments", of=code)),
    ])  # fmt: skip


def sentence(view: View, found: Document) -> str:
    """The answer: how many they are and what they bring."""
    write = view.numbers
    told = {
        "name": pick(view, found, "name"), "customers": write.count(found["customers"]),
        "share": write.share(found["share"]),
    }  # fmt: skip
    money = next((f for f in found["figures"] if f["how"] == "sum"), None)
    if money is None or not money["base"]:
        return view.say(words.ANSWER_PLAIN, **told)
    return view.say(
        words.ANSWER, **told, revenue=write.share((money["value"] or 0) / money["base"])
    )


def key_figures(view: View, found: Document, base: Any = None) -> list[Figure]:
    """The few numbers on top, each beside that of the base."""
    write = view.numbers
    shown_ = [
        Figure(words.CUSTOMERS, write.count(found["customers"]), words.CUSTOMERS_M,
               view.say(words.OF_ALL, share=write.share(found["share"])))
    ]  # fmt: skip
    for one in found["figures"]:
        kind = "money" if one["code"] in ("revenue_365d", "basket_mean") else "number"
        beside = shown(view, kind, one["base"])
        note = view.say(words.AVERAGE, value=beside) if base is None else f"{base} {beside}"
        shown_.append(
            Figure(words.FIGURES[one["code"], one["how"]], shown(view, kind, one["value"]),
                   words.FIGURES_M[one["how"]], note)
        )  # fmt: skip
    return shown_


def _compare(view: View, code: str, others: dict[str, str]) -> None:
    rest = {other: name for other, name in others.items() if other != code}
    if not rest:
        return

    def go(event: Any) -> None:
        if event.value:
            ui.navigate.to(view.href("/compare", a=code, b=event.value))

    with card(view, words.COMPARE, words.CHOOSE_WHY), box().style("max-width: 360px"):
        field = choice_field(view.say(words.WITH), rest, None, lambda: None, is_searched=True)
        field.on_value_change(go)


PAGE = Page("/segments/{code}", "segments", words.TITLE, "reports.read", read, draw)
