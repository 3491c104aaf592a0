"""The shelf of scheduled sources: one file a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limner.collect.mapping import Mapping as ColumnMapping
from limner.collect.mapping import parse_mapping, with_clean
from limner.collect.pull import directory, rest, sql
from limner.collect.pull.puller import SHARED, Puller, count, wrong
from limner.core.errors import Malformed, Unknown

TABLE: dict[str, Puller] = {
    "directory": directory.PULLER,
    "sql": sql.PULLER,
    "rest": rest.PULLER,
}

EVERY_SECONDS = 3_600.0

__all__ = ["EVERY_SECONDS", "TABLE", "Puller", "check_settings", "mapping_of"]


def check_settings(kind: str, settings: Mapping[str, Any]) -> None:
    """Make sure that the settings of a scheduled source can be.

    Raises: `Unknown` for a kind that is not in the table; `Malformed` naming the setting, its value
    and what to write.
    """
    if kind not in TABLE:
        raise Unknown(
            "source-kind",
            f"there is no kind {kind!r} of source; there are http, {', '.join(TABLE)}",
        )
    puller = TABLE[kind]
    for key in settings:
        if key not in (*puller.keys, *SHARED):
            raise wrong(key, settings[key], f"{kind} has {', '.join((*puller.keys, *SHARED))}")
    puller.check(settings)
    count(settings, "every", EVERY_SECONDS, 1)
    said = settings.get("mapping")
    if said is None and settings.get("guess") is not True:
        raise wrong(
            "mapping",
            None,
            "write a mapping, a mapping file's path, or guess: true to have it guessed",
        )
    if isinstance(said, dict):
        mapping_of("name", settings, said)
    elif said is not None and not isinstance(said, str):
        raise wrong("mapping", said, "write a mapping, or the path of a mapping file")
    elif settings.get("clean") is not None and not isinstance(settings["clean"], dict):
        raise wrong("clean", settings["clean"], "write `column: [rule, ...]`")


def mapping_of(
    name: str, settings: Mapping[str, Any], document: Mapping[str, Any]
) -> ColumnMapping:
    """The mapping of a source: a document as in a mapping file, under the source's name, with the
    source's own cleaning rules over those of the document.

    Raises: `Malformed` naming what is wrong.
    """
    where = f"source {name}: mapping"
    mapping = parse_mapping({**document, "source": name}, where)
    try:
        return with_clean(mapping, settings.get("clean"), where)
    except Malformed as error:
        raise Malformed(error.code, error.message, "clean") from None
