"""Documents as tables, and addresses that ask by what the viewer may not see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from limner.app import Limner
from limner.console.described_parts import demand_asked
from limner.console.document_downloads import TABLE, as_rows
from limner.console.numbers import Numbers
from limner.console.view import View, Viewer
from limner.core.errors import Forbidden


def test_rows_keep_every_column_in_order_and_nested_parts_as_json() -> None:
    rows = as_rows([{"a": 1, "b": [1, 2]}, {"a": 2.5, "c": "x", "b": None}, {"c": 7}])
    assert rows.column_names == ["a", "b", "c"]
    assert rows["a"].to_pylist() == [1.0, 2.5, None]
    assert rows["b"].to_pylist() == ["[1, 2]", None, None]
    assert rows["c"].to_pylist() == [None, "x", "7"]
    assert as_rows([]).num_rows == 0


@pytest.mark.parametrize("name", ["code", "a", "b", "inside", "of"])
def test_nobody_learns_personal_data_by_describing_whom_a_rule_holds_for(
    limner: Limner, name: str
) -> None:
    view = View(
        limner, Viewer(1, "vi", "viewer", "en"), "en", Numbers("en"), "/compare",
        {name: "email like 'ann%'"},
    )  # fmt: skip
    with pytest.raises(Forbidden):
        demand_asked(view)
    demand_asked(replace(view, viewer=Viewer(2, "mo", "marketer", "en")))
    demand_asked(replace(view, params={name: "orders_90d >= 3"}))


def test_every_page_with_tables_has_its_exports() -> None:
    assert set(TABLE) == {
        "described",
        "compared",
        "movement",
        "flows",
        "clusters",
        "target",
        "rfm",
        "membership",
    }
