"""What every policy of the shelf is: an order in which customers are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from limner.core.words import Words

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prospects:
    """What is expected of contacting each customer: arrays of shape (n,)."""

    probability: Vector
    profit: Vector  # expected incremental profit of the contact
    cost: Vector  # expected cost of the contact, > 0 or 0


class Policy(Protocol):
    """A plug-in of the shelf."""

    @property
    def name(self) -> str:
        """The registry name, as in the `decisions` table."""

    @property
    def words(self) -> Words:
        """Whom it takes, in a marketer's words."""

    def priority(self, prospects: Prospects) -> Vector:
        """Highest first; minus infinity is never taken; ties are drawn by lot.  Shape (n,)."""
