"""Pieces: all of it, in order, none too big."""

from hypothesis import given
from hypothesis import strategies as st

from limner.core.batches import batches


@given(st.lists(st.integers()), st.integers(1, 7))
def test_the_pieces_are_the_whole(items: list[int], size: int) -> None:
    pieces = list(batches(iter(items), size))
    assert [item for piece in pieces for item in piece] == items
    assert all(len(piece) == size for piece in pieces[:-1])
    assert all(0 < len(piece) <= size for piece in pieces)
