"""The way of every live event: decoded, dated, attributed, enriched; nothing raised, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from limner.collect.enrich.row import Enriched, Faulty
from limner.collect.enrich.treatment import Treatment
from limner.collect.log.port import Logged

Normal = Mapping[str, Callable[[str | None], str | None]]


class Enricher:
    """Turns what the log holds into rows.

    `normal`: the kinds of identifier, surest first, each with what brings a text into its normal
    form or gives None for one that names nobody.  `sources`: how each source's events are treated;
    one that is not there gets the defaults.  `currency`: of amounts where neither the event nor
    its source says one.  It keeps caches, so make one and use it for long; not for two threads.
    """

    def __init__(
        self, normal: Normal, sources: Mapping[str, Treatment] | None = None, currency: str = "USD"
    ) -> None:
        self._normal = normal
        self._sources = dict(sources or {})
        self._currency = currency

    def read(self, logged: Logged) -> list[Enriched | Faulty]:
        """Every event of a batch, in its order: as many as the batch has."""
        return []
