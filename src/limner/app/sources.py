"""Sources and their write keys: what may send or is asked, and who changed it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from limner.app.limner import Limner
from limner.collect.enrich.treatment import Treatment
from limner.core.errors import Malformed, Unknown
from limner.core.event import OWN_SOURCE
from limner.govern.audit import entry
from limner.store.models import Source, WriteKey

HTTP = "http"
_LONGEST_NAME = 80
_HTTP_SETTINGS = {"requests_per_second", "unplanned", *(one.name for one in fields(Treatment))}


@dataclass(frozen=True, slots=True)
class KeyCard:
    """A write key; a revoked one is refused."""

    write_key: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A source as people see it, its newest key first."""

    name: str
    kind: str
    is_enabled: bool
    keys: list[KeyCard]
    settings: dict[str, Any]
    created_at: datetime


def add_source(
    limner: Limner, name: str, kind: str, settings: Mapping[str, Any], by: str, at: datetime
) -> tuple[SourceCard, str | None]:
    """Make a source; one that sends (`http`) gets its first write key, which is returned too.

    Raises: `Malformed` for a name that is taken or cannot be one, and for a setting of the wrong
    shape.
    """
    name = name.strip()
    check_settings(kind, settings)
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or set(name) & set("*/?#"):
        raise Malformed(
            "source-name",
            f"{name!r} is not a source's name; use 1 to {_LONGEST_NAME} characters without * / ? #",
            "name",
        )
    if name == OWN_SOURCE:
        raise Malformed(
            "source-own",
            f"{name!r} is where Limner's own events come from; choose another name",
            "name",
        )
    made = Source(
        name=name, kind=kind, settings=dict(settings), is_enabled=True, created_at=at, created_by=by
    )
    keys = [_new_key(name, at)] if kind == HTTP else []
    with limner.store.session() as session:
        if session.get(Source, name) is not None:
            raise Malformed("source-exists", f"there is a source {name!r} already", "name")
        session.add_all([made, *keys, entry(by, "source.added", name, {"kind": kind}, at)])
    return _card(made, keys), keys[0].write_key if keys else None


def list_sources(limner: Limner) -> list[SourceCard]:
    """Every source with its keys, by name."""
    with limner.store.reading() as session:
        keys = session.scalars(select(WriteKey).order_by(WriteKey.created_at.desc())).all()
        sources = session.scalars(select(Source).order_by(Source.name)).all()
    return [_card(one, [key for key in keys if key.source == one.name]) for one in sources]


def source(limner: Limner, name: str) -> SourceCard:
    """One source.

    Raises: `Unknown` when there is none of that name.
    """
    found = next((card for card in list_sources(limner) if card.name == name), None)
    if found is None:
        raise _unknown(name)
    return found


def rotate_key(limner: Limner, name: str, by: str, at: datetime) -> str:
    """Give a source a further write key; the old ones stay good until they are revoked.

    Raises: `Unknown` when there is no such source, `Malformed` when it is one that does not send.
    """
    with limner.store.session() as session:
        found = session.get(Source, name)
        if found is None:
            raise _unknown(name)
        if found.kind != HTTP:
            raise Malformed(
                "source-has-no-keys",
                f"source {name!r} is of kind {found.kind} and is asked by Limner: it needs no write key",
            )
        key = _new_key(name, at)
        detail = {"write_key": _shown(key.write_key)}
        session.add_all([key, entry(by, "write_key.made", name, detail, at)])
    return key.write_key


def revoke_key(limner: Limner, write_key: str, by: str, at: datetime) -> None:
    """Let a write key end: what comes with it is refused from about a second later on.

    Raises: `Unknown` when there is no such key.
    """
    with limner.store.session() as session:
        key = session.get(WriteKey, write_key)
        if key is None:
            raise Unknown(
                "write-key-unknown",
                f"there is no write key {_shown(write_key)!r}; limner source list shows all",
            )
        if key.revoked_at is None:
            key.revoked_at = at
            detail = {"write_key": _shown(write_key)}
            session.add(entry(by, "write_key.revoked", key.source, detail, at))


def set_enabled(limner: Limner, name: str, is_enabled: bool, by: str, at: datetime) -> None:
    """Turn a source on or off; what an off one sends is refused, and it is not asked.

    Raises: `Unknown` when there is no such source.
    """
    with limner.store.session() as session:
        found = session.get(Source, name)
        if found is None:
            raise _unknown(name)
        if found.is_enabled != is_enabled:
            found.is_enabled = is_enabled
            action = "source.enabled" if is_enabled else "source.disabled"
            session.add(entry(by, action, name, {}, at))


def change_settings(
    limner: Limner, name: str, changed: Mapping[str, Any], by: str, at: datetime
) -> SourceCard:
    """Change settings of a source; one that is given as None is taken away.

    Raises: `Unknown` when there is no such source, `Malformed` for a setting of the wrong shape.
    """
    with limner.store.session() as session:
        found = session.get(Source, name)
        if found is None:
            raise _unknown(name)
        merged = {**found.settings, **changed}
        merged = {key: value for key, value in merged.items() if value is not None}
        check_settings(found.kind, merged)
        found.settings = merged
        session.add(entry(by, "source.changed", name, {"settings": sorted(changed)}, at))
    return source(limner, name)


def check_settings(kind: str, settings: Mapping[str, Any]) -> None:
    """Check the settings of a source: how its events are treated, and what its kind needs.

    `requests_per_second` and `unplanned` (allow, warn or quarantine) are of every sending source.
    Raises: `Malformed` naming the setting, its value and what to write; `Unknown` for the kind.
    """
    if kind != HTTP:
        from limner.collect.pull import check_settings as check_scheduled  # heavy libraries

        check_scheduled(kind, settings)
        return
    if kind != HTTP:
        from limner.collect import pull  # loads what reads remote places

        pull.check_settings(kind, settings)
        return
    Treatment.read(settings)
    for key in settings:
        if key not in _HTTP_SETTINGS:
            known = f"a source that sends has {', '.join(sorted(_HTTP_SETTINGS))}"
            raise Malformed("source-setting", f"{key!r} is not a setting; {known}", key)
    rate = settings.get("requests_per_second")
    if rate is not None and (
        isinstance(rate, bool) or not isinstance(rate, int | float) or rate <= 0
    ):
        wrong = f"requests_per_second is {rate!r}; write a number above 0"
        raise Malformed("source-setting", wrong, "requests_per_second")
    unplanned = settings.get("unplanned", "allow")
    if unplanned not in ("allow", "warn", "quarantine"):
        wrong = f"unplanned is {unplanned!r}; write allow, warn or quarantine"
        raise Malformed("source-setting", wrong, "unplanned")


def _new_key(name: str, at: datetime) -> WriteKey:
    return WriteKey(write_key=secrets.token_hex(16), source=name, created_at=at, revoked_at=None)


def _card(one: Source, keys: list[WriteKey]) -> SourceCard:
    cards = [KeyCard(key.write_key, key.created_at, key.revoked_at) for key in keys]
    return SourceCard(one.name, one.kind, one.is_enabled, cards, dict(one.settings), one.created_at)


def _unknown(name: str) -> Unknown:
    return Unknown(
        "source-unknown", f"there is no source {name!r}; limner source list shows those there are"
    )


def _shown(write_key: str) -> str:
    """As much of a key as tells it from others."""
    return f"{write_key[:6]}..."
