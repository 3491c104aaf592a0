"""The customers: search, filter by a rule, sort, page through, take away as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from nicegui import ui

from limner.app import reading
from limner.app.person import Match, newest, search
from limner.console.downloads import ask_of
from limner.console.names import code_name, column_name, column_value, segment_name, tag_of
from limner.console.parts import (
    Column,
    answer,
    box,
    card,
    exports,
    link,
    next_steps,
    pager,
    table,
    text,
)
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import customers as words
from limner.console.words import frame as frame_words
from limner.core.errors import Rejected
from limner.understand.tags.tag import catalogue

CODES = {"lifecycle_stage": "stage", "rfm_group": "rfm", "cluster": "cluster"}
TEXTS = ("customer_id", "name", "email", "phone", "city")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of customers, or why the rule cannot be used."""

    page: reading.CustomersPage | None
    error: Rejected | None
    segment: str
    live: list[Match]


def read(view: View) -> Found | None:
    """The page of customers that the address asks for."""
    ask = ask_of(view)
    segment = ""
    if ask.segment:
        saved = reading.saved_segments(view.limner).get(ask.segment, {})
        segment = segment_name(view, {"segment": ask.segment, **saved})
    try:
        page = reading.customers_page(
            view.limner, ask, view.page_number(), sees_personal=view.may(PERSONAL)
        )
    except Rejected as error:
        return Found(None, error, segment, [])
    sees = view.may(PERSONAL)
    found = search(view.limner, ask.search, sees) if ask.search else []
    if page is None:  # no build yet: whoever came live is there all the same
        found = found if ask.search else newest(view.limner, sees)
        return Found(None, None, segment, found) if found or ask.search else None
    return Found(page, None, segment, found)


def draw(view: View, found: Found) -> None:
    """Draw the page."""
    answer(view, frame_words.CUSTOMERS, _sentence(view, found))
    page = found.page
    if page is None and found.error is None:
        _search(view)
        _live(view, found.live)
        return
    _filters(view, found)
    if found.live:
        _live(view, found.live)
    if page is None:
        return
    if not page.total and found.live:  # they stand above; an empty list below would deny them
        return
    with card(view):
        with box("lm-spread"):
            text("" if view.may(PERSONAL) else view.say(words.MASKED), "lm-quiet")
            if view.may(EXPORT) and page.total:
                exports(view, "/export/customers", **_asked(view))
        if page.total:
            table(view, _columns(view, page), [_row(view, page.columns, row) for row in page.rows])
            pager(view, page.page, page.pages, reading.PAGE_ROWS, page.total)
        else:
            nothing(view.say(words.NO_MATCH), view.say(words.NO_MATCH_WHY))
    start = view.href("/campaigns/new", rule=view.param("rule"),
                      segment="" if view.param("rule") else view.param("segment"))  # fmt: skip
    next_steps(view, [
        *([(view.say(words.NEXT_NEW), start)] if view.may("campaigns.edit") else []),
        (view.say(words.NEXT_SEGMENT), view.href("/segments")),
        (view.say(words.NEXT_CAMPAIGN), view.href("/campaigns")),
    ])  # fmt: skip


def _search(view: View) -> None:
    """The search alone: without portraits there is nothing to filter or to sort by."""
    with card(view), ui.element("form").props("method=get action=/customers").classes("lm-filter"):
        hint = words.SEARCH_HINT if view.may(PERSONAL) else words.SEARCH_HINT_MASKED
        _field("q", view.say(words.SEARCH), view.param("q"), view.say(hint), "search")
        hidden = ui.element("input").props("type=hidden name=lang")
        hidden.props["value"] = view.language
        with box("lm-button lm-primary", tag="button").props("type=submit"):
            text(view.say(words.APPLY), tag="span")


def _live(view: View, found: list[Match]) -> None:
    """Customers whom no build knows yet."""
    with card(view, words.LIVE_FOUND, words.LIVE_FOUND_L):
        if not found:
            nothing(view.say(words.NO_MATCH), view.say(words.NO_MATCH_WHY))
            return
        table(view, [
            Column("customer", column_name(view, "customer_id")), Column("kind", view.say(words.KIND)),
            Column("value", view.say(words.VALUE)), Column("source", view.say(words.SOURCE)),
            Column("first", view.say(words.FIRST_SEEN)),
        ], [
            {
                "customer": one.shown_id,
                **({"customer__href": view.href("/customers/" + quoted(one.href_id))} if one.href_id else {}),
                "kind": column_name(view, one.kind), "value": one.value, "source": one.source or "–",
                "first": view.numbers.moment(one.first_at), "first__sort": one.first_at.isoformat(),
            }
            for one in found
        ])  # fmt: skip


def _asked(view: View) -> dict[str, str]:
    return {name: view.param(name) for name in ("rule", "q", "segment", "sort")}


def _sentence(view: View, found: Found) -> str:
    if found.error is not None:
        return view.say(words.RULE_WRONG)
    if found.page is None:
        return view.say(words.LIVE_ONLY if found.live else words.ANSWER_NONE)
    page, write = found.page, view.numbers
    if page.total == 0:
        count = write.count(len(found.live))
        return (
            view.say(words.ANSWER_LIVE, count=count) if found.live else view.say(words.ANSWER_NONE)
        )
    is_filtered = any(view.param(name) for name in ("rule", "q", "segment"))
    if page.revenue_365d is None:
        return view.say(words.ANSWER_COUNT, count=write.count(page.total))
    return view.say(
        words.ANSWER_FILTERED if is_filtered else words.ANSWER,
        count=write.count(page.total),
        revenue=write.compact_money(page.revenue_365d),
    )


