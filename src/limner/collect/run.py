"""One import of one source: what tells it from every other, and what it counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from limner.core.event import stable_id


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a source's rows: read = kept + quarantined + duplicates, always."""

    read: int
    kept: int
    quarantined: int
    duplicates: int

    def as_plain(self) -> dict[str, int]:
        """The four counts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Run:
    """An import: a source's content taken as one kind under one name.

    `good`: how many rows passed the checks.  `replayed`: a digest of the corrected rows when
    quarantined rows are tried again, else empty.
    """

    source: str
    kind: str
    digest: str
    file: str
    now: datetime
    good: int = 0
    replayed: str = ""

    @property
    def step(self) -> str:
        """The step's code for progress."""
        return f"import.{self.kind}"

    @property
    def is_replay(self) -> bool:
        """Whether these are quarantined rows, tried again."""
        return bool(self.replayed)

    def transaction(self, part: str) -> str:
        """The name of a part's application transaction: the part is committed once.

        The version of such a transaction is the number of rows kept, plus one, so that an import
        that was killed knows what it had brought when it is run again.
        """
        parts = (self.source, self.kind, self.digest, self.replayed, part)
        return f"import.{self.kind}.{part}.{stable_id(*parts)}"

    def with_good(self, good: int) -> Run:
        """The same run once the good rows are counted."""
        return replace(self, good=good)
