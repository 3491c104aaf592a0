from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.errors import Rejected
from limner.understand.tags.order import in_order


@given(
    st.permutations(range(12)),
    st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30),
)
def test_each_comes_after_those_it_reads(
    given_order: list[int], pairs: set[tuple[int, int]]
) -> None:
    reads: dict[str, list[str]] = {str(one): [] for one in given_order}
    for one, other in pairs:
        if one > other:  # so that there is no circle
            reads[str(one)].append(str(other))
    found = in_order(reads)
    assert sorted(found) == sorted(reads)
    for code, read in reads.items():
        assert all(found.index(other) < found.index(code) for other in read)


def test_what_reads_nothing_keeps_its_place() -> None:
    assert in_order({"b": (), "a": (), "c": ("z",)}) == ("b", "a", "c")


def test_a_circle_is_refused_by_name() -> None:
    with pytest.raises(Rejected, match="b -> c -> b"):
        in_order({"a": ("b",), "b": ("c",), "c": ("b",)})
