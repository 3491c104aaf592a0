"""A table of any database that SQLAlchemy reaches, read in the order of its primary key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
from sqlalchemy import Engine, Result, Table, create_engine, inspect, select
from sqlalchemy import MetaData as Metadata
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError

from limner.collect.readers.batches import SIZE, numbered_rows, write_batches
from limner.collect.readers.source import Reader, Rows
from limner.core.errors import Busy, Malformed


def open_sql(
    location: str, table: str | None, cursor: duckdb.DuckDBPyConnection, scratch: Path
) -> Rows:
    """The rows of a table at `URL#table`, or at `URL` with the table beside it.

    Raises: `Malformed` for a URL that cannot be read or a table that is not there, `Busy` when the
    database does not answer.  No message shows the URL's password.
    """
    address, _, fragment = location.partition("#")
    url, wanted = _url(address), table or fragment
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise Malformed("file-missing", f"there is no database file {url.database}")
    try:
        engine = create_engine(url)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise Malformed(
            "source-url", f"{shown}: no driver for this database is installed ({error})"
        ) from error
    try:
        source = _table(engine, wanted, shown)
        names = [column.name for column in source.columns]
        query = select(*source.columns).order_by(*(source.primary_key.columns or source.columns))
        with engine.connect().execution_options(stream_results=True, yield_per=SIZE) as connection:
            count, digest = write_batches(
                names, _batches(connection.execute(query)), scratch / "table.parquet"
            )
    except SQLAlchemyError as error:
        seen = str(getattr(error, "orig", None) or error).split("\n")[0]
        raise Busy("source-unreachable", f"{shown} cannot be read: {seen}") from error
    finally:
        engine.dispose()
    if not count:
        raise Malformed(
            "file-empty", f"table {wanted} of {shown} has no rows; nothing was imported"
        )
    rows, types = numbered_rows(scratch / "table.parquet", cursor)
    return Rows(
        rows, types, digest, f"{shown}#{wanted}", (scratch / "table.parquet").stat().st_size
    )


READER = Reader("sql", (), open_sql)


def _url(address: str) -> URL:
    try:
        return make_url(address)
    except ArgumentError as error:
        raise Malformed(
            "source-url", "the source is not a database URL such as sqlite:///shop.db#orders"
        ) from error


def _table(engine: Engine, wanted: str, shown: str) -> Table:
    seen = inspect(engine)
    there = ", ".join([*seen.get_table_names(), *seen.get_view_names()]) or "none"
    if not wanted:
        raise Malformed(
            "table-missing", f"say which table of {shown}: --table NAME; there are {there}"
        )
    schema, _, name = wanted.rpartition(".")
    try:
        return Table(name, Metadata(), schema=schema or None, autoload_with=engine)
    except NoSuchTableError:
        raise Malformed(
            "source-table-unknown", f"{shown} has no table {wanted!r}; there are {there}"
        ) from None


def _batches(rows: Result[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    line = 0
    for batch in rows.partitions(SIZE):
        yield [(line + i, *row) for i, row in enumerate(batch, 1)]
        line += len(batch)
