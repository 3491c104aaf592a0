"""Is the control group large enough to see the effect?  Asked when a campaign is planned.

Source: Fleiss, Levin & Paik, "Statistical Methods for Rates and Proportions", 3rd ed., 2003,
chapter 4: two proportions, two-sided test, unequal groups, without continuity correction.
"""

from __future__ import annotations

import math

from scipy.optimize import brentq
from scipy.stats import norm

from limner.core.errors import Malformed


def detectable_effect(
    rate: float, treated: int, control: int, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """The smallest rise over the control's `rate` that is found with probability `power`.

    `rate`: what the control group does, 0..1; the effect is in absolute points of rate (0.01 is
    one percentage point).  None when no rise up to a rate of 1 would be found.
    Raises: `Malformed` for a rate, alpha or power outside 0..1.
    """
    _check(rate, alpha, power)
    if treated < 1 or control < 1:
        return None

    def surplus(effect: float) -> float:
        return _distance(rate, effect, treated, control, alpha) - float(norm.ppf(power))

    most = 1.0 - rate
    if most <= 0 or surplus(most) < 0:
        return None
    return float(brentq(surplus, 1e-12, most))


def group_size(
    rate: float, effect: float, control_share: float, alpha: float = 0.05, power: float = 0.8
) -> int:
    """How many customers, both arms together, it takes to find a rise of `effect` over `rate`.

    Raises: `Malformed` for an effect that does not fit above the rate, or a share not in (0, 1).
    """
    _check(rate, alpha, power)
    if not 0 < effect <= 1 - rate:
        raise Malformed(
            "effect-out-of-range", f"effect is {effect}; it must lie over 0 and up to {1 - rate:g}"
        )
    if not 0 < control_share < 1:
        raise Malformed(
            "control-share-out-of-range",
            f"control share is {control_share}; a comparison needs a share over 0 and under 1",
        )
    pooled = (1 - control_share) * (rate + effect) + control_share * rate
    under_null = pooled * (1 - pooled) * (1 / (1 - control_share) + 1 / control_share)
    raised = rate + effect
    true = raised * (1 - raised) / (1 - control_share) + rate * (1 - rate) / control_share
    root = norm.isf(alpha / 2) * math.sqrt(under_null) + norm.ppf(power) * math.sqrt(true)
    return math.ceil((root / effect) ** 2)


def _distance(rate: float, effect: float, treated: int, control: int, alpha: float) -> float:
    """How far, in standard errors, the expected result lies beyond the critical value."""
    raised = rate + effect
    pooled = (treated * raised + control * rate) / (treated + control)
    under_null = math.sqrt(pooled * (1 - pooled) * (1 / treated + 1 / control))
    true = math.sqrt(raised * (1 - raised) / treated + rate * (1 - rate) / control)
    beyond = effect - float(norm.isf(alpha / 2)) * under_null
    return beyond / true if true > 0 else math.copysign(math.inf, beyond)


def _check(rate: float, alpha: float, power: float) -> None:
    for name, value in (("rate", rate), ("alpha", alpha), ("power", power)):
        if not 0 <= value <= 1 or (name != "rate" and value in (0, 1)):
            raise Malformed(f"{name}-out-of-range", f"{name} is {value}; it must lie in 0 to 1")
