"""What happened, and what was caused: reports of campaigns and experiments."""

from limner.learn.campaigns import campaign_document, campaign_facts
from limner.learn.contacts import contacts, purchases
from limner.learn.experiments import METRICS, experiment_document
from limner.learn.roi import ASSUMED_TERMS, FORMULA, Terms

__all__ = [
    "ASSUMED_TERMS",
    "FORMULA",
    "METRICS",
    "Terms",
    "campaign_document",
    "campaign_facts",
    "contacts",
    "experiment_document",
    "purchases",
]
