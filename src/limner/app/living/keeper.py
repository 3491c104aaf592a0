"""Portraits and memberships kept alive: what the events of a chunk, or a new day, make of them.

    events ── whose? ── states (live.db, else from history) ── before ── fold ── after ── Movement
                                                                 └── who entered, who left ──┘

For one thread.  After `take_in` or `walk` say `written` when the movement is in live.db, or `forget`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from limner.app.identity import Book
from limner.app.living.change import chain_of, change, microseconds
from limner.app.living.history import History
from limner.app.living.judge import Judge, Row, State, Watched
from limner.app.living.outside import Outside
from limner.app.living.persons import Concerned, gather
from limner.collect.live import Judged, Kept, Live, Movement
from limner.core.clock import end_of
from limner.core.event import OWN_SOURCE
from limner.unify.limits import RECORD

_LONGEST_CHAIN = 5  # changes that lead to one another; then it waits for something a customer does
# Identifiers whose states are in memory, about 20 KB each; what is said of customers is far less.
MOST_STATES = 10_000
_JUDGED = 4
_MOST_TURNS = 400  # days looked at one by one after a pause
Taken = tuple[str, Row]  # anchor, row


@dataclass(frozen=True, slots=True)
class InForce:
    """What is kept alive by: the judge, the states' signature, and since which edition each segment is.

    `edition` counts up whenever everybody is to be judged anew.
    """

    judge: Judge
    signature: str
    edition: int
    since: Mapping[str, int]


class Keeper:
    """The portraits and memberships of one installation, as its one worker keeps them."""

    def __init__(
        self, live: Live, book: Book, history: History, outside: Outside, timezone: str,
        force: InForce, most: int = MOST_STATES,
    ) -> None:  # fmt: skip
        self._live = live
        self._book = book
        self._history = history
        self._outside = outside
        self._timezone = timezone
        self._force = force
        self.judge = self._judge = judge = force.judge
        self._judged = Kept(live.connection, "judged", Judged, _JUDGED * most)
        self._portraits: Kept[Any] = Kept(
            live.connection, "portraits", object, most, (judge.encode, judge.decode), force.signature
        )  # fmt: skip
        self.signature = force.signature
        self._most_joined = most // 2
        self._joined: dict[tuple[str, ...], State] = {}
        self._joined_of: dict[str, tuple[str, ...]] = {}
        self.history_rows = 0  # read so far, for whoever measures

    def take_in(
        self, taken: Sequence[Taken], day: date, now: int, position: int,
        said: Mapping[str, Sequence[Row]] | None = None, also: Collection[str] = (),
        marks: Mapping[str, int] | None = None,
    ) -> Movement:  # fmt: skip
        """What events make of the portraits and memberships they are about.

        `day`: the business day it is; `now`: the moment in microseconds since 1970; `position`: the
        last event's.  `said`: what `identify` events said, by identifier.  `also`: identifiers whose customers were parted.
        """
        by_anchor: dict[str, list[Row]] = {}
        for anchor, row in taken:
            by_anchor.setdefault(anchor, []).append(row)
        movement = Movement(self._force.signature, marks=dict(marks or {}))
        if position <= self._history.ahead_until:  # the lake has these events: read them there
            movement.forgotten += by_anchor
            for anchor in by_anchor:
                self._portraits.drop(anchor)
                self._unjoin(self._joined_of.get(anchor, ()))
            return movement
        found, gone = gather(self._book, self._judged, {*by_anchor, *also})
        _note_causes(found, by_anchor)
        told: dict[str, list[Row]] = {}
        for anchor, records in (said or {}).items():
            for one in found.values():
                if anchor in one.anchors:
                    told.setdefault(one.name, []).extend(records)
        self._judge_all(found, gone, by_anchor, told, day, now, position, movement)
        return movement

    def walk(self, names: Sequence[str], day: date, now: int, position: int) -> Movement:
        """Judge customers anew whom no event is about, by the names under which they were judged."""
        movement = Movement(self._force.signature)
        self._judged.load(names)
        anchors: set[str] = set()
        for name in names:
            if (one := self._judged.get(name)) is not None:
                anchors.update(one.anchors)
        found, gone = gather(self._book, self._judged, anchors)
        gone |= {name for name in names if name not in found}
        self._judge_all(found, gone, {}, {}, day, now, position, movement)
        return movement

    def written(self) -> None:
        """The movement is in live.db."""
        self._judged.written()
        self._portraits.written()
        self._let_go()

    def forget(self) -> None:
        """The movement is not in live.db: what is there counts."""
        self._judged.forget()
        self._portraits.forget()
        self._outside.forget()
        self._joined.clear()
        self._joined_of.clear()

    # ---- within

    def _judge_all(
        self, found: Mapping[str, Concerned], gone: Collection[str],
        by_anchor: Mapping[str, Sequence[Row]], told: Mapping[str, Sequence[Row]], day: date,
        now: int, position: int, movement: Movement,
    ) -> None:  # fmt: skip
        self._load({anchor for one in found.values() for anchor in one.anchors})
        people = [one.person for one in found.values()]
        outside = self._outside.of(people)
        moves = _Moves(movement, self._judge.segments, position)
        before = {
            name: self._since(one)
            if self._is_as_was(one, day)
            else self._before(one, day, outside[name], moves)
            for name, one in found.items()
        }
        changed = {anchor for anchor, rows in by_anchor.items() if self._fold(anchor, rows)}
        if told:
            outside = self._outside.of(people, told)
        for name, one in found.items():
            if one.chain > _LONGEST_CHAIN:
                continue
            if changed.isdisjoint(one.anchors) and name not in told and self._is_as_was(one, day):
                continue
            state = self._state_of(one.anchors)
            is_in = self._judge.members(state, day, outside[name])
            at = one.at if one.at is not None else now
            since = moves.turn(one, before[name], is_in, at)
            due = self._judge.due(state, day)
            judged = Judged(
                one.anchors, day.toordinal(), None if due is None else due.toordinal(),
                self._force.edition, since,
            )  # fmt: skip
            own = next((was for was in one.was if was is self._judged.get(name)), None)
            if own != judged:
                self._judged.put(name, judged)
            moves.note(name, own.since if own else {}, since)
        for name in gone:
            last = self._judged.get(name)
            if last is not None:
                moves.note(name, last.since, {})
                self._judged.remove(name)
        movement.judged += self._judged.changed()
        movement.portraits += self._portraits.changes()

    def _is_as_was(self, one: Concerned, day: date) -> bool:
        """Whether nothing can be other than when the customer was judged last, but for new events."""
        last = one.was[0] if len(one.was) == 1 else None
        if last is None or last.anchors != one.anchors or last.edition != self._force.edition:
            return False
        return last.due is None or last.due > day.toordinal()

    def _load(self, anchors: Collection[str]) -> None:
        """Bring the states of identifiers into memory, those that have none from their history."""
        self._portraits.load(anchors)
        cold = self._history.of(a for a in anchors if self._portraits.get(a) is None)
        found = self._history.rows(cold, self._judge.columns)
        for anchor in cold:  # also those that have none, so that they are not asked for again
            self._portraits.put(anchor, self._judge.new())
            self._fold(anchor, found.get(anchor, ()))
            self.history_rows += len(found.get(anchor, ()))

    def _fold(self, anchor: str, rows: Sequence[Row]) -> bool:
        """Add events to an identifier's state; whether that changed anything."""
        fold, state = self._judge.fold, self._portraits.get(anchor)
        state = self._judge.new() if state is None else state
        changed = [row for row in rows if fold(state, row)]
        if changed:
            if (joined := self._joined.get(self._joined_of.get(anchor, ()))) is not None:
                for row in changed:
                    fold(joined, row)
            self._portraits.put(anchor, state)
        return bool(changed)

    def _states(self, anchors: Sequence[str]) -> list[State]:
        found = (self._portraits.get(anchor) for anchor in anchors)
        return [state for state in found if state is not None]

    def _state_of(self, anchors: tuple[str, ...]) -> State:
        """The state of some identifiers together.

        That of several is remembered and moved on with each event, as long as they are together.
        """
        joined = self._joined.pop(anchors, None)
        if joined is None:
            states = self._states(anchors)
            if len(states) == 1:
                return states[0]
            joined = self._judge.join(states)
            if len(states) == 0:
                return joined
            for anchor in anchors:
                self._joined.pop(self._joined_of.get(anchor, ()), None)
                self._joined_of[anchor] = anchors
        self._joined[anchors] = joined  # the newest use goes last
        return joined

    def _let_go(self) -> None:
        """Forget the joined states that were used longest ago."""
        for anchors in list(self._joined)[: max(0, len(self._joined) - self._most_joined)]:
            self._unjoin(anchors)

    def _unjoin(self, anchors: tuple[str, ...]) -> None:
        self._joined.pop(anchors, None)
        for anchor in anchors:
            if self._joined_of.get(anchor) == anchors:
                del self._joined_of[anchor]

    def _before(self, one: Concerned, day: date, outside: Row, moves: _Moves) -> dict[str, int]:
        """The segments a customer was in before, each since when (0: since before anyone looked)."""
        judge, force = self._judge, self._force
        was = self._since(one)
        if len(one.was) == 1 and not one.unknown:
            self._pass_days(one, was, day, outside, moves)
        # Nobody looked before at whom these identifiers make, or at these segments.
        strange = one.unknown if one.was else list(one.anchors)
        if strange and (states := self._states(strange)):
            is_all = len(strange) == len(one.anchors)
            state = self._state_of(one.anchors) if is_all else judge.join(states)
            for code in judge.members(state, day, outside):
                was.setdefault(code, 0)
        if one.was:
            known = min(each.edition for each in one.was)
            new = [code for code, since in force.since.items() if since > known]
            if new and self._states(one.anchors):
                found = judge.members(self._state_of(one.anchors), day, outside)
                for code in new:
                    was.pop(code, None)
                    if code in found:
                        was[code] = 0
        return was

    def _since(self, one: Concerned) -> dict[str, int]:
        """The segments in force that somebody was in whose identifiers the customer has now."""
        was: dict[str, int] = {}
        for each in one.was:
            for code, since in each.since.items():
                if code in self._judge.segments:
                    was[code] = min(since, was.get(code, since))
        return was

    def _pass_days(
        self, one: Concerned, was: dict[str, int], day: date, outside: Row, moves: _Moves
    ) -> None:
        """Let the days that passed since a customer was judged do to memberships what they did."""
        last = one.was[0]
        if last.due is None or last.due > day.toordinal() or last.day >= day.toordinal():
            return
        state = self._state_of(one.anchors)
        turn: date | None = date.fromordinal(max(last.due, last.day + 1))
        known = {code for code, since in self._force.since.items() if since <= last.edition}
        for _ in range(_MOST_TURNS):
            if turn is None or turn > day:
                break
            is_in = self._judge.members(state, turn, outside) & known
            start = microseconds(end_of(turn - timedelta(days=1), self._timezone))
            after = moves.turn(one, was, is_in, start)
            was.clear()
            was.update(after)
            following = self._judge.due(state, turn)
            turn = None if following is None or following <= turn else following


