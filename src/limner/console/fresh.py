"""Parts of a page that keep themselves up to date while somebody looks at them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import replace
from typing import TypeVar

import structlog
from nicegui import run, ui
from nicegui.element import Element

from limner.console.parts import box, text
from limner.console.view import View
from limner.console.words import frame as words
from limner.core.errors import Forbidden, LimnerError
from limner.govern.roles import demand

T = TypeVar("T")
log = structlog.get_logger()
ASK_AGAIN_SECONDS = 5.0  # how long an ended session or a lost role may go on seeing
_SAME = object()


class Watch:
    """Reads again whenever a cheap version changed, and hands over what it read.

    Reading happens off the event loop, for the viewer as the store knows them by then: when the
    session has ended or the role may no longer look, nothing more is shown.
    """

    def __init__(
        self, view: View, permission: str, version: Callable[[View], Hashable],
        read: Callable[[View], T], show: Callable[[View, T], None], seconds: float = 1.0,
    ) -> None:  # fmt: skip
        self.view, self.permission = view, permission
        self.version, self.read, self.show = version, read, show
        self.seen: Hashable = _SAME  # nothing was shown yet, and this is no version
        self.asked_at = 0.0
        self.notes: Element = box()
        self.timer = ui.timer(seconds, self._look, immediate=True)

    def pause(self) -> None:
        """Stop looking until `go_on`."""
        self.timer.deactivate()

    def go_on(self) -> None:
        """Look again."""
        self.timer.activate()

    async def _look(self) -> None:
        outcome = await run.io_bound(self._attempt)
        if outcome is None or self.timer.is_deleted:  # the server stops, or whoever looked has gone
            return
        if isinstance(outcome, LimnerError):
            self._say(outcome)
            return
        if outcome is not _SAME:
            self.notes.clear()
            self.show(self.view, outcome)

    def _attempt(self) -> object:
        try:
            self._ask_again()
            version = self.version(self.view)
            if version == self.seen:
                return _SAME
            found = self.read(self.view)
            self.seen = version
            return found
        except LimnerError as error:
            return error
        except Exception as error:  # a page that is open all day must survive a bad minute
            log.error("watch-broken", path=self.view.path, exc_info=error)
            return _SAME

    def _ask_again(self) -> None:
        now = time.monotonic()
        if now - self.asked_at < ASK_AGAIN_SECONDS:
            return
        viewer = self.view.renew()
        if viewer is None:
            raise Forbidden("not-signed-in", "your session has ended; sign in again")
        demand(viewer.role, self.permission)
        if viewer.role != self.view.viewer.role:
            self.view, self.seen = replace(self.view, viewer=viewer), _SAME
        self.asked_at = now

    def _say(self, error: LimnerError) -> None:
        """Why nothing more comes; after a refusal the watch ends."""
        self.notes.clear()
        with self.notes, box("lm-note lm-bad").props("role=alert"):
            text(self.view.say(words.STOPPED), "lm-note-title")
            text(error.message)
        if isinstance(error, Forbidden):
            self.timer.cancel()


def keep_fresh(
    view: View, permission: str, version: Callable[[View], Hashable], read: Callable[[View], T],
    draw: Callable[[View, T], None], first: T, seconds: float = 1.0,
) -> Watch:  # fmt: skip
    """A part of the page that is drawn from `first`, and anew whenever its version changed."""
    place = box()

    def show(seen_by: View, found: T) -> None:
        place.clear()
        with place:
            draw(seen_by, found)

    show(view, first)
    return Watch(view, permission, version, read, show, seconds)


def redrawn(
    view: View, read: Callable[[View], T], draw: Callable[[View, T, Callable[[], Awaitable[None]]], None],
    first: T,
) -> None:  # fmt: skip
    """A part that is drawn from `first`, and anew each time something in it calls for that."""
    place = box()

    def show(found: T) -> None:
        place.clear()
        with place:
            draw(view, found, again)

    async def again() -> None:
        outcome = await run.io_bound(_read_or_tell, view, read)
        if outcome is None or place.is_deleted:
            return
        if isinstance(outcome, LimnerError):
            with place, box("lm-note lm-bad").props("role=alert"):
                text(outcome.message)
        else:
            show(outcome)

    show(first)


def _read_or_tell(view: View, read: Callable[[View], T]) -> T | LimnerError:
    try:
        return read(view)
    except LimnerError as error:
        return error
