"""Two segments beside each other: the same statistics, one against the other."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from limner.app.described import compare_segments
from limner.console import described_parts as parts
from limner.console.form_parts import choice_field
from limner.console.names import pick
from limner.console.pages.one_segment import key_figures
from limner.console.parts import answer, box, card, figures, next_steps, say_note
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import described as words

Document = dict[str, Any]


def read(view: View) -> Document | None:
    """The two segments of the address compared; without both, what can be chosen.

    Raises: `Unknown` when there is no such segment.
    """
    if view.as_of is None:
        return None
    parts.demand_asked(view)
    first, second = view.param("a"), view.param("b")
    found = compare_segments(view.limner, first, second) if first and second else None
    return {"found": found, "others": parts.segment_options(view)}


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    found = document["found"]
    if found is None:
        answer(view, words.COMPARE, view.say(words.CHOOSE))
        _pickers(view, document["others"])
        nothing(view.say(words.CHOOSE), view.say(words.CHOOSE_WHY))
        return
    a, b = pick(view, found["a"], "name"), pick(view, found["b"], "name")
    write = view.numbers
    told = {
        "a": a, "b": b, "first": write.count(found["first"]), "second": write.count(found["second"]),
        "sure": write.count(sum(row["is_significant"] for row in found["tags"])),
        "all": write.count(len(found["tags"])),
    }  # fmt: skip
    answer(view, words.COMPARE, view.say(words.COMPARED, **told))
    _pickers(view, document["others"])
    if pick(view, found, "note"):
        say_note(pick(view, found, "note"))
    if found["both"]:
        say_note(view.say(words.BOTH, both=write.count(found["both"])))
    if found["figures"]:
        figures(view, [f for f in key_figures(view, found, b) if f.label is not words.CUSTOMERS])
    if found["tags"]:
        with box("lm-two"):
            parts.apart(view, found["tags"], view.say(words.APART_COMPARED, name=b))
            parts.model(view, found["model"])
        parts.by_value(view, found["tags"], found["model"])
        parts.habits(view, found["habits"], (a, b))
        params = {"a": found["a"]["code"], "b": found["b"]["code"]}
        parts.tags_table(view, found["tags"], "/export/understood/compared", **params)
    next_steps(view, [
        (a, view.href(parts.segment_path(found["a"]["code"]))),
        (b, view.href(parts.segment_path(found["b"]["code"]))),
    ])  # fmt: skip


def _pickers(view: View, others: dict[str, str]) -> None:
    def go(name: str) -> Any:
        def chosen(event: Any) -> None:
            if event.value and event.value != view.param(name):
                ui.navigate.to(view.here(**{name: event.value, "tag": ""}))

        return chosen

    with card(view), box("lm-two").style("margin-bottom: 0"):
        for name, label in (("a", words.FIRST), ("b", words.SECOND)):
            field = choice_field(
                view.say(label), others, view.param(name), lambda: None, is_searched=True
            )
            field.on_value_change(go(name))


PAGE = Page("/compare", "segments", words.COMPARE, "reports.read", read, draw)
