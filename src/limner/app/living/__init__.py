"""Portraits and memberships kept alive by the worker, event by event and day by day."""

from limner.app.living.in_force import make_judge
from limner.app.living.judge import Judge, Watched
from limner.app.living.living import Living, Making

__all__ = ["Judge", "Living", "Making", "Watched", "make_judge"]
