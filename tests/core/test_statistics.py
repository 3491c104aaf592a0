import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from limner.core.statistics import wilson


@pytest.mark.parametrize(
    ("successes", "trials", "interval"),
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611))],
)
def test_wilson_gives_the_published_examples(successes, trials, interval) -> None:
    # Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3
    assert wilson(successes, trials) == pytest.approx(interval, abs=5e-5)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys_and_holds_the_rate(counts: tuple[int, int]) -> None:
    low, high = wilson(*counts)
    known = binomtest(*counts).proportion_ci(0.95, method="wilson")
    assert (low, high) == pytest.approx((known.low, known.high), abs=1e-9)
    assert 0 <= low <= counts[0] / counts[1] <= high <= 1


def test_nobody_asked_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 7)[0] == 0.0
    assert wilson(7, 7)[1] == 1.0
