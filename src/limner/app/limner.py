"""The plan of the house: settings in, wired parts out."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from limner.core.errors import Malformed
from limner.core.settings import Settings
from limner.lake import Lake
from limner.store import Store

SETTINGS_FILE = "limner.toml"


class Limner:
    """One installation: its settings, its lake and its store."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lake = Lake(settings.lake_url, settings.timezone, settings.memory_limit)
        self.store = Store(settings.store_url)

    @classmethod
    def open(cls, home: Path) -> Limner:
        """The installation in a directory, made on first use, its store at the newest migration.

        Raises: `Malformed` when `home` is a file or `limner.toml` cannot be read.
        """
        if home.exists() and not home.is_dir():
            raise Malformed("home-not-directory", f"{home} is a file; --home wants a directory")
        home.mkdir(parents=True, exist_ok=True)
        limner = cls(read_settings(home))
        limner.store.migrate()
        return limner


def read_settings(home: Path) -> Settings:
    """The settings in force for a home directory."""
    file = home / SETTINGS_FILE
    written: dict[str, object] = {}
    if file.exists():
        try:
            written = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise Malformed("settings-malformed", f"{file} is not TOML: {error}") from error
    return Settings.read(home.resolve(), written, os.environ)
