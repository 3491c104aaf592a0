"""Adding rows in bulk that may be there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from limner.store.models import Record

# Rows or values in one statement; SQLite takes at most 32,766 values.
BATCH = 500

_Insert = Callable[[type[Record]], sqlite.Insert | postgresql.Insert]
_INSERT: dict[str, _Insert] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_missing(
    session: Session,
    model: type[Record],
    rows: Sequence[Mapping[str, Any]],
    returning: InstrumentedAttribute[str] | InstrumentedAttribute[int],
) -> set[Any]:
    """Add the rows that clash with no unique key; the `returning` values of those added.

    Two processes that add the same row at once never both add it.
    """
    if not rows:
        return set()
    insert = _INSERT[session.get_bind().dialect.name]
    statement = insert(model).on_conflict_do_nothing().returning(returning)
    return set(session.scalars(statement, list(rows)))


def insert_plain(
    session: Session,
    model: type[Record],
    names: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Add many rows quickly: their values go to the driver as they are.

    Moments must have been through `plain_moment`, JSON must be text already.
    """
    if not rows:
        return
    mark = "?" if session.get_bind().dialect.name == "sqlite" else "%s"
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join([mark] * len(names))
    statement = f"INSERT INTO {model.__tablename__} ({columns}) VALUES ({marks})"
    session.connection().exec_driver_sql(statement, list(rows))


def plain_moment(session: Session) -> Callable[[datetime], object]:
    """How the database's driver takes an aware UTC moment."""
    if session.get_bind().dialect.name == "sqlite":
        return lambda at: at.replace(tzinfo=None).isoformat(" ", "microseconds")
    return lambda at: at
