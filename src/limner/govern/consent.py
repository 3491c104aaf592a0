"""Who agreed to be written to, for what and by which medium: the newest word counts.

A grant or a withdrawal is never changed, only followed by a newer one, so what was allowed at
any moment of the past can be shown with its proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from limner.core.batches import batches
from limner.core.errors import Malformed
from limner.govern.names import names_of
from limner.store import Store
from limner.store.insert import BATCH, insert_missing
from limner.store.models import Consent

_NAMES = 5_000  # names asked about at once


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """One grant or withdrawal: for a purpose such as `marketing`, by a medium such as `email`.

    `proof` says where it can be looked up: a form's id, a till's record, a file and its line.
    """

    customer_id: str
    purpose: str
    medium: str
    is_granted: bool
    at: datetime
    proof: str


def grant(
    store: Store, customer_id: str, purpose: str, medium: str, at: datetime, proof: str
) -> None:
    """Note that a customer agreed.

    Raises: `Malformed` without a proof, a customer, or the time zone of `at`.
    """
    import_consents(store, [ConsentChange(customer_id, purpose, medium, True, at, proof)])


def withdraw(
    store: Store, customer_id: str, purpose: str, medium: str, at: datetime, proof: str
) -> None:
    """Note that a customer withdrew; it counts from `at` on.

    Raises: `Malformed` without a proof, a customer, or the time zone of `at`.
    """
    import_consents(store, [ConsentChange(customer_id, purpose, medium, False, at, proof)])


def import_consents(store: Store, changes: Iterable[ConsentChange]) -> int:
    """Note many grants and withdrawals in one transaction; how many were new.

    Of a grant and a withdrawal at the very same moment the withdrawal counts.
    Raises: `Malformed` naming the first bad one; then none of them is noted.
    """
    added = 0
    with store.session() as session:
        for some in batches(changes, BATCH):
            rows = [_row(change) for change in some]
            new = len(insert_missing(session, Consent, rows, Consent.consent_id))
            added += new
            if new < len(rows):
                _let_withdrawals_win(session, rows)
    return added


def allowed(
    store: Store, customer_ids: Iterable[str], purpose: str, medium: str, at: datetime
) -> set[str]:
    """Those of the customers whose newest word not after `at` is a grant.

    Who never said anything has not agreed.  What was said under any name that a customer ever had
    counts, so that of two who were merged the newer word does.
    """
    newest: dict[str, tuple[datetime, bool]] = {}
    with store.session() as session:
        for some in batches(customer_ids, _NAMES):
            names = names_of(session, some)
            for under in batches(sorted(names), _NAMES):
                said = session.execute(
                    select(Consent.customer_id, Consent.at, Consent.is_granted).where(
                        Consent.customer_id.in_(under),
                        Consent.purpose == purpose,
                        Consent.channel == medium,
                        Consent.at <= at,
                    )
                )
                for row in said:  # of two at the same moment the withdrawal counts
                    who, word = names[row.customer_id], (row.at, not row.is_granted)
                    newest[who] = max(word, newest.get(who, word))
    return {who for who, (_, is_withdrawn) in newest.items() if not is_withdrawn}


def history(store: Store, customer_id: str) -> Sequence[ConsentChange]:
    """Everything one customer said, newest first, with its proof and the name it was said under."""
    with store.session() as session:
        names = sorted(names_of(session, [customer_id]))
        found = [
            row
            for some in batches(names, _NAMES)
            for row in session.scalars(select(Consent).where(Consent.customer_id.in_(some)))
        ]
    found.sort(key=lambda row: (row.at, row.consent_id), reverse=True)
    return [
        ConsentChange(row.customer_id, row.purpose, row.channel, row.is_granted, row.at, row.proof)
        for row in found
    ]


def _let_withdrawals_win(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    withdrawals = [
        {"who": row["customer_id"], "why": row["purpose"], "how": row["channel"],
         "moment": row["at"], "shown_by": row["proof"]}
        for row in rows
        if not row["is_granted"]
    ]  # fmt: skip
    if withdrawals:
        session.connection().execute(
            update(Consent)
            .where(
                Consent.customer_id == bindparam("who"),
                Consent.purpose == bindparam("why"),
                Consent.channel == bindparam("how"),
                Consent.at == bindparam("moment"),
                Consent.is_granted,
            )
            .values(is_granted=False, proof=bindparam("shown_by")),
            withdrawals,
        )


def _row(change: ConsentChange) -> dict[str, object]:
    for name in ("customer_id", "purpose", "medium", "proof"):
        if not getattr(change, name).strip():
            raise Malformed(
                "consent-incomplete",
                f"consent of customer {change.customer_id!r} at {change.at} has no {name}; "
                "a consent that cannot be proven does not count",
            )
    if change.at.tzinfo is None:
        raise Malformed(
            "consent-time",
            f"consent of {change.customer_id!r}: {change.at} has no time zone; add one",
        )
    return {
        "customer_id": change.customer_id,
        "purpose": change.purpose,
        "channel": change.medium,
        "is_granted": change.is_granted,
        "at": change.at,
        "proof": change.proof,
    }
