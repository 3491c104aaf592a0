"""The worker's state, `live.db`: how far it is, what just arrived, what is known of whom this second."""

from limner.collect.live.chunk import ANSWERED, KEPT, Chunk, Failure, Recent
from limner.collect.live.kept import Kept
from limner.collect.live.movement import Change, Judged, Movement
from limner.collect.live.settle import Settler
from limner.collect.live.state import Live

__all__ = [
    "ANSWERED",
    "KEPT",
    "Change",
    "Chunk",
    "Failure",
    "Judged",
    "Kept",
    "Live",
    "Movement",
    "Recent",
    "Settler",
]