class _Moves:
    """Gathers what changes into a movement."""

    def __init__(self, movement: Movement, segments: Mapping[str, Watched], position: int) -> None:
        self._movement = movement
        self._segments = segments
        self._position = position

    def turn(
        self, one: Concerned, was: Mapping[str, int], is_in: Collection[str], at: int
    ) -> dict[str, int]:
        """The segments a customer is in, each since when; who entered or left is told to the log."""
        since = {code: start for code, start in was.items() if code in is_in}
        for code in sorted(was.keys() - is_in):
            self._tell(one, code, False, max(at, was[code]))
        for code in sorted(set(is_in) - was.keys()):
            since[code] = at
            self._tell(one, code, True, at)
        return since

    def note(self, name: str, before: Mapping[str, int], after: Mapping[str, int]) -> None:
        """Keep the list of members by segment."""
        if before == after:
            return
        self._movement.left += [(code, name) for code in before.keys() - after.keys()]
        self._movement.entered += [
            (code, name, since) for code, since in after.items() if before.get(code) != since
        ]

    def _tell(self, one: Concerned, code: str, is_entered: bool, at: int) -> None:
        who = one.person.best
        if who[0] == RECORD:  # nothing that comes live can be about a record alone
            return
        self._movement.changes.append(
            change(who, self._segments[code], is_entered, at, self._position, one.chain)
        )


def _note_causes(found: Mapping[str, Concerned], by_anchor: Mapping[str, Sequence[Row]]) -> None:
    """Note when it happened that a customer is judged anew: at the newest of the events."""
    by_name = {anchor: one for one in found.values() for anchor in one.anchors}
    has_acted = set()
    for anchor, rows in by_anchor.items():
        one = by_name.get(anchor)
        if one is None:
            continue
        at = max(microseconds(row["time"]) for row in rows)
        one.at = at if one.at is None else max(at, one.at)
        for row in rows:
            if row["source"] != OWN_SOURCE:
                has_acted.add(one.name)
            else:
                one.chain = max(one.chain, chain_of(row["context"]) + 1)
    for name in has_acted:
        found[name].chain = 0
