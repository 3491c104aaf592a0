"""Parts and samples: whose lot is whose, however the audience is made again."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from limner.core.errors import Malformed
from limner.understand.audiences import Making, draw

CUSTOMERS = [f"c{n}" for n in range(20_000)]
THREE = Making(split={"a": 0.5, "b": 0.3, "control": 0.2})
IDS = st.lists(st.integers(0, 500).map(lambda n: f"客{n}"), max_size=30)


def parts(making: Making, customers: list[str], code: str = "spring") -> dict[str, str]:
    rows = draw(code, making, customers).to_pylist()
    return {row["customer_id"]: row["part"] for row in rows}


@given(IDS, IDS)
def test_who_comes_and_goes_moves_nobody(first: list[str], later: list[str]) -> None:
    before, after = parts(THREE, first), parts(THREE, [*later, *reversed(first)])
    assert before.keys() == set(first)
    assert all(after[who] == part for who, part in before.items())


@given(IDS, st.integers(0, 9), st.floats(0.05, 0.95))
def test_a_sampled_share_is_drawn_for_each_alone(ids: list[str], seed: int, share: float) -> None:
    making = Making(sample=share, seed=seed)
    taken = set(parts(making, ids))
    assert taken == {one for one in ids if parts(making, [one])}


def test_parts_have_their_shares_and_samples_their_counts() -> None:
    counted = Counter(parts(THREE, CUSTOMERS).values())
    expected = [len(CUSTOMERS) * share for share in THREE.split.values()]
    assert chisquare([counted[name] for name in THREE.split], expected).pvalue > 1e-4
    assert len(parts(Making(sample=500), CUSTOMERS)) == 500
    assert len(parts(Making(sample=50_000), CUSTOMERS)) == len(CUSTOMERS)
    assert len(parts(Making(sample=0.25), CUSTOMERS)) == pytest.approx(5_000, abs=350)


def test_seeds_and_audiences_draw_independently() -> None:
    base = parts(THREE, CUSTOMERS)
    for other in (parts(Making(split=THREE.split, seed=1), CUSTOMERS),
                  parts(THREE, CUSTOMERS, "summer")):  # fmt: skip
        held = sum(base[c] == "control" and other[c] == "control" for c in CUSTOMERS)
        assert held == pytest.approx(len(CUSTOMERS) * 0.04, rel=0.15)


def test_sample_and_part_are_two_lots() -> None:
    counted = Counter(parts(Making(split=THREE.split, sample=0.5), CUSTOMERS).values())
    assert counted["a"] / sum(counted.values()) == pytest.approx(0.5, abs=0.03)


def test_an_audience_of_nobody_is_empty() -> None:
    assert draw("spring", THREE, []).num_rows == 0


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"split": {"a": 0.5, "b": 0.6}}, "split"),
        ({"split": {"A b": 1.0}}, "split"),
        ({"split": {"a": 0.0, "b": 1.0}}, "split"),
        ({"sample": 0}, "sample"),
        ({"sample": 1.5}, "sample"),
        ({"sample": -3}, "sample"),
        ({"exclusions": ("",)}, "exclusions"),
    ],
)
def test_a_making_that_cannot_be_names_its_field(told: dict[str, object], field: str) -> None:
    with pytest.raises(Malformed) as caught:
        Making(**told)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_a_making_is_read_back_as_written() -> None:
    making = Making(("vip", "orders_30d > 1"), {"treated": 0.9, "control": 0.1}, 100, 7)
    assert Making.from_json(making.as_json()) == making
