import numpy as np
import pytest

from limner.core.errors import Malformed
from limner.decide import arms, chance

CUSTOMERS = [f"c{i}" for i in range(2000)]


def test_the_lot_depends_on_nothing_but_seed_campaign_purpose_and_customer() -> None:
    alone = [chance(7, "spring", "arm", [c])[0] for c in CUSTOMERS[:50]]
    assert alone == chance(7, "spring", "arm", CUSTOMERS)[:50].tolist()
    # the same on every machine and in every release: another number would draw all groups anew
    assert chance(7, "spring", "arm", ["c1"]).tolist() == [0.7994879188899062]


@pytest.mark.parametrize(
    "other", [(8, "spring", "arm"), (7, "autumn", "arm"), (7, "spring", "order")]
)
def test_another_campaign_seed_or_purpose_draws_anew(other: tuple[int, str, str]) -> None:
    first, second = chance(7, "spring", "arm", CUSTOMERS), chance(*other, CUSTOMERS)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.07  # 3 standard errors


def test_parts_cannot_run_into_one_another() -> None:
    assert chance(1, "ab", "c", ["x"]) != chance(1, "a", "bc", ["x"])


def test_nobody_is_held_back_when_no_control_group_is_wanted() -> None:
    assert not arms(0, "spring", CUSTOMERS, 0.0).any()


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_an_impossible_share_is_refused(share: float) -> None:
    with pytest.raises(Malformed, match="control share"):
        arms(0, "spring", CUSTOMERS, share)
