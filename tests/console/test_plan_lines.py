"""The plan beside what was seen: nothing is counted twice, nothing is left out."""

from __future__ import annotations

from datetime import UTC, datetime

from limner.app.plan import PlanCard
from limner.app.seen import SeenEvent
from limner.console.pages.plan import lines_of

AT = datetime(2026, 1, 1, tzinfo=UTC)


def card(source: str, event: str) -> PlanCard:
    return PlanCard(source, event, {}, "warn", "", 1, AT, "ann")


def seen(source: str, event: str, events: int, warned: int = 0) -> SeenEvent:
    return SeenEvent(source, event, events, AT, AT, warned)


def test_a_row_for_all_sources_counts_those_without_a_row_of_their_own() -> None:
    found = lines_of(
        [card("*", "Order Completed"), card("till", "Order Completed")],
        [seen("shop", "Order Completed", 3, 1), seen("app", "Order Completed", 2), seen("till", "Order Completed", 7)],
    )  # fmt: skip
    assert [(one.source, one.events, one.breaches) for one in found] == [
        ("*", 5, 1),
        ("till", 7, 0),
    ]


def test_what_is_planned_and_never_came_and_what_came_unplanned_both_stand_there() -> None:
    found = lines_of(
        [card("shop", "Signed Up")], [seen("shop", "page", 4), seen("app", "Signed Up", 1)]
    )
    assert [(one.source, one.event, one.events, one.card is None) for one in found] == [
        ("shop", "Signed Up", 0, False), ("shop", "page", 4, True), ("app", "Signed Up", 1, True),
    ]  # fmt: skip
