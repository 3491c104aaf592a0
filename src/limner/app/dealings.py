"""What stands between one customer and us: consent with its proof, experiments, segments over time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
from sqlalchemy import select

from limner.app.limner import Limner
from limner.app.portrait import rows_of
from limner.govern import consent
from limner.govern.consent import ConsentChange
from limner.govern.suppression import normalised
from limner.store.models import Campaign, Suppression

Document = dict[str, Any]
ENTERED, EXITED = "Segment Entered", "Segment Exited"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What holds for one purpose and medium, and every word said about it, newest first."""

    purpose: str
    medium: str
    is_granted: bool
    at: datetime
    proof: str
    history: tuple[ConsentChange, ...]


def agreements(limner: Limner, customer_id: str, now: datetime) -> list[Agreement]:
    """What a customer agreed to, by purpose and medium; the newest word up to now counts.

    Of two words at the same moment the withdrawal counts.
    """
    said: dict[tuple[str, str], list[ConsentChange]] = {}
    for change in consent.history(limner.store, customer_id):
        if change.at <= now:
            said.setdefault((change.purpose, change.medium), []).append(change)
    found = []
    for (purpose, medium), changes in sorted(said.items()):
        newest = max(changes, key=lambda change: (change.at, not change.is_granted))
        history = tuple(sorted(changes, key=lambda change: change.at, reverse=True))
        found.append(
            Agreement(purpose, medium, newest.is_granted, newest.at, newest.proof, history)
        )
    return found


def suppressed(limner: Limner, addresses: list[str]) -> dict[str, str]:
    """Those of the addresses that must never be written to, with the reason."""
    wanted = {normalised(address): address for address in addresses if address}
    with limner.store.reading() as session:
        rows = session.scalars(select(Suppression).where(Suppression.address.in_(wanted))).all()
        return {wanted[row.address]: row.reason for row in rows}


@dataclass(frozen=True, slots=True)
class Arm:
    """The side of an experiment that a customer is on.

    `propensity`: the chance of that side when it was drawn; None when nobody drew.
    `is_own`: a campaign of Limner's own, with a page of its own.
    """

    campaign_id: str
    name: str
    arm: str
    at: datetime
    channel: str
    propensity: float | None
    is_randomised: bool
    is_own: bool


def arms(limner: Limner, customer_id: str) -> list[Arm]:
    """Every campaign's arm that a customer was in, newest first."""
    if limner.lake.version("exposures") is None:
        return []
    rows = limner.lake.fetch(
        rows_of(limner, "exposures", customer_id).order_by(ibis.desc("time"))
    ).to_pylist()
    campaigns = limner.lake.table("campaigns")
    wanted = sorted({row["campaign_id"] for row in rows})
    found = campaigns.filter(campaigns.campaign_id.isin([*wanted, ""]))
    known = {row["campaign_id"]: row for row in limner.lake.fetch(found).to_pylist()}
    with limner.store.reading() as session:
        own = dict(session.execute(select(Campaign.campaign_id, Campaign.name)).tuples().all())
    told = []
    for row in rows:
        campaign = known.get(row["campaign_id"], {})
        name = own.get(row["campaign_id"]) or campaign.get("name") or row["campaign_id"]
        is_drawn = row["propensity"] is not None and campaign.get("is_randomised") is not False
        told.append(
            Arm(row["campaign_id"], str(name), str(row["arm"]), row["time"], row["channel"] or "",
                row["propensity"], is_drawn, row["campaign_id"] in own)
        )  # fmt: skip
    return told


@dataclass(frozen=True, slots=True)
class Move:
    """A customer's way into a segment or out of it."""

    segment: str
    at: datetime
    is_entry: bool


def moves(rows: list[Document]) -> list[Move]:
    """The segments entered and left, as some events of one customer tell it, newest first."""
    found = []
    for row in rows:
        if row.get("event") not in (ENTERED, EXITED):
            continue
        try:
            said = json.loads(row.get("properties") or "{}")
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("segment"):
            found.append(Move(str(said["segment"]), row["time"], row["event"] == ENTERED))
    return sorted(found, key=lambda move: move.at, reverse=True)
