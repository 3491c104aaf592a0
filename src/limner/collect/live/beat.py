"""One worker a home, and its sign of life: `worker.lock`, held locked as long as the worker lives.

The file is written in place and never grows, so that the worker can tell of a full disk on it.
"""

from __future__ import annotations

import fcntl
import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from limner.core.errors import Broken, Busy

NAME = "worker.lock"
_BYTES = 4_096
_PATIENCE_SECONDS = 2.0
_TRIES = 5


class Beat(msgspec.Struct, frozen=True):
    """The worker's last sign of life; `fault` is what it waits for now, the empty text for nothing.

    `has_ended`: the fault is why it could not go on at all.
    """

    process: int
    started_at: datetime
    at: datetime
    fault_code: str = ""
    fault: str = ""
    fault_since: datetime | None = None
    has_ended: bool = False


@dataclass(slots=True)
class WorkerLock:
    """The right to be the worker of a home."""

    descriptor: int

    @classmethod
    def take(cls, home: Path, patience_seconds: float = _PATIENCE_SECONDS) -> WorkerLock:
        """Become the worker.

        Raises: `Busy` when there is one that does not end within `patience_seconds`, `Broken` when
        the file cannot be made.
        """
        try:
            descriptor = os.open(home / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Broken(
                "worker-lock", f"{home / NAME} cannot be written to: {error.strerror}"
            ) from error
        last = time.monotonic() + patience_seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return cls(descriptor)
            except BlockingIOError:
                if time.monotonic() >= last:
                    os.close(descriptor)
                    raise Busy(
                        "worker-running",
                        f"a worker runs on {home} already; one home has one worker",
                    ) from None
                time.sleep(0.05)

    def beat(self, beat: Beat) -> None:
        """Leave a sign of life; a disk that is too full for the very first one is no fault here."""
        body = msgspec.json.encode(beat)
        if len(body) > _BYTES:
            body = msgspec.json.encode(msgspec.structs.replace(beat, fault=beat.fault[:500]))
        try:
            os.pwrite(self.descriptor, body.ljust(_BYTES), 0)
        except OSError:
            return

    def release(self) -> None:
        """Be the worker no more."""
        os.close(self.descriptor)


def is_worked(home: Path) -> bool:
    """Whether a worker is alive."""
    try:
        descriptor = os.open(home / NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def last_beat(home: Path) -> Beat | None:
    """The last sign of life of a home's worker; None when there never was one."""
    for _ in range(_TRIES):  # it may be written this moment
        try:
            return msgspec.json.decode((home / NAME).read_bytes(), type=Beat)
        except (OSError, msgspec.DecodeError):
            continue
    return None
