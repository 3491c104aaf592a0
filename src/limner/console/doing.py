"""A deed from a page: done off the event loop, and told where it was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from nicegui import ui
from nicegui.element import Element

from limner.console import deeds
from limner.console.form_parts import action, say_failure
from limner.console.parts import box
from limner.console.view import View
from limner.console.words import deeds as words
from limner.core.errors import LimnerError

T = TypeVar("T")


async def attempt(
    view: View, permission: str, deed: Callable[[deeds.Doer], T], said: Element | None = None
) -> tuple[T] | None:  # fmt: skip
    """What the deed gives, alone in a tuple; None when it failed, which is told in `said` or a dialog."""
    outcome = await deeds.do(view, permission, deed)
    if said is not None:
        said.clear()
    if isinstance(outcome, LimnerError):
        _tell_failure(view, outcome, said)
        return None
    return (outcome,)


def _tell_failure(view: View, error: LimnerError, said: Element | None) -> None:
    if said is not None and not said.is_deleted:
        with said:
            say_failure(view, error, words.ERRORS)
        return
    with ui.dialog() as dialog, box("lm-card lm-dialog"):
        say_failure(view, error, words.ERRORS)
        with box("lm-row lm-end"):
            action(view.say(words.CLOSE), dialog.close, is_primary=True)
    dialog.open()


def notify(said: str) -> None:
    """A word at the bottom of the page that goes away by itself."""
    ui.notify(said, position="bottom", color="dark", timeout=2500)


_COPY = """() => { const text = TEXT;
  if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(text); return; }
  const area = document.createElement('textarea'); area.value = text; document.body.append(area);
  area.select(); document.execCommand('copy'); area.remove(); }"""


def copy_button(content: str, label: str, told: str) -> None:
    """A button that puts a text into the clipboard, also where the page came over plain HTTP."""
    button = action(label, lambda: notify(told), icon="o_content_copy")
    as_script = json.dumps(content).replace("<", "\\u003c")
    button.on("click", js_handler=_COPY.replace("TEXT", as_script))
