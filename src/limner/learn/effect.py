"""The difference between two arms, with its interval: rates, means, and means with CUPED."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, isfinite, log, sqrt

from scipy.optimize import brentq
from scipy.stats import chi2, norm, t

from limner.core.errors import Malformed
from limner.core.statistics import wilson
from limner.learn.moments import Count, Moments

Interval = tuple[float, float]

# Below this an uneven split is no accident but a fault of the set-up.
SAMPLE_RATIO_ALARM = 0.001


@dataclass(frozen=True, slots=True)
class Effect:
    """What the treatment changed, per customer assigned to it.

    `difference` is treated minus control in the metric's unit (a rate's is a share, 0.01 = one
    point); `lift` is the difference over the control's value, None where that is not positive.
    """

    treated: float
    control: float
    difference: float
    interval: Interval
    p_value: float
    lift: float | None
    lift_interval: Interval | None
    level: float
    variance_reduction: float | None = None


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Whether the arms have the sizes that were planned; `is_suspect` means: trust no figure."""

    counts: Mapping[str, int]
    expected: Mapping[str, float]
    p_value: float
    is_suspect: bool


def compare_rates(treated: Count, control: Count, level: float = 0.95) -> Effect:
    """The difference of two rates.  The p-value is that of the interval: it is under
    `1 - level` exactly when the interval leaves zero out.

    Raises: `Malformed` when an arm is empty.
    Source: Newcombe (1998), Statistics in Medicine 17:873-890, method 10 (hybrid score).
    """
    _need(treated.n, control.n, least=1)
    difference = treated.rate - control.rate
    z = _z(level)
    lift = interval = None
    if treated.successes and control.successes:
        spread = sqrt(1 / treated.successes - 1 / treated.n + 1 / control.successes - 1 / control.n)
        lift, interval = _ratio(treated.rate, control.rate, spread, z)
    return Effect(
        treated.rate,
        control.rate,
        difference,
        _newcombe(treated, control, z),
        _newcombe_p_value(treated, control),
        lift,
        interval,
        level,
    )


def compare_means(treated: Moments, control: Moments, level: float = 0.95) -> Effect:
    """The difference of two means that may vary differently.

    Raises: `Malformed` when an arm has fewer than two customers.
    Source: Welch (1947), Biometrika 34:28-35.
    """
    _need(treated.n, control.n, least=2)
    a, b = treated.variance / treated.n, control.variance / control.n
    difference, error = treated.y - control.y, sqrt(a + b)
    if error == 0.0:
        interval, p_value = (difference, difference), 1.0 if difference == 0 else 0.0
        quantile = _z(level)
    else:
        freedom = (a + b) ** 2 / (a**2 / (treated.n - 1) + b**2 / (control.n - 1))
        quantile = float(t.ppf((1 + level) / 2, freedom))
        interval = (difference - quantile * error, difference + quantile * error)
        p_value = float(2 * t.sf(abs(difference) / error, freedom))
    lift = lift_interval = None
    if treated.y > 0 and control.y > 0:
        lift, lift_interval = _ratio(
            treated.y, control.y, sqrt(a / treated.y**2 + b / control.y**2), quantile
        )
    return Effect(treated.y, control.y, difference, interval, p_value, lift, lift_interval, level)


def compare_adjusted(treated: Moments, control: Moments, level: float = 0.95) -> Effect:
    """The difference of two means, rid of what the covariate already knew before the start.

    The covariate must end before the assignment.  `variance_reduction` is the share of the
    difference's variance that it took away, in this very sample: never an assumed figure.
    Raises: `Malformed` when an arm has fewer than two customers.
    Source: Deng, Xu, Kohavi, Walker, "Improving the sensitivity of online controlled
    experiments by utilizing pre-experiment data" (CUPED), WSDM 2013, section 3.
    """
    _need(treated.n, control.n, least=2)
    within = treated.xx + control.xx
    slope = (treated.xy + control.xy) / within if within > 0 else 0.0
    centre = (treated + control).x
    left, right = treated.less(slope, centre), control.less(slope, centre)
    adjusted = compare_means(left, right, level)
    before = treated.variance / treated.n + control.variance / control.n
    after = left.variance / left.n + right.variance / right.n
    return replace(adjusted, variance_reduction=1 - after / before if before > 0 else 0.0)


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values of several metrics looked at together, each made honest for the others.

    Source: Holm (1979), Scandinavian Journal of Statistics 6:65-70.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    corrected = [0.0] * len(p_values)
    worst = 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min((len(p_values) - rank) * p_values[index], 1.0))
        corrected[index] = worst
    return corrected


