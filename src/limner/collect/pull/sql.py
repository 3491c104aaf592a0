"""A query of a database, read on from the last value of a column that only grows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    NoSuchModuleError,
    ProgrammingError,
    SQLAlchemyError,
)

from limner.collect.pull import window
from limner.collect.pull.puller import Asked, Portion, Puller, State, count, wrong
from limner.collect.pull.puller import text as said
from limner.collect.pull.secret import check_secret, check_url, secret
from limner.collect.pull.spool import write_rows
from limner.collect.pull.window import Window
from limner.collect.readers.batches import as_text
from limner.core.errors import Busy, Malformed
from limner.core.words import Words

CHUNK_ROWS = 50_000
OVERLAP_SECONDS = 300.0
_FETCH = 2_000
_TOGETHER = 4  # chunks


def _check(settings: Mapping[str, Any]) -> None:
    url = said(settings, "url", "write a database URL such as postgresql://reader@db/shop")
    check_url(url, "url")
    _url(settings)
    if "password" in settings:
        check_secret(settings["password"], "password")
    query = said(settings, "query", "write a SELECT, such as SELECT * FROM orders")
    if not re.match(r"(?is)\s*(select|with)\b", query) or ";" in query.rstrip().rstrip(";"):
        raise wrong("query", query, "write one SELECT")
    said(settings, "cursor", "write the column that only grows, such as updated_at")
    if re.search(r"(?<!:):cursor\b", query) and "start" not in settings:
        raise wrong("start", None, "write the value of :cursor for the first time")
    if not isinstance(settings.get("start", ""), str | int | float) or isinstance(
        settings.get("start"), bool
    ):
        raise wrong(
            "start", settings["start"], "write a value of the cursor column, a time in quotes"
        )
    count(settings, "overlap", OVERLAP_SECONDS)
    count(settings, "chunk_rows", CHUNK_ROWS, 1)


def _url(settings: Mapping[str, Any]) -> URL:
    try:
        url = make_url(settings["url"])
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        raise wrong("url", settings["url"], "no such database is known here") from None
    return url


def _pull(asked: Asked) -> Iterator[Portion]:
    settings, url = asked.settings, _url(asked.settings)
    if "password" in settings:
        url = url.set(password=secret(settings["password"], "password"))
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise Malformed("file-missing", f"there is no database file {url.database}")
    engine = create_engine(url)
    try:
        options = {"postgresql_readonly": True} if url.get_backend_name() == "postgresql" else {}
        with engine.connect().execution_options(stream_results=True, **options) as connection:
            yield from _portions(asked, engine, connection)
    except SQLAlchemyError as error:
        seen = " ".join(str(getattr(error, "orig", None) or error).split())
        is_ours = isinstance(error, ProgrammingError | DataError)
        if is_ours or "no such" in seen or "syntax error" in seen:  # SQLite has one error for all
            raise Malformed("pull-query", f"{shown} refuses the query: {seen}") from error
        raise Busy("source-unreachable", f"{shown} cannot be read: {seen}") from error
    finally:
        engine.dispose()


def _portions(asked: Asked, engine: Engine, connection: Connection) -> Iterator[Portion]:
    settings, state = asked.settings, asked.state
    overlap = count(settings, "overlap", OVERLAP_SECONDS)
    most = int(count(settings, "chunk_rows", CHUNK_ROWS, 1))
    last = window.decoded(state["cursor"]) if state.get("cursor") else None
    since = window.before(last, overlap) if last is not None else settings.get("start")
    query = settings["query"].strip().rstrip(";")
    column = engine.dialect.identifier_preparer.quote(settings["cursor"])
    named = {"cursor": since} if re.search(r"(?<!:):cursor\b", query) else {}
    at_least = "" if since is None else f" AND {column} >= :limner_since"
    if since is not None:
        named["limner_since"] = since
    # Whatever order the query has, rows come in the cursor's; a row without a value cannot.
    result = connection.execute(
        text(f"SELECT * FROM ({query}) AS pulled WHERE {column} IS NOT NULL{at_least} ORDER BY {column}"),
        named,
    )  # fmt: skip
    names = list(result.keys())
    if settings["cursor"] not in names:
        raise Malformed(
            "pull-query",
            f"the query has no column {settings['cursor']!r}; it has {', '.join(names)}",
        )
    key = names.index(settings["cursor"])
    held = Window([tuple(pair) for pair in state.get("seen", [])])
    fresh: list[dict[str, str | None]] = []
    for part in result.partitions(_FETCH):
        for values in part:
            # Rows of one value stay together, as far as memory allows.
            if len(fresh) >= (most if values[key] != last else _TOGETHER * most):
                yield _portion(asked, fresh, last, held, overlap)
                fresh = []
            last = values[key]
            row = {name: as_text(value) for name, value in zip(names, values, strict=True)}
            if held.is_new(window.digest(row), _plain(last)):
                fresh.append(row)
    if fresh:
        yield _portion(asked, fresh, last, held, overlap)


def _portion(
    asked: Asked, rows: list[dict[str, str | None]], last: Any, held: Window, overlap: float
) -> Portion:
    low = window.place(_plain(window.before(last, overlap)))
    while held.held and window.place(held.held[0][1]) < low:
        held.held.popleft()
    try:
        state: State = {"cursor": window.encoded(last), "seen": [list(pair) for pair in held.held]}
    except TypeError as error:
        raise Malformed(
            "pull-query", f"the cursor column holds {error}, which has no order to rely on"
        ) from error
    return Portion(write_rows(asked.directory, "rows", rows, asked.now), state)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, int | float | str) else str(value)


PULLER = Puller(
    "sql", Words("database query", "数据库查询"),
    ("url", "password", "query", "cursor", "start", "overlap", "chunk_rows"), _check, _pull,
)  # fmt: skip
