"""The operational store: one SQLAlchemy engine, on SQLite (WAL) or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session

from limner.core.errors import Busy, Malformed


class Store:
    """The operational store at a SQLAlchemy URL (`sqlite:///...` or `postgresql+psycopg://...`).

    Raises: `Malformed` for a URL that SQLAlchemy cannot read, `Busy` when no server answers.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise Malformed(
                "store-url", "LIMNER_STORE_URL is not a database URL such as sqlite:///shop.db"
            ) from error
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = create_engine(parsed)
        if parsed.get_backend_name() == "sqlite":
            event.listen(self.engine, "connect", _make_durable)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: committed at the end, undone on any exception."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            raise Busy("store-busy", f"the store does not answer: {error.orig}") from error


def _make_durable(connection: Any, _record: Any) -> None:
    """SQLite with a write-ahead log, a wait for locks, and foreign keys."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
