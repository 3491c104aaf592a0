"""The queue of pairs that may be one person: the evidence side by side, and the three answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from nicegui import ui
from nicegui.events import KeyEventArguments

from limner.app import identity
from limner.app.identity import IdentifierCard, ReviewCard
from limner.console.doing import attempt
from limner.console.form_parts import action
from limner.console.identity_names import customer_href, customer_name, shown_value
from limner.console.names import column_name
from limner.console.parts import box, card, chips, explain, link, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import identity as words
from limner.unify.limits import REASONS

EDIT = "identity.edit"
MOST = 200
Again = Callable[[], Awaitable[None]]
_DECISIONS = (("same", words.SAME), ("different", words.DIFFERENT), ("unsure", words.UNSURE))
# Fields first that people look at first; the others follow as they come.
_FIRST = (
    "name",
    "email",
    "phone",
    "loyalty_card",
    "birth_date",
    "gender",
    "address",
    "city",
    "country",
)


@dataclass(frozen=True, slots=True)
class Queue:
    """The pairs of a status, and of the one that is shown what is known of either side."""

    reviews: list[ReviewCard]
    place: int
    left: list[IdentifierCard]
    right: list[IdentifierCard]


def read(view: View, waiting: list[ReviewCard]) -> Queue:
    """The queue of the address; `waiting` are the open ones."""
    status = view.param("status", "open")
    reviews = waiting if status == "open" else identity.reviews(view.limner, status, MOST)
    if not reviews:
        return Queue([], 0, [], [])
    place = min(view.page_number(), len(reviews))
    review = reviews[place - 1]
    left, right = (
        identity.identifiers_of(view.limner, customer)
        for customer in (review.left_customer, review.right_customer)
    )
    return Queue(reviews, place, left, right)


def draw(view: View, queue: Queue, again: Again) -> None:
    """Draw the tab: one pair at a time, and links to the others."""
    status, reviews, place = view.param("status", "open"), queue.reviews, queue.place
    names = {code: view.say(name) for code, name in words.STATUSES.items()}
    box().style("height: 12px")
    chips(view, "status", names, "open")
    box().style("height: 12px")
    if not reviews:
        with card(view):
            if status == "open":
                nothing(view.say(words.REVIEW_EMPTY), view.say(words.REVIEW_EMPTY_WHY))
            else:
                nothing(view.say(words.REVIEW_DONE_EMPTY), view.say(words.REVIEW_EMPTY_WHY))
        return
    review = reviews[place - 1]
    can_decide = view.may(EDIT) and view.may("personal.read")
    with card(view, _why(view, review), view.say(words.REVIEW_L) if can_decide else ""):
        if not can_decide:
            text(
                view.say(words.HIDDEN if not view.may("personal.read") else words.READ_ONLY),
                "lm-quiet",
            )
        _evidence(view, review, queue)
        if review.status != "open":
            text(_decided(view, review), "lm-quiet").style("margin-top: 12px")
        said = box()
        with box("lm-spread").style("margin-top: 16px; align-items: center"):
            with box("lm-row"):
                if can_decide:
                    _answers(view, review, again, said)
            _turn(view, place, len(reviews))


def _why(view: View, review: ReviewCard) -> str:
    known = REASONS.get(review.reason)
    told = view.say(known) if known else review.reason
    told = told[:1].upper() + told[1:]
    if review.score is None:
        return told
    return f"{told} · {view.say(words.PROBABILITY, score=view.numbers.share(review.score))}"


def _evidence(view: View, review: ReviewCard, queue: Queue) -> None:
    """Both sides field by field; what differs stands out, in words too, not by colour alone."""
    left, right, weights = sides(review, queue.left, queue.right)
    with box("lm-compare").props("role=table"):
        with box("lm-compare-row lm-compare-head").props("role=row"):
            text(view.say(words.FIELD)).props("role=columnheader")
            for name, customer in (
                (words.LEFT, review.left_customer),
                (words.RIGHT, review.right_customer),
            ):
                with box().props("role=columnheader"):
                    text(view.say(name), "lm-quiet")
                    link(customer_name(view, customer), customer_href(view, customer))
            with box("lm-figure-label").props("role=columnheader"):
                text(view.say(words.WEIGHT))
                explain(view, view.say(words.WEIGHT), view.say(words.WEIGHT_M))
        for field in _fields(left, right, weights):
            _compared(view, field, left.get(field), right.get(field), weights.get(field))


def sides(
    review: ReviewCard, left: list[IdentifierCard], right: list[IdentifierCard]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, float]]:
    """What is known of either side, and how far each field speaks for one person."""
    evidence = review.evidence or {}
    weights = evidence.get("weights")
    return (
        {**_held(left), **_record(evidence.get("left"))},
        {**_held(right), **_record(evidence.get("right"))},
        {str(k): float(v) for k, v in weights.items() if isinstance(v, int | float)}
        if isinstance(weights, dict) else {},
    )  # fmt: skip


def _held(cards: list[IdentifierCard]) -> dict[str, Any]:
    """The identifiers of a side as fields; several of a kind beside each other."""
    found: dict[str, list[str]] = {}
    for card_ in cards:
        found.setdefault(card_.kind, []).append(card_.value)
    return found


def _record(said: Any) -> dict[str, Any]:
    """The fields of a side's record, where the evidence has one."""
    if not isinstance(said, dict):
        return {}
    return {str(k): v for k, v in said.items() if v not in (None, "", [])}


