"""A judge that is simple enough to see through: orders by day, and four segments made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from limner.app.living.judge import Judge, Watched
from limner.core.words import Words

DAYS = 7
State = dict[str, Any]


def segment(code: str, said: str = "1") -> Watched:
    return Watched(code, Words(code, code), 1, said)


class SimpleJudge:
    """`buyers`: ever ordered; `regulars`: three times; `fresh`: in the last 7 days; `asleep`: not
    in these, but before.  Orders count, whatever the order in which they come.
    """

    signature = "simple"
    columns: Sequence[str] = ("event", "received_at", "context")
    outside: frozenset[str] = frozenset()
    scores: Mapping[str, Any] = {}

    def __init__(self, *codes: str) -> None:
        self.segments: Mapping[str, Watched] = {
            code: segment(code) for code in codes or ("buyers", "regulars", "fresh", "asleep")
        }

    def new(self) -> State:
        return {"days": {}, "ids": []}

    def fold(self, state: State, row: Mapping[str, Any]) -> bool:
        if row["event"] != "Order Completed":
            return False
        assert row["event_id"] not in state["ids"], "each event once"
        state["ids"].append(row["event_id"])
        day = row["time"].toordinal()
        state["days"][day] = state["days"].get(day, 0) + 1
        return True

    def join(self, states: Sequence[State]) -> State:
        joined = self.new()
        for state in states:
            joined["ids"] += state["ids"]
            for day, count in state["days"].items():
                joined["days"][day] = joined["days"].get(day, 0) + count
        assert len(set(joined["ids"])) == len(joined["ids"]), "each event once"
        return joined

    def encode(self, state: State) -> bytes:
        return msgspec.msgpack.encode(state)

    def decode(self, body: bytes) -> State:
        return msgspec.msgpack.decode(body)  # type: ignore[no-any-return]

    def values(self, state: State, as_of: date, outside: Mapping[str, Any]) -> dict[str, Any]:
        today = as_of.toordinal()
        return {
            "orders": sum(state["days"].values()),
            "fresh": sum(n for day, n in state["days"].items() if today - DAYS < day <= today),
        }

    def members(self, state: State, as_of: date, outside: Mapping[str, Any]) -> frozenset[str]:
        found = self.values(state, as_of, outside)
        holds = {
            "buyers": found["orders"] >= 1, "regulars": found["orders"] >= 3,
            "fresh": found["fresh"] >= 1, "asleep": found["orders"] >= 1 and not found["fresh"],
        }  # fmt: skip
        return frozenset(code for code in self.segments if holds[code])

    def due(self, state: State, as_of: date) -> date | None:
        newest = max((day for day in state["days"] if day <= as_of.toordinal()), default=0)
        turn = date.fromordinal(newest) + timedelta(DAYS) if newest else None
        return turn if turn is not None and turn > as_of else None


def make(*codes: str) -> Any:
    """What a worker is given to judge by."""
    judge: Judge = SimpleJudge(*codes)
    return lambda limner: (judge, {})
