"""Each rule by itself: what it makes of values as people write them, and what it refuses in a mapping."""

from __future__ import annotations

import re

import duckdb
import phonenumbers
import pyarrow as pa
import pytest

from limner.collect.clean import TABLE, parse_clauses
from limner.collect.clean.cleaning import Cleaned, clean_rows
from limner.collect.clean.rule import Reading
from limner.collect.readers import Rows
from limner.core.errors import Malformed

PLAIN = Reading()


def run(
    rules: dict[str, object], reading: Reading = PLAIN, **columns: list[str | None]
) -> tuple[dict[str, list[object]], Cleaned]:
    with duckdb.connect() as engine:
        engine.execute("ATTACH ':memory:' AS area")
        names = list(columns)
        table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
        engine.register("raw", table)
        engine.execute(
            "CREATE TABLE given AS SELECT row_number() OVER () AS _line, NULL::VARCHAR AS _broken,"
            " NULL::VARCHAR AS _text, * FROM raw"
        )
        rows = Rows("FROM given", dict.fromkeys(names, "VARCHAR"), "", "f", 0)
        done = clean_rows(
            engine, "area", rows, parse_clauses(rules, "t: clean", reading), {}, reading
        )
        found = engine.sql(f"{done.rows.select} ORDER BY _line").to_arrow_table().to_pydict()
    return found, done


def one(rule: object, values: list[str | None], reading: Reading = PLAIN) -> list[object]:
    return run({"x": [rule]}, reading, x=values)[0]["x"]


@pytest.mark.parametrize(
    ("rule", "values", "wanted"),
    [
        ("trim", [" \u3000a  b\u00a0", "", None], ["a  b", "", None]),
        ({"trim": "all"}, [" a \t b "], ["a b"]),
        ({"case": "title"}, ["jean-luc O'NEIL", "张三"], ["Jean-Luc O'neil", "张三"]),
        ({"case": "upper"}, ["aé"], ["AÉ"]),
        ("width", ["ＶＩＰ－００７　a"], ["VIP-007 a"]),
        ({"values": {"M": "男", 1: "男", "?": None}}, [" M", "1", "?", "女"], ["男", "男", None, "女"]),
        ({"unit": "g"}, ["1.5kg", "2 斤", "３两", "1,000 公斤", "7", "half", "1 lb"],
         ["1500", "1000", "150", "1000000", "7", "half", "453.59237"]),
        ({"unit": {"to": "ml"}}, ["1.5L", "750 毫升"], ["1500", "750"]),
        ({"unit": {"to": "yuan", "from": "cents"}}, ["1250", "¥3 元", "1.5万元"], ["12.5", "3", "15000"]),
        ({"address": "US"}, [" 12  Main Street, Apartment 4 .", "5 N. Oak AVENUE"], ["12 Main St, Apt 4", "5 N. Oak Ave"]),
        ({"address": "CN"}, ["中国 北京市 朝阳区 建国路 ８８號", "中国大街1号 SOHO 现代城"], ["北京市朝阳区建国路88号", "中国大街1号SOHO现代城"]),
        ({"dates": ["%d.%m.%y", "%Y年%m月%d日"]}, ["3.4.24", "2024年4月3日", "2024-04-03 10:00"],
         ["2024-04-03", "2024-04-03", "2024-04-03 10:00"]),
    ],
)  # fmt: skip
def test_what_rules_make_of_values(
    rule: object, values: list[str | None], wanted: list[str | None]
) -> None:
    assert one(rule, values) == wanted


def test_numbers_are_written_as_the_mapping_reads_them() -> None:
    reading = Reading(is_decimal_comma=True)
    assert one({"unit": "kg"}, ["1.125 g", "1,5 kg"], reading) == ["1,125", "1,5"]


