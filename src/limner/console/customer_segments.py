"""The segments one customer is in, and when they entered and left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import quote

from limner.app.dealings import ENTERED, EXITED, Move, moves
from limner.app.timeline import Choice, Timeline
from limner.console.customer_known import Known
from limner.console.names import group_meaning, segment_name
from limner.console.parts import Column, box, card, link, table, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import one_customer as words

SHOWN = 200


def read(view: View, known: Known) -> list[Move]:
    """The customer's moves, newest first."""
    choice = Choice(names=(ENTERED, EXITED))
    return moves(Timeline(view.limner, known.customer_id, SHOWN, choice).read())


def draw(
    view: View, known: Known, moved: list[Move], _again: Callable[[], Awaitable[None]]
) -> None:
    """Draw the side."""
    since = _since(moved)
    with card(
        view, words.IN_NOW, view.say(words.IN_NOW_L, count=view.numbers.count(len(known.segments)))
    ):
        if known.segments:
            table(view, [
                Column("segment", view.say(words.SEGMENT)),
                Column("since", view.say(words.SINCE_IN)),
                Column("meaning", view.say(words.MEANING), is_wrapped=True),
            ], [
                {
                    "segment": segment_name(view, one),
                    "segment__href": segment_href(view, one["segment"]),
                    "since": view.numbers.moment(since.get(one["segment"])) if one["segment"] in since else "–",
                    "since__sort": str(since.get(one["segment"], "")),
                    "meaning": one.get("rule") or group_meaning(view, one["segment"]),
                }
                for one in known.segments
            ])  # fmt: skip
        else:
            nothing(view.say(words.IN_NONE), view.say(words.IN_NONE_WHY))
    with card(view, words.MOVES, words.MOVES_L):
        if not moved:
            nothing(view.say(words.NO_MOVES), view.say(words.NO_MOVES_WHY))
        names = {one["segment"]: segment_name(view, one) for one in known.segments}
        with box("lm-timeline"):
            for move in moved:
                said = words.ENTERED if move.is_entry else words.LEFT
                name = names.get(move.segment) or segment_name(view, {"segment": move.segment})
                with box("lm-moment"):
                    text("→" if move.is_entry else "←").props("aria-hidden=true")
                    text(view.say(said, segment=name), "lm-break")
                    text(view.numbers.moment(move.at), "lm-when")


def segment_chips(view: View, known: Known) -> None:
    """Links to the segments that the customer is in."""
    if not known.segments:
        nothing(view.say(words.IN_NONE), view.say(words.IN_NONE_WHY))
        return
    with box("lm-row").style("margin-top: 8px"):
        for one in known.segments:
            link(segment_name(view, one), segment_href(view, one["segment"]), "lm-chip")


def segment_href(view: View, code: str) -> str:
    """The page of a segment."""
    return view.href("/segments/" + quote(code, safe=""))


def _since(moved: list[Move]) -> dict[str, datetime]:
    """When each segment was entered last, newest first in `moved`."""
    found: dict[str, datetime] = {}
    for move in moved:
        if move.is_entry:
            found.setdefault(move.segment, move.at)
    return found
