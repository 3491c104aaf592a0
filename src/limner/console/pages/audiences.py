"""The audiences: which are frozen, how groups overlap, the lists that were uploaded, a new one."""

from __future__ import annotations

from dataclasses import dataclass

from limner.app.audiences import AudienceCard
from limner.app.audiences import audiences as every
from limner.app.lists import ListCard
from limner.app.lists import lists as all_lists
from limner.app.present import Newer
from limner.console import as_of_part, audience_form, list_part
from limner.console.audience_parts import (
    asked_groups,
    draw_overlap,
    group_names,
    parts_told,
    read_overlap,
)
from limner.console.pages.customers import quoted
from limner.console.parts import Column, answer, card, next_steps, table
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import audiences as words
from limner.console.words import frame as frame_words
from limner.core.errors import LimnerError
from limner.understand.audiences import Overlap


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows."""

    cards: list[AudienceCard]
    lists: list[ListCard]
    names: dict[str, str]
    groups: list[str]
    overlap: Overlap | LimnerError | None
    newer: Newer | None


def read(view: View) -> Found | None:
    """The audiences and lists, and the overlap the address asks for; None before the first build."""
    if view.limner.lake.version("profiles") is None:
        return None
    groups = asked_groups(view)
    return Found(
        every(view.limner), all_lists(view.limner), group_names(view), groups,
        read_overlap(view, groups), as_of_part.read_newer(view),
    )  # fmt: skip


def draw(view: View, found: Found) -> None:
    """Draw the page."""
    answer(view, frame_words.AUDIENCES, _sentence(view, found.cards))
    with card(view, words.LISTED, words.LISTED_L):
        if found.cards:
            _table(view, found)
        else:
            nothing(view.say(words.NONE), view.say(words.NONE_WHY))
    if view.may("segments.edit"):
        audience_form.draw(view, found.names, found.newer)
    draw_overlap(view, found.overlap, found.names, found.groups)
    list_part.draw(view, found.lists)
    next_steps(view, [
        (view.say(words.NEXT_SEGMENTS), view.href("/segments")),
        (view.say(words.NEXT_CAMPAIGN), view.href("/campaigns/new")),
    ])  # fmt: skip


def _sentence(view: View, cards: list[AudienceCard]) -> str:
    if not cards:
        return view.say(words.ANSWER_NONE)
    write = view.numbers.count
    return view.say(
        words.ANSWER, count=write(len(cards)), name=cards[0].name, size=write(cards[0].size)
    )


def _table(view: View, found: Found) -> None:
    write = view.numbers
    table(view, [
        Column("name", view.say(words.NAME)),
        Column("size", view.say(words.SIZE), is_number=True),
        Column("parts", view.say(words.PARTS)),
        Column("as_of", view.say(words.AS_OF)),
        Column("made", view.say(words.MADE)),
        Column("of", view.say(words.OF), is_wrapped=True),
    ], [
        {
            "name": one.name, "name__href": view.href("/audiences/" + quoted(one.audience)),
            "size": write.count(one.size), "size__sort": one.size,
            "parts": parts_told(view, one.parts),
            "as_of": write.day(one.as_of), "as_of__sort": str(one.as_of),
            "made": write.moment(one.at), "made__sort": one.at.isoformat(),
            "of": found.names.get(one.rule, one.rule),
        }
        for one in found.cards
    ], size=25)  # fmt: skip


PAGE = Page("/audiences", "audiences", frame_words.AUDIENCES, "reports.read", read, draw)
