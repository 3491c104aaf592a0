"""Audiences: customers frozen at a moment, in parts drawn by lot; and how groups overlap."""

from limner.understand.audiences.making import CONTROL, WHOLE, Making
from limner.understand.audiences.overlap import Overlap, Pair, overlap_of
from limner.understand.audiences.parts import draw

__all__ = ["CONTROL", "WHOLE", "Making", "Overlap", "Pair", "draw", "overlap_of"]
