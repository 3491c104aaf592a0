"""One segment: who they are, against everybody else."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from limner.app.described import describe_segment, persona_of
from limner.app.drafting import Kept, idle_segments, keep_segment, kept_segment
from limner.console import as_of_part, segment_live
from limner.console import described_parts as parts
from limner.console.builder import Outcome, say_wrong, work_out
from limner.console.doing import attempt
from limner.console.form_parts import action, choice_field
from limner.console.names import pick, shown
from limner.console.parts import Figure, box, card, figures, link, next_steps, say_note, text
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import builder as builder_words
from limner.console.words import described as words
from limner.console.words import segment_live as live_words
from limner.console.words import segments as segment_words

Document = dict[str, Any]


def read(view: View) -> Document | None:
    """The description of the segment that the address names; None before the first build.

    Raises: `Unknown` when there is no such segment.
    """
    if view.as_of is None:
        return None
    code = view.param("code")
    if code in idle_segments(view.limner):
        kept = kept_segment(view.limner, code)
        return {"idle": kept, "outcome": work_out(view, kept.rule, code)}
    parts.demand_asked(view)
    found = describe_segment(view.limner, code)
    said = pick(view, persona_of(view.limner, code), "sentence") if found["tags"] else ""
    return {"found": found, "said": said, "others": parts.segment_options(view),
            "live": segment_live.read(view, code), "size_now": as_of_part.read_size(view, code),
            "newer": as_of_part.read_newer(view)}  # fmt: skip


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/segments"), icon="arrow_back")
    text(view.say(words.TITLE), "lm-title")
    if "idle" in document:
        _idle(view, document["idle"], document["outcome"])
        return
    found, code = document["found"], view.param("code")
    text(sentence(view, found), "lm-answer", tag="h1")
    if document["said"]:
        text(document["said"]).style("font-size: 16px; margin: -10px 0 10px")
    told = pick(view, found, "description")
    if told and told != found["rule"]:
        text(told, "lm-quiet").style("margin: -12px 0 8px")
    text(found["rule"], "lm-quiet lm-code").style("margin-bottom: 4px")
    if view.as_of:
        told = view.say(live_words.BY_BUILD, day=view.numbers.day(view.as_of))
        text(told, "lm-quiet")
    with box().style("margin: 8px 0 16px"):
        before = found["customers"]
        as_of_part.draw_size(view, document["size_now"], before, document["newer"])
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
        frozen = view.href("/audiences", segment=code, as_of=view.param(as_of_part.ASKED))
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


def _idle(view: View, kept: Kept, outcome: Outcome) -> None:
    """A segment that is not in force: why it counts nobody, and how that is changed."""
    name = kept.name.in_(view.language)
    text(view.say(segment_words.IDLE_ANSWER[kept.state], name=name), "lm-answer", tag="h1")
    text(kept.description.in_(view.language), "lm-quiet")
    text(kept.rule, "lm-quiet lm-code lm-break")
    if outcome.error is not None:
        say_wrong(view, kept.rule, outcome.error)
    elif outcome.size is not None and view.as_of:
        count, day = view.numbers.count(outcome.size.customers), view.numbers.day(view.as_of)
        text(view.say(segment_words.IDLE_SIZE, count=count, day=day))
    said = box()

    async def put_in_force() -> None:
        done = await attempt(
            view, "segments.edit",
            lambda doer: keep_segment(
                view.limner, kept.code, kept.name, kept.description, kept.rule, kept.owner,
                doer.name, doer.at,
            ),
            said,
        )  # fmt: skip
        if done is not None:
            ui.navigate.to(view.here())

    with box("lm-row").style("margin: 16px 0 20px"):
        if view.may("segments.edit"):
            if outcome.error is None:
                label = view.say(segment_words.PUT_IN_FORCE)
                action(label, put_in_force, icon="o_check", is_primary=True)
            changed = view.href(parts.segment_path(kept.code, "/edit"))
            link(view.say(builder_words.EDIT_TITLE), changed, "lm-button", "o_edit")
        who = view.href("/customers", rule=kept.rule)
        link(view.say(words.SEE_CUSTOMERS), who, "lm-button", "o_group")


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
