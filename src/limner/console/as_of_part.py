"""The choice between the last build and now, and what it means: the address says which with `as_of`."""

from __future__ import annotations

from datetime import UTC, datetime

from limner.app.groups import size_of
from limner.app.present import NOW, AsOf, Newer, newer, present
from limner.console.parts import box, chips, text
from limner.console.view import View
from limner.console.words import as_of as words
from limner.core.errors import LimnerError

ASKED = "as_of"  # the address's parameter; without it, the last build
Size = tuple[int, int] | LimnerError  # customers, everyone


def is_now(view: View) -> bool:
    """Whether the address asks for now."""
    return view.param(ASKED) == NOW


def as_of(view: View, is_now: bool) -> AsOf:
    """The present, or None for the last build."""
    return present(view.limner) if is_now else None


def day_of(view: View, is_now: bool) -> str:
    """The day that is looked back from."""
    if is_now:
        return view.numbers.day(present(view.limner).day)
    return view.numbers.day(view.as_of) if view.as_of else "–"


def choices(view: View) -> dict[str, str]:
    """What can be chosen, each with its day."""
    built, today = day_of(view, is_now=False), day_of(view, is_now=True)
    return {"": view.say(words.BUILD, day=built), NOW: view.say(words.NOW, day=today)}


def read_newer(view: View) -> Newer | None:
    """What arrived after the last build."""
    return newer(view.limner, datetime.now(UTC))


def say_newer(view: View, found: Newer | None) -> None:
    """Whether events are newer than the build, and what that means."""
    if found is not None:
        write = view.numbers
        said = words.NEWER if found.events else words.NONE_NEWER
        told = view.say(said, count=write.count(found.events), day=write.day(found.built))
        text(told, "lm-quiet").props("data-testid=newer")


def read_size(view: View, group: str) -> Size | None:
    """How many are in a group by now, of how many; None where the address does not ask for it."""
    if not is_now(view):
        return None
    try:
        found = size_of(view.limner, group, present(view.limner))
    except LimnerError as error:  # look-alikes that no build has scored
        return error
    return found["customers"], found["everyone"]


def draw_size(view: View, size: Size | None, before: int, found: Newer | None) -> None:
    """The choice, with the size as of now where the address asks for it beside that at the build."""
    chips(view, ASKED, choices(view))
    if isinstance(size, LimnerError):
        text(size.message, "lm-quiet")
    elif size is not None:
        write = view.numbers
        told = view.say(
            words.SIZE_NOW, day=day_of(view, is_now=True), built=day_of(view, is_now=False),
            customers=write.count(size[0]), everyone=write.count(size[1]), before=write.count(before),
        )  # fmt: skip
        with box("lm-consequence").props("data-testid=size-now"):
            text(told)
        text(view.say(words.BELOW), "lm-quiet")
    say_newer(view, found)
