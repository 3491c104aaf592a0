"""The button that has likely pairs among the customer records looked for, and how far that is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nicegui import ui

from limner.console import deeds
from limner.console.form_parts import action, say_failure
from limner.console.parts import box, text
from limner.console.view import View
from limner.console.words import deeds as deed_words
from limner.console.words import identity as words
from limner.core.progress import Progress
from limner.govern import audit

if TYPE_CHECKING:
    from limner.app.matching import Proposed

EDIT = "identity.edit"
KEY = "identity match"
Again = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Last:
    """What the last search came to."""

    found: Proposed | None = None


_LAST = _Last()


def draw_search(view: View, again: Again) -> None:
    """The button; while a search runs how far it is, after it what it came to."""
    with box("lm-row").style("align-items: center; margin-bottom: 12px") as place:
        _fill(view)

    async def look() -> None:
        job = deeds.JOBS.get(KEY)
        if job is None or place.is_deleted:
            return
        if job.is_done:
            deeds.JOBS.pop(KEY, None)
            if job.error is None:
                await again()
                return
        place.clear()
        with place:
            if job.error is not None and job.is_done:
                say_failure(view, job.error, deed_words.ERRORS)
            _fill(view)

    ui.timer(1.0, look)


def _fill(view: View) -> None:
    job = deeds.JOBS.get(KEY)
    if job is not None and not job.is_done:
        ui.spinner()
        text(view.say(words.SEARCHING, percent=round(100 * job.fraction)), "lm-quiet").props(
            "role=status"
        )
        return
    action(view.say(words.LOOK), lambda: _start(view), icon="o_person_search")
    write, found = view.numbers.count, _LAST.found
    if found is None:
        text(view.say(words.LOOK_L), "lm-quiet")
        return
    said = view.say(
        words.SEARCHED, records=write(found.records), linked=write(found.linked),
        reviews=write(found.reviews),
    )  # fmt: skip
    text(said, "lm-quiet").props("role=status")


def _start(view: View) -> None:
    """Begin the search, or watch the one that runs."""

    def search(doer: deeds.Doer, progress: Progress) -> None:
        from limner.app.matching import propose  # heavy libraries

        found = propose(view.limner, doer.at, progress=progress)
        told = {"linked": found.linked, "reviews": found.reviews}
        audit.record(view.limner.store, doer.name, "identity.matched", "", told, doer.at)
        _LAST.found = found

    deeds.start(view, EDIT, KEY, "match", search)
