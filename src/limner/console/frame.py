"""The frame around every page: navigation in the order of the loop, language, date, sign-out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui
from nicegui.element import Element

from limner.console.parts import box, link, text
from limner.console.theme import FAVICON, stylesheet
from limner.console.view import View
from limner.console.words import frame as words
from limner.console.words.roles import role_name
from limner.core.words import LANGUAGES, Language, Words

# (group or None, [(section, where it leads, icon, name)]) in the order of the loop.
Entry = tuple[str, str, str, Words]
NAVIGATION: tuple[tuple[Words | None, tuple[Entry, ...]], ...] = (
    (None, (("overview", "/", "o_space_dashboard", words.OVERVIEW),)),
    (words.COLLECT, (
        ("sources", "/sources", "o_input", words.SOURCES),
        ("live", "/live", "o_sensors", words.LIVE),
        ("plan", "/plan", "o_rule", words.PLAN),
        ("quarantine", "/quarantine", "o_report", words.QUARANTINE),
        ("quality", "/quality", "o_fact_check", words.QUALITY),
    )),
    (words.UNIFY, (("identity", "/identity", "o_join_inner", words.IDENTITY),)),
    (words.UNDERSTAND, (
        ("customers", "/customers", "o_person_search", words.CUSTOMERS),
        ("tags", "/tags", "o_sell", words.TAGS),
        ("segments", "/segments", "o_donut_small", words.SEGMENTS),
        ("audiences", "/audiences", "o_groups", words.AUDIENCES),
        ("movement", "/movement", "o_swap_horiz", words.MOVEMENT),
        ("division", "/division", "o_call_split", words.DIVISION),
        ("value", "/value", "o_paid", words.VALUE),
        ("model", "/model", "o_insights", words.MODEL),
    )),
    (words.ACT, (("campaigns", "/campaigns", "o_campaign", words.CAMPAIGNS),)),
    (words.LEARN, (("reports", "/reports", "o_analytics", words.REPORTS),)),
    (None, (
        ("glossary", "/glossary", "o_menu_book", words.GLOSSARY),
        ("settings", "/settings", "o_settings", words.SETTINGS),
    )),
)  # fmt: skip

NAMES: dict[Language, str] = {"en": "EN", "zh": "中文"}


def dress(language: Language, title: str) -> None:
    """The style sheet, colours and title of any page, also of the one without a frame."""
    ui.colors(primary="#0A66A8")
    ui.add_css(stylesheet(), shared=False)
    ui.page_title(title)


def brand(view_name: str, href: str) -> None:
    """The mark and the name."""
    with box("lm-brand", tag="a") as home:
        home.props["href"] = href
        home.props["aria-label"] = view_name
        ui.html(FAVICON, sanitize=False, tag="span").props("aria-hidden=true").style(
            "line-height: 0"
        )
        text(view_name, tag="span")


def language_switch(current: Language, addresses: dict[Language, str], label: str) -> None:
    """Links to this very page in each language."""
    with box("lm-lang", tag="nav") as switch:
        switch.props["aria-label"] = label
        for language in LANGUAGES:
            one = link(NAMES[language], addresses[language])
            one.props["lang"] = "zh-CN" if language == "zh" else "en"
            one.props["hreflang"] = language
            if language == current:
                one.props("aria-current=true")


@contextmanager
def frame(view: View, section: str, title: str) -> Iterator[Element]:
    """A page inside the frame; what is drawn within lands in its main part."""
    dress(view.language, f"{title} · {view.say(words.BRAND)}")
    with (
        ui.left_drawer(value=False, fixed=True)
        .props("width=232 breakpoint=1023 show-if-above")
        .classes("lm-drawer") as drawer
    ):
        _navigation(view, section)
    with ui.header(elevated=False).classes("lm-top"):
        menu = ui.button(icon="menu", on_click=drawer.toggle).props("flat dense round color=dark")
        menu.classes("lm-menu-button").props["aria-label"] = view.say(words.MENU)
        brand(view.say(words.BRAND), view.href("/"))
        box("lm-push")
        seen = (
            view.say(words.AS_OF, day=view.numbers.day(view.as_of))
            if view.as_of
            else view.say(words.NO_BUILD)
        )
        text(seen, "lm-asof")
        language_switch(
            view.language, {one: view.here(lang=one) for one in LANGUAGES}, view.say(words.LANGUAGE)
        )
        _account(view)
    with box("lm-page", tag="main") as main:
        yield main
    ui.skip_link(view.say(words.SKIP), target=main)


def _navigation(view: View, section: str) -> None:
    with box("lm-nav", tag="nav") as navigation:
        navigation.props["aria-label"] = view.say(words.MENU)
        for group, entries in NAVIGATION:
            if group:
                text(view.say(group), "lm-nav-group")
            else:
                box().style("height: 8px")
            for code, path, icon, name in entries:
                entry = link(view.say(name), view.href(path), icon=icon)
                if code == section:
                    entry.props("aria-current=page")


def _account(view: View) -> None:
    account = ui.button(icon="o_account_circle").props("flat dense round color=dark")
    account.props["aria-label"] = view.say(words.ACCOUNT, name=view.viewer.name)
    with account, ui.menu().props("anchor='bottom right' self='top right'"):
        with box().style("padding: 12px 16px; min-width: 200px"):
            text(view.viewer.name).style("font-weight: 600; overflow-wrap: anywhere")
            text(role_name(view.viewer.role, view.language), "lm-quiet")
        ui.separator()
        with box().style("padding: 8px 16px 12px; display: grid; gap: 8px"):
            link(view.say(words.SETTINGS), view.href("/settings"))
            form = ui.element("form").props("method=post action=/sign-out")
            with form, box("lm-button", tag="button").props("type=submit").style("width: 100%"):
                text(view.say(words.SIGN_OUT), tag="span")
