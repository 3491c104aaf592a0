"""Who is who: pairs to decide, the log of merges, the block list, and which source is believed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from limner.app import identity
from limner.app.identity import BlockCard, EntryCard, TrustCard
from limner.console import identity_lists, identity_log, identity_review
from limner.console.fresh import redrawn
from limner.console.parts import answer, chips
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import identity as words


@dataclass(frozen=True, slots=True)
class WhoIsWho:
    """What the chosen tab shows; `waiting` counts the pairs nobody has decided."""

    waiting: int
    merges: int
    queue: identity_review.Queue | None
    entries: list[EntryCard]
    blocks: list[BlockCard]
    trust: list[TrustCard]


def read(view: View) -> WhoIsWho:
    """What the tab of the address shows."""
    limner, tab = view.limner, tab_of(view)
    waiting = identity.reviews(limner, "open", identity_review.MOST)
    return WhoIsWho(
        waiting=len(waiting),
        merges=len(identity.entries(limner, action="merged", most=1000)),
        queue=identity_review.read(view, waiting) if tab == "review" else None,
        entries=identity_log.read(view) if tab == "log" else [],
        blocks=identity.blocks(limner) if tab == "blocks" else [],
        trust=identity.trust_rules(limner) if tab == "trust" else [],
    )


def tab_of(view: View) -> str:
    """The chosen tab; the queue of pairs for a tab that is not there."""
    tab = view.param("tab", "review")
    return tab if tab in words.TABS else "review"


def draw(view: View, found: WhoIsWho) -> None:
    """Draw the page."""
    redrawn(view, read, _draw, found)


def _draw(view: View, found: WhoIsWho, again: Callable[[], Awaitable[None]]) -> None:
    write = view.numbers.count
    sentence = (
        view.say(words.ANSWER, count=write(found.waiting))
        if found.waiting
        else view.say(words.ANSWER_NONE, merges=write(found.merges))
    )
    answer(view, frame_words.IDENTITY, sentence)
    chips(view, "tab", {code: view.say(name) for code, name in words.TABS.items()}, "review")
    tab = tab_of(view)
    if found.queue is not None:
        identity_review.draw(view, found.queue, again)
    elif tab == "log":
        identity_log.draw(view, found.entries, again)
    elif tab == "blocks":
        identity_lists.draw_blocks(view, found.blocks, again)
    else:
        identity_lists.draw_trust(view, found.trust, again)


PAGE = Page("/identity", "identity", frame_words.IDENTITY, "reports.read", read, draw)
