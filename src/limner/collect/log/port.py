"""What an event log must do: keep what it took, in order, each message once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Item:
    """One event of a batch, as it came.

    `key`: 16 bytes that are the same for the same message of the same source.  `fault`: the code
    and message for which it is to be quarantined, None for a sound one; faulty ones are kept too,
    since nothing that was answered with 200 may be lost.
    """

    key: bytes
    body: bytes
    fault: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request brought.

    `envelope` is a JSON object of what its events share: sentAt, context, integrations, ip and
    userAgent of the request.  `received_at` is in microseconds since 1970.
    """

    source: str
    received_at: int
    envelope: bytes
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch: which of its items (by index) the log had already."""

    first: int
    count: int
    duplicates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Logged:
    """A batch as the log gives it back, without what was a duplicate.

    Its events have the positions `first` to `first + count - 1`.  `body` is a JSON array of the
    events as they came, `faults` maps an index in it to (code, message).
    """

    first: int
    count: int
    source: str
    received_at: int
    envelope: bytes
    body: bytes
    faults: dict[int, tuple[str, str]]


class EventLog(Protocol):
    """An append-only log of events; positions begin at 1 and grow by one an event."""

    def append(self, batches: Sequence[Batch]) -> list[Appended]:
        """Keep batches together: all of them are on disk when this returns, or none is.

        Raises: `Busy` or `Broken` when they could not be kept; then nothing was.
        """
        ...

    async def keep(self, batch: Batch) -> Appended:
        """`append` for one batch, within an event loop that meanwhile does other things.

        Raises: as `append`.
        """
        ...

    def read(self, after: int, most: int) -> list[Logged]:
        """The batches with events after a position, in order, about `most` events of them."""
        ...

    def end(self) -> int:
        """The position of the newest event; 0 when there is none."""
        ...

    def trim(self, through: int) -> None:
        """Forget the events up to a position, but not that they were seen."""
        ...

    def close(self) -> None:
        """Let go of the log's files."""
        ...
