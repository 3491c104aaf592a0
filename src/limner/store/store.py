"""The operational store: one SQLAlchemy engine, on SQLite (WAL) or PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.orm import Session

from limner.core.errors import Broken, Busy, Malformed
from limner.store.migrations import DIRECTORY, HEAD

_ROOM = 1_000_000  # bytes without which SQLite cannot go on
# Only one process at a time migrates a PostgreSQL store: the key of its advisory lock.
_MIGRATION_LOCK = 0x6C696D6E6572  # "limner"


class Store:
    """The operational store at a SQLAlchemy URL (`sqlite:///...` or `postgresql+psycopg://...`).

    Raises: `Malformed` for a URL that SQLAlchemy cannot read, `Broken` when SQLite's directory
    cannot be made.
    """

    def __init__(self, url: str) -> None:
        parsed = read_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database and parsed.database != ":memory:":
            try:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Broken(
                    "store-directory", f"the store's directory cannot be made: {error}"
                ) from error
        self._file = parsed.database if self.is_sqlite else None
        self.engine: Engine = create_engine(parsed)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _make_durable)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that may write: committed at the end, undone on any exception.

        On SQLite it holds the one write lock from its start, so that reading and then writing
        is safe; keep it short.
        Raises: `Busy` when no server answers or another process holds the lock too long,
        `Broken` when the disk is full.
        """
        with (
            _faults(self._file),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads one consistent state, and never waits for a writer.

        Raises: `Busy` when no server answers.
        """
        reader = self.engine.execution_options(limner_reading=True)
        with (
            _faults(self._file),
            Session(reader, expire_on_commit=False, autoflush=False) as session,
        ):
            yield session

    def revision(self) -> str | None:
        """The migration this store is at; None before the first."""
        reader = self.engine.execution_options(limner_reading=True)
        with _faults(self._file), reader.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)

    def migrate(self) -> None:
        """Bring the store to the newest migration; quick when it is there already.

        Safe when several processes do it at once: one migrates, the others wait for it.
        Raises: `Broken` when the store was made by a newer Limner.
        """
        found = self.revision()
        if found == HEAD:
            return
        if found is not None and found > HEAD:
            raise Broken(
                "store-newer",
                f"the store is at migration {found} and this Limner knows only {HEAD}; upgrade Limner",
            )
        with _faults(self._file), self.engine.connect() as connection, connection.begin():
            if not self.is_sqlite:  # SQLite's transaction has the write lock already
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK}
                )
            move(connection, HEAD)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def read_url(url: str) -> URL:
    """A database URL, checked; PostgreSQL by its plain name is reached with psycopg.

    Raises: `Malformed` when it is no URL or of a database that Limner does not keep its state in.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise Malformed(
            "store-url", "LIMNER_STORE_URL is not a database URL such as sqlite:///shop.db"
        ) from error
    if backend not in ("sqlite", "postgresql"):
        raise Malformed(
            "store-url", f"the store can be sqlite or postgresql, not {backend}: LIMNER_STORE_URL"
        )
    return parsed


def move(connection: Connection, revision: str) -> None:
    """Upgrade or downgrade to a revision (or `base`) within the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(DIRECTORY).replace("%", "%%"))
    config.attributes["connection"] = connection
    if revision == HEAD:
        command.upgrade(config, revision)
    else:
        command.downgrade(config, revision)


@contextmanager
def _faults(file: str | None) -> Iterator[None]:
    """The database's faults in Limner's own words; `file` is that of SQLite."""
    try:
        yield
    except DBAPIError as error:
        told = " ".join(str(error.orig).split())
        if file is None:
            if not isinstance(error, OperationalError) and not error.connection_invalidated:
                raise
            if "No space left" in told:
                raise _full("the store's server") from error
            raise Busy("store-busy", f"the store does not answer: {told}") from error
        if "disk is full" in told or ("disk I/O" in told and _is_full(file)):
            raise _full(file) from error
        if "locked" in told or "busy" in told:
            raise Busy(
                "store-busy", f"another process holds the store {file}: {told}; try again"
            ) from error
        if isinstance(error, IntegrityError | ProgrammingError):
            raise
        raise Broken(
            "store-unreadable",
            f"the store {file} cannot be used: {told}; put a backup in its place, or see who may write there",
        ) from error


def _full(place: str) -> Broken:
    return Broken("disk-full", f"the disk is full at {place}; free some space and run again")


def _is_full(file: str) -> bool:
    """SQLite calls some full disks input/output errors: there the directory is asked."""
    try:
        return shutil.disk_usage(Path(file).parent).free < _ROOM
    except OSError:
        return False


def _make_durable(connection: Any, _record: Any) -> None:
    """SQLite with a write-ahead log, a wait for locks, and foreign keys."""
    connection.isolation_level = None  # transactions are begun by `_begin`, also around DDL
    cursor = connection.cursor()
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """SQLite's BEGIN: writers take the lock first, since a reader that turns writer may fail."""
    is_reading = connection.get_execution_options().get("limner_reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")
