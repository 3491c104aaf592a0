"""A child process kept alive: started, started again when it ends, and ended with its parent."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence

import structlog

log = structlog.get_logger()

_SHORTEST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 30.0
_STEADY_SECONDS = 60.0  # who lived this long is started again at once
_PATIENCE_SECONDS = 20.0


class KeptAlive:
    """A child that is started again when it ends, with a growing pause while it ends at once."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._is_ending = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start it, and watch over it."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end, wait until it has, and do not start it again."""
        self._is_ending.set()
        self._thread.join()

    def _watch(self) -> None:
        wait = _SHORTEST_WAIT_SECONDS
        while not self._is_ending.is_set():
            began = time.monotonic()
            self._child = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603
            code = self._outlast(self._child)
            if code is None:
                return
            lived = time.monotonic() - began
            wait = _SHORTEST_WAIT_SECONDS if lived > _STEADY_SECONDS else wait
            log.warning("worker-ended", exit_code=code, again_in_seconds=wait)
            self._is_ending.wait(wait)
            wait = min(2 * wait, _LONGEST_WAIT_SECONDS)

    def _outlast(self, child: subprocess.Popen[bytes]) -> int | None:
        """Wait for a child's end: its exit code, or None when it was asked to end."""
        while not self._is_ending.is_set():
            try:
                return child.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
        child.terminate()
        try:
            child.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        return None
