"""One customer as a document: what the page of a customer shows, for scripts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from limner.app.dealings import agreements
from limner.app.limner import Limner
from limner.app.opaque import opaque_name
from limner.app.person import Person, known, person, standing
from limner.app.portrait import Portrait, portrait
from limner.core.errors import Unknown

Document = dict[str, Any]
_EVENTS = 60


def customer_document(
    limner: Limner, asked: str, now: datetime, sees_personal: bool = False
) -> Document:
    """The customer of any identifier or name ever given: portrait, segments, scores, what holds
    now, the newest events, orders, messages and consent.

    Masked for eyes that may not see personal data, as on the customer's page.
    Raises: `Unknown` when nobody is known by it.
    """
    one = person(limner, asked, sees_personal)
    also = [one.customer_id, *(value for _, value in one.anchors)] if one else []
    found = portrait(limner, asked, sees_personal=sees_personal, most=_EVENTS, also=also)
    if found is None and one is None:
        is_empty = all(limner.lake.version(name) is None for name in ("events", "profiles"))
        raise Unknown(
            "customer-unknown",
            "no customer is known by that id, e-mail, phone or card; "
            + (
                "there are no events yet: run limner import FILE"
                if is_empty
                else "check how it is written"
            ),
        )
    if found is not None and one is None:
        one = known(limner, found.customer_id, sees_personal)
    document: Document = {"customer_id": _shown(limner, found, one, sees_personal)}
    if found is not None:
        document |= {
            "profile": found.profile, "provenance": found.provenance, "segments": found.segments,
            "scores": found.scores, "months": found.months, "orders": found.orders,
            "events": found.events, "messages": found.messages,
            "identifiers": [
                {"kind": row["kind"], "value": row["value"], "source": row["source"]}
                for row in found.identifiers
            ],
        }  # fmt: skip
    if one is not None:
        document["identifiers"] = [
            {
                "kind": card.kind,
                "value": card.value,
                "source": card.source,
                "first_at": card.first_at,
            }
            for card in one.identifiers
        ]
        document["now"] = [asdict(tag) for tag in standing(limner, one.anchors, now).tags]
    customer_id = one.customer_id if one else found.customer_id if found else asked
    document["consent"] = [
        {
            "purpose": each.purpose, "medium": each.medium, "is_granted": each.is_granted,
            "at": each.at, **({"proof": each.proof} if sees_personal else {}),
        }
        for each in agreements(limner, customer_id, now)
    ]  # fmt: skip
    return document


def _shown(limner: Limner, found: Portrait | None, one: Person | None, sees: bool) -> str:
    """The id by which the customer may be called."""
    if one is not None:
        return one.shown_id
    customer_id = found.customer_id if found else ""
    return customer_id if sees else opaque_name(limner, customer_id)
