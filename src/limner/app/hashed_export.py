"""Audiences leaving as files: as tables for people, hashed for advertising platforms.

What is hashed for a platform holds only addresses whose owner agreed to be reached there, nobody
who has an address on the suppression list, and nobody of the part that is held back as control.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import ibis
from sqlalchemy import select

from limner.act.ad_platforms import TABLE as PLATFORMS
from limner.act.ad_platforms import Contact, Platform, platform_named
from limner.app.audiences import AudienceCard, audience, members
from limner.app.export import TABLE as TABLES
from limner.app.export import as_file
from limner.app.limner import Limner
from limner.app.opaque import opaque
from limner.app.reading import HIDDEN
from limner.core.batches import batches
from limner.core.errors import Rejected, Unknown
from limner.govern.audit import record
from limner.govern.consent import allowed
from limner.govern.masking import PERSONAL
from limner.govern.suppression import normalised, suppressed
from limner.store.models import Identifier
from limner.understand.audiences import CONTROL

PURPOSE = "marketing"
_ASKED = 5_000  # customers in one question
FORMATS = (*TABLES, *PLATFORMS)
# By which medium consent lets an address of a kind be used.
MEDIUMS = {"email": "email", "phone": "sms"}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that leaves: `people` are in it; `left_out` are not, by reason."""

    file: str
    media: str
    content: bytes
    people: int
    left_out: dict[str, int] = field(default_factory=dict)


def export_audience(
    limner: Limner,
    code: str,
    wanted: str,
    by: str,
    at: datetime,
    *,
    part: str | None = None,
    purpose: str = PURPOSE,
    sees_personal: bool = False,
) -> Exported:
    """An audience, or one part of it, as a file: csv, xlsx, parquet, or a platform's own format.

    `purpose`: what people must have agreed to for a platform to get their address.
    Raises: `Unknown` for an audience, part or format that there is not; `Rejected` when fewer
    people than `minimum_audience`, or than the platform takes, would be in the file.
    """
    card = audience(limner, code)
    if wanted in TABLES:
        done = _table(limner, card, wanted, part, sees_personal)
    elif wanted in PLATFORMS:
        done = _hashed(limner, card, platform_named(wanted), part, purpose, at)
    else:
        raise Unknown(
            "audience-format",
            f"{wanted!r} is not a format of an audience; there are {', '.join(FORMATS)}",
            "format",
        )
    told = {"format": wanted, "part": part, "people": done.people, "left_out": done.left_out}
    if wanted in PLATFORMS:
        told["purpose"] = purpose
    record(limner.store, by, "audience.exported", card.audience, told, at)
    return done


def _table(
    limner: Limner, card: AudienceCard, kind: str, part: str | None, sees_personal: bool
) -> Exported:
    """The customers with their portraits; masked columns are left out."""
    chosen = members(limner, card.audience, part)
    portraits = limner.lake.table("profiles")
    hidden = HIDDEN if sees_personal else HIDDEN | PERSONAL
    portraits = portraits.drop(*[name for name in hidden if name in portraits.columns])
    rows = chosen.left_join(portraits, "customer_id").drop("customer_id_right")
    if not sees_personal:
        rows = rows.mutate(customer_id=opaque(limner, rows.customer_id))
    found = limner.lake.fetch(rows.order_by("customer_id"))
    _demand_enough(limner, card, found.num_rows, {}, None)
    media, content = as_file(found, kind)
    return Exported(_name(card, kind, part, kind), media, content, found.num_rows)