def _filters(view: View, found: Found) -> None:
    with card(view):
        with ui.element("form").props("method=get action=/customers").classes("lm-filter"):
            hint = words.SEARCH_HINT if view.may(PERSONAL) else words.SEARCH_HINT_MASKED
            _field("q", view.say(words.SEARCH), view.param("q"), view.say(hint), "search")
            _field("rule", view.say(words.RULE), view.param("rule"), words.CHIPS[0][1], "text",
                   is_code=True, is_wrong=found.error is not None)  # fmt: skip
            for field, value in (("segment", view.param("segment")), ("sort", view.param("sort")),
                                ("lang", view.language)):  # fmt: skip
                if value:
                    hidden = ui.element("input").props("type=hidden")
                    hidden.props["name"], hidden.props["value"] = field, value
            with box("lm-button lm-primary", tag="button").props("type=submit"):
                text(view.say(words.APPLY), tag="span")
        if found.error is not None:
            _say_error(view, found.error)
        with box("lm-row").style("margin-top: 12px"):
            for name, rule in words.CHIPS:
                chip = link(view.say(name), view.here(rule=rule, page=""), "lm-chip")
                if view.param("rule") == rule:
                    chip.props("aria-current=true")
            if found.segment:
                link(view.say(words.IN_SEGMENT, name=found.segment), view.here(segment="", page=""),
                     "lm-chip", "close").props("aria-current=true")  # fmt: skip
            if any(view.param(name) for name in ("rule", "q", "segment")):
                link(view.say(words.CLEAR), view.href("/customers"), "lm-chip", "close")
        if view.param("rule") and found.error is None and view.may("segments.edit"):
            _save(view)
        _help(view)


def _say_error(view: View, error: Rejected) -> None:
    """What is wrong with the rule, in the reader's language, and where exactly."""
    with box("lm-error").props("role=alert"):
        if error.code in words.RULE_ERRORS:
            text(view.say(words.RULE_ERRORS[error.code]))
        text(error.message, "lm-code")


def _save(view: View) -> None:
    """The way to the page on which the rule becomes a segment."""
    with box("lm-row").style("margin-top: 12px"):
        target = view.href("/segments/new", rule=view.param("rule"))
        link(view.say(words.SAVE), target, "lm-button", "o_bookmark_add")


def _help(view: View) -> None:
    with (
        ui.expansion(view.say(words.RULE_HELP))
        .props("dense")
        .style("margin: 8px -16px -8px")
        .classes("lm-quiet")
    ):
        text(view.say(words.RULE_HELP_BODY)).style("margin-bottom: 8px")
        text(words.CHIPS[0][1], "lm-code lm-code-block").style("margin-bottom: 12px")
        text(view.say(words.COLUMNS)).style("font-weight: 600; margin-bottom: 4px")
        with box("lm-tags"):
            codes = ["lifecycle_stage", "rfm_group", "cluster", *(tag.code for tag in catalogue())]
            for code in codes:
                with box("lm-tag-head").style("padding: 2px 0"):
                    text(code, "lm-code")
                    text(column_name(view, code)).style("text-align: right")


def _field(name: str, label: str, value: str, hint: str, kind: str, is_code: bool = False,
           is_wrong: bool = False) -> None:  # fmt: skip
    with box("lm-field", tag="label"):
        text(label, tag="span")
        field = box("lm-input" + (" lm-code" if is_code else ""), tag="input")
        for key, what in (("name", name), ("value", value), ("placeholder", hint), ("type", kind)):
            field.props[key] = what
        field.props("autocomplete=off spellcheck=false")
        if is_wrong:
            field.props("aria-invalid=true")


def _columns(view: View, page: reading.CustomersPage) -> list[Column]:
    sort = view.param("sort", reading.Ask().sort)
    columns = []
    for code in page.columns:
        known = tag_of(code)
        is_number = known is not None and known.kind not in ("text", "day")
        is_down = sort == f"-{code}"
        columns.append(
            Column(
                code,
                column_name(view, code),
                is_number=is_number,
                meaning=view.say(known.description) if known else _meaning(view, code),
                sort_href=view.here(
                    sort=code if is_down or (sort != code and not is_number) else f"-{code}",
                    page="",
                ),
                sorted_by="desc" if is_down else "asc" if sort == code else "",
            )
        )
    return columns


def _meaning(view: View, code: str) -> str:
    """What a column that is no tag says."""
    return view.say(words.MEANINGS[code]) if code in words.MEANINGS else ""


def _row(view: View, columns: tuple[str, ...], row: dict[str, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for code in columns:
        if code in CODES:
            cells[code] = code_name(view, CODES[code], row[code])
        else:
            cells[code] = column_value(view, code, row[code])
    cells["customer_id__href"] = view.href("/customers/" + quoted(row["customer_id"]))
    return cells


def quoted(customer_id: str) -> str:
    """A customer's id as a part of an address."""
    return quote(customer_id, safe="")


PERSONAL, EXPORT = "personal.read", "customers.export"
PAGE = Page("/customers", "customers", frame_words.CUSTOMERS, "reports.read", read, draw)
