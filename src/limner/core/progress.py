"""How far a long piece of work has come."""

from __future__ import annotations

from collections.abc import Callable

# progress(step, fraction): `step` is a stable code such as "import.events"; fraction in 0..1.
Progress = Callable[[str, float], None]


def silent(step: str, fraction: float) -> None:
    """Progress that nobody watches."""
