"""The segments one customer is in, and when they entered and left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from limner.app.dealings import ENTERED, EXITED, Move, moves
from limner.app.live_portrait import LivePortrait
from limner.app.reading import saved_segments
from limner.app.timeline import Choice, Timeline
from limner.console.customer_known import Known
from limner.console.customer_now import SEES, Now, names_of, read_now, version
from limner.console.fresh import keep_fresh
from limner.console.names import group_meaning, segment_name
from limner.console.parts import Column, box, card, link, table, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import customers as list_words
from limner.console.words import frame as frame_words
from limner.console.words import one_customer as words

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Moves:
    """What holds now, and the customer's moves, newest first; `now` is None until it was asked."""

    now: Now | None
    moved: list[Move]
    names: dict[str, str]
    rules: dict[str, str]


def read(view: View, known: Known) -> Moves:
    """The moves, newest first; what holds now is asked for once the page stands."""
    return _moves(view, known, None)


def _moves(view: View, known: Known, now: Now | None) -> Moves:
    choice = Choice(names=(ENTERED, EXITED))
    moved = moves(Timeline(view.limner, known.customer_id, SHOWN, choice).read())
    codes = {move.segment for move in moved} | set(now.live.segments if now and now.live else ())
    rules = {code: str(one.get("rule") or "") for code, one in saved_segments(view.limner).items()}
    return Moves(now, moved, names_of(view, sorted(codes)), rules)


def draw(view: View, known: Known, seen: Moves, _again: Callable[[], Awaitable[None]]) -> None:
    """Draw the side; it keeps itself up to date."""
    keep_fresh(
        view, SEES, lambda by: version(by, known), lambda by: _moves(by, known, read_now(by, known)),
        lambda by, found: _draw(by, known, found), seen,
    )  # fmt: skip


def _draw(view: View, known: Known, seen: Moves) -> None:
    live = seen.now.live if seen.now else None
    if seen.now is None and known.person is not None:
        with card(view, words.IN_TODAY):
            text(view.say(list_words.NOW_ASKING), "lm-quiet")
    if live is not None:
        _now(view, seen, live)
    if known.portrait is not None or (seen.now is not None and live is None):
        _built(view, known, seen)
    with card(view, words.MOVES, words.MOVES_L):
        if not seen.moved:
            nothing(view.say(words.NO_MOVES), view.say(words.NO_MOVES_WHY))
        with box("lm-timeline"):
            for move in seen.moved:
                said = words.ENTERED if move.is_entry else words.LEFT
                with box("lm-moment"):
                    text("→" if move.is_entry else "←").props("aria-hidden=true")
                    text(view.say(said, segment=seen.names[move.segment]), "lm-break")
                    text(view.numbers.second(move.at), "lm-when")


def _now(view: View, seen: Moves, live: LivePortrait) -> None:
    """The segments that the customer is in after every event so far."""
    write = view.numbers
    told = view.say(
        words.IN_TODAY_L, count=write.count(len(live.segments)), day=write.day(live.as_of)
    )
    with card(view, words.IN_TODAY, told):
        if not live.segments:
            nothing(view.say(words.IN_NONE), view.say(words.IN_NONE_NOW), _all(view))
            return
        since = {**_since(seen.moved), **{c: at for c, at in live.segments.items() if at}}
        table(view, [
            Column("segment", view.say(words.SEGMENT)),
            Column("since", view.say(words.SINCE_IN)),
            Column("meaning", view.say(words.MEANING), is_wrapped=True),
        ], [
            {
                "segment": seen.names[code], "segment__href": segment_href(view, code),
                "since": write.moment(since[code]) if code in since else view.say(words.SINCE_LONG),
                "since__sort": str(since.get(code, "")),
                "meaning": seen.rules.get(code) or group_meaning(view, code),
            }
            for code in live.segments
        ])  # fmt: skip


def _built(view: View, known: Known, seen: Moves) -> None:
    """The segments that the last build put the customer in."""
    write = view.numbers
    count = write.count(len(known.segments))
    day = write.day(view.as_of) if view.as_of else "–"
    with card(view, words.IN_BUILT, view.say(words.IN_BUILT_L, count=count, day=day)):
        if not known.segments:
            nothing(view.say(words.IN_NONE), view.say(words.IN_NONE_WHY), _all(view))
            return
        table(view, [
            Column("segment", view.say(words.SEGMENT)),
            Column("meaning", view.say(words.MEANING), is_wrapped=True),
        ], [
            {
                "segment": segment_name(view, one),
                "segment__href": segment_href(view, one["segment"]),
                "meaning": one.get("rule") or group_meaning(view, one["segment"]),
            }
            for one in known.segments
        ])  # fmt: skip


def segment_chips(view: View, known: Known) -> None:
    """Links to the segments that the customer is in."""
    if not known.segments:
        nothing(view.say(words.IN_NONE), view.say(words.IN_NONE_WHY), _all(view))
        return
    with box("lm-row").style("margin-top: 8px"):
        for one in known.segments:
            link(segment_name(view, one), segment_href(view, one["segment"]), "lm-chip")


def _all(view: View) -> tuple[str, str]:
    """Where all segments are."""
    return view.say(frame_words.TO_SEGMENTS), view.href("/segments")


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
