"""An event as it was received, by its place in the log."""

from __future__ import annotations

from tests.small_shop import MORNING, fill

from limner.app import Limner, live
from limner.app.received import received


def test_each_position_gives_the_very_event_that_came(limner: Limner) -> None:
    fill(limner)
    for row in live.recent_events(limner, source="shop"):
        said = received(limner, row["position"])
        assert said.items() >= dict(MORNING[row["position"] - 1]).items()


def test_a_position_that_was_never_given_is_nothing(limner: Limner) -> None:
    fill(limner)
    assert received(limner, 10_000) is None
