"""The definitions in force, made ready for the worker."""

from __future__ import annotations

from limner.app.limner import Limner
from limner.app.living.judge import Judge


def make_judge(limner: Limner) -> tuple[Judge | None, dict[str, str]]:
    """The tags and segments in force as a judge, and why some are not among them.

    None where no segment reads what events can change: then nothing is kept.
    """
    return None, {}
