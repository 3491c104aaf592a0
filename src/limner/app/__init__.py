"""The plan: builds the parts from settings and wires the loop."""

from limner.app.limner import Limner

__all__ = ["Limner"]
