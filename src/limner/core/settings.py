"""What can be set, with a default for everything: no setting is needed to start.

A setting comes from the environment (`LIMNER_TIMEZONE`), else from `limner.toml` in the home
directory (`timezone = "Asia/Shanghai"`), else from the default here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from limner.core.errors import Malformed


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one installation.

    `home`: the directory that holds everything by default.
    `store_url`: SQLAlchemy URL of the operational store (users, consent, campaigns).
    `lake_url`: directory of the Delta tables.
    `log_url`: the event log that the tracking endpoints write to.
    `timezone`: the business's time zone; days, weekdays and hours are counted in it.
    `currency`: ISO 4217 code in which the console shows money.
    `memory_limit`: the most memory the engine may use, as DuckDB writes it (`4GB`).
    `smtp_url`: mail server of the smtp channel, as `smtp://user:password@host:25`.
    `mail_from`: the sender's address of every e-mail.
    `event_bytes`: the largest event that is taken; a larger one goes to quarantine.
    `batch_bytes`: the largest body of a tracking request, unpacked; a larger one is refused.
    `minimum_audience`: the fewest people that leave in a file for others; fewer are refused.
    `trusted_proxies`: addresses or networks whose X-Forwarded-For is believed, `10.0.0.0/8,::1`.
    """

    home: Path
    store_url: str = field(default="", repr=False)  # may hold a password
    lake_url: str = ""
    log_url: str = field(default="", repr=False)  # may hold a password
    timezone: str = "UTC"
    currency: str = "USD"
    memory_limit: str = "4GB"
    smtp_url: str = field(default="", repr=False)  # holds a password
    mail_from: str = "shop@limner.example"
    event_bytes: int = 32_768
    batch_bytes: int = (
        9 * 2**20
    )  # RudderStack's clients send 8 MiB of events and what is around them
    # Platforms want 100 people or more, and a file of a handful tells who is in it.
    minimum_audience: int = 100
    trusted_proxies: str = ""

    @classmethod
    def read(cls, home: Path, file: Mapping[str, object], env: Mapping[str, str]) -> Settings:
        """Settings from the environment over the file over the defaults.

        Raises: `Malformed` when the file has a key that is not a setting, or a size is no number.
        """
        known = {f.name for f in fields(cls)} - {"home"}
        for key in file:
            if key not in known:
                raise Malformed(
                    "setting-unknown",
                    f"limner.toml has {key!r}, which is not a setting; known: {', '.join(sorted(known))}",
                )
        chosen: dict[str, Any] = {key: str(value) for key, value in file.items()}
        for key in known:
            if value := env.get(f"LIMNER_{key.upper()}"):
                chosen[key] = value
        chosen.setdefault("store_url", f"sqlite:///{home / 'limner.db'}")
        chosen.setdefault("lake_url", str(home / "lake"))
        chosen.setdefault("log_url", f"sqlite:///{home / 'log.db'}")
        chosen |= {key: _bytes(key, chosen[key]) for key in _SIZES & chosen.keys()}
        if "minimum_audience" in chosen:
            chosen["minimum_audience"] = _people("minimum_audience", chosen["minimum_audience"])
        return cls(home=home, **chosen)


_SIZES = {"event_bytes", "batch_bytes"}


def _bytes(key: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1_024 <= int(text) <= 2**30):
        raise Malformed(
            "setting-malformed", f"{key} is {text!r}; it is a number of bytes, 1024 or more"
        )
    return int(text)


def _people(key: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 10**9):
        raise Malformed(
            "setting-malformed", f"{key} is {text!r}; it is a number of people, 1 or more"
        )
    return int(text)
