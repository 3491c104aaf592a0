"""Which records are one person, and what is true of that person.

A build calls, in this order:

1. `carried(events)`: the sets of identifiers that events carry (an expression; fetch it);
2. `identify(customers, carried, previous)`: one customer per set of shared identifiers;
3. `golden(customers, identities)`: one row per customer, with the rule behind each value;
4. `attribute(events, identities)`: the events under their customer's present id.
"""

from limner.unify.attribute import attribute
from limner.unify.golden import golden
from limner.unify.identify import Identified, Limits, Shared, carried, identify

__all__ = ["Identified", "Limits", "Shared", "attribute", "carried", "golden", "identify"]
