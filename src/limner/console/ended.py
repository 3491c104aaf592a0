"""The sessions that were signed out of: a signed cookie stays readable, so these are refused."""

from __future__ import annotations

import json
import threading
from pathlib import Path


class EndedSessions:
    """Nonces of ended sessions with the second they ended, kept in a file as long as they matter."""

    def __init__(self, file: Path, keep_seconds: int) -> None:
        self._file = file
        self._keep_seconds = keep_seconds
        self._lock = threading.Lock()
        self._ended: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}

    def add(self, nonce: str, now: int) -> None:
        """End a session; ended ones that would have run out by now are forgotten."""
        with self._lock:
            kept = {n: at for n, at in self._ended.items() if at > now - self._keep_seconds}
            self._ended = {**kept, nonce: now}
            draft = self._file.with_suffix(".new")
            draft.write_text(json.dumps(self._ended))
            draft.replace(self._file)  # whole or not at all

    def __contains__(self, nonce: object) -> bool:
        return nonce in self._ended
