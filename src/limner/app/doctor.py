"""What is configured, reachable and wrong with one installation; looking changes nothing."""

from __future__ import annotations

import os
import shutil
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import limner
from limner.app import live
from limner.app.identity import open_reviews
from limner.app.limner import SETTINGS_FILE, Limner, read_settings
from limner.app.pulls import DONE, pulls
from limner.app.sources import HTTP, list_sources
from limner.collect.live import beat
from limner.core.clock import zone
from limner.core.errors import LimnerError
from limner.core.money import Money
from limner.core.settings import Settings
from limner.core.tables import TABLES
from limner.lake import Lake
from limner.store import Store
from limner.store.migrations import HEAD

State = Literal["ok", "warn", "wrong"]
_SCARCE_BYTES = 2 * 10**9
_PATIENCE_SECONDS = 5
_BEHIND_SECONDS = 60.0  # after which a worker is not busy but too slow, or stuck


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was seen, and what to do if it is not well."""

    name: str
    state: State
    said: str
    advice: str = ""


def examine(home: Path) -> list[Finding]:
    """Every part looked at, each on its own: one that is broken does not hide the others."""
    version = Finding("limner", "ok", f"version {limner.__version__}")
    if home.exists() and not home.is_dir():
        return [version, Finding("home", "wrong", f"{home} is a file", "--home wants a directory")]
    if not home.is_dir():
        advice = "limner demo or limner import will make it"
        return [version, Finding("home", "warn", f"{home} does not exist yet", advice)]
    is_writable = os.access(home, os.W_OK)
    found = [
        version,
        Finding(
            "home", "ok" if is_writable else "wrong", str(home.resolve()),
            "" if is_writable else "this user may not write there",
        ),
    ]  # fmt: skip
    try:
        settings = read_settings(home)
    except LimnerError as error:
        return [*found, Finding("settings", "wrong", error.message, f"correct {SETTINGS_FILE}")]
    parts: dict[str, Callable[[Settings], Finding]] = {
        "time zone": _timezone, "currency": _currency, "disk": _disk, "store": _store,
        "lake": _lake, "mail": _mail, "event log": _event_log, "worker": _worker,
        "sources": _sources, "reviews": _reviews,
    }  # fmt: skip
    return [*found, *(_look(name, part, settings) for name, part in parts.items())]


def without_secrets(url: str) -> str:
    """A URL that may be shown: its password hidden, its query left out.

    >>> without_secrets("postgresql://ann:sesame@db:5432/shop?password=sesame")
    'postgresql://ann:***@db:5432/shop'
    """
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    netloc = f"{name}{':***' if colon else ''}{at}{host}"
    return f"{parts.scheme}://{netloc}{parts.path}"


def _look(name: str, part: Callable[[Settings], Finding], settings: Settings) -> Finding:
    try:
        return replace(part(settings), name=name)
    except LimnerError as error:
        return Finding(name, "wrong", error.message)
    except OSError as error:
        return Finding(name, "wrong", error.strerror or type(error).__name__)


def _timezone(settings: Settings) -> Finding:
    zone(settings.timezone)
    if settings.timezone == "UTC":
        return Finding("", "warn", "UTC", "days and hours are counted in it; set LIMNER_TIMEZONE")
    return Finding("", "ok", settings.timezone)


def _currency(settings: Settings) -> Finding:
    return Finding("", "ok", Money.of(0, settings.currency).currency)


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.home).free
    said = f"{free / 1e9:,.1f} GB free"
    if free < _SCARCE_BYTES:
        return Finding("", "warn", said, "a build needs about twice the size of the data")
    return Finding("", "ok", said)


def _store(settings: Settings) -> Finding:
    where = without_secrets(settings.store_url)
    file = settings.store_url.removeprefix("sqlite:///")
    if settings.store_url.startswith("sqlite:///") and not Path(file).exists():
        return Finding("", "ok", f"{where}, to be made at first use")
    store = Store(settings.store_url)
    try:
        found = store.revision()
    finally:
        store.close()
    if found is not None and found > HEAD:
        return Finding("", "wrong", f"{where} is of a newer Limner ({found})", "upgrade Limner")
    if found != HEAD:
        return Finding("", "ok", f"{where}, to be migrated at first use")
    return Finding("", "ok", f"{where}, migration {found}")


def _lake(settings: Settings) -> Finding:
    if not Path(settings.lake_url).exists():
        return Finding("", "ok", f"{settings.lake_url}, to be made at first use")
    lake = Lake(settings.lake_url, settings.timezone, settings.memory_limit)
    try:
        filled = [name for name in TABLES if lake.version(name) is not None]
        for name in filled:
            lake.fetch(lake.table(name).count())
    finally:
        lake.close()
    advice = "" if "events" in filled else "there are no events; limner import FILE brings some"
    return Finding(
        "", "warn" if advice else "ok", f"{settings.lake_url}, {len(filled)} tables", advice
    )


def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding("", "ok", "no mail server; messages go to the outbox")
    url = urlsplit(settings.smtp_url)
    where = without_secrets(settings.smtp_url)
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        return Finding("", "wrong", where, "LIMNER_SMTP_URL should be smtp://user:password@host:25")
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(url.hostname, url.port or 0, timeout=_PATIENCE_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        said = f"{where} does not answer: {type(error).__name__}"
        return Finding("", "wrong", said, "check host, port and firewall")
    return Finding("", "ok", f"{where} answers")


def _event_log(settings: Settings) -> Finding:
    where = without_secrets(settings.log_url)
    file = settings.log_url.removeprefix("sqlite:///")
    if settings.log_url.startswith("sqlite:///") and not Path(file).exists():
        return Finding("", "ok", f"{where}, to be made at first use")
    seen = live.status(Limner(settings))
    said = f"{where}, {seen.log_end:,} events"
    if seen.lag_events:
        said += f", {seen.lag_events:,} not worked on yet, the oldest for {seen.lag_seconds:,.0f} s"
    else:
        said += ", all worked on"
    if seen.lag_seconds > _BEHIND_SECONDS:
        advice = "limner live status says how it goes on" if seen.is_working else ""
        return Finding("", "warn", said, advice or "nothing works on them; see worker")
    return Finding("", "ok", said)


def _worker(settings: Settings) -> Finding:
    if not (settings.home / beat.NAME).exists():
        return Finding("", "ok", "never ran; limner serve starts it")
    sign = beat.last_beat(settings.home)
    seconds = (datetime.now(UTC) - sign.at).total_seconds() if sign else 0.0
    if not beat.is_worked(settings.home):
        last = f", last seen {seconds:,.0f} s ago" if sign else ""
        return Finding("", "warn", f"is not running{last}", "limner serve starts it")
    if sign is None:
        return Finding("", "ok", "starts")
    if sign.fault:
        return Finding(
            "", "wrong", f"waits: {sign.fault}", "it goes on by itself once this is mended"
        )
    if seconds > _BEHIND_SECONDS:
        said = f"process {sign.process} gave no sign of life for {seconds:,.0f} s"
        return Finding("", "warn", said, "end this process; limner serve starts another")
    return Finding("", "ok", f"works, process {sign.process}")


def _sources(settings: Settings) -> Finding:
    limner = _reading(settings)
    if limner is None:
        return Finding("", "ok", "none yet")
    try:
        cards, asked = list_sources(limner), pulls(limner)
    finally:
        limner.store.close()
    wrong, advice = [], []
    for card in cards:
        is_keyless = all(key.revoked_at is not None for key in card.keys)
        if card.kind == HTTP and card.is_enabled and is_keyless:
            wrong.append(f"{card.name} has no write key, so that nothing can be sent to it")
            advice.append(f"limner source rotate {card.name}")
    for pull in asked:
        if pull.is_enabled and pull.outcome not in ("", DONE):
            times = f" {pull.failures} times in a row" if pull.failures > 1 else ""
            wrong.append(f"{pull.source} could not be read{times}: {pull.detail}")
        elif pull.is_enabled and pull.refused:
            wrong.append(f"{pull.source} has files that could not be taken: {len(pull.refused)}")
        else:
            continue
        advice.append(f"limner source pull {pull.source}")
    if wrong:
        return Finding("", "warn", "; ".join(wrong), "; ".join(advice))
    off = sum(not card.is_enabled for card in cards)
    sending = sum(card.kind == HTTP for card in cards)
    said = f"sending: {sending}, asked on schedule: {len(asked)}" if cards else "none yet"
    return Finding("", "ok", f"{said}, turned off: {off}" if off else said)


def _reviews(settings: Settings) -> Finding:
    limner = _reading(settings)
    if limner is None:
        return Finding("", "ok", "nothing waits")
    try:
        waiting = open_reviews(limner)
    finally:
        limner.store.close()
    if not waiting:
        return Finding("", "ok", "nothing waits")
    said = f"pairs of customers that may be one and wait for a decision: {waiting:,}"
    return Finding("", "warn", said, "limner identity review, or the page Identity of the console")


def _reading(settings: Settings) -> Limner | None:
    """The installation for looking, its store as it is; None where the store is not ready to be read."""
    file = settings.store_url.removeprefix("sqlite:///")
    if settings.store_url.startswith("sqlite:///") and not Path(file).exists():
        return None
    limner = Limner(settings)
    if limner.store.revision() == HEAD:
        return limner
    limner.store.close()
    return None
