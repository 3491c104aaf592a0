"""Ids for masked eyes: hidden in one way, whether one or a column of them."""

from __future__ import annotations

import ibis
import pytest

from limner.app import Limner
from limner.app.opaque import opaque, opaque_name


@pytest.mark.parametrize("name", ["ann@shop.example", "+8613800138000", "phone:+8613800138000"])
def test_an_address_and_a_number_are_hidden_alike_in_a_column_and_alone(
    limner: Limner, name: str
) -> None:
    one = opaque_name(limner, name)
    assert one.startswith("~") and len(one) == 21
    ids = ibis.memtable({"customer_id": [name]})
    shown = limner.lake.fetch(ids.select(shown=opaque(limner, ids.customer_id)))
    assert shown["shown"].to_pylist() == [one]


@pytest.mark.parametrize("name", ["u1", "1024", "anon+tag", "张三"])
def test_an_id_that_a_system_made_stays(limner: Limner, name: str) -> None:
    assert opaque_name(limner, name) == name
    ids = ibis.memtable({"customer_id": [name]})
    shown = limner.lake.fetch(ids.select(shown=opaque(limner, ids.customer_id)))
    assert shown["shown"].to_pylist() == [name]
