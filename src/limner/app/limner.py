"""The plan of the house: settings in, wired parts out."""

from __future__ import annotations

import errno
import os
import tomllib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from limner.core.errors import Malformed
from limner.core.settings import Settings
from limner.store import Store

if TYPE_CHECKING:
    from limner.lake import Lake

SETTINGS_FILE = "limner.toml"


class Limner:
    """One installation: its settings, its lake and its store."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.store_url)

    @cached_property
    def lake(self) -> Lake:
        """The lake; its libraries take a second to load, which only those wait for who ask it."""
        from limner.lake import Lake

        settings = self.settings
        return Lake(settings.lake_url, settings.timezone, settings.memory_limit)

    @classmethod
    def open(cls, home: Path) -> Limner:
        """The installation in a directory, made on first use, its store at the newest migration.

        Raises: `Malformed` when `home` is a file, may not be written to, or `limner.toml` cannot
        be read.
        """
        make_home(home)
        limner = cls(read_settings(home))
        limner.store.migrate()
        return limner


def make_home(home: Path) -> None:
    """The data directory, made when missing.

    Raises: `Malformed` when it is or lies in a file, or may not be written to.
    """
    wrong = next((p for p in (home, *home.parents) if p.exists() and not p.is_dir()), None)
    if wrong is not None:
        raise Malformed("home-not-directory", f"{wrong} is a file; --home wants a directory")
    try:
        home.mkdir(parents=True, exist_ok=True)
        effective = os.access in os.supports_effective_ids
        is_refused = not os.access(home, os.W_OK | os.X_OK, effective_ids=effective)
        reason = "Permission denied"
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        is_refused, reason = True, error.strerror or str(error)
    if is_refused:
        raise Malformed(
            "home-not-writable",
            f"{home} cannot be written to ({reason}); give another directory with --home",
        )


def read_settings(home: Path) -> Settings:
    """The settings in force for a home directory.

    Raises: `Malformed` when `limner.toml` cannot be read or has what is not a setting.
    """
    file = home / SETTINGS_FILE
    written: dict[str, object] = {}
    if file.exists():
        try:
            written = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise Malformed("settings-malformed", f"{file} is not TOML: {error}") from error
        except UnicodeDecodeError as error:
            raise Malformed("settings-malformed", f"{file} is not text in UTF-8") from error
        except OSError as error:
            raise Malformed(
                "settings-unreadable", f"{file} cannot be read: {error.strerror}"
            ) from error
    return Settings.read(home.resolve(), written, os.environ)
