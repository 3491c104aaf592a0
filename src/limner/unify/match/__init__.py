"""Which rows of tables never seen before are of one person or thing: record linkage.

Call `match`; it names what it took every column for.  `measured` holds a clustering to the truth.
"""

from limner.unify.match.match import Costs, Matched, match
from limner.unify.match.measure import Measured, Quality, measured

__all__ = ["Costs", "Matched", "Measured", "Quality", "match", "measured"]