@pytest.mark.parametrize("country", ["CN", "US", "GB", "DE", "HK", "JP", "FR", "SG", "AU", "IN"])
def test_phones_are_those_of_the_numbering_plan(country: str) -> None:
    """Example numbers of each country, in each way of writing them."""
    numbers = [
        phonenumbers.example_number_for_type(country, kind)
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    ]
    form = phonenumbers.PhoneNumberFormat
    for number in filter(None, numbers):
        ways = [
            phonenumbers.format_number(number, f)
            for f in (form.E164, form.INTERNATIONAL, form.NATIONAL)
        ]
        ways.append(ways[0].replace("+", "00"))
        assert one({"phone": country}, ways) == [ways[0]] * 4, ways


def test_what_is_no_phone_is_kept_or_set_aside() -> None:
    assert one({"phone": "CN"}, ["12", "ask Ann"]) == ["12", "ask Ann"]
    _, done = run({"x": [{"phone": {"country": "CN", "otherwise": "quarantine"}}]}, x=["12", ""])
    assert done.report[0]["quarantined"] == 1
    assert done.refusals[0].code == "phone-malformed"


def test_day_or_month_first_as_most_of_the_file_shows() -> None:
    values: list[str | None] = ["03/04/2024", "12/31/2024", "11/30/2024", "25/12/2024"]
    found, done = run({"x": [{"dates": "auto"}]}, x=values)
    assert found["x"] == ["2024-03-04", "2024-12-31", "2024-11-30", "2024-12-25"]
    assert done.report[0]["told"] == (
        "1 ambiguous (such as 03/04/2024), read with the month first: 1 can only have the day first,"
        " 2 only the month"
    )
    # Without evidence the mapping says.
    found, done = run({"x": [{"dates": "auto"}]}, Reading(is_day_first=True), x=["03/04/2024"])
    assert found["x"] == ["2024-04-03"]
    assert "the mapping's day_first" in str(done.report[0]["told"])
    # The order of a list counts where the file does not say.
    _, done = run({"x": [{"dates": ["%d/%m/%Y"]}]}, x=["03/31/2024"])
    assert done.report[0]["quarantined"] == 1


def test_fences_of_groups() -> None:
    values = [str(v) for v in [*range(10), 500, *range(1000, 1010), 1500]]
    groups = ["a"] * 11 + ["b"] * 11
    found, done = run(
        {"x": [{"outliers": {"iqr": 1.5, "by": "g", "then": "cap"}}]}, x=[*values], g=[*groups]
    )
    assert found["x"][10] == "17"  # of group a, whose quartiles are 2 and 8
    assert found["_outliers"][10] == ["x"]
    assert list(found["x"][:10]) == values[:10]
    assert done.report[0]["changed"] == 2
    found, done = run(
        {"x": [{"outliers": {"mad": 3, "then": "flag"}}]}, x=["1", "2", "3", "4", "99", "x"]
    )
    assert found["x"] == ["1", "2", "3", "4", "99", "x"]
    assert (done.report[0]["flagged"], done.report[0]["changed"]) == (1, 0)
    assert found["_outliers"] == [[], [], [], [], ["x"], []]
    assert (
        run({"x": [{"outliers": {"iqr": 3, "then": "quarantine"}}]}, x=["5"] * 9)[1].report[0][
            "quarantined"
        ]
        == 0
    )


def test_what_is_missing_is_inferred_and_said() -> None:
    found, done = run(
        {"x": [{"missing": {"infer": "mode", "by": "g"}}], "y": [{"missing": {"infer": "column", "from": "g"}}],
         "z": [{"missing": {"infer": "median"}}], "w": [{"missing": "leave"}]},
        x=["b", "a", "a", "", "N/A"], y=["", "1", "1", "1", "1"], z=["1", "2", "", "9", "x"], w=["", "", "1", "1", "1"],
        g=["1", "2", "2", "2", "3"],
    )  # fmt: skip
    assert found["x"] == ["b", "a", "a", "a", "a"]  # a group that says nothing: as all do
    assert found["y"][0] == "1"
    assert found["z"] == ["1", "2", "2", "9", "x"]
    assert found["_filled"] == [["y"], [], ["z"], ["x"], ["x"]]
    assert [r["told"] for r in done.report] == [
        "2 of 5 were missing", "1 of 5 were missing", "1 of 5 were missing", "2 of 5 were missing",
    ]  # fmt: skip


