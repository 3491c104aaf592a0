"""Decide: whom to contact with which offer, within a budget, with a control group kept back."""

from limner.core.chance import chance
from limner.decide.assign import arms
from limner.decide.offer import Offer
from limner.decide.outlook import Outlook, outlook
from limner.decide.power import detectable_effect, group_size
from limner.decide.target import REASONS, choose

__all__ = [
    "REASONS",
    "Offer",
    "Outlook",
    "arms",
    "chance",
    "choose",
    "detectable_effect",
    "group_size",
    "outlook",
]
