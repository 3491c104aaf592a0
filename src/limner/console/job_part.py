"""Long reading on a page: begun when somebody looks, its progress shown, the page drawn anew at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from limner.console import deeds
from limner.console.form_parts import say_failure
from limner.console.parts import card
from limner.console.view import View
from limner.core.progress import Progress
from limner.core.words import Words


def working(
    view: View, key: str, title: Words, lede: Words, work: Callable[[Progress], Any]
) -> None:  # fmt: skip
    """Begin or watch the work that makes what this page shows; what stopped it is told instead.

    `work` keeps what it found, so that the page finds it when it is read again.
    """
    job = deeds.JOBS.get(key)
    if job is not None and job.is_done:
        deeds.JOBS.pop(key, None)
        if job.error is not None:
            say_failure(view, job.error)
            return
    job = deeds.start(view, "reports.read", key, key, lambda _doer, progress: work(progress))
    with card(view, title, lede):
        bar = ui.linear_progress(value=job.fraction, show_value=False).props("rounded size=8px")
        bar.props["aria-label"] = view.say(title)

    def look() -> None:
        bar.set_value(job.fraction)
        if job.is_done:
            timer.deactivate()
            ui.navigate.to(view.here())

    timer = ui.timer(0.3, look)
