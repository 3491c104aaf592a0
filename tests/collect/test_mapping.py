from __future__ import annotations

from pathlib import Path

import pytest
from tests.collect.conftest import LINES

from limner.app.mappings import demo_imports
from limner.collect.expression import check_expression, compile_expression
from limner.collect.mapping import dump_mapping, load_mapping, parse_mapping
from limner.core.errors import Malformed

_RICH = {
    "kind": "customers", "source": "crm", "timezone": "Asia/Shanghai", "currency": "CNY",
    "columns": {"user_id": "会员号", "name": {"sql": "姓 || 名"}, "country": {"value": "CN"}},
    "traits": {"level": "等级"}, "repeats": "drop", "day_first": True,
}  # fmt: skip


@pytest.mark.parametrize("plain", [LINES, _RICH])
def test_a_mapping_is_written_and_read_back_as_the_same(plain: dict, tmp_path: Path) -> None:
    mapping = parse_mapping(plain, "test")
    (tmp_path / "m.yaml").write_text(dump_mapping(mapping), encoding="utf-8")
    assert load_mapping(tmp_path / "m.yaml") == mapping


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "order"}, "kind is 'order'; it may be order_lines"),
        ({"columns": {"order_idd": "x"}}, "did you mean order_id?"),
        ({"columns": {}}, "columns is {}"),
        ({"columns": {"order_id": "x", "revenue": "y"}}, "order_lines needs time"),
        ({"columns": {"time": "x", "revenue": "y"}}, "needs one of order_id, user_id"),
        ({"columns": {"time": "t", "order_id": "x"}}, "needs one of revenue, price"),
        ({"columns": {"time": ["a"]}}, "columns.time is ['a']"),
        ({"columns": {"time": {"sql": "count(*)"}}}, "columns.time"),
        ({"timezone": "Shanghai"}, "time zone 'Shanghai' is unknown"),
        ({"currency": "yuan"}, "currency 'yuan'"),
        ({"repeats": "maybe"}, "repeats is 'maybe'"),
        ({"day_first": "yes"}, "day_first is 'yes'"),
        ({"traits": "level"}, "traits is 'level'"),
        ({"source": ""}, "source is ''"),
        ({"colour": "red"}, "'colour' is not a key"),
    ],
)
def test_a_wrong_mapping_names_the_key(change: dict, said: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_mapping({**LINES, **change}, "m.yaml")
    assert said in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("text", ["a: [", "just words", ""])
def test_a_file_that_is_no_mapping(text: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(Malformed, match=r"m\.yaml"):
        load_mapping(tmp_path / "m.yaml")
    with pytest.raises(Malformed, match="there is no mapping file"):
        load_mapping(tmp_path / "n.yaml")


@pytest.mark.parametrize(
    "text",
    ["(SELECT 1)", "count(*)", "sum(a)", "getenv('HOME')", "read_text('/etc/passwd')", "a; DROP TABLE x",
     "a FROM b", "a AS b", "row_number() OVER ()", "*", "", "a +"],
)  # fmt: skip
def test_an_expression_can_only_compute_from_its_row(text: str) -> None:
    with pytest.raises(Malformed):
        check_expression(text, "columns.revenue")


def test_an_expression_names_its_columns_and_never_fails_on_a_value() -> None:
    assert check_expression("单价 * (数量 - 1)", "x") == ("单价", "数量")
    assert "TRY_CAST" in compile_expression("a::INT", {"a": "VARCHAR"}, "x")


def test_the_mappings_that_come_along_fit_their_files() -> None:
    import duckdb

    for name, file, mapping in demo_imports():
        columns = [row[0] for row in duckdb.sql(f"DESCRIBE SELECT * FROM '{file}'").fetchall()]
        mapping.check_columns(columns, name)


def test_the_example_of_the_how_to_is_a_mapping(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "import.md"
    example = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "m.yaml").write_text(example, encoding="utf-8")
    assert load_mapping(tmp_path / "m.yaml").currency == "CNY"
