"""Public sets of people with the truth known, which the matcher never sees."""

from pathlib import Path

import pytest
from benchmarks.match import fake_1000, febrl

from limner.unify.match import match, measured


@pytest.mark.parametrize(
    ("names", "floor"), [(("dataset1",), 0.99), (("dataset3",), 0.993), (("dataset4a", "dataset4b"), 0.998)]
)  # fmt: skip
def test_febrl(shared_data: Path, names: tuple[str, ...], floor: float) -> None:
    files, truth = febrl(shared_data, *names)
    found = match(files)
    quality = measured(found.cluster, truth)
    assert quality.pairs.f1 >= floor
    assert quality.rows.f1 >= floor
    assert found.is_one_to_one == (len(names) == 2)


def test_splinks_thousand(shared_data: Path) -> None:
    files, truth = fake_1000(shared_data)
    quality = measured(match(files).cluster, truth)
    assert quality.pairs.f1 > 0.92
    assert quality.pairs.precision > 0.98
