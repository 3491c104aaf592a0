"""How far a source was read: a cursor's value, and the rows near it that may come again.

A transaction that began earlier may commit later, and rows may share a value.  So each pull begins
some way before the last value, and rows that were taken already are known by their digest.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

# Beyond this many rows near the cursor the oldest are forgotten; the importer knows them as duplicates.
MOST = 200_000


def digest(row: Mapping[str, str | None]) -> str:
    """Sixteen hexadecimal digits of all that a row says."""
    said = "\x1e".join(
        f"{key}\x1f{'' if value is None else 'v' + value}" for key, value in row.items()
    )
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=8).hexdigest()


class Window:
    """Which rows came before, as a multiset: of two rows alike the second is new if only one came.

    `held`: pairs of digest and the cursor's place, the oldest first.
    """

    def __init__(self, held: Iterable[tuple[str, Any]] = ()) -> None:
        self._left = Counter(key for key, _ in held)
        self.held: deque[tuple[str, Any]] = deque(maxlen=MOST)

    def is_new(self, key: str, place: Any) -> bool:
        """Whether a row is new; either way it is held from now on."""
        self.held.append((key, place))
        if self._left[key] > 0:
            self._left[key] -= 1
            return False
        return True


def encoded(value: Any) -> dict[str, str]:
    """A cursor's value as JSON can hold it.

    Raises: `TypeError` for a value that has no order to rely on.
    """
    if isinstance(value, datetime):
        return {"type": "time", "value": value.isoformat()}
    if isinstance(value, date):
        return {"type": "date", "value": value.isoformat()}
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise TypeError(f"{type(value).__name__} {value!r}")
    return {"type": "text" if isinstance(value, str) else "number", "value": str(value)}


def decoded(said: Mapping[str, str]) -> Any:
    """The cursor's value that `encoded` wrote."""
    kind, value = said["type"], said["value"]
    if kind == "time":
        return datetime.fromisoformat(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "number":
        return int(value) if value.lstrip("-").isdigit() else float(value)
    return value


def before(value: Any, overlap: float) -> Any:
    """A value some way before another: `overlap` seconds before a moment, so much less than a number.

    >>> before("2024-03-01T10:00:00Z", 60), before(1000, 5), before("b", 60)
    ('2024-03-01T09:59:00Z', 995, 'b')
    """
    if not overlap:
        return value
    if isinstance(value, datetime):
        return value - timedelta(seconds=overlap)
    if isinstance(value, date):
        return value - timedelta(days=-(-overlap // 86_400))
    if isinstance(value, int | float | Decimal):
        return (
            value - Decimal(overlap) if isinstance(value, Decimal) else value - type(value)(overlap)
        )
    if isinstance(value, str):
        if value.isdigit():
            return str(max(0, int(value) - int(overlap)))
        with suppress(ValueError):
            moment = datetime.fromisoformat(value) - timedelta(seconds=overlap)
            written = moment.isoformat(sep=value[10] if len(value) > 10 else "T")
            if len(value) == 10:  # a day
                return written[:10]
            if value.endswith("Z"):
                return written.replace("+00:00", "Z")
            return written
    return value


def place(value: Any) -> tuple[int, Any]:
    """What values are ordered by: moments and numbers as such, also when they are written as text.

    >>> place("9.5") < place("10") < place("A"), place("2024-03-01T10:00Z") == place("2024-03-01T11:00+01:00")
    (True, True)
    """
    if isinstance(value, str):
        if re.fullmatch(r"-?\d+(\.\d+)?", value):
            return 0, float(value)
        with suppress(ValueError):
            moment = datetime.fromisoformat(value)
            return (0, moment.timestamp()) if moment.tzinfo else (1, moment.isoformat())
        return 1, value
    return 0, value
