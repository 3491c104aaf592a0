"""A messy list in Chinese and English through the importer: what is cleaned, filled, set aside, kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.collect.conftest import LINES, NOW, Import

from limner.collect.clean import parse_clauses
from limner.collect.clean.cleaning import clean_rows
from limner.collect.clean.rule import Reading
from limner.collect.mapping import Mapping, dump_mapping, load_mapping, parse_mapping
from limner.collect.quarantine import Choice, correct, replay, waiting_rows
from limner.collect.readers import Rows
from limner.lake import Lake
from limner.store import Store

MEMBERS = {
    "kind": "customers",
    "source": "crm",
    "timezone": "Asia/Shanghai",
    "columns": {
        "user_id": "会员号", "name": "姓名", "phone": "手机", "city": "城市", "address": "地址",
        "birth_date": "生日", "created_at": "注册日期",
    },
    "traits": {"age": "年龄", "weight_g": "体重"},
    "clean": {
        "姓名": [{"trim": "all"}, "width", {"case": "title"}],
        "手机": [{"phone": "CN"}],
        "城市": [{"values": {"SH": "上海", "沪": "上海", "-": None}}, {"missing": {"infer": "mode", "by": "门店"}}],
        "地址": [{"address": "CN"}],
        "注册日期": [{"dates": "auto"}],
        "年龄": [{"outliers": {"range": [0, 110], "then": "quarantine"}}, {"missing": {"infer": "median", "by": "城市"}}],
        "体重": [{"unit": "g"}],
    },
}  # fmt: skip
MESSY = """会员号,姓名,手机,城市,门店,地址,生日,注册日期,年龄,体重
1,  ann   LEE ,138 0013 8000,SH,A,中国上海市 浦东新区　世纪大道１００號,1990-01-02,25/03/2024,30,60kg
2,张三,+86-139-0013-9000,上海,A,上海市浦东新区世纪大道100号,1991/2/3,03/04/2024,31,120斤
3,ＢＯＢ　ｗｕ,0086 13700137000,沪,A,北京市 朝阳区,,2024年3月5日,,65000
4,李四,021-5888-1234,-,A,,1985-05-05,13/02/2024,200,70公斤
5,王五,12,,A,,,2024-03-07,40,5 stone
6,Zoë,,北京,B,,,04/04/2024,50,
"""


@pytest.fixture
def members() -> Mapping:
    return parse_mapping(MEMBERS, "members.yaml")


def test_a_messy_list_of_members(
    tmp_path: Path, bring: Import, lake: Lake, store: Store, members: Mapping
) -> None:
    (tmp_path / "members.csv").write_text(MESSY, encoding="utf-8")
    counts = bring(tmp_path / "members.csv", members)
    assert counts.as_plain() == {"read": 6, "kept": 4, "quarantined": 2, "duplicates": 0}
    rows = {r["user_id"]: r for r in lake.fetch(lake.table("customers")).to_pylist()}
    assert [rows[i]["name"] for i in "1236"] == ["Ann Lee", "张三", "Bob Wu", "Zoë"]
    assert [rows[i]["phone"] for i in "1236"] == [
        "+8613800138000",
        "+8613900139000",
        "+8613700137000",
        None,
    ]
    assert [rows[i]["city"] for i in "1236"] == ["上海", "上海", "上海", "北京"]
    assert rows["1"]["address"] == "上海市浦东新区世纪大道100号" == rows["2"]["address"]
    # 25/03 and 13/02 can only have the day first, so 03/04 has it too.
    assert [str(rows[i]["created_at"].date()) for i in "12"] == ["2024-03-24", "2024-04-02"]
    traits = {i: json.loads(rows[i]["traits"]) for i in "1236"}
    assert [traits[i].get("weight_g") for i in "1236"] == ["60000", "60000", "65000", None]
    assert traits["3"]["age"] == "30.5"
    assert traits["3"]["_inferred"] == {"age": "median"}
    assert "_inferred" not in traits["1"]

    waiting = {r["line"]: r for r in waiting_rows(lake).to_pylist()}
    assert {line: (r["column"], r["code"], r["value"]) for line, r in waiting.items()} == {
        5: ("年龄", "outlier", "200"), 6: ("体重", "unit-unknown", "5 stone"),
    }  # fmt: skip
    assert json.loads(waiting[5]["row"])["城市"] == "-"  # as the file has it

    said = {(r["column"], r["rule"]): r for r in lake.fetch(lake.table("cleaning")).to_pylist()}
    assert said["城市", "values"]["changed"] == 3
    assert (said["城市", "missing"]["changed"], said["城市", "missing"]["told"]) == (
        2,
        "2 of 6 were missing",
    )
    assert said["注册日期", "dates"]["told"].startswith(
        "1 ambiguous (such as 03/04/2024), read with the day first: 2 can only"
    )
    assert said["体重", "unit"]["quarantined"] == 1
    quality = {(r["column"], r["stage"]): r for r in lake.fetch(lake.table("quality")).to_pylist()}
    assert quality["城市", "before"]["completeness"] == pytest.approx(5 / 6)
    assert quality["城市", "after"]["completeness"] == 1.0
    assert (
        quality["注册日期", "before"]["validity"] < 1.0 == quality["注册日期", "after"]["validity"]
    )

    # A corrected row comes in with what the whole file taught: 李四's city is his shop's.
    correct(lake, Choice(code="outlier"), "年龄", "20")
    assert replay(lake, store, Choice(code="outlier"), NOW).kept == 1
    again = {r["user_id"]: r for r in lake.fetch(lake.table("customers")).to_pylist()}
    assert (again["4"]["city"], again["4"]["phone"]) == ("上海", "+862158881234")
    assert json.loads(again["4"]["traits"])["_inferred"] == {"city": "mode"}


def test_what_a_row_says_later_takes_the_place_of_a_guess(
    tmp_path: Path, bring: Import, lake: Lake, members: Mapping
) -> None:
    head = MESSY.split("\n")[0] + "\n"

    def member(name: str, *rows: str) -> dict[str, object]:
        (tmp_path / name).write_text(head + "\n".join(rows), encoding="utf-8")
        bring(tmp_path / name, members)
        [found] = [
            r for r in lake.fetch(lake.table("customers")).to_pylist() if r["user_id"] == "9"
        ]
        return {**found, "traits": json.loads(found["traits"] or "{}")}

    first = member("a.csv", "8,x,,上海,A,,,,20,", "9,y,,,A,,,,,")
    assert (first["city"], first["traits"]["age"]) == ("上海", "20")
    assert first["traits"]["_inferred"] == {"city": "mode", "age": "median"}
    said = member("b.csv", "9,y,,北京,A,,,,33,")
    assert (said["city"], said["traits"]) == ("北京", {"age": "33"})
    # A guess never goes over what is known.
    kept = member("c.csv", "8,x,,广州,A,,,,70,", "9,y,,,A,,,,,", "10,z,,广州,A,,,,70,")
    assert (kept["city"], kept["traits"]) == ("北京", {"age": "33"})


def test_guesses_do_not_tell_order_lines_and_events_apart(
    tmp_path: Path, bring: Import, lake: Lake
) -> None:
    """Files overlap; what is filled from the rest of each differs, and nothing is doubled."""
    mapping = parse_mapping(
        {**LINES, "clean": {"qty": [{"missing": {"infer": "median", "by": "sku"}}]}}, "test"
    )
    head = "order,member,at,sku,qty,paid\n"
    (tmp_path / "a.csv").write_text(head + "1,M1,2024-03-01,A,,5\n2,M1,2024-03-01,A,2,5\n")
    (tmp_path / "b.csv").write_text(head + "1,M1,2024-03-01,A,,5\n3,M1,2024-03-02,A,8,5\n")
    assert bring(tmp_path / "a.csv", mapping).kept == 2
    assert bring(tmp_path / "b.csv", mapping).as_plain() == {
        "read": 2, "kept": 1, "quarantined": 0, "duplicates": 1,
    }  # fmt: skip
    first = lake.query("SELECT * FROM events WHERE order_id = '1'").to_pylist()[0]
    assert first["products"][0]["quantity"] == 2
    assert json.loads(first["properties"]) == {"_inferred": {"quantity": "median"}}

    visits = parse_mapping(
        {
            "kind": "events", "source": "web", "columns": {"event": "e", "time": "t", "user_id": "u", "city": "c"},
            "clean": {"c": [{"missing": {"infer": "mode"}}]},
        },
        "test",
    )  # fmt: skip
    (tmp_path / "c.csv").write_text("e,t,u,c\nVisited,2024-03-01,1,\nVisited,2024-03-02,1,Rome\n")
    (tmp_path / "d.csv").write_text("e,t,u,c\nVisited,2024-03-01,1,\nVisited,2024-03-03,1,Oslo\n")
    assert bring(tmp_path / "c.csv", visits).kept == 2
    assert bring(tmp_path / "d.csv", visits).duplicates == 1


def test_drop_repeats_by_what_rows_say(tmp_path: Path, bring: Import) -> None:
    mapping = parse_mapping(
        {
            **LINES,
            "repeats": "drop",
            "clean": {"qty": [{"outliers": {"range": [0, 5], "then": "cap"}}]},
        },
        "test",
    )
    head = "order,member,at,sku,qty,paid\n"
    rows = "1,M1,2024-03-01,A,9,5\n1,M1,2024-03-01,A,9,5\n1,M1,2024-03-01,A,8,5\n"
    (tmp_path / "a.csv").write_text(head + rows)
    assert bring(tmp_path / "a.csv", mapping).kept == 2


def test_amounts_of_two_currencies(tmp_path: Path, bring: Import, lake: Lake) -> None:
    mapping = parse_mapping(
        {
            **LINES, "columns": {**LINES["columns"], "currency": "币种"},
            "clean": {"币种": [{"currency": {"to": "CNY", "rates": {"USD": 7.1}, "amounts": ["paid"]}}]},
        },
        "test",
    )  # fmt: skip
    (tmp_path / "a.csv").write_text(
        "order,member,at,sku,qty,paid,币种\n1,M,2024-03-01,A,1,10,美元\n2,M,2024-03-01,A,1,10,RMB\n"
        "3,M,2024-03-01,A,1,10,EUR\n4,M,2024-03-01,A,1,10,\n"
    )
    bring(tmp_path / "a.csv", mapping)
    rows = lake.query(
        "SELECT order_id, revenue, currency FROM events ORDER BY order_id"
    ).to_pylist()
    assert [(r["revenue"], r["currency"]) for r in rows] == [
        (71.0, "CNY"), (10.0, "CNY"), (10.0, "EUR"), (10.0, "CNY"),
    ]  # fmt: skip


def test_a_mapping_keeps_its_rules_when_written(tmp_path: Path, members: Mapping) -> None:
    (tmp_path / "m.yaml").write_text(dump_mapping(members), encoding="utf-8")
    assert load_mapping(tmp_path / "m.yaml") == members


# ---- properties, over any mess

cells = st.text(
    st.sampled_from("aBé张　 ＡＢ１２0123456789.,-+/年月日斤kgSH\t\u00a0'"), max_size=14
)
RULES = {
    "name": [{"trim": "all"}, "width", {"case": "title"}, {"missing": {"default": "X"}}],
    "tel": [{"phone": "CN"}],
    "addr": [{"address": "CN"}],
    "street": [{"address": "US"}],
    "day": [{"dates": "auto"}],
    "listed": ["trim", {"values": {"SH": "上海", "-": None}}, {"missing": {"infer": "mode"}}],
    "mass": [{"unit": "g"}, {"outliers": {"iqr": 1.5, "then": "cap"}}],
    "n": [{"outliers": {"mad": 2, "by": "shop", "then": "cap"}}],
    "age": [{"missing": {"infer": "median", "by": "shop"}}],
    "shop": ["trim"],
    "cur": [{"currency": {"to": "CNY", "rates": {"USD": 7.1}, "amounts": ["paid"]}}],
    "paid": [{"outliers": {"range": [0, 100], "then": "flag"}}],
}  # fmt: skip
row = st.fixed_dictionaries(
    dict.fromkeys(RULES, cells)
    | {
        "n": st.integers(-100, 100).map(str) | cells,
        "age": st.integers(0, 99).map(str) | cells,
        "shop": st.sampled_from(["A", " A", "B", ""]),
        "mass": st.integers(0, 999).map(str) | st.integers(1, 9).map("{}斤".format) | cells,
        "cur": st.sampled_from(["USD", "CNY", "人民币", "", "EUR"]),
        "paid": st.integers(0, 500).map(str) | cells,
        "tel": st.sampled_from(["138 0013 8000", "021-58881234", "+1 212 555 0123"]) | cells,
        "street": st.sampled_from(["1 Main Street, Apt. 4", "5 n. oak Avenue ,"]) | cells,
    }
)


def cleaned(table: list[dict[str, object]]) -> list[dict[str, object]]:
    with duckdb.connect() as engine:
        engine.execute("ATTACH ':memory:' AS area")
        engine.register(
            "raw", pa.Table.from_pylist(table, pa.schema([(n, pa.string()) for n in RULES]))
        )
        engine.execute(
            "CREATE TABLE given AS SELECT row_number() OVER () AS _line, NULL::VARCHAR AS _broken,"
            " NULL::VARCHAR AS _text, * FROM raw"
        )
        rows = Rows("FROM given", dict.fromkeys(RULES, "VARCHAR"), "", "f", 0)
        clauses = parse_clauses(RULES, "test", Reading("CNY"))
        done = clean_rows(engine, "area", rows, clauses, {}, Reading("CNY"))
        listed = ", ".join(f'"{name}"' for name in RULES)
        found = engine.execute(
            f"SELECT {listed} FROM ({done.rows.select}) ORDER BY _line"
        ).fetchall()
    return [dict(zip(RULES, values, strict=True)) for values in found]


@settings(max_examples=12)
@given(st.lists(row, min_size=1, max_size=25))
def test_cleaning_twice_is_cleaning_once(table: list[dict[str, object]]) -> None:
    once = cleaned(table)
    assert len(once) == len(table)
    assert cleaned(once) == once


@settings(max_examples=8)
@given(st.lists(row, min_size=1, max_size=8))
def test_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, table: list[dict[str, str]]
) -> None:
    """Rows in = kept + quarantined + duplicates, whatever the rules do."""
    from limner.collect.importer import import_file
    from limner.core.errors import Malformed

    home = tmp_path_factory.mktemp("nothing")
    store = Store(f"sqlite:///{home / 'store.db'}")
    store.migrate()
    mapping = parse_mapping(
        {
            "kind": "customers", "source": "crm", "columns": {"user_id": "id", "name": "name", "birth_date": "day"},
            "traits": ["mass", "n"],
            "clean": {**RULES, "n": [{"outliers": {"range": [-50, 50], "then": "quarantine"}}]},
        },
        "test",
    )  # fmt: skip
    lines = [json.dumps({"id": str(i), **values}) for i, values in enumerate(table)]
    (home / "rows.jsonl").write_text("\n".join(lines))
    lake = Lake(str(home / "lake"))
    try:
        counts = import_file(lake, store, home / "rows.jsonl", mapping, NOW)
    except Malformed as error:  # every row is bad in the same way: then nothing is taken
        assert error.code == "mapping-wrong"
        return
    finally:
        store.close()
    assert counts.read == len(table) == counts.kept + counts.quarantined + counts.duplicates
    assert lake.fetch(lake.table("customers")).num_rows == counts.kept
    assert lake.fetch(lake.table("quarantine")).num_rows == counts.quarantined
    lake.close()


def test_rules_cost_nothing_when_there_are_none(members: Mapping) -> None:
    assert replace(members, clean={}).as_plain().keys() == members.as_plain().keys() - {"clean"}
