"""The states a page can be in besides showing something: empty, loading, failed, forbidden, gone."""

from __future__ import annotations

from nicegui import ui

from limner.console.parts import box, link, text
from limner.console.view import View
from limner.console.words import frame as words
from limner.console.words.roles import role_name
from limner.core.errors import LimnerError, Unknown


def empty(view: View, is_imported: bool, what: str = "") -> None:
    """Nothing to show yet, and the command that changes that."""
    home = view.limner.settings.home
    command = f"limner build --home {home}" if is_imported else f"limner import FILE --home {home}"
    with box("lm-state"):
        ui.icon("o_inbox").props("aria-hidden=true")
        text(what or view.say(words.EMPTY_TITLE), tag="h2")
        text(view.say(words.EMPTY_BUILD if is_imported else words.EMPTY_IMPORT), tag="p")
        text(command, "lm-code lm-code-block")
        if not is_imported:
            text(view.say(words.EMPTY_CONNECT), tag="p").style("margin: 16px 0 12px")
            link(view.say(words.TO_SOURCES), view.href("/sources"), "lm-button lm-primary")


def nothing(what: str, why: str, then: tuple[str, str] | None = None) -> None:
    """A part of a page that has nothing to show, why, and what one can do: its name and address."""
    with box("lm-state").style("padding: 24px 8px"):
        text(what, tag="h2").style("font-size: 15px")
        text(why, tag="p").style("margin: 0")
        if then is not None:
            link(*then, "lm-button").style("margin-top: 12px")


def loading(view: View) -> None:
    """The shape of what is coming."""
    with box("lm-skeleton").props("role=status") as skeleton:
        skeleton.props["aria-label"] = view.say(words.LOADING)
        for height in (64, 84, 320, 240):
            box().style(f"height: {height}px")


def failed(view: View, error: LimnerError) -> None:
    """What was seen, what was wanted and what to do, in the error's own words."""
    is_gone = isinstance(error, Unknown)
    with box("lm-state").props("role=alert"):
        ui.icon("o_explore_off" if is_gone else "o_report_problem").props("aria-hidden=true")
        text(view.say(words.GONE_TITLE if is_gone else words.FAILED_TITLE), tag="h2")
        text(error.message, tag="p")
        text(error.code, "lm-quiet lm-code")
        with box("lm-row").style("justify-content: center; margin-top: 16px"):
            if is_gone:
                link(view.say(words.TO_OVERVIEW), view.href("/"), "lm-button lm-primary")
            else:
                link(view.say(words.TRY_AGAIN), view.here(), "lm-button lm-primary")


def broken(view: View, code: str) -> None:
    """A fault of ours, with the code under which the log has it."""
    with box("lm-state").props("role=alert"):
        ui.icon("o_report_problem").props("aria-hidden=true")
        text(view.say(words.FAILED_TITLE), tag="h2")
        text(view.say(words.FAILED, code=code), tag="p")
        link(view.say(words.TRY_AGAIN), view.here(), "lm-button lm-primary")


def forbidden(view: View) -> None:
    """The role may not see this page, and who can change that."""
    with box("lm-state").props("role=alert"):
        ui.icon("o_lock").props("aria-hidden=true")
        text(view.say(words.FORBIDDEN_TITLE), tag="h2")
        text(view.say(words.FORBIDDEN, role=role_name(view.viewer.role, view.language)), tag="p")
        link(view.say(words.TO_OVERVIEW), view.href("/"), "lm-button lm-primary")


def missing(view: View) -> None:
    """There is no such page."""
    with box("lm-state"):
        ui.icon("o_explore_off").props("aria-hidden=true")
        text(view.say(words.MISSING_TITLE), tag="h2")
        text(view.say(words.MISSING), tag="p")
        link(view.say(words.TO_OVERVIEW), view.href("/"), "lm-button lm-primary")
