"""JSON lines: one object a line; a nested object's keys become columns such as `properties.price`."""

from __future__ import annotations

from pathlib import Path

import duckdb

from limner.collect.readers.source import Reader, Rows
from limner.collect.readers.text import open_text
from limner.collect.values import named, quoted
from limner.core.errors import Malformed


def open_jsonl(
    location: str, table: str | None, cursor: duckdb.DuckDBPyConnection, scratch: Path
) -> Rows:
    """The rows of a file of JSON objects, one a line.

    Raises: `Malformed` when it is missing, empty, or holds no object.
    """
    file = open_text(location, "a JSON lines file", scratch)
    if file.sample.lstrip().startswith("["):
        raise Malformed(
            "file-shape",
            f"{location} is one JSON array; write one object a line (jq -c '.[]' does it)",
        )
    rows = f"SELECT n, raw, json_valid(raw) AND json_type(CASE WHEN json_valid(raw) THEN raw END) = 'OBJECT' AS is_object FROM ({file.lines}) WHERE trim(raw) <> ''"
    paths = _paths(cursor, rows)
    if not paths:
        raise Malformed("file-shape", f"{location} holds no JSON object; write one a line")
    columns = ", ".join(
        f"CASE WHEN is_object THEN json_extract_string(raw, {quoted(path)}) END AS {named(name)}"
        for name, path in paths.items()
    )
    return Rows(
        "SELECT n AS _line, CASE WHEN NOT is_object THEN 'json-broken' END AS _broken,"
        f" CASE WHEN NOT is_object THEN raw END AS _text, {columns} FROM ({rows})",
        dict.fromkeys(paths, "VARCHAR"),
        file.digest,
        Path(location).name,
        file.path.stat().st_size,
    )


def _paths(cursor: duckdb.DuckDBPyConnection, rows: str) -> dict[str, str]:
    """Each column's name and JSON path, in the order in which the file first speaks of them."""
    first = cursor.execute(
        "SELECT key, bool_or(json_type(raw, '$.' || to_json(key)) = 'OBJECT'), min(n) FROM (SELECT n, raw,"
        f" unnest(json_keys(raw)) AS key FROM ({rows}) WHERE is_object) GROUP BY key ORDER BY min(n)"
    ).fetchall()
    paths: dict[str, str] = {}
    for key, is_nested, _ in first:
        path = "$." + _quoted_key(key)
        if is_nested:
            inner = cursor.execute(
                f"SELECT key FROM (SELECT n, unnest(json_keys(raw, {quoted(path)})) AS key FROM ({rows})"
                f" WHERE is_object AND json_type(raw, {quoted(path)}) = 'OBJECT') GROUP BY key ORDER BY min(n)"
            ).fetchall()
            for (name,) in inner:
                paths.setdefault(f"{key}.{name}", f"{path}.{_quoted_key(name)}")
        else:
            paths.setdefault(key, path)
    return paths


def _quoted_key(key: str) -> str:
    return '"' + key.replace('"', '\\"') + '"'


READER = Reader("jsonl", (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz"), open_jsonl)
