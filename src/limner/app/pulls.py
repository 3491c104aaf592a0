"""Scheduled sources: what is due is fetched and imported, one source after another.

What was fetched is written down before it is imported, and the import itself is harmless when it is
done again: so a kill at any moment, and the same pull once more, gives the same rows.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from limner.app.importing import import_records
from limner.app.limner import Limner
from limner.collect.guess import guess_file
from limner.collect.mapping import Mapping, load_mapping
from limner.collect.pull import EVERY_SECONDS, TABLE, check_settings, mapping_of
from limner.collect.pull.puller import Asked, Portion
from limner.collect.run import Counts
from limner.core.errors import Busy, LimnerError, Malformed, Unknown
from limner.core.event import stable_id
from limner.core.progress import Progress, silent
from limner.store.models import Pull, Source

DONE, FAILED = "done", "failed"
# After a failure: so long, then twice as long each time, but no longer than this or the interval.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
_TRIES_OF_IMPORT = 6
_NONE = Counts(0, 0, 0, 0)

Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class PullOutcome:
    """How a pull went: the rows of all that it took, and of each file that it could not take, why.

    `outcome`: done | failed.  `refused`: pairs of a file's name and the reason.
    """

    source: str
    outcome: str
    portions: int
    counts: Counts
    refused: tuple[tuple[str, str], ...]
    detail: str
    next_at: datetime


@dataclass(frozen=True, slots=True)
class PullCard:
    """A scheduled source as people see it: when it was last asked, how that went, when it is next.

    `every_seconds`: the interval.  `failures`: how many times in a row it failed.  `refused`: files
    that wait for a correction, with the reason.
    """

    source: str
    kind: str
    is_enabled: bool
    every_seconds: float
    last_at: datetime | None
    next_at: datetime | None
    outcome: str
    detail: str
    failures: int
    refused: tuple[tuple[str, str], ...]


def run_due(limner: Limner, now: datetime, wait: Wait = time.sleep) -> list[PullOutcome]:
    """Pull every enabled source that is due, one after another; what fails stops no other.

    A source that another process is pulling is left to it.
    """
    outcomes = []
    for card in pulls(limner):
        if card.is_enabled and (card.next_at is None or card.next_at <= now):
            with suppress(Busy, Unknown):  # being pulled elsewhere, or removed meanwhile
                outcomes.append(run_pull(limner, card.source, now, wait=wait))
    return outcomes


def run_pull(
    limner: Limner,
    name: str,
    now: datetime,
    progress: Progress = silent,
    wait: Wait = time.sleep,
    is_anew: bool = False,
) -> PullOutcome:
    """Pull one source now, whether it is due or not, and write down how it went.

    `is_anew`: from the start, as if it had never been read; what the lake has is known again as
    duplicates.  A failure is an outcome and no exception.
    Raises: `Unknown` when there is no such source, `Malformed` when it is one that sends, `Busy` when
    it is being pulled already.
    """
    source = _source(limner, name)
    with _alone(limner, name) as directory:
        work = _Work(limner, source, directory, now, progress, wait)
        if is_anew:
            work.forget()
        failure: LimnerError | Exception | None = None
        try:
            work.run()
        except Exception as error:
            # Whatever a far side or a library does, it is this source's failure and no other's.
            failure = error
        return work.finished(failure)


def pulls(limner: Limner) -> list[PullCard]:
    """Every scheduled source with the state of its pulls, by name."""
    with limner.store.reading() as session:
        sources = session.scalars(
            select(Source).where(Source.kind.in_(list(TABLE))).order_by(Source.name)
        ).all()
        rows = {row.source: row for row in session.scalars(select(Pull))}
    return [_card(source, rows.get(source.name)) for source in sources]


class _Work:
    """One pull of one source.

    The row's `cursor` holds `state` (the kind's own), `pending` (a fetched file, and the state once
    it is imported), `mapping` (one that was guessed, for good) and `failures`.
    """

    def __init__(
        self, limner: Limner, source: Source, directory: Path, now: datetime, progress: Progress, wait: Wait
    ) -> None:  # fmt: skip
        self.limner, self.source, self.directory = limner, source, directory
        self.now, self.progress, self.wait = now, progress, wait
        with limner.store.reading() as session:
            row = session.get(Pull, source.name)
        self.kept: dict[str, Any] = dict(row.cursor) if row else {}
        self.is_anew = False
        self.counts, self.portions, self.refused = _NONE, 0, list[tuple[str, str]]()

    def forget(self) -> None:
        """Begin from the start."""
        self.is_anew = True
        self.kept = {key: said for key, said in self.kept.items() if key == "pending"}
        self._save()

    def run(self) -> None:
        """Import what was fetched before, then what is new."""
        settings = self.source.settings
        check_settings(self.source.kind, settings)
        mapping = self._mapping()
        self._take_pending(mapping)
        for left in self.directory.iterdir():  # of a pull that was killed while it fetched
            left.unlink()
        asked = Asked(
            settings, self.kept.get("state", {}), self.now, self.directory, self.wait,
            _columns(mapping), stable_id(json.dumps([settings, _plain(mapping)], sort_keys=True, default=str)),
        )  # fmt: skip
        for portion in TABLE[self.source.kind].pull(asked):
            self._take(portion, mapping)

    def _take(self, portion: Portion, mapping: Mapping | None) -> None:
        if portion.warning:
            self.refused.append(("", portion.warning))
        if portion.path is None:
            self._save(state=dict(portion.state))
            return
        if portion.refused is None:  # what was asked for may be answered otherwise the next time
            self._save(pending={"file": portion.path.name, "state": dict(portion.state)})
        try:
            self._import(portion.path, mapping)
        except Malformed as error:
            if portion.refused is None:
                raise
            self.refused.append((portion.path.name, error.message))
            self._save(state=dict(portion.refused(error.message)), pending=None)
        else:
            self._save(state=dict(portion.state), pending=None)
        portion.path.unlink(missing_ok=True)

    def _take_pending(self, mapping: Mapping | None) -> None:
        """The file that a pull had fetched and not finished importing, with the rows that it had."""
        pending = self.kept.get("pending")
        if pending is None:
            return
        path = self.directory / pending["file"]
        if path.is_file():
            self._import(path, mapping)
            state = None if self.is_anew else pending["state"]
            self._save(state=state, pending=None)
            path.unlink()
        else:  # somebody emptied the directory: it is fetched again
            self._save(pending=None)

    def _import(self, path: Path, mapping: Mapping | None) -> None:
        settings, limner = self.source.settings, self.limner
        chosen = mapping or self._guessed(path)
        for attempt in range(_TRIES_OF_IMPORT):
            try:
                counts = import_records(
                    limner, path, chosen, self.now, self.progress, settings.get("table")
                )
                break
            except Busy:  # another writer of the lake was faster
                if attempt + 1 == _TRIES_OF_IMPORT:
                    raise
                self.wait(0.2 * 2**attempt)
        self.portions += 1
        pairs = zip(self.counts.as_plain().values(), counts.as_plain().values(), strict=True)
        self.counts = Counts(*(a + b for a, b in pairs))

    def _mapping(self) -> Mapping | None:
        """The mapping that the settings give, or that was guessed earlier; None to guess it now."""
        name, settings = self.source.name, self.source.settings
        said = settings.get("mapping") or self.kept.get("mapping")
        if said is None:
            return None
        if isinstance(said, str):
            said = load_mapping(self.limner.settings.home / said, name).as_plain()
        return mapping_of(name, settings, said)

    def _guessed(self, path: Path) -> Mapping:
        settings, limner = self.source.settings, self.limner
        guess = guess_file(
            limner.lake, path, self.source.name, limner.settings.timezone, limner.settings.currency,
            settings.get("table"), settings.get("kind"),
        )  # fmt: skip
        if TABLE[self.source.kind].is_uniform:
            self._save(mapping=guess.mapping.as_plain())
        return mapping_of(self.source.name, settings, guess.mapping.as_plain())

    def _save(self, **changed: Any) -> None:
        self.kept = {k: v for k, v in {**self.kept, **changed}.items() if v is not None}
        with self.limner.store.session() as session:
            row = session.get(Pull, self.source.name)
            if row is None:
                session.add(
                    Pull(source=self.source.name, cursor=self.kept, next_at=self.now, last_at=None)
                )
            else:
                row.cursor = dict(self.kept)

    def finished(self, failure: Exception | None) -> PullOutcome:
        """Write down how it went, and when to come again."""
        every = timedelta(seconds=float(self.source.settings.get("every", EVERY_SECONDS)))
        failures = int(self.kept.get("failures", 0)) + 1 if failure else 0
        pause = (
            min(FIRST_PAUSE * 2 ** min(failures - 1, 20), max(every, LONGEST_PAUSE))
            if failure
            else every
        )
        outcome = FAILED if failure else DONE
        told = PullOutcome(
            self.source.name, outcome, self.portions, self.counts, tuple(self.refused),
            _told(self.portions, self.counts, self.refused, failure), self.now + pause,
        )  # fmt: skip
        self._save(failures=failures or None)
        with self.limner.store.session() as session:
            row = session.get_one(Pull, self.source.name)
            row.last_at, row.next_at, row.outcome, row.detail = (
                self.now,
                told.next_at,
                outcome,
                told.detail,
            )
        return told


def _told(
    portions: int, counts: Counts, refused: list[tuple[str, str]], failure: Exception | None
) -> str:
    parts = []
    if failure is not None:
        known = isinstance(failure, LimnerError)
        parts.append(str(failure) if known else f"{type(failure).__name__}: {failure}")
    if portions:
        parts.append(
            f"{portions:,} {'file' if portions == 1 else 'files'}: {counts.read:,} rows read, {counts.kept:,} kept,"
            f" {counts.quarantined:,} quarantined, {counts.duplicates:,} duplicates"
        )
    elif failure is None:
        parts.append("nothing new")
    parts += [f"{file}: {reason}" if file else reason for file, reason in refused]
    return "; ".join(" ".join(part.split()) for part in parts)


def _card(source: Source, row: Pull | None) -> PullCard:
    kept = row.cursor if row else {}
    files = kept.get("state", {}).get("files", {})
    refused = tuple((name, said[2]) for name, said in files.items() if said[2] != DONE)
    return PullCard(
        source.name, source.kind, source.is_enabled, float(source.settings.get("every", EVERY_SECONDS)),
        row.last_at if row else None, row.next_at if row else None, row.outcome if row else "",
        row.detail if row else "", int(kept.get("failures", 0)), refused,
    )  # fmt: skip


def _columns(mapping: Mapping | None) -> tuple[str, ...]:
    """The columns that a mapping speaks of."""
    if mapping is None:
        return ()
    from limner.collect.expression import check_expression

    found: dict[str, None] = {}
    for name, origin in mapping.columns.items():
        if origin.column is not None:
            found[origin.column] = None
        if origin.sql is not None:
            found |= dict.fromkeys(check_expression(origin.sql, name))
    for clauses in mapping.clean.values():
        found |= dict.fromkeys(column for clause in clauses for column in clause.columns)
    return tuple(found | dict.fromkeys(mapping.traits.values()))


def _plain(mapping: Mapping | None) -> object:
    return None if mapping is None else mapping.as_plain()


def _source(limner: Limner, name: str) -> Source:
    with limner.store.reading() as session:
        found = session.get(Source, name)
    if found is None:
        raise Unknown(
            "source-unknown",
            f"there is no source {name!r}; limner source list shows those there are",
        )
    if found.kind not in TABLE:
        raise Malformed(
            "source-not-asked",
            f"source {name!r} is of kind {found.kind}: it sends, and is not asked",
        )
    return found


@contextmanager
def _alone(limner: Limner, name: str) -> Iterator[Path]:
    """A directory of the source's own, while no other process pulls it.

    Raises: `Busy` when one does.
    """
    root = limner.settings.home / "pulls"
    directory = root / stable_id(name)
    directory.mkdir(parents=True, exist_ok=True)
    with (root / f"{directory.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(
                "pull-busy", f"source {name!r} is being pulled already; wait for it"
            ) from None
        yield directory
        if not any(directory.iterdir()):
            shutil.rmtree(directory, ignore_errors=True)
