import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.errors import Malformed
from limner.learn.moments import Count, Moments

amounts = st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=0, max_size=40)


@given(amounts, amounts)
def test_the_sum_of_two_parts_is_the_whole(left: list, right: list) -> None:
    def of(pairs: list) -> Moments:
        return Moments.of([y for y, _ in pairs], [x for _, x in pairs])

    whole, summed = of(left + right), of(left) + of(right)
    assert summed.n == whole.n
    scale = 1 + max((abs(v) for pair in left + right for v in pair), default=0.0)
    assert summed.y == pytest.approx(whole.y, abs=1e-9 * scale)
    for name in ("yy", "xx", "xy"):
        assert getattr(summed, name) == pytest.approx(getattr(whole, name), abs=1e-7 * scale**2)


def test_large_sums_keep_their_digits() -> None:
    values = 1e9 + np.arange(1000) % 2
    halves = Moments.of(values[:300]) + Moments.of(values[300:])
    assert halves.variance == pytest.approx(np.var(values, ddof=1), rel=1e-6)


def test_less_is_the_moments_of_what_is_left() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 200))
    direct = Moments.of(y - 0.7 * (x - 0.2), x)
    taken = Moments.of(y, x).less(0.7, 0.2)
    assert taken.y == pytest.approx(direct.y)
    assert taken.yy == pytest.approx(direct.yy)


def test_impossible_figures_are_refused() -> None:
    with pytest.raises(Malformed, match="5 of 3"):
        Count(3, 5)
    with pytest.raises(Malformed, match="missing or infinite"):
        Moments.of([1.0, float("nan")])
    with pytest.raises(Malformed, match="one value per customer"):
        Moments.of([1.0, 2.0], [1.0])
    assert (Count(3, 1) + Count(2, 2)) == Count(5, 3)
