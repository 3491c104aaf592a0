"""Where files are looked for: what every kind of directory can do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as a look at it shows it: bytes, and seconds since 1970 of its last change."""

    size: int
    changed_at: float


class Place(Protocol):
    """A directory, here or elsewhere; names are relative to it, with `/` between their parts."""

    def names(self, below: str) -> Iterator[tuple[str, bool]]:
        """The names in a directory, and whether each is a directory."""

    def look(self, name: str) -> Seen:
        """Size and time of change of a file."""

    def fetch(self, name: str, into: BinaryIO) -> None:
        """Copy a file's bytes."""


class Local:
    """Files below a directory of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self, below: str) -> Iterator[tuple[str, bool]]:
        """The names in a directory, and whether each is a directory."""
        for one in (self._root / below).iterdir():
            yield one.name, one.is_dir()

    def look(self, name: str) -> Seen:
        """Size and time of change of a file."""
        found = (self._root / name).stat()
        return Seen(found.st_size, found.st_mtime)

    def fetch(self, name: str, into: BinaryIO) -> None:
        """Copy a file's bytes."""
        with (self._root / name).open("rb") as stream:
            shutil.copyfileobj(stream, into, 1 << 20)
