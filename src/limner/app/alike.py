"""The customers most like one, for the page of that one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from limner.app.limner import Limner
from limner.app.opaque import opaque_name
from limner.core.errors import Malformed
from limner.govern.masking import mask
from limner.understand.personas.alike import (
    FEATURES,
    Figure,
    because,
    figures_of,
    nearest,
    read_figures,
)

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A customer who is like another one.

    `likeness`: 1 the same, 0 wholly different.  `because`: the figures in which the two are alike
    and stand out, the most telling first, each with its code and this customer's value.
    `unlike`: the figure in which they differ most.
    """

    shown_id: str
    name: str | None
    likeness: float
    because: tuple[tuple[str, float], ...]
    unlike: tuple[str, float] | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """The figures that were compared, those that could be, and who is nearest."""

    features: tuple[str, ...]
    figures: tuple[Figure, ...]
    found: tuple[Lookalike, ...]


def likeable(limner: Limner) -> tuple[str, ...]:
    """The columns of the portrait by which customers can be compared: all numbers."""
    schema = limner.lake.table("profiles").schema()
    return tuple(name for name, kind in schema.items() if kind.is_numeric())


def lookalikes(
    limner: Limner, customer_id: str, features: Sequence[str] = (), most: int = 10,
    sees_personal: bool = False,
) -> Likeness:  # fmt: skip
    """The customers nearest to one by some figures of the portrait; by usual ones unless given.

    Raises: `Malformed` for a figure that is no number of the portrait.
    """
    able = likeable(limner)
    wrong = [code for code in features if code not in able]
    if wrong:
        raise Malformed("alike-feature", f"{wrong[0]!r} is no number of the portrait")
    chosen = tuple(features) or tuple(code for code in FEATURES if code in able)
    if not chosen:
        return Likeness((), (), ())
    portraits = limner.lake.table("profiles")
    row = limner.lake.fetch(figures_of(portraits, customer_id, chosen)).to_pylist()[0]
    figures = read_figures(row, chosen)
    near = nearest(portraits, customer_id, figures, most)
    names = portraits.select("customer_id", "name")
    rows = limner.lake.fetch(
        near.left_join(names, "customer_id").order_by(["distance", "customer_id"])
    )
    found = [_told(limner, one, figures, sees_personal) for one in rows.to_pylist()]
    return Likeness(chosen, figures, tuple(found))


def _told(
    limner: Limner, row: Document, figures: Sequence[Figure], sees_personal: bool
) -> Lookalike:
    reasons = because(figures, row)
    furthest = max(reasons, key=lambda one: one[1], default=None)
    name = row["name"] if sees_personal else mask("name", row["name"])
    return Lookalike(
        row["customer_id"] if sees_personal else opaque_name(limner, row["customer_id"]),
        name,
        1 - row["distance"],
        tuple((code, row[code]) for code, _ in reasons[:3]),
        (furthest[0], row[furthest[0]]) if furthest and furthest[1] > 0 else None,
    )
