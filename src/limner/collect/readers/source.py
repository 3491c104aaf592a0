"""What every reader gives: the rows of a source as a DuckDB relation, read in bulk."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from limner.core.errors import Malformed

_MAGIC = {
    b"\x89PNG": "a PNG picture", b"\xff\xd8\xff": "a JPEG picture", b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document", b"PAR1": "a Parquet file", b"PK\x03\x04": "an Excel or ZIP file",
    b"\xd0\xcf\x11\xe0": "an old Excel (.xls) file", b"SQLite format 3": "a SQLite database",
    b"\x1f\x8b": "a gzip file", b"\x7fELF": "a program",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a source.

    `select`: SQL that yields `_line` (1-based, as an editor or the sheet shows it), `_broken` (the
    code of what is wrong with the row's shape, else NULL), `_text` (a broken row as it stands), and
    the source's columns.  `types`: each column's DuckDB type; text formats give VARCHAR throughout.
    `digest`: the same for the same content.  `size`: bytes on disk.
    """

    select: str
    types: Mapping[str, str]
    digest: str
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Reader:
    """A format: the endings of its names, and how it is opened.

    `open(location, table, cursor, scratch)`: `table` is the sheet or table wanted, if any;
    `scratch` is a directory that lives as long as the rows are read.
    """

    name: str
    suffixes: tuple[str, ...]
    open: Callable[[str, str | None, duckdb.DuckDBPyConnection, Path], Rows]


def existing(location: str) -> Path:
    """The path of a file that is there and holds something.

    Raises: `Malformed` when it is missing, a directory, empty, or may not be read.
    """
    path = Path(location)
    if not path.exists():
        raise Malformed("file-missing", f"there is no file {location}")
    if path.is_dir():
        raise Malformed("file-directory", f"{location} is a directory; give one file")
    try:
        with path.open("rb") as stream:
            head = stream.read(1)
    except OSError as error:
        raise Malformed(
            "file-unreadable", f"{location} cannot be read: {error.strerror}"
        ) from error
    if not head:
        raise Malformed("file-empty", f"{location} is empty; nothing was imported")
    return path


def linked(path: Path, scratch: Path) -> Path:
    """The same file under a name that was never used before.

    The engine remembers what it read of a name, and a user's file may change under its name.
    """
    link = scratch / f"source{path.suffix}"
    try:
        link.symlink_to(path.absolute())
    except OSError:  # a file system without links
        shutil.copyfile(path, link)
    return link


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def looks_like(head: bytes) -> str | None:
    """What the first bytes of a file that is not text say it is."""
    for magic, words in _MAGIC.items():
        if head.startswith(magic):
            return words
    return None


def not_a(path: Path, wanted: str, head: bytes) -> Malformed:
    """The error for a file of another shape than its name says."""
    seen = looks_like(head)
    if seen and (
        seen.removesuffix(" file") in wanted or (path.suffix == ".xlsx" and head[:2] == b"PK")
    ):
        is_that = "it begins like one and is damaged, cut off, or something else within"
    else:
        is_that = f"it is {seen}" if seen else "its bytes are of another kind"
    return Malformed("file-shape", f"{path} is not {wanted}: {is_that}; nothing was imported")
