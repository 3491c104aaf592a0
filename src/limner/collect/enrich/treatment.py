"""How the events of one source are treated, as its settings say."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from limner.core.errors import Malformed

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
KeptIp = Literal["truncated", "full", "none"]


@dataclass(frozen=True, slots=True)
class Treatment:
    """The settings of a source that concern its events; the defaults are for a source that says none.

    `channel`: web, app, pos ... where events do not say it themselves.  `currency`: of amounts
    without one.  `internal_ips` (networks), `internal_emails` (addresses, or `@shop.example` for
    all of a domain) and `internal_users`: the shop's own people.  `own_domains`: sites whose links
    are no traffic source.  `keep_ip`: how much of an address the lake gets; a truncated one (/24,
    /48) names no household.  `keep_bots`: take the events of robots like everybody's.
    `keep_headless`: take those of browsers that a program steers, with a note; most are a shop's
    own trials and monitors.
    """

    channel: str | None = None
    currency: str | None = None
    internal_ips: tuple[Network, ...] = ()
    internal_emails: frozenset[str] = frozenset()
    internal_users: frozenset[str] = frozenset()
    own_domains: tuple[str, ...] = ()
    keep_ip: KeptIp = "truncated"
    keep_bots: bool = False
    keep_headless: bool = True

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> Treatment:
        """The treatment that a source's settings ask for; keys that are not its own are left alone.

        Raises: `Malformed` naming the setting, its value and what to write.
        """
        keep_ip = settings.get("keep_ip", "truncated")
        if keep_ip not in ("truncated", "full", "none"):
            raise _wrong("keep_ip", keep_ip, "truncated, full or none")
        currency = _text(settings, "currency")
        if currency is not None:
            currency = currency.upper()
            if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
                raise _wrong("currency", currency, "an ISO 4217 code such as CNY")
        channel = _text(settings, "channel")
        return cls(
            channel=channel.lower() if channel else None,
            currency=currency,
            internal_ips=tuple(map(_network, _texts(settings, "internal_ips"))),
            internal_emails=frozenset(e.lower() for e in _texts(settings, "internal_emails")),
            internal_users=frozenset(_texts(settings, "internal_users")),
            own_domains=tuple(d.lower().lstrip(".") for d in _texts(settings, "own_domains")),
            keep_ip=keep_ip,
            keep_bots=_flag(settings, "keep_bots", False),
            keep_headless=_flag(settings, "keep_headless", True),
        )


def _text(settings: Mapping[str, Any], key: str) -> str | None:
    said = settings.get(key)
    if said is not None and not isinstance(said, str):
        raise _wrong(key, said, "text")
    return said.strip() or None if said else None


def _flag(settings: Mapping[str, Any], key: str, default: bool) -> bool:
    said = settings.get(key, default)
    if not isinstance(said, bool):
        raise _wrong(key, said, "true or false")
    return said


def _texts(settings: Mapping[str, Any], key: str) -> list[str]:
    said = settings.get(key) or []
    said = [said] if isinstance(said, str) else said
    if not isinstance(said, list | tuple) or not all(isinstance(each, str) for each in said):
        raise _wrong(key, said, "a list of texts")
    return [each.strip() for each in said if each.strip()]


def _network(written: str) -> Network:
    try:
        return ipaddress.ip_network(written, strict=False)
    except ValueError:
        raise _wrong("internal_ips", written, "networks such as 203.0.113.0/24") from None


def _wrong(key: str, seen: object, wanted: str) -> Malformed:
    return Malformed("source-setting", f"{key} is {seen!r}; write {wanted}", key)