def sample_ratio(counts: Mapping[str, int], shares: Mapping[str, float]) -> SampleRatio:
    """Whether the arms came out in the shares they were planned in (chi-square).

    `shares` sum to 1.  Suspect below p = 0.001: the split, the logging or a filter is broken.
    Raises: `Malformed` when the arms differ or the shares do not sum to 1.
    Source: Fabijan et al., "Diagnosing sample ratio mismatch in online controlled experiments",
    KDD 2019, section 3.
    """
    if set(counts) != set(shares) or abs(sum(shares.values()) - 1) > 1e-6:
        raise Malformed(
            "shares-malformed",
            f"planned shares {dict(shares)} do not fit the arms {sorted(counts)} or do not sum to 1",
        )
    n = sum(counts.values())
    expected = {arm: n * shares[arm] for arm in counts}
    if any(expected[arm] == 0 and counts[arm] for arm in counts):
        p_value = 0.0
    else:
        statistic = sum((counts[a] - e) ** 2 / e for a, e in expected.items() if e)
        p_value = float(chi2.sf(statistic, sum(e > 0 for e in expected.values()) - 1)) if n else 1.0
        p_value = p_value if isfinite(p_value) else 1.0
    return SampleRatio(dict(counts), expected, p_value, p_value < SAMPLE_RATIO_ALARM)


def detectable(
    variance: float, treated: int, control: int, level: float = 0.95, power: float = 0.8
) -> float:
    """The smallest true difference that arms of these sizes would show `power` of the time.

    `variance` of the outcome per customer; for a rate r it is r * (1 - r).
    Raises: `Malformed` when an arm is empty.
    """
    _need(treated, control, least=1)
    return (_z(level) + float(norm.ppf(power))) * sqrt(variance / treated + variance / control)


# ---- within


def _z(level: float) -> float:
    if not 0 < level < 1:
        raise Malformed("level-malformed", f"level {level} must lie between 0 and 1, such as 0.95")
    return float(norm.ppf((1 + level) / 2))


def _need(treated: int, control: int, least: int) -> None:
    if min(treated, control) < least:
        raise Malformed(
            "arm-too-small",
            f"treated has {treated} customers, control {control}; each needs at least {least}",
        )


def _newcombe(treated: Count, control: Count, z: float) -> Interval:
    low_t, high_t = wilson(treated.successes, treated.n, z)
    low_c, high_c = wilson(control.successes, control.n, z)
    p_t, p_c = treated.rate, control.rate
    return (
        p_t - p_c - sqrt((p_t - low_t) ** 2 + (high_c - p_c) ** 2),
        p_t - p_c + sqrt((high_t - p_t) ** 2 + (p_c - low_c) ** 2),
    )


def _newcombe_p_value(treated: Count, control: Count) -> float:
    """One minus the level at which the interval just touches zero."""
    if treated.rate == control.rate:
        return 1.0
    side = 0 if treated.rate > control.rate else 1

    def nearer_limit(z: float) -> float:
        return _newcombe(treated, control, z)[side]

    widest = 38.0  # beyond it the normal tail is zero in double precision
    if nearer_limit(widest) * nearer_limit(1e-9) > 0:
        return 0.0
    return float(2 * norm.sf(brentq(nearer_limit, 1e-9, widest, xtol=1e-10)))


def _ratio(treated: float, control: float, spread: float, z: float) -> tuple[float, Interval]:
    """Relative change with the interval of a log ratio whose standard error is `spread`."""
    middle = log(treated / control)
    return treated / control - 1, (exp(middle - z * spread) - 1, exp(middle + z * spread) - 1)
