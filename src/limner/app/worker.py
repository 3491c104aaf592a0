"""The worker: takes accepted events from the log into the live state and the lake, exactly once.

One a home, in a process of its own.  Kill it at any moment: everything it does is either written
with the position it belongs to, or harmless when done again (docs/why/exactly-once.md).
"""

from __future__ import annotations

import gc
import hashlib
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import structlog

from limner.app.errands import Errand, Faults
from limner.app.in_force import make_judge
from limner.app.limner import Limner
from limner.app.live import live_file
from limner.app.living.change import as_batch
from limner.app.living.living import Making
from limner.app.stream import REPLAY_OF, Stream
from limner.collect.enrich.agent import read_agent
from limner.collect.live import Live, Settler
from limner.collect.live.beat import Beat, WorkerLock, last_beat
from limner.collect.log import Batch, EventLog, Item, Logged, open_log
from limner.core.errors import Broken, LimnerError

MOST_EVENTS = 2_000  # of one step
_FEWEST_EVENTS = 50  # of one step, when those before took long
_LONG_SECONDS = 0.5
LAKE_EVERY_SECONDS = 3.0
LAKE_EVERY_EVENTS = 20_000
_RECORDS_SECONDS = 15.0
_READ_AHEAD = 10_000
_POLL_SECONDS = 0.01
_RELOAD_SECONDS = 1.0
_REPLAY_SECONDS = 0.2
_CHANGES_SECONDS = 0.05
_BEAT_SECONDS = 1.0
_TIDY_SECONDS = 1.0
_TRIM_SECONDS = 60.0
_PULL_SECONDS = 5.0
_IDLE_SECONDS = 60.0
_LOG_KEPT_MICROSECONDS = 86_400_000_000

log = structlog.get_logger()


