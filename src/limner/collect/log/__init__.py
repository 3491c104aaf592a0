"""The event log: what was accepted is on disk, in order, each message once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from limner.collect.log.port import Appended, Batch, EventLog, Item, Logged
from limner.collect.log.sqlite import SqliteLog
from limner.core.errors import Malformed

# By the scheme of the log's URL: what opens it, from what follows the scheme.
TABLE: dict[str, Callable[[str], EventLog]] = {
    "sqlite": lambda rest: SqliteLog(Path(rest.removeprefix("/"))),
}

__all__ = ["TABLE", "Appended", "Batch", "EventLog", "Item", "Logged", "open_log"]


def open_log(url: str) -> EventLog:
    """The event log at a URL such as `sqlite:///log.db`.

    Raises: `Malformed` for a URL of no kind of log, `Broken` when its file cannot be made.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in TABLE or not rest.strip("/"):
        raise Malformed(
            "log-url",
            f"LIMNER_LOG_URL is not the URL of an event log such as sqlite:///log.db; known: {', '.join(TABLE)}",
        )
    return TABLE[scheme](rest)
