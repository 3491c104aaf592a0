"""Who moved between groups from one day to another."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from limner.app.kept import key_of
from limner.app.movement import SCHEMES, movement_ask, movement_between, movement_kept
from limner.console import charts_movement as charts
from limner.console import described_parts
from limner.console.charts import Look
from limner.console.form_parts import action, choice_field, labelled, words_field
from limner.console.job_part import working
from limner.console.names import pick
from limner.console.parts import (
    Column,
    Figure,
    answer,
    box,
    card,
    chart,
    chips,
    exports,
    figures,
    next_steps,
    table,
    text,
)
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import movement as words
from limner.core.clock import parse_day

Document = dict[str, Any]


def ask_of(view: View) -> Document:
    """What the address asks.

    Raises: `Malformed` for what is no day; as `movement_ask`.
    """
    start, end = view.param("from"), view.param("to")
    codes = [code for code in view.param("of").split(",") if code]
    return movement_ask(
        view.limner, view.param("by", "lifecycle"), parse_day(start) if start else None,
        parse_day(end) if end else None, segments=codes,
    )  # fmt: skip


def read(view: View) -> Document | None:
    """The movement the address asks for, if it is worked out; None before the first build."""
    if view.as_of is None:
        return None
    described_parts.demand_asked(view)
    options = described_parts.segment_options(view)
    if view.param("by") == "segments" and not view.param("of"):
        return {"ask": None, "found": None, "options": options}
    ask = ask_of(view)
    return {"ask": ask, "found": movement_kept(view.limner, ask), "options": options}


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    ask, found = document["ask"], document["found"]
    if found is None:
        answer(view, words.TITLE, view.say(words.TITLE))
        _form(view, ask, document["options"])
        if ask is not None:
            working(view, key_of("movement", ask), words.WORKING, words.WORKING_L,
                    lambda progress: movement_between(view.limner, ask, progress))  # fmt: skip
        return
    write, look = view.numbers, Look(view.language, view.numbers.currency)
    names = {row["code"]: pick(view, row, "name") for row in found["states"]}
    answer(view, words.TITLE, _sentence(view, found, names))
    _form(view, ask, document["options"])
    figures(view, [
        Figure(words.MOVED, write.count(found["moved"]), words.MOVED_M,
               write.share(found["moved"] / max(found["customers"], 1))),
        Figure(words.CUSTOMERS, write.count(found["customers"]), words.CUSTOMERS_M),
    ])  # fmt: skip
    lede = view.say(words.FLOWS_L, start=write.day(found["from"]), end=write.day(found["to"]))
    with card(view, words.FLOWS, lede, words.FLOWS_M):
        chart(view, charts.sankey(found["flows"], names, look), view.say(words.FLOWS), "lm-tall")
    _over_time(view, found, names, look)
    _states(view, found)
    _flows(view, found, names)
    next_steps(view, [
        (view.say(words.NEXT_SEGMENTS), view.href("/segments")),
        (view.say(words.NEXT_DIVISION), view.href("/division")),
    ])  # fmt: skip


def _sentence(view: View, found: Document, names: dict[str, str]) -> str:
    write = view.numbers
    told = {
        "moved": write.count(found["moved"]), "customers": write.count(found["customers"]),
        "share": write.share(found["moved"] / max(found["customers"], 1), 0),
    }  # fmt: skip
    moves = [flow for flow in found["flows"] if flow["from"] != flow["to"]]
    if not moves:
        return view.say(words.ANSWER, **told, day=write.day(found["from"]))
    most = max(moves, key=lambda flow: flow["customers"])
    return view.say(words.ANSWER_MOST, **told, most=write.count(most["customers"]),
                    was=names[most["from"]], now=names[most["to"]])  # fmt: skip


def _form(view: View, ask: Document | None, options: dict[str, str]) -> None:
    with card(view):
        chips(view, "by", {code: view.say(name) for code, name in SCHEMES.items()}, "lifecycle")
        with box("lm-filter").style(
            "margin-top: 12px; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr))"
        ):
            chosen: Any = None
            if view.param("by") == "segments":
                with labelled(view.say(words.SEGMENTS), view.say(words.SEGMENTS_HINT)):
                    known = [code for code in view.param("of").split(",") if code in options]
                    chosen = ui.select(options, value=known, multiple=True, with_input=True)
                    chosen.props("outlined dense use-chips").props["aria-label"] = view.say(
                        words.SEGMENTS
                    )
            start = words_field(
                view.say(words.START), ask["from"] if ask else "", lambda: None, kind="date"
            )
            end = words_field(
                view.say(words.END), ask["to"] if ask else "", lambda: None, kind="date"
            )

            def go() -> None:
                of = ",".join(chosen.value) if chosen is not None else ""
                ui.navigate.to(view.here(**{"from": start.value, "to": end.value, "of": of}))

            action(view.say(words.SHOW), go, is_primary=True)


def _over_time(view: View, found: Document, names: dict[str, str], look: Look) -> None:
    rows = found["over_time"]
    days = [view.numbers.day(day) for day in dict.fromkeys(row["day"] for row in rows)]
    states = [
        row["code"]
        for row in found["states"]
        if row["code"] != "none" and row["before"] + row["after"]
    ]
    turnover = {row["code"]: row["entered"] + row["left"] for row in found["states"]}
    with box("lm-two"):
        with card(view, words.OVER_TIME):
            chart(view, charts.members(rows, names, days, look), view.say(words.OVER_TIME))
        if states:
            lively = max(states, key=lambda code: turnover[code])
            state = view.param("state") if view.param("state") in states else lively
            title = view.say(words.IN_OUT, name=names[state])
            with card(view, title, words.IN_OUT_L):
                field = choice_field(
                    view.say(words.GROUP), {s: names[s] for s in states}, state, lambda: None
                )
                field.on_value_change(lambda event: ui.navigate.to(view.here(state=event.value)))
                here = [row for row in rows if row["state"] == state]
                chart(view, charts.came_and_went(here, days[1:], look), title, "lm-short")


def _states(view: View, found: Document) -> None:
    write = view.numbers
    with card(view, words.STATES):
        exports(view, "/export/understood/movement", **_params(view))
        table(view, [
            Column("group", view.say(words.GROUP)),
            *(Column(key, view.say(name), is_number=True) for key, name in (
                ("before", words.BEFORE), ("after", words.AFTER), ("stayed", words.STAYED),
                ("entered", words.ENTERED), ("left", words.LEFT), ("rate", words.STAY_RATE),
                ("value_before", words.VALUE_BEFORE), ("value_after", words.VALUE_AFTER),
            )),
        ], [
            {
                "group": pick(view, row, "name"),
                **{key: write.count(row[key]) for key in ("before", "after", "stayed", "entered", "left")},
                **{f"{key}__sort": row[key] for key in ("before", "after", "stayed", "entered", "left")},
                "rate": write.share(row["stay_rate"]), "rate__sort": row["stay_rate"] or 0,
                "value_before": write.money(row["value_before"]), "value_before__sort": row["value_before"],
                "value_after": write.money(row["value_after"]), "value_after__sort": row["value_after"],
            }
            for row in found["states"]
        ])  # fmt: skip


def _flows(view: View, found: Document, names: dict[str, str]) -> None:
    write = view.numbers
    with card(view, words.FLOW_TABLE):
        exports(view, "/export/understood/flows", **_params(view))
        table(view, [
            Column("from", view.say(words.FROM)), Column("to", view.say(words.TO)),
            Column("customers", view.say(words.CUSTOMERS), is_number=True),
            Column("before", view.say(words.VALUE_BEFORE), is_number=True),
            Column("after", view.say(words.VALUE_AFTER), is_number=True),
        ], [
            {
                "from": names[flow["from"]], "to": names[flow["to"]],
                "customers": write.count(flow["customers"]), "customers__sort": flow["customers"],
                "before": write.money(flow["value_before"]), "before__sort": flow["value_before"],
                "after": write.money(flow["value_after"]), "after__sort": flow["value_after"],
            }
            for flow in sorted(found["flows"], key=lambda flow: -flow["customers"])
        ], size=15)  # fmt: skip
        text(view.say(words.FLOWS_M), "lm-quiet")


def _params(view: View) -> dict[str, str]:
    return {name: view.param(name) for name in ("by", "from", "to", "of")}


PAGE = Page("/movement", "movement", words.TITLE, "reports.read", read, draw)