def _fields(left: dict[str, Any], right: dict[str, Any], weights: dict[str, float]) -> list[str]:
    every = dict.fromkeys([*left, *right, *weights])
    return [f for f in _FIRST if f in every] + [f for f in every if f not in _FIRST]


def _compared(view: View, field: str, left: Any, right: Any, weight: float | None) -> None:
    here, there = _plain(left), _plain(right)
    is_known, is_same = bool(here and there), bool(here & there)
    kind = "" if not is_known else " lm-same" if is_same else " lm-differs"
    with box("lm-compare-row" + kind).props("role=row"):
        text(column_name(view, field), "lm-quiet").props("role=rowheader")
        for value in (left, right):
            many = value if isinstance(value, list) else [value]
            with box().props("role=cell"):
                for one in many[:6]:
                    text(shown_value(view, field, one))
        with box().props("role=cell"):
            if weight is not None:
                told = view.say(words.SAYS_SAME if weight >= 0 else words.SAYS_DIFFERENT)
                text(f"{weight:+.1f}", "lm-weight" + (" lm-for" if weight >= 0 else " lm-against"))
                text(told, "lm-quiet")
            elif is_known:
                text(view.say(words.AGREE if is_same else words.DIFFER), "lm-quiet")


def _plain(value: Any) -> set[str]:
    """Values as they are compared."""
    many = value if isinstance(value, list) else [value]
    return {str(one).strip().casefold() for one in many if one not in (None, "")}


def _decided(view: View, review: ReviewCard) -> str:
    known = words.STATUSES.get(review.status)
    return view.say(
        words.DECIDED, status=view.say(known) if known else review.status,
        name=review.decided_by or "–", moment=view.numbers.moment(review.decided_at),
    )  # fmt: skip


def _answers(view: View, review: ReviewCard, again: Again, said: ui.element) -> None:
    is_busy = False

    async def decide(decision: str) -> None:
        nonlocal is_busy
        if is_busy:  # a key that is held down decides one pair only
            return
        is_busy = True
        done = await attempt(view, EDIT, lambda doer: identity.decide_review(
            view.limner, review.review_id, decision, doer.name, doer.at
        ), said)  # fmt: skip
        is_busy = False
        if done is not None:
            await again()

    for decision, name in _DECISIONS:
        if decision == review.status:
            continue
        key = words.KEY_OF[decision]
        button = action(f"{view.say(name)} ({key.upper()})", partial(decide, decision),
                        is_primary=decision == "same")  # fmt: skip
        button.props["aria-keyshortcuts"] = key.upper()

    async def pressed(event: KeyEventArguments) -> None:
        if (
            not event.action.keydown
            or event.action.repeat
            or event.modifiers.ctrl
            or event.modifiers.meta
        ):
            return
        for decision, key in words.KEY_OF.items():
            if event.key.name.lower() == key and decision != review.status:
                await decide(decision)

    ui.keyboard(on_key=pressed, ignore=["input", "select", "textarea"])


def _turn(view: View, place: int, count: int) -> None:
    with box("lm-row"):
        write = view.numbers.count
        text(view.say(words.REVIEW_PLACE, place=write(place), count=write(count)), "lm-quiet")
        for name, target, is_there in (
            (words.PREVIOUS_ONE, place - 1, place > 1), (words.NEXT_ONE, place + 1, place < count),
        ):  # fmt: skip
            button = link(view.say(name), view.here(page=target), "lm-button")
            if not is_there:
                button.props("aria-disabled=true tabindex=-1")