def test_all_amounts_are_exchanged_or_none() -> None:
    rules: dict[str, object] = {
        "c": [{"currency": {"to": "CNY", "rates": {"USD": 7}, "amounts": ["a", "b"]}}]
    }
    found, done = run(
        rules,
        Reading("CNY"),
        c=["USD", "usd", "EUR", "", "元"],
        a=["1", "x", "1", "1", "1"],
        b=["", "2", "2", "2", "2"],
    )
    assert found["a"] == ["7", "x", "1", "1", "1"]
    assert found["c"] == ["CNY", "usd", "EUR", "", "CNY"]
    assert done.report[0]["changed"] == 2


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("trim", "a list of rules"),
        ([], "a list of rules"),
        (["polish"], "there is no rule 'polish'"),
        ([{"trim": 1}], "t: clean.x.trim is 1"),
        ([{"case": "Title"}], "upper, lower, title"),
        ([{"width": "wide"}], "half"),
        ([{"values": ["a"]}], "what is read and what is meant"),
        ([{"values": {True: "a"}}], "put it in quotes"),
        ([{"values": {"a": " b"}}, "trim"], "x.values writes ' b', which the column's other rules make 'b'"),
        ([{"values": {"a": "b", "b": "c"}}], "write 'c'"),
        ([{"case": "upper"}, {"missing": {"default": "no"}}], "write 'NO'"),
        ([{"unit": "stone"}], "unit.to is 'stone'"),
        ([{"unit": {"to": "g", "from": "ml"}}], "measures something else than g"),
        ([{"unit": {"into": "g"}}], "has 'into'; it may have to, from"),
        ([{"phone": "China"}], "ISO 3166"),
        ([{"phone": {"country": "CN", "otherwise": "drop"}}], "keep or quarantine"),
        ([{"address": "FR"}], "CN, US"),
        ([{"dates": ["%H:%M"]}], "no format of a day"),
        ([{"dates": ["%Y-%d-%m"]}], "cannot be told from ISO 8601"),
        ([{"dates": "iso"}], "a list of formats"),
        ([{"currency": {"to": "yuan", "rates": {"USD": 7}, "amounts": ["a"]}}], "ISO 4217"),
        ([{"currency": {"to": "CNY", "rates": {"USD": -7}, "amounts": ["a"]}}], "rates.USD is -7"),
        ([{"currency": {"to": "CNY", "rates": {}, "amounts": ["a"]}}], "what one unit is worth"),
        ([{"outliers": {"iqr": 3}}], "then is None; it may be flag, cap or quarantine"),
        ([{"outliers": {"then": "flag"}}], "write one"),
        ([{"outliers": {"iqr": 3, "mad": 3, "then": "flag"}}], "write one"),
        ([{"outliers": {"range": [5, 1], "then": "cap"}}], "the lowest comes first"),
        ([{"outliers": {"iqr": 0.5, "then": "cap"}}], "at least 1"),
        ([{"outliers": {"iqr": 3, "then": "cap"}}] * 2, "outliers twice"),
        ([{"missing": {"infer": "mean"}}], "median, mode or column"),
        ([{"missing": {"default": ""}}], "a text or a number"),
        ([{"missing": {"infer": "column"}}], "write the column to take it from"),
    ],
)  # fmt: skip
def test_a_rule_that_says_something_wrong_is_named(said: object, wanted: str) -> None:
    with pytest.raises(Malformed, match=re.escape(wanted)) as raised:
        parse_clauses({"x": said}, "t: clean", Reading())
    assert "t: clean.x" in raised.value.message


@pytest.mark.parametrize("name", TABLE)
def test_every_rule_takes_its_example(name: str) -> None:
    rule = TABLE[name]
    [clause] = parse_clauses({"x": [{name: rule.example}]}, "t", Reading())["x"]
    assert clause.as_plain() == {name: rule.example}
    assert rule.words.en and rule.words.zh
