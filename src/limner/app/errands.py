"""What is done beside the work on events: each at its pace, tried again when the machine refuses."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from limner.core.errors import Broken, LimnerError

log = structlog.get_logger()

_FIRST_RETRY_SECONDS = 0.1
_SLOWEST_RETRY_SECONDS = 5.0


class Fault:
    """A machine's fault that something waits for, since when, and when it is tried again."""

    __slots__ = ("error", "retry_at", "since", "wait_seconds")

    def __init__(self, error: LimnerError, since: datetime) -> None:
        self.error = error
        self.since = since
        self.wait_seconds = _FIRST_RETRY_SECONDS / 2
        self.retry_at = 0.0

    def again(self, error: LimnerError) -> None:
        """It is still there: wait twice as long."""
        self.error = error
        self.wait_seconds = min(2 * self.wait_seconds, _SLOWEST_RETRY_SECONDS)
        self.retry_at = time.monotonic() + self.wait_seconds


class Faults:
    """What is wrong now, by what was tried; empty when all is well."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._found: dict[str, Fault] = {}

    def attempt(self, name: str, deed: Callable[[], Any]) -> Any:
        """Do something unless it waits for a retry; its result, or None when it did not go.

        Whatever fails is tried again: a disk is freed, a lock is given up, and for what nobody
        foresaw it is better to be seen waiting than to be gone.
        Raises: what no waiting mends.
        """
        if self.waits(name):
            return None
        try:
            result = deed()
        except LimnerError as error:
            if error.code in _FATAL:
                raise
            self.note(name, error)
            return None
        except Exception as error:
            # Neither values nor messages: they may be of customers.
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(frame.filename).name}:{frame.lineno}"
            log.error("worker-unforeseen", doing=name, error=type(error).__name__, at=where)
            told = f"{name} failed ({type(error).__name__} at {where}); it is tried again, please report it"
            self.note(name, Broken("worker-unforeseen", told))
            return None
        self._found.pop(name, None)
        return result

    def waits(self, name: str) -> bool:
        """Whether it is too early to try something again."""
        fault = self._found.get(name)
        return fault is not None and time.monotonic() < fault.retry_at

    def note(self, name: str, error: LimnerError) -> None:
        """Something did not go."""
        fault = self._found.get(name)
        if fault is None:
            fault = self._found[name] = Fault(error, self._now())
        fault.again(error)

    def worst(self) -> Fault | None:
        """The fault that has been there longest."""
        return min(self._found.values(), key=lambda fault: fault.since, default=None)


# What no waiting mends: another worker is here, or the file is of a newer Limner, or another file
# has to be put in its place, which only a new worker opens.
_FATAL = frozenset(
    ["worker-doubled", "live-newer", "store-newer", "log-behind-state", "live-damaged"]
)


class Errand:
    """Something that is done every so often; in the executor where one is given, else at once.

    `then` takes the result, in the thread of whoever calls `go`.
    """

    def __init__(
        self, name: str, every_seconds: float, deed: Callable[[], Any],
        executor: Executor | None = None, then: Callable[[Any], Any] | None = None,
    ) -> None:  # fmt: skip
        self._name = name
        self._every = every_seconds
        self._deed = deed
        self._executor = executor
        self._then = then
        self._due = 0.0
        self._future: Future[Any] | None = None

    def go(self, faults: Faults, is_urgent: bool = False) -> None:
        """Do it when it is due, or take what it came to."""
        if self._future is not None:
            if not self._future.done():
                return
            future, self._future = self._future, None
            result = faults.attempt(self._name, future.result)
            if result is not None and self._then is not None:
                faults.attempt(self._name, lambda: self._then and self._then(result))
        moment = time.monotonic()
        if (moment < self._due and not is_urgent) or faults.waits(self._name):
            return
        self._due = moment + self._every
        if self._executor is None:
            faults.attempt(self._name, self._deed)
        else:
            self._future = self._executor.submit(self._deed)

    def finish(self, faults: Faults) -> None:
        """Wait for what is under way."""
        if self._future is not None:
            future, self._future = self._future, None
            result = faults.attempt(self._name, future.result)
            if result is not None and self._then is not None:
                faults.attempt(self._name, lambda: self._then and self._then(result))
