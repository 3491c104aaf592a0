"""Addresses that must never be written to again: complaints, hard bounces, requests."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from limner.core.batches import batches
from limner.core.errors import Malformed
from limner.store import Store
from limner.store.insert import BATCH, insert_missing
from limner.store.models import Suppression


def normalised(address: str) -> str:
    """An address in the one form in which the list knows it: NFKC, trimmed, lower case.

    >>> normalised(" Ann.LEE@Shop.Example ")
    'ann.lee@shop.example'
    """
    return unicodedata.normalize("NFKC", address).strip().casefold()


def suppress(store: Store, addresses: Iterable[str], reason: str, at: datetime) -> int:
    """Put addresses on the suppression list; how many were not on it before.

    Raises: `Malformed` when an address or the reason is empty; nothing is added then.
    """
    if not reason.strip():
        raise Malformed("suppression-reason", "say why: complaint, hard bounce or request")
    wanted = {normalised(address) for address in addresses}
    if "" in wanted:
        raise Malformed("suppression-address", "an address to suppress is empty; remove it")
    added = 0
    with store.session() as session:
        for some in batches(sorted(wanted), BATCH):
            rows = [{"address": address, "reason": reason, "at": at} for address in some]
            added += len(insert_missing(session, Suppression, rows, Suppression.address))
    return added


def unsuppress(store: Store, address: str) -> bool:
    """Take an address off the list; whether it was on it."""
    with store.session() as session:
        gone = session.scalars(
            delete(Suppression)
            .where(Suppression.address == normalised(address))
            .returning(Suppression.address)
        ).all()
    return bool(gone)


def everything(store: Store) -> list[Suppression]:
    """The whole list, the newest first."""
    with store.reading() as session:
        wanted = select(Suppression).order_by(Suppression.at.desc(), Suppression.address)
        return list(session.scalars(wanted))


def suppressed(store: Store, addresses: Iterable[str]) -> set[str]:
    """Those of the addresses, in normalised form, that are on the list."""
    found: set[str] = set()
    with store.session() as session:
        for some in batches(sorted({normalised(address) for address in addresses}), BATCH):
            found.update(
                session.scalars(select(Suppression.address).where(Suppression.address.in_(some)))
            )
    return found
