"""Statistics that several rooms state, so that a figure means the same on every page."""

from __future__ import annotations

from math import sqrt

Z_95 = 1.959963984540054  # standard errors either side that hold 95 % of a normal distribution


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """The interval of a rate, sound at small counts and at rates near 0 and 1.

    Shares in 0..1, by default with 95 % confidence; (0, 1) when there was no trial.
    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    JASA 22 (1927) 209-212.

    >>> [round(limit, 4) for limit in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if trials == 0:
        return (0.0, 1.0)
    rate = successes / trials
    centre = rate + z * z / (2 * trials)
    half = z * sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    # Rounding must not move a limit off 0 or 1 when nobody did it, or everybody.
    return (
        0.0 if successes == 0 else max((centre - half) / scale, 0.0),
        1.0 if successes == trials else min((centre + half) / scale, 1.0),
    )
