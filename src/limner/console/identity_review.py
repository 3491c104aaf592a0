"""The queue of pairs that may be one person: the evidence side by side, and the three answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from nicegui import ui
from nicegui.events import KeyEventArguments

from limner.app import identity
from limner.app.identity import ReviewCard
from limner.app.person import told_by_calls, told_by_records
from limner.console import charts_customer as charts
from limner.console.charts import Look
from limner.console.doing import attempt
from limner.console.form_parts import action
from limner.console.identity_names import customer_href, customer_name, shown_value
from limner.console.identity_search import draw_search
from limner.console.names import column_name
from limner.console.parts import box, card, chart, chips, explain, link, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import identity as words
from limner.unify.limits import REASONS

EDIT = "identity.edit"
MOST = 200
Fields = dict[str, list[str]]  # of one side: each field's values
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
    left: Fields
    right: Fields


def read(view: View, waiting: list[ReviewCard]) -> Queue:
    """The queue of the address; `waiting` are the open ones."""
    status = view.param("status", "open")
    reviews = waiting if status == "open" else identity.reviews(view.limner, status, MOST)
    if not reviews:
        return Queue([], 0, {}, {})
    place = min(view.page_number(), len(reviews))
    review = reviews[place - 1]
    left, right = (
        _side(view, customer) for customer in (review.left_customer, review.right_customer)
    )
    return Queue(reviews, place, left, right)


def _side(view: View, customer: str) -> Fields:
    """What is known of one side: its identifiers and what its records and its calls say."""
    cards = identity.identifiers_of(view.limner, customer)
    fields = told_by_records(view.limner, cards)
    for name, said in told_by_calls(view.limner, customer, view.may("personal.read")).items():
        fields.setdefault(name, [said.value])
    for card_ in cards:
        values = fields.setdefault(card_.kind, [])
        if card_.value not in values:
            values.append(card_.value)
    return fields


def draw(view: View, queue: Queue, again: Again) -> None:
    """Draw the tab: one pair at a time, and links to the others."""
    status, reviews, place = view.param("status", "open"), queue.reviews, queue.place
    names = {code: view.say(name) for code, name in words.STATUSES.items()}
    box().style("height: 12px")
    chips(view, "status", names, "open")
    box().style("height: 12px")
    if status == "open" and view.may(EDIT):
        draw_search(view, again)
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
    left, right = queue.left, queue.right
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
            text("").props("role=columnheader")
        for field in _fields(left, right):
            _compared(view, field, left.get(field, []), right.get(field, []))
    _weights(view, review)


def _weights(view: View, review: ReviewCard) -> None:
    """How far each field speaks for one person or for two, as the matcher weighed it."""
    fields = [
        one for one in review.evidence.get("fields") or []
        if isinstance(one, dict) and isinstance(one.get("bits"), int | float)
    ]  # fmt: skip
    if not fields:
        return
    shown = sorted(fields, key=lambda one: -abs(one["bits"]))[:8]
    with box("lm-figure-label").style("margin-top: 16px"):
        text(view.say(words.WEIGHT), "lm-group-title", tag="h3").style("margin: 0")
        explain(view, view.say(words.WEIGHT), view.say(words.WEIGHT_M))
    names = [
        f"{field_name(view, one['field'])}: {level_name(view, one.get('level'))}" for one in shown
    ]
    options = charts.reasons(names, [float(one["bits"]) for one in shown], Look(view.language))
    chart(view, options, view.say(words.WEIGHT)).style(f"height: {40 + 34 * len(shown)}px")


def field_name(view: View, code: str) -> str:
    """The name of a field that the matcher compares."""
    known = words.MATCH_FIELDS.get(code)
    return view.say(known) if known else column_name(view, code).replace("_", " ")


def level_name(view: View, code: Any) -> str:
    """How well two values agree, as the matcher calls it."""
    known = words.MATCH_LEVELS.get(str(code))
    return view.say(known) if known else str(code or "–")


def _fields(left: Fields, right: Fields) -> list[str]:
    every = dict.fromkeys([*left, *right])
    return [f for f in _FIRST if f in every] + [f for f in every if f not in _FIRST]


def _compared(view: View, field: str, left: list[str], right: list[str]) -> None:
    here, there = ({one.strip().casefold() for one in side} for side in (left, right))
    is_known = bool(here and there) and field != "record"  # a record is another one by nature
    is_same = bool(here & there)
    kind = "" if not is_known else " lm-same" if is_same else " lm-differs"
    with box("lm-compare-row" + kind).props("role=row"):
        text(column_name(view, field), "lm-quiet").props("role=rowheader")
        for values in (left, right):
            with box().props("role=cell"):
                for one in values[:6] or [""]:
                    text(shown_value(view, field, one))
        with box().props("role=cell"):
            if is_known:
                text(view.say(words.AGREE if is_same else words.DIFFER), "lm-quiet")


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
