"""The worker's side of portraits and memberships: what is in force, and whom there is to judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import func, or_, select

from limner.app.identity import Book
from limner.app.limner import Limner
from limner.app.living.builds import TABLE, Turned, turned
from limner.app.living.change import change, microseconds, moment
from limner.app.living.definitions import Definitions, definitions
from limner.app.living.history import History
from limner.app.living.judge import Judge, Row
from limner.app.living.keeper import InForce, Keeper, Taken
from limner.app.living.outside import Outside
from limner.app.living.persons import written
from limner.collect.live import Live, Movement
from limner.collect.live import movement as moving
from limner.core.clock import zone
from limner.store.models import IdentityEntry
from limner.unify.limits import RECORD

Making = Callable[[Limner], tuple[Judge | None, dict[str, str]]]
_SLICE_SECONDS = 0.04  # of judging customers with no event, before events are looked at again
_FEWEST, _MOST = 5, 2_000  # customers in such a slice
_SOME = 500  # changes that a build found, in one slice
_LOG = "log"
_A_DAY = timedelta(days=1)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, tuple[int, str]]).decode


class Living:
    """Portraits and memberships of one installation, for the thread of its worker.

    `make`: makes the judge of what is in force, with faults by what they are about; none where
    nothing reads the stream, and then nothing is kept and nothing is done.
    """

    def __init__(self, limner: Limner, live: Live, book: Book, make: Making) -> None:
        self._limner = limner
        self._live = live
        self._book = book
        self._make = make
        self._timezone = zone(limner.settings.timezone)
        self._seen: Definitions | None = None
        self._checked = self._number("events-version")
        self._generation = self._number("generation") or 0
        self._edition = self._number("edition") or 0
        self._entry = self._number("identity-entry")
        self._day: date | None = None
        self._at: int | None = None
        self._size = 50
        self._is_due = True
        self._has_stale = True
        self._keeper: Keeper | None = None
        self._built = self._number("memberships-version")
        self._turned: list[Turned] = []
        self._turned_of: int | None = None
        self.segments: Collection[str] = ()
        self.faults: dict[str, str] = {}
        self.reload()

    # ---- what is in force

    def reload(self) -> bool:
        """Take up definitions, builds and imports where they changed; whether they did."""
        seen = definitions(self._limner)
        is_stale = self._notice_imports()
        self._is_due = True
        if seen == self._seen and not is_stale:
            return False
        is_told = self._seen is not None and seen.said != self._seen.said
        judge, self.faults = self._make(self._limner)
        if judge is None:
            self._keeper, self.segments = None, ()
        else:
            self._take_up(judge, is_told, seen.build)
        self._seen = seen
        return True

    def _take_up(self, judge: Judge, is_told: bool, build: str) -> None:
        movement = Movement()
        known = _decode(moving.text(self._live.connection, "segments") or "{}")
        said = {code: watched.said for code, watched in judge.segments.items()}
        is_changed = {code: text for code, (_, text) in known.items()} != said
        if is_changed or is_told or moving.text(self._live.connection, "build") != build:
            self._edition += 1
        since = {
            code: known[code][0] if code in known else self._edition for code in judge.segments
        }
        signature = f"{judge.signature}:{self._generation}"
        movement.dropped = sorted(known.keys() - said.keys())
        movement.marks = {"edition": self._edition}
        movement.notes = {
            "segments": _encode(
                {code: (since[code], text) for code, text in said.items()}
            ).decode(),
            "build": build,
            "signature": signature,
        }
        self._live.move(movement)
        history = History(self._limner.lake, self._live.connection)
        history.look()
        self._outside = Outside(self._limner, self._live.connection, judge.outside, judge.scores)
        force = InForce(judge, signature, self._edition, since)
        self._keeper = Keeper(
            self._live, self._book, history, self._outside, self._limner.settings.timezone, force
        )
        self.segments = tuple(judge.segments)
        self._has_stale = True

    def _notice_imports(self) -> bool:
        """Whether events came into the lake, or left it, past the log: then states are stale."""
        newest = self._limner.lake.version("events")
        newest = -1 if newest is None else newest
        if newest == self._checked:
            return False
        is_stale = False
        if self._checked is not None:
            commits = self._limner.lake.written_after("events", self._checked)
            is_stale = any(application != _LOG for _, application in commits)
        self._generation += is_stale
        self._live.move(Movement(marks={"events-version": newest, "generation": self._generation}))
        self._checked = newest
        return is_stale

    def _number(self, name: str) -> int | None:
        return moving.number(self._live.connection, name)

    # ---- events

    @property
    def is_asked(self) -> bool:
        """Whether anything reads the stream."""
        return self._keeper is not None

    def take_in(
        self,
        taken: Sequence[Taken],
        said: Mapping[str, Sequence[Row]],
        received_at: int | None,
        position: int,
    ) -> Movement | None:
        """What events make of portraits and memberships; None where nothing reads them.

        `said`: what `identify` events said, by identifier.  `received_at`: when the newest came, in microseconds since 1970: that says which day it is.
        None where that is not known: then it is the day it was before.
        """
        if self._keeper is None:
            return None
        parted, marks = self._parted()
        if not taken and not parted and not marks:
            return None
        if received_at is None:
            came = [microseconds(row["received_at"]) for _, row in taken]
            received_at = self._at or max(came, default=0)
        self._at = received_at
        day = self._turn_to(self.day_of(received_at))
        movement = self._keeper.take_in(taken, day, received_at, position, said, parted, marks)
        if "identity-entry" in marks:
            self._entry = marks["identity-entry"]
        return movement

    def written(self) -> None:
        """The movement is in live.db."""
        if self._keeper is not None:
            self._keeper.written()

    def forget(self) -> None:
        """The movement is not in live.db."""
        self._entry = self._number("identity-entry")
        if self._keeper is not None:
            self._keeper.forget()

    def _parted(self) -> tuple[list[str], dict[str, int]]:
        """Identifiers of customers that came apart, or were joined by people, since it was asked
        last, and how far that is.  What events join is found with the events.
        """
        with self._limner.store.reading() as session:
            newest = session.scalars(select(func.max(IdentityEntry.entry_id))).one() or 0
            if self._entry is None or newest <= self._entry:
                return [], ({"identity-entry": newest} if self._entry is None else {})
            rows = session.execute(
                select(IdentityEntry.customer_id, IdentityEntry.other_id).where(
                    IdentityEntry.entry_id > self._entry,
                    or_(IdentityEntry.action == "unmerged", IdentityEntry.actor != "limner"),
                )
            ).all()
        names = {name for row in rows for name in row if name}
        people = self._book.named(names)
        anchors = [written(person.best) for person in people.values()]
        return anchors, {"identity-entry": newest}

    # ---- time

    def walk(self, now: datetime, is_drained: bool) -> int:
        """Judge some customers of whom something may have changed with no event; how many.

        `now` says which day it is, once everything that came before was worked on (`is_drained`).
        """
        if self._keeper is None:
            return 0
        day = self.day_of(microseconds(now)) if is_drained else self._day
        if day is None or (day == self._day and not self._is_due):
            return 0
        self._at = max(self._at or 0, microseconds(now)) if is_drained else self._at
        day, keeper = self._turn_to(day), self._keeper
        start = time.monotonic()
        at, position = microseconds(now), self._live.position
        parted, marks = self._parted()
        if marks:
            self._move(keeper, lambda: keeper.take_in((), day, at, position, None, parted, marks))
            self._entry = marks["identity-entry"]
        names = moving.due(self._live.connection, day.toordinal(), self._edition, self._size)
        if not names:
            self._is_due = self._take_over(day)
            if not self._is_due and self._has_stale:
                self._has_stale = self._live.drop_stale(keeper.signature) > 0
            return len(parted) + self._is_due
        self._move(keeper, lambda: keeper.walk(names, day, at, position))
        seconds = max(time.monotonic() - start, 1e-4)
        self._size = int(min(_MOST, max(_FEWEST, len(names) * _SLICE_SECONDS / seconds)))
        return len(names)

    def _take_over(self, day: date) -> bool:
        """Tell of some whom a build found in other segments than the one before; whether of any.

        What is told is named by the build, so that after a kill the log knows it.
        """
        lake = self._limner.lake
        newest = lake.version(TABLE)
        is_done = newest == self._built or (newest == self._turned_of and not self._turned)
        if newest is None or is_done or self._keeper is None:
            return False
        judge = self._keeper.judge
        movement = Movement()
        if self._turned_of != newest:
            before = self._built
            segments = judge.segments
            found = [] if before is None else turned(self._limner, before, newest, day, segments)
            self._turned, self._turned_of = found or [], newest
            if found is None:  # the next one is compared with the same
                return False
        some, self._turned = self._turned[:_SOME], self._turned[_SOME:]
        people = self._book.named({one.customer_id for one in some})
        kept = moving.judged_of(self._live.connection, list(people))
        at = lake.written_at(TABLE)
        for one in some:
            person = people.get(one.customer_id)
            if person is None or one.customer_id in kept or person.best[0] == RECORD or at is None:
                continue
            watched = judge.segments[one.segment]
            moment_of = microseconds(at)
            movement.changes.append(
                change(person.best, watched, one.is_entered, moment_of, -newest)
            )
        if not self._turned:
            movement.marks["memberships-version"] = self._built = newest
        self._live.move(movement)
        return True

    def _move(self, keeper: Keeper, deed: Callable[[], Movement]) -> None:
        """Do something with no event, in a transaction of its own."""
        try:
            self._live.move(deed())
        except BaseException:
            keeper.forget()
            raise
        keeper.written()

    def _turn_to(self, day: date) -> date:
        """The day it is from now on.

        A day that is over does not come again for an event that was a moment on its way.  When a
        clock that was wrong is set right by more, states are made anew: they let go of days too early.
        """
        if self._day is not None and day < self._day:
            if self._day - day <= _A_DAY:
                return self._day
            self._generation += 1
            self._live.move(Movement(marks={"generation": self._generation}))
            self._seen = None
            self.reload()
        if day != self._day:
            self._is_due = True
        self._day = day
        return day

    def day_of(self, at: int) -> date:
        """The business day of a moment in microseconds since 1970."""
        return moment(at).astimezone(self._timezone).date()
