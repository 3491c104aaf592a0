"""A table that is taken away says what the page shows, with figures as figures."""

from __future__ import annotations

from limner.console.parts import Column
from limner.console.takeaway import as_table


def test_a_table_to_take_has_the_heads_of_the_page_and_figures_that_add_up() -> None:
    columns = [Column("month", "Month"), Column("sales", "Sales"), Column("acts", "")]
    rows = [
        {"month": "Jan 2017", "month__sort": "2017-01", "sales": "$1,235", "sales__sort": 1234.5},
        {"month": "Feb 2017", "month__sort": "2017-02", "sales": "–", "sales__sort": None},
    ]
    made = as_table(columns, rows)
    assert made.column_names == ["Month", "Sales"]  # a column of buttons is no data
    assert made["Month"].to_pylist() == ["Jan 2017", "Feb 2017"]
    assert made["Sales"].to_pylist() == [1234.5, None]


def test_a_table_without_rows_can_be_taken_too() -> None:
    assert as_table([Column("month", "Month")], []).num_rows == 0
