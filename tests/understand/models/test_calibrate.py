import numpy as np
import pytest
from scipy.special import expit, logit

from limner.understand.models.calibrate import Platt, across


def drawn(n: int, slope: float, offset: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    raw = rng.normal(-1, 1.5, n)
    return raw, (rng.random(n) < expit(slope * raw + offset)).astype(float)


def test_a_distortion_is_undone() -> None:
    raw, label = drawn(60_000, 0.6, -0.8)
    found = Platt.fit(raw, label)
    assert found.slope == pytest.approx(0.6, abs=0.03)
    assert found.offset == pytest.approx(-0.8, abs=0.05)
    assert found.probability(raw).mean() == pytest.approx(label.mean(), abs=1e-3)


@pytest.mark.parametrize("slope", [-1.0, None])
def test_a_wrong_or_empty_ranking_becomes_one_rate(slope: float | None) -> None:
    raw, label = drawn(2000, slope or 1.0, 0.0)
    found = Platt.fit(np.zeros(2000) if slope is None else raw, label)
    assert found.slope == 0
    assert found.offset == pytest.approx(logit(label.mean()))


def test_nobody_is_calibrated_on_their_own_outcome() -> None:
    raw, label = drawn(400, 1.0, 0.0)
    names = np.array([f"c{i // 2}" for i in range(400)])
    before = across(raw, label, names)
    flipped = label.copy()
    flipped[:2] = 1 - flipped[:2]  # the first customer's two rows
    after = across(raw, flipped, names)
    assert after[:2].tolist() == before[:2].tolist()
    assert not np.array_equal(after, before)
