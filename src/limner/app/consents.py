"""Consent and suppression as people speak of them: any identifier will do, and all is audited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from limner.app.limner import Limner
from limner.govern.audit import record
from limner.govern.consent import ConsentChange, import_consents
from limner.govern.suppression import normalised, suppress, unsuppress
from limner.unify import normalise


def customers_of(limner: Limner, written: Iterable[str]) -> dict[str, str | None]:
    """The customer whom each text names by id or by any identifier; None for whom no build knows."""
    spellings = {text: _spellings(text) for text in set(written)}
    wanted = sorted({each for found in spellings.values() for each in found})
    identities = limner.lake.table("identities")
    rows = limner.lake.fetch(
        identities.filter(identities.kind != "record", identities.value.isin(wanted)).select(
            "value", "customer_id"
        )
    ) if wanted else pa.table({"value": [], "customer_id": []})  # fmt: skip
    known = dict(zip(rows["value"].to_pylist(), rows["customer_id"].to_pylist(), strict=True))
    return {
        text: next((known[each] for each in found if each in known), None)
        for text, found in spellings.items()
    }


def customer_of(limner: Limner, written: str) -> str:
    """The customer whom a text names, else the text itself."""
    return customers_of(limner, [written])[written] or written


def import_changes(
    limner: Limner, changes: Sequence[ConsentChange], by: str, subject: str, now: datetime
) -> dict[str, int]:
    """Note grants and withdrawals under their customers' ids: read, noted, known, unknown.

    Raises: `Malformed` naming the first bad one; then none of
    them is noted.
    """
    customers = customers_of(limner, (change.customer_id for change in changes))
    named = [
        replace(change, customer_id=customers[change.customer_id] or change.customer_id)
        for change in changes
    ]
    noted = import_consents(limner.store, named)
    counts = {
        "read": len(changes),
        "noted": noted,
        "known": len(changes) - noted,
        "unknown": sum(customers[change.customer_id] is None for change in changes),
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


def _spellings(text: str) -> list[str]:
    """What a text may stand in the identities as, the surest first."""
    forms = [text, *(normal(text) for normal in normalise.KINDS.values())]
    return list(dict.fromkeys(form for form in forms if form))
