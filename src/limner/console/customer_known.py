"""What every side of one customer's page begins from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from limner.app import reading
from limner.app.dealings import Agreement, agreements, suppressed
from limner.app.person import Person, Standing, Told, hidden, known, person, standing, told_by_calls
from limner.app.portrait import Portrait, portrait
from limner.console.view import View
from limner.console.words import customers as words
from limner.core.errors import Unknown

Document = dict[str, Any]
CODES = {"lifecycle_stage": "stage", "rfm_group": "rfm", "cluster": "cluster"}


@dataclass(frozen=True, slots=True)
class Known:
    """A customer; `portrait` is None before a build knows them, `person` when only a build does.

    `customer_id` is never masked, so not for show; `href_id` may stand in an address.  `told`: what
    live identify calls said, by trait; the golden record of a build goes before it.
    """

    customer_id: str
    href_id: str
    portrait: Portrait | None
    person: Person | None
    standing: Standing | None
    segments: list[Document]
    agreements: list[Agreement]
    suppressed: dict[str, str]
    told: dict[str, Told]

    @property
    def name(self) -> str:
        """What the customer is called, as far as anybody said; else nothing."""
        told = self.told.get("name")
        return str(self.profile.get("name") or (told.value if told else ""))

    @property
    def profile(self) -> Document:
        """The portrait's columns, masked for masked eyes; without a portrait the id alone."""
        if self.portrait is not None:
            return self.portrait.profile
        return {"customer_id": self.href_id}

    @property
    def built_as(self) -> str:
        """What the last build calls the customer."""
        return self.portrait.customer_id if self.portrait else self.customer_id


def read_known(view: View) -> Known:
    """The customer of the address: any identifier, any name ever given.

    Raises: `Unknown` when nobody is known by it.
    """
    asked, sees, now = view.param("customer_id"), view.may("personal.read"), datetime.now(UTC)
    one = person(view.limner, asked, sees)
    also = [one.customer_id, *(value for _, value in one.anchors)] if one else []
    found = portrait(view.limner, asked, sees_personal=sees, most=0, also=also)
    if found is None and one is None:
        one = hidden(view.limner, asked, sees)
    if found is None and one is None:
        raise Unknown("customer-unknown", view.say(words.UNKNOWN))
    if found is not None and one is None:  # asked by a hidden id: the portrait tells whose it is
        one = known(view.limner, found.customer_id, sees)
    customer_id = one.customer_id if one else found.customer_id if found else asked
    saved = reading.saved_segments(view.limner)
    return Known(
        customer_id=customer_id,
        href_id=one.shown_id if one else str(found.profile["customer_id"]) if found else asked,
        portrait=found,
        person=one,
        standing=standing(view.limner, one.anchors, now) if one else None,
        segments=[{"segment": code, **saved.get(code, {})} for code in found.segments] if found else [],
        agreements=agreements(view.limner, customer_id, now),
        suppressed=suppressed(view.limner, [value for _, value in one.anchors] if one else []),
        told=told_by_calls(view.limner, customer_id, sees) if one else {},
    )  # fmt: skip
