"""The suppression list knows an address however it is written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.errors import Malformed
from limner.govern.suppression import normalised, suppress, suppressed, unsuppress
from limner.store import Store

T = datetime(2017, 12, 1, tzinfo=UTC)


def test_an_address_is_known_in_any_writing(store: Store) -> None:
    assert suppress(store, ["Ann@Shop.Example"], "complaint", T) == 1
    # capitals, spaces around, and full-width letters as Chinese keyboards write them
    for written in ("ann@shop.example", " ANN@SHOP.EXAMPLE ", "Ａｎｎ@shop.example"):
        assert suppressed(store, [written]) == {"ann@shop.example"}
    assert suppressed(store, ["bob@shop.example"]) == set()


def test_adding_again_adds_nothing_and_removing_removes(store: Store) -> None:
    many = [f"c{n}@shop.example" for n in range(1100)]
    assert suppress(store, many, "request", T) == 1100
    assert suppress(store, [*many, "new@shop.example"], "request", T) == 1
    assert suppressed(store, many) == set(many)
    assert unsuppress(store, "C7@shop.example")
    assert not unsuppress(store, "c7@shop.example")
    assert suppressed(store, ["c7@shop.example"]) == set()


@pytest.mark.parametrize(("addresses", "reason"), [([" "], "complaint"), (["a@b.example"], " ")])
def test_nothing_empty_gets_in(store: Store, addresses: list[str], reason: str) -> None:
    with pytest.raises(Malformed):
        suppress(store, ["ok@b.example", *addresses], reason, T)
    assert suppressed(store, ["ok@b.example"]) == set()


@given(st.text(min_size=1))
def test_normalising_twice_is_normalising_once(address: str) -> None:
    once = normalised(address)
    assert normalised(once) == once
