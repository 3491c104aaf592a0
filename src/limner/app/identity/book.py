"""The book of who is who: the pure graph over the store's tables, a chunk at a time."""

from __future__ import annotations

from collections.abc import Sequence

from limner.app.limner import Limner
from limner.unify.graph import Sighting


class Book:
    """The identity graph of one installation, for one thread; other processes may write too."""

    def __init__(self, limner: Limner) -> None:
        self._store = limner.store

    def observe(self, sightings: Sequence[Sighting]) -> list[str]:
        """The customer of each sighting once all are known; what is new is kept in one transaction.

        Observing the same again changes nothing.
        """
        raise NotImplementedError