def _hashed(
    limner: Limner,
    card: AudienceCard,
    platform: Platform,
    part: str | None,
    purpose: str,
    at: datetime,
) -> Exported:
    """The addresses as a platform wants them, of those who may be reached there."""
    chosen = members(limner, card.audience, part)
    if part is None:
        chosen = chosen.filter(chosen.part != CONTROL)
    everyone: list[str] = limner.lake.fetch(chosen)["customer_id"].to_pylist()
    addresses = _addresses(limner, chosen, everyone)
    agreed = {
        kind: allowed(limner.store, everyone, purpose, MEDIUMS[kind], at) for kind in platform.takes
    }
    listed = suppressed(
        limner.store,
        (one for mine in addresses.values() for many in mine.values() for one in many),
    )
    contacts, left_out = _permitted(everyone, addresses, agreed, listed)
    if part is None and CONTROL in card.parts:
        left_out["control"] = card.parts[CONTROL]
    written = platform.write(contacts)
    if len(contacts) > written.people:
        left_out["no-address"] += len(contacts) - written.people
    _demand_enough(limner, card, written.people, left_out, platform)
    file = _name(card, platform.name, part, platform.ending)
    return Exported(file, platform.media, written.content, written.people, dict(left_out))


def _permitted(
    everyone: Sequence[str],
    addresses: Mapping[str, Mapping[str, Sequence[str]]],
    agreed: Mapping[str, set[str]],
    listed: set[str],
) -> tuple[list[Contact], Counter[str]]:
    """Whose addresses may leave, and how many people are left out by which reason."""
    contacts: list[Contact] = []
    left_out: Counter[str] = Counter()
    for who in everyone:
        mine = addresses.get(who, {})
        if any(normalised(one) in listed for many in mine.values() for one in many):
            left_out["suppressed"] += 1
        elif not any(mine.get(kind) for kind in agreed):
            left_out["no-address"] += 1
        elif not any(who in agreed[kind] and mine.get(kind) for kind in agreed):
            left_out["no-consent"] += 1
        else:
            may = {kind: tuple(mine.get(kind, ())) for kind in agreed if who in agreed[kind]}
            contacts.append(Contact(may.get("email", ()), may.get("phone", ())))
    return contacts, left_out


def _addresses(
    limner: Limner, chosen: ibis.Table, everyone: Sequence[str]
) -> dict[str, dict[str, list[str]]]:
    """Every e-mail and phone of some customers, in normal form, by customer and kind.

    Those of the last build, and of who came since then what the identity graph has by now.
    """
    identities, portraits = limner.lake.table("identities"), limner.lake.table("profiles")
    known = identities.filter(identities.kind.isin(list(MEDIUMS)))
    parts = [known.select("customer_id", "kind", "value")]
    parts += [
        portraits.filter(portraits[kind].notnull()).select(
            "customer_id", kind=ibis.literal(kind), value=portraits[kind].cast("string")
        )
        for kind in MEDIUMS
        if kind in portraits.columns
    ]
    rows = ibis.union(*parts, distinct=True).semi_join(chosen, "customer_id")
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for batch in limner.lake.fetch(rows.order_by("customer_id", "kind", "value")).to_batches():
        for row in batch.to_pylist():
            found[row["customer_id"]][row["kind"]].append(row["value"])
    with limner.store.reading() as session:
        for some in batches([who for who in everyone if who not in found], _ASKED):
            asked = select(Identifier.customer_id, Identifier.kind, Identifier.value).where(
                Identifier.customer_id.in_(some), Identifier.kind.in_(MEDIUMS)
            )
            for who, kind, value in session.execute(asked):
                found[who][kind].append(value)
    return found


def _demand_enough(
    limner: Limner,
    card: AudienceCard,
    people: int,
    left_out: Mapping[str, int],
    platform: Platform | None,
) -> None:
    fewest = limner.settings.minimum_audience
    why = "minimum_audience"
    if platform is not None and platform.minimum > fewest:
        fewest, why = platform.minimum, f"what {platform.words.en} takes"
    if people >= fewest:
        return
    gone = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items() if count)
    raise Rejected(
        "audience-too-small",
        f"{people:,} of {card.size:,} people of {card.audience!r} would be in the file"
        f"{f' (left out: {gone})' if gone else ''}; {why} is {fewest:,}: widen the audience"
        + ("" if platform is not None and why != "minimum_audience" else ", or lower that setting"),
    )


def _name(card: AudienceCard, wanted: str, part: str | None, ending: str) -> str:
    told = [card.audience, *([part] if part else []), *([wanted] if wanted != ending else [])]
    return f"{'-'.join(told)}.{ending}"
