"""Which records are one person, and what is true of that person.

What arrives live and what a build finds in the lake go into one graph, in the same way:

1. `of_records(customers)` and `of_events(carried(events))`: which identifiers were seen together;
2. `Graph.observe(sighting)`: one customer per set of shared identifiers (`fresh` and `listed` give
   a build only what the graph has not seen yet);
3. `snapshot(identifiers, carried)`: the lake's `identities`;
4. `golden(customers, identities)`: one row per customer, with the rule behind each value;
5. `attribute(events, identities)`: the events under their customer's present id.
"""

from limner.unify.attribute import attribute
from limner.unify.golden import Trust, golden
from limner.unify.graph import Graph
from limner.unify.limits import Limits
from limner.unify.nodes import Sighting
from limner.unify.sightings import carried, fresh, listed, of_events, of_records, snapshot

__all__ = [
    "Graph",
    "Limits",
    "Sighting",
    "Trust",
    "attribute",
    "carried",
    "fresh",
    "golden",
    "listed",
    "of_events",
    "of_records",
    "snapshot",
]
