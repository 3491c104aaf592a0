"""Consent and suppression as people speak of them: any identifier will do, and all is audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from limner.app.identity.reading import name_of, resolve_text, resolve_texts
from limner.app.limner import Limner
from limner.govern.audit import record
from limner.govern.consent import ConsentChange, import_consents
from limner.govern.suppression import normalised, suppress, unsuppress
from limner.unify.nodes import Key


def customer_of(limner: Limner, written: str) -> str:
    """Today's customer whom a text names by id or by any identifier, else the text itself."""
    return resolve_text(limner, written) or written


def import_changes(
    limner: Limner, changes: Sequence[ConsentChange], by: str, subject: str, now: datetime
) -> dict[str, int]:
    """Note grants and withdrawals under the identifiers they were given under: read, noted, known,
    unknown.

    An un-merge so gives each side back what it said.  Raises: `Malformed` naming the first bad
    one; then none of them is noted.
    """
    found = resolve_texts(limner, (change.customer_id for change in changes))
    named = [
        replace(change, customer_id=_given_under(change.customer_id, found[change.customer_id]))
        for change in changes
    ]
    noted = import_consents(limner.store, named)
    counts = {
        "read": len(changes),
        "noted": noted,
        "known": len(changes) - noted,
        "unknown": sum(found[change.customer_id] is None for change in changes),
    }
    record(limner.store, by, "consents.noted", subject, counts, now)
    return counts


def suppress_addresses(
    limner: Limner, addresses: Sequence[str], reason: str, by: str, now: datetime
) -> int:
    """Put addresses on the suppression list; how many were not on it before."""
    added = suppress(limner.store, addresses, reason, now)
    subject = ", ".join(normalised(address) for address in addresses)
    record(
        limner.store, by, "addresses.suppressed", subject, {"reason": reason, "added": added}, now
    )
    return added


def unsuppress_address(limner: Limner, address: str, by: str, now: datetime) -> bool:
    """Take an address off the suppression list; whether it was on it."""
    gone = unsuppress(limner.store, address)
    record(limner.store, by, "address.unsuppressed", normalised(address), {"was_on_it": gone}, now)
    return gone


def _given_under(written: str, found: tuple[Key, str] | None) -> str:
    """The identifier a text names, in normal form; with its kind where its value could be another's."""
    if found is None:
        return written
    (kind, value), _ = found
    return value if kind in ("user_id", "email", "phone") else name_of((kind, value))
