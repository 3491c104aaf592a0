"""What a scheduled source is: how its settings are checked, and how what is new there is fetched.

A puller hands over portions, one after another.  Each is a file on this machine and the state to
keep once the file is imported, so that a kill at any moment costs at most the portion in hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from limner.core.errors import Malformed
from limner.core.words import Words

State = Mapping[str, Any]
# Settings of every kind of scheduled source, beside its own.
SHARED = ("every", "mapping", "guess", "kind", "clean", "table")


@dataclass(frozen=True, slots=True)
class Asked:
    """One pull: what the source's settings say, how far it was read, and where files may be put.

    `columns`: those that the mapping speaks of.  `recipe`: the same as long as the mapping is.
    `wait(seconds)`: how time passes between two tries.
    """

    settings: Mapping[str, Any]
    state: State
    now: datetime
    directory: Path
    wait: Callable[[float], None]
    columns: tuple[str, ...] = ()
    recipe: str = ""


@dataclass(frozen=True, slots=True)
class Portion:
    """A file to import (none when only the state moves on), and the state once it is imported.

    `refused(reason)`: the state when the file cannot be taken; without it that stops the pull.
    `warning`: what could not be fetched and does not stop the others.
    """

    path: Path | None
    state: State
    refused: Callable[[str], State] | None = field(default=None, compare=False)
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Puller:
    """A kind of scheduled source.

    `keys`: the settings it knows, beside the shared ones.  `check` raises `Malformed` for settings
    that cannot be.  `is_uniform`: whether all it fetches has the same columns, so that one guess of
    what they mean holds for good.
    """

    name: str
    words: Words
    keys: tuple[str, ...]
    check: Callable[[Mapping[str, Any]], None]
    pull: Callable[[Asked], Iterator[Portion]]
    is_uniform: bool = True


def wrong(key: str, seen: object, wanted: str) -> Malformed:
    """The error for a setting, naming it, its value and what to write."""
    return Malformed("source-setting", f"{key} is {seen!r}; {wanted}", key)


def text(settings: Mapping[str, Any], key: str, wanted: str) -> str:
    """A setting that must be a text.

    Raises: `Malformed` when it is missing or none.
    """
    value = settings.get(key)
    if not isinstance(value, str) or not value.strip():
        raise wrong(key, value, wanted)
    return value.strip()


def count(settings: Mapping[str, Any], key: str, default: float, least: float = 0) -> float:
    """A setting that must be a number, with what it is by default.

    Raises: `Malformed` when it is none or below `least`.
    """
    value = settings.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
        raise wrong(key, value, f"write a number of at least {least:g}")
    return float(value)
