"""From a logged event to a row of the lake: when, who, what, with which device, brought by what."""

from limner.collect.enrich.enricher import Enricher
from limner.collect.enrich.row import Enriched, Faulty, Identity, Verdict
from limner.collect.enrich.treatment import Treatment

__all__ = ["Enriched", "Enricher", "Faulty", "Identity", "Treatment", "Verdict"]
