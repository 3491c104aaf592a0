"""The sources: what sends or is asked, how much comes, and how far behind the portrait is."""

from __future__ import annotations

from urllib.parse import quote

from nicegui import ui

from limner.app import sources as house
from limner.app.flow import Flow
from limner.console.doing import attempt
from limner.console.form_parts import action, choice_field, words_field
from limner.console.fresh import Watch
from limner.console.parts import Column, answer, box, card, figures, link, table, text
from limner.console.pull_part import read_settings
from limner.console.registry import Page
from limner.console.source_parts import (
    FlowChart,
    flow_figures,
    flow_of,
    flow_version,
    health,
    kind_name,
    say_stopped,
    shown_key,
)
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import sources as words

MANAGE = "sources.manage"


def read(view: View) -> Flow:
    """Every source with what came from it lately."""
    return flow_of(view)


def draw(view: View, found: Flow) -> None:
    """Draw the page; all but the form keeps itself up to date."""
    head, picture, rows = box(), FlowChart(view), box()

    def show(seen: View, flow: Flow) -> None:
        head.clear()
        with head:
            _head(seen, flow)
        if flow.sources:
            picture.show(flow)
        rows.clear()
        with rows, card(seen, words.LIST, words.LIST_L):
            if flow.sources:
                _list(seen, flow)
            else:
                nothing(seen.say(words.ANSWER_NONE), seen.say(words.ADD_L))

    show(view, found)
    Watch(view, "reports.read", flow_version, flow_of, show, seconds=2.0)
    if view.may(MANAGE):
        _add(view)
    else:
        text(view.say(words.ONLY_OWNERS), "lm-quiet")


def _head(view: View, flow: Flow) -> None:
    sentence = health(view, flow) if flow.sources else view.say(words.ANSWER_NONE)
    answer(view, frame_words.SOURCES, sentence)
    say_stopped(view, flow)
    if flow.sources:
        figures(view, flow_figures(view, flow))


def _list(view: View, flow: Flow) -> None:
    write = view.numbers
    table(view, [
        Column("name", view.say(words.NAME)), Column("kind", view.say(words.KIND)),
        Column("state", view.say(words.STATE)),
        Column("minute", view.say(words.PER_MINUTE), is_number=True),
        Column("day", view.say(words.PER_DAY), is_number=True),
        Column("last", view.say(words.LAST)),
    ], [
        {
            "name": one.name, "name__href": view.href("/sources/" + quote(one.name, safe="")),
            "kind": kind_name(view, one.kind),
            "state": view.say(words.ON if one.is_enabled else words.OFF),
            "minute": write.count(flow.of(one.name).last_minute),
            "minute__sort": flow.of(one.name).last_minute,
            "day": write.count(flow.of(one.name).last_day), "day__sort": flow.of(one.name).last_day,
            "last": write.moment(flow.of(one.name).last_at),
            "last__sort": str(flow.of(one.name).last_at or ""),
        }
        for one in flow.sources
    ], size=25)  # fmt: skip


def _add(view: View) -> None:
    """A form that adds a source and then shows its write key."""
    with card(view, words.ADD, words.ADD_L, classes="lm-next"):
        said = box()
        with box("lm-grid").style("align-items: start; margin-top: 8px"):
            name = words_field(
                view.say(words.NAME), "", lambda: None, hint=view.say(words.NAME_HINT)
            )
            kinds = {kind: view.say(name) for kind, name in words.KINDS.items()}
            kind = choice_field(view.say(words.KIND), kinds, "http", lambda: needs.set_visibility(
                kind.value != "http"
            ))  # fmt: skip
        text(view.say(words.NAME_L), "lm-quiet")
        needs = box().style("margin-top: 12px")
        with needs:
            settings = words_field(
                view.say(words.NEEDS), "", lambda: None, kind="textarea", code=True
            )
            text(view.say(words.NEEDS_L), "lm-quiet")
        needs.set_visibility(False)

        async def add() -> None:
            asked, is_pull = str(name.value or ""), kind.value != "http"
            written = str(settings.value or "") if is_pull else ""
            done = await attempt(view, MANAGE, lambda doer: house.add_source(
                view.limner, asked, str(kind.value), read_settings(view, written), doer.name, doer.at
            ), said)  # fmt: skip
            if done is None:
                return
            made, write_key = done[0]
            where = view.href("/sources/" + quote(made.name, safe=""))
            if write_key is None:
                ui.navigate.to(where)
            else:
                shown_key(view, made.name, write_key, where)

        with box("lm-row").style("margin-top: 12px"):
            action(view.say(words.ADD_DONE), add, icon="o_add", is_primary=True)
            link(view.say(words.SEE_LIVE), view.href("/live"))


PAGE = Page("/sources", "sources", frame_words.SOURCES, "reports.read", read, draw)
