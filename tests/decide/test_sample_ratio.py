import pytest
from scipy.stats import chi2

from limner.core.errors import Malformed
from limner.decide import sample_ratio


def test_a_famous_mismatch_is_found() -> None:
    # Kohavi, Tang & Xu (2020), chapter 21: 821,588 against 815,482 users at 50/50, p = 1.8e-6.
    found = sample_ratio(821_588, 815_482, 0.5)
    assert found.p_value == pytest.approx(1.8e-6, rel=0.05)
    assert found.is_mismatch
    assert "more than chance" in found.words.en
    assert "超出偶然" in found.words.zh


def test_the_p_value_is_the_chi_square_of_one_degree() -> None:
    found = sample_ratio(905, 95, 0.1)
    assert found.p_value == pytest.approx(chi2.sf(25 / 100 + 25 / 900, 1))
    assert not found.is_mismatch


def test_nobody_yet_is_no_mismatch() -> None:
    assert sample_ratio(0, 0, 0.1).p_value == 1.0


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_ratio_needs_two_arms(share: float) -> None:
    with pytest.raises(Malformed, match="share over 0"):
        sample_ratio(10, 10, share)
