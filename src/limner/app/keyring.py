"""The write keys as the tracking endpoints know them: in memory, never older than a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from limner.app.limner import Limner
from limner.core.errors import Busy, LimnerError
from limner.store.models import Source, WriteKey

_FRESH_SECONDS = 0.5
_STALE_SECONDS = 60.0  # how long keys are believed while the store cannot be read
_GAP_SECONDS = 0.02  # between two readings, however many unknown keys come


@dataclass(frozen=True, slots=True)
class Known:
    """The source that a good key names."""

    source: str
    is_enabled: bool
    settings: dict[str, Any]


class Keyring:
    """The good write keys of an installation.

    A key that is not known is looked for in the store before it is refused, so a key works from
    the moment it is made; a revoked one stops within a second.
    """

    def __init__(self, limner: Limner, clock: Callable[[], float] = time.monotonic) -> None:
        self._limner = limner
        self._clock = clock
        self._keys: dict[str, Known] = {}
        self._read_at = float("-inf")
        self._is_failing = False
        self._turn = asyncio.Lock()

    async def find(self, *candidates: str) -> Known | None:
        """The source of the first of these keys that is good; None when none is.

        Raises: `Busy` when the keys cannot be read, so that nothing is refused for good.
        """
        now = self._clock()
        if now - self._read_at > _FRESH_SECONDS:
            await self._refresh(now)
        found = self._first(candidates)
        if found is None and candidates:
            await self._refresh(now)
            found = self._first(candidates)
        if found is None and self._is_failing:
            raise Busy("keys-unreadable", "write keys cannot be read just now; send this again")
        return found

    def _first(self, candidates: tuple[str, ...]) -> Known | None:
        return next((self._keys[key] for key in candidates if key in self._keys), None)

    async def _refresh(self, since: float) -> None:
        """Read the keys again, unless somebody has since `since`."""
        async with self._turn:
            if self._read_at > since:
                return
            wait = self._read_at + _GAP_SECONDS - self._clock()
            if wait > 0:
                await asyncio.sleep(wait)
            began = self._clock()
            try:
                self._keys = await asyncio.to_thread(self._read)
            except LimnerError as error:
                self._is_failing = True
                if began - self._read_at > _STALE_SECONDS:
                    message = (
                        f"write keys cannot be read just now ({error.message}); send this again"
                    )
                    raise Busy("keys-unreadable", message) from error
                return
            self._is_failing = False
            self._read_at = began

    def _read(self) -> dict[str, Known]:
        with self._limner.store.reading() as session:
            rows = session.execute(
                select(WriteKey.write_key, Source.name, Source.is_enabled, Source.settings)
                .join(Source, Source.name == WriteKey.source)
                .where(WriteKey.revoked_at.is_(None))
            ).all()
        return {key: Known(name, bool(on), dict(settings)) for key, name, on, settings in rows}