class Worker:
    """The worker of one installation: steps that each leave everything whole.

    `now`: the wall clock, asked only for how long things are kept; what comes next is decided by
    positions.
    Raises: `Broken` when the log ends before what was worked on already: it is another log.
    """

    def __init__(
        self, limner: Limner, events: EventLog | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC), make: Making = make_judge,
    ) -> None:  # fmt: skip
        self._limner = limner
        self._now = now
        self._log = events or open_log(limner.settings.log_url)
        self.live = Live(live_file(limner))
        if (end := self._log.end()) < self.live.position:
            raise Broken(
                "log-behind-state",
                f"the event log ends at {end}, but events up to {self.live.position} were worked on: "
                "put back the log and live.db of the same moment",
            )
        self._settler = Settler(self.live.path, limner.lake)
        self.stream = Stream(limner, self.live, make=make)
        self._has_changes = True  # those that were not sent when the last worker ended
        self._ahead: deque[Logged] = deque()
        self._read_to = self.live.position
        self._is_drained = False  # whether the log had nothing more when it was asked last
        self._most = MOST_EVENTS
        self._records_at = 0.0
        self._worked_at = time.monotonic()

    def step(self) -> int:
        """Work on the next events of the log, about 2,000 at most; how many there were.

        Raises: `Busy` or `Broken` when the machine refuses; the same step again goes on.
        """
        batches = self._next()
        self._is_drained = not batches
        if not batches:
            return 0
        after, position = self.live.position, batches[-1].first + batches[-1].count - 1
        began = time.monotonic()
        try:
            self.live.commit(self.stream.work(after, position, batches))
        except BaseException:
            self._ahead.clear()
            self._read_to = self.live.position
            self.stream.forget()
            raise
        self.stream.written()
        self._worked_at = time.monotonic()
        self._has_changes = True
        # Customers whose history has to be read first take long: then fewer at a time.
        if self._worked_at - began > _LONG_SECONDS:
            self._most = max(_FEWEST_EVENTS, (position - after) // 2)
        else:
            self._most = min(MOST_EVENTS, 2 * self._most)
        return position - after

    def _next(self) -> list[Logged]:
        """About as many batches as one step takes, from what was read ahead."""
        if not self._ahead:
            found = self._log.read(self._read_to, _READ_AHEAD)
            if not found:
                return []
            self._ahead.extend(found)
            self._read_to = found[-1].first + found[-1].count - 1
        batches = [self._ahead.popleft()]
        events = batches[0].count
        day = self.stream.living.day_of(batches[0].received_at)
        while self._ahead and events + self._ahead[0].count <= self._most:
            if self.stream.living.day_of(self._ahead[0].received_at) != day:
                break  # what a day's turn does comes between
            batches.append(self._ahead.popleft())
            events += batches[-1].count
        return batches

    def send_replays(self) -> int:
        """Put events that people want replayed into the log again, each once; how many.

        Their key is made of the row and the attempt, so after a kill the log knows them.
        """
        rows = self.live.replays()
        if rows:
            self._log.append([_replay(row) for row in rows])
            self.live.sent([row["row_id"] for row in rows])
        return len(rows)

    def send_changes(self) -> int:
        """Put changes of membership into the log, each once; how many.

        Their key is made of what changed, so after a kill the log knows them.
        """
        if not self._has_changes:
            return 0
        found = self.live.unsent()
        if found:
            now = _microseconds(self._now())
            self._log.append([as_batch(one, now) for _, one in found])
            self.live.changes_sent([number for number, _ in found])
        self._has_changes = bool(found)
        return len(found)

    def turn(self) -> int:
        """Judge some customers of whom something may have changed with no event; how many.

        For a moment only, so that events do not wait.
        """
        judged = self.stream.living.walk(self._now(), self._is_drained)
        self._has_changes |= judged > 0
        return judged

    def wants_lake(self) -> bool:
        """Whether enough was worked on for a commit of its own, before its time."""
        return self.live.position - self.live.lake_position >= LAKE_EVERY_EVENTS

    def settle(self, through: int | None = None) -> dict[str, int]:
        """Commit to the lake what was worked on; the positions reached, for `note_settled`.

        May run in another thread, but not twice at once.
        """
        through = self.live.position if through is None else through
        reached = {"lake": self._settler.events(self.live.lake_position, through)}
        if time.monotonic() >= self._records_at:
            reached["customers"] = self._settler.records(self.live.customers_position, through)
            self._records_at = time.monotonic() + _RECORDS_SECONDS
        self._settler.tidy(is_idle=time.monotonic() - self._worked_at > _IDLE_SECONDS)
        return reached

    def note_settled(self, reached: dict[str, int]) -> None:
        """Remember what the lake holds."""
        for name, position in reached.items():
            if position > self.live.mark(name):
                self.live.settled(name, position)

    def settle_all(self) -> None:
        """Commit to the lake everything that was worked on."""
        self._records_at = 0.0
        while True:
            self.note_settled(self.settle())
            is_done = self.live.lake_position >= self.live.position
            if is_done and self.live.customers_position >= self.live.position:
                return
            self._records_at = 0.0

    def tidy(self) -> None:
        """Let go of recent events that are in the lake and past, and of old counts."""
        self.live.tidy(_microseconds(self._now()))

    def trim(self) -> None:
        """Let the log forget what has been in the lake and the live state for a day."""
        old = self.live.passed_before(_microseconds(self._now()) - _LOG_KEPT_MICROSECONDS)
        through = min(old, self.live.lake_position, self.live.position)
        if through > 0:
            self.live.flush()
            self._log.trim(through)

    def close(self) -> None:
        """Let go of the files."""
        self._settler.close()
        self.live.close()
        self._log.close()


def work_through(limner: Limner) -> int:
    """Do a worker's work until nothing is left to do, where no worker runs; the events worked on.

    Raises: `Busy` when there is a worker.
    """
    lock = WorkerLock.take(limner.settings.home, patience_seconds=0)
    try:
        worker = Worker(limner)
        try:
            worked, is_busy = 0, True
            while is_busy:
                sent, done = worker.send_replays() + worker.send_changes(), worker.step()
                worked += done
                is_busy = bool(sent or done or worker.turn())
            worker.settle_all()
            return worked
        finally:
            worker.close()
    finally:
        lock.release()


def run(home: Path, parent: int | None = None) -> None:
    """Be the worker of a home until told to end, or until the parent process has ended.

    Raises: `Busy` when there is one already.
    """
    lock = WorkerLock.take(home)
    ending: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        ending.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        limner = Limner.open(home)
        read_agent("")  # its patterns take a moment to load: now, not with the first event
        loop = Loop(Worker(limner), limner, lock)
        gc.collect()
        gc.freeze()  # what was loaded stays; looking through it again and again finds nothing
        gc.set_threshold(100_000, 20, 20)  # events come by thousands and have no cycles
        log.info("worker-started", position=loop.worker.live.position)
        loop.run(lambda: bool(ending) or (parent is not None and os.getppid() != parent))
    except LimnerError as error:
        _leave_word(lock, home, error)
        lock.release()
        raise
    log.info("worker-ended", position=loop.worker.live.position)
    if loop.is_pulling():
        # A pull is as good at being killed as at ending, and nobody waits for a slow far side.
        sys.stdout.flush()
        os._exit(0)
    lock.release()
    limner.lake.close()
    limner.store.close()


def _leave_word(lock: WorkerLock, home: Path, error: LimnerError) -> None:
    """Say what the worker ended by to whoever asks how the live side is doing."""
    last, now = last_beat(home), datetime.now(UTC)
    is_same = last is not None and last.has_ended and last.fault_code == error.code
    since = last.fault_since if last is not None and is_same else now
    lock.beat(Beat(os.getpid(), now, now, error.code, error.message, since, has_ended=True))


class Loop:
    """The worker at work: events first, and everything else at its pace."""

    def __init__(
        self, worker: Worker, limner: Limner, lock: WorkerLock,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self.worker = worker
        self._limner = limner
        self._lock = lock
        self._now = now
        self._started_at = now()
        self.faults = Faults(now)
        self._ending = threading.Event()
        self._pulling = threading.Lock()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="worker")
        self._lake = Errand(
            "lake", LAKE_EVERY_SECONDS, worker.settle, self._threads, worker.note_settled
        )
        self._errands = (
            Errand("replay", _REPLAY_SECONDS, worker.send_replays),
            Errand("changes", _CHANGES_SECONDS, worker.send_changes),
            Errand("turn", 0.0, worker.turn),
            Errand("reload", _RELOAD_SECONDS, worker.stream.reload),
            Errand("beat", _BEAT_SECONDS, self.beat),
            Errand("tidy", _TIDY_SECONDS, worker.tidy),
            Errand("trim", _TRIM_SECONDS, worker.trim),
            Errand("pull", _PULL_SECONDS, self._pull, self._threads),
        )

    def run(self, is_over: Callable[[], bool]) -> None:
        """Work until it is over; then everything is in the lake, if the disk allows."""
        try:
            while not is_over():
                worked = self.faults.attempt("events", self.worker.step)
                for errand in self._errands:
                    errand.go(self.faults)
                self._lake.go(self.faults, is_urgent=self.worker.wants_lake())
                if not worked:
                    time.sleep(_POLL_SECONDS)
        finally:
            self._ending.set()
            self._threads.shutdown(wait=False, cancel_futures=True)
        self._lake.finish(self.faults)
        self.faults.attempt("last", self.worker.settle_all)
        self.beat()
        self.worker.close()

    def beat(self) -> None:
        """Leave a sign of life, with what is wrong in words."""
        fault = self.faults.worst()
        code, words = ("", "") if fault is None else (fault.error.code, fault.error.message)
        since = None if fault is None else fault.since
        stream = self.worker.stream
        if fault is None and (unusable := stream.faults | stream.living.faults):
            code = "settings-unusable"
            words = "; ".join(f"{what}: {why}" for what, why in unusable.items())
        self._lock.beat(Beat(os.getpid(), self._started_at, self._now(), code, words, since))

    def _pull(self) -> None:
        if not self.worker.stream.has_pulls:
            return
        from limner.app.pulls import run_due  # heavy libraries, needed by those who pull

        with self._pulling:
            run_due(self._limner, self._now(), self._wait)

    def _wait(self, seconds: float) -> None:
        """Let time pass for a pull; when the worker is to end, the pull ends as if it were killed."""
        if self._ending.wait(seconds):
            raise SystemExit

    def is_pulling(self) -> bool:
        """Whether a pull is still under way."""
        return self._pulling.locked()


def _replay(row: dict[str, Any]) -> Batch:
    """A waiting event as the log is to have it again."""
    try:
        envelope = msgspec.json.decode(row["envelope"])
    except msgspec.DecodeError:
        envelope = {}
    if not isinstance(envelope, dict):
        envelope = {}
    again = f"replay\0{row['row_id']}\0{row['attempts']}".encode()
    key = hashlib.blake2b(again, digest_size=16).digest()
    said = msgspec.json.encode({**envelope, REPLAY_OF: row["row_id"]})
    return Batch(row["source"], row["received_at"], said, (Item(key, bytes(row["body"])),))


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1e6)
