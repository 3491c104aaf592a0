from __future__ import annotations

import math
from datetime import date
from functools import cache

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.errors import Rejected, Unknown
from limner.core.rule_words import Cursor
from limner.understand.tags.expression import (
    compiled_expression,
    expression_kind,
    in_engine,
    read_expression,
)
from limner.understand.tags.expression_text import read_tree, write_tree
from limner.understand.tags.expression_tree import Call, Case, Constant, Name, Tree, names_of
from limner.understand.tags.function import FUNCTIONS
from limner.understand.tags.text import read_value, write_value
from limner.understand.tags.value import Expression

ENGINE = ibis.duckdb.connect()
KINDS = {
    "n": "number", "x": "number", "s": "text", "u": "text", "b": "truth", "c": "truth", "d": "day",
    "e": "day", "order": "number", "中文": "text",
}  # fmt: skip
TYPES = {"number": pa.float64(), "text": pa.string(), "truth": pa.bool_(), "day": pa.date32()}
SCHEMA = pa.schema(
    [(name, pa.int64() if name == "n" else TYPES[kind]) for name, kind in KINDS.items()]
)
DAYS = st.dates(date(2016, 2, 27), date(2017, 3, 2))
TEXTS = st.text(alphabet="ab%_'é中", max_size=3)
REALS = st.sampled_from([0.0, 0.5, -0.5, 1.5, 2.5, 0.1, 1 / 3, 1e308, -1e308, 1e-310, 1e15 + 0.5]) | (
    st.floats(-1e6, 1e6)
)  # fmt: skip
VALUES = {"number": REALS, "text": TEXTS, "truth": st.booleans(), "day": DAYS}
ROWS = st.fixed_dictionaries(
    {
        name: st.none() | (st.integers(-5, 5) if name == "n" else VALUES[kind])
        for name, kind in KINDS.items()
    }
)


MADE: set[str] = set()  # the functions that random trees are made of


@cache
def trees(kind: str, depth: int = 3) -> st.SearchStrategy[Tree]:
    """Random trees of a kind, with every function that gives it."""
    constants = {**VALUES, "number": st.integers(-9, 9) | REALS}
    leaves: list[st.SearchStrategy[Tree]] = [
        st.sampled_from([name for name, k in KINDS.items() if k == kind]).map(Name),
        constants[kind].map(Constant),
    ]
    if depth == 0:
        return st.one_of(leaves)

    def of(name: str, *kinds: str) -> st.SearchStrategy[Tree]:
        MADE.add(name)
        return st.tuples(*(trees(k, depth - 1) for k in kinds)).map(lambda parts: Call(name, parts))

    def fixed(name: str, of_kind: str, *last: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        MADE.add(name)
        first = trees(of_kind, depth - 1)
        return st.tuples(first, *last).map(lambda parts: Call(name, parts))

    when = st.tuples(trees("truth", depth - 1), trees(kind, depth - 1))
    last = st.none() | st.just(Constant(None)) | trees(kind, depth - 1)
    made = [st.builds(Case, st.lists(when, min_size=1, max_size=2).map(tuple), last)]
    made += [of(name, kind, kind) for name in ("coalesce", "nullif", "least", "greatest")]
    made.append(of("coalesce", kind, kind, kind))
    if kind == "number":
        made += [of(name, kind, kind) for name in "+-*/"]
        made += [of("-", "day", "day"), of("negative", kind), of("abs", kind), of("round", kind)]
        made += [of(name, "day") for name in ("year", "month", "day")]
        made.append(fixed("round", kind, st.integers(0, 9).map(Constant)))
    if kind == "text":
        made.append(of("||", kind, kind))
    if kind == "truth":
        for of_kind in ("number", "text", "day"):
            made += [of(name, of_kind, of_kind) for name in ("=", "<>", "<", "<=", ">", ">=")]
            made.append(of("between", of_kind, of_kind, of_kind))
            made.append(of("is null", of_kind))
            written = constants[of_kind].map(Constant)
            made += [fixed("in", of_kind, *[written] * n) for n in (1, 3)]
        made += [of("=", kind, kind), of("not", kind), of("is null", kind)]
        made += [of("contains", "text", "text"), fixed("like", "text", TEXTS.map(Constant))]
        made += [of(name, *[kind] * n) for name in ("and", "or") for n in (2, 3)]
    return st.one_of([*leaves, *made])


TREES = st.sampled_from(sorted(VALUES)).flatmap(trees)


@given(TREES)
def test_text_and_back_is_the_same_tree(tree: Tree) -> None:
    cursor = Cursor(write_tree(tree))
    assert read_tree(cursor, KINDS).tree == tree
    assert cursor.word.kind == "end"


@given(st.lists(TREES, min_size=1, max_size=6), st.lists(ROWS, min_size=1, max_size=6))
def test_python_and_the_engine_agree_on_every_row(
    made: list[Tree], rows: list[dict[str, object]]
) -> None:
    numbered = [{"row": i, **row} for i, row in enumerate(rows)]
    table = ibis.memtable(pa.Table.from_pylist(numbered, pa.schema([("row", pa.int64()), *SCHEMA])))
    asked = [Expression(write_tree(tree), tuple(names_of(tree))) for tree in made]
    columns = {f"c{i}": in_engine(expression, table) for i, expression in enumerate(asked)}
    found = ENGINE.to_pyarrow(table.select("row", **columns).order_by("row"))
    for i, expression in enumerate(asked):
        compute = compiled_expression(expression)
        assert found[f"c{i}"].to_pylist() == [compute(row) for row in rows], expression.text


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("abs(", ")"),
        ("coalesce(", ", 1)"),
        ("1 - (", ")"),
        ("case when x > 2 then 1 else ", " end"),
    ],
)
def test_the_deepest_expression_that_is_read_is_computed_too(opening: str, closing: str) -> None:
    depth = 0
    for depth in range(1, 1000):
        try:
            expression = read_expression(opening * depth + "x" + closing * depth)
        except Rejected:
            break
        assert compiled_expression(expression)({"x": 1.0}) in (0.0, 1.0)
    assert 20 < depth < 999


def test_every_function_is_among_those_that_are_held_equal() -> None:
    for kind in VALUES:
        trees(kind, 1)
    assert set(MADE) == set(FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "row", "value"),
    [
        ("x / n", {"x": 1.0, "n": 0}, None),
        ("n / order", {"n": 7, "order": 2}, 3.5),
        ("round(x)", {"x": 2.5}, 3.0),
        ("round(x)", {"x": -2.5}, -3.0),
        ("round(x, 2)", {"x": 1.005}, math.floor(1.005 * 100 + 0.5) / 100),
        ("round(x)", {"x": -0.2}, 0.0),
        ("x * x", {"x": 1e200}, None),
        ("d - e", {"d": date(2017, 3, 1), "e": date(2017, 2, 27)}, 2.0),
        ("greatest(d, e)", {"d": None, "e": date(2017, 1, 1)}, date(2017, 1, 1)),
        ("coalesce(n, 0) + 1", {"n": None}, 1.0),
        ("b and n > 1", {"b": False, "n": None}, False),
        ("b or n > 1", {"b": False, "n": None}, None),
        ("case when n > 90 then 'asleep' else 'awake' end", {"n": None}, "awake"),
        ("case s when 'a' then 1 when 'b' then 2 end", {"s": "b"}, 2.0),
        ("s || '-' || u", {"s": "a", "u": None}, None),
    ],
)
def test_what_expressions_give(text: str, row: dict[str, object], value: object) -> None:
    found = compiled_expression(read_expression(text, KINDS))(row)
    assert found == value
    assert type(found) is type(value)
    assert math.copysign(1, found) == 1 if found == 0.0 and not isinstance(found, bool) else True


def test_what_the_engine_plans_grows_no_faster_than_the_expression() -> None:
    table = ibis.memtable({"n": [1]})

    def size(terms: int) -> int:
        made = in_engine(
            read_expression(" + ".join(f"n / {i}" for i in range(1, terms + 1))), table
        )
        sql = ENGINE.compile(table.select(made=made))
        ENGINE.to_pyarrow(table)  # makes the table known
        return len(ENGINE.con.sql(f"EXPLAIN (FORMAT json) {sql}").fetchall()[0][1])

    assert size(6) < 2 * size(3)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("n / x", "number"), ("s || u", "text"), ("d - e", "number"), ("d", "day"), ("n > 1", "truth"),
     ("case when b then null else 'x' end", "text"), ("nullif(d, e)", "day")],
)  # fmt: skip
def test_the_kind_of_what_it_gives_follows(text: str, kind: str) -> None:
    assert expression_kind(read_expression(text, KINDS), KINDS) == kind


# text -> what the message says, the words it points at
REFUSED = [
    ("n + s", "this is text; a number should stand here", "s"),
    ("n + (x > 1)", "this is true or false; a number should stand here", "(x > 1)"),
    ("s = 1", "this is a number; text should stand here", "1"),
    ("d > '2017-01-01'", "this is text; a day should stand here", "'2017-01-01'"),
    ("coalesce(n, s)", "this is text; a number should stand here", "s"),
    ("case when n then 1 end", "this is a number; a condition should stand here", "n"),
    ("case when b then 1 else 'x' end", "this is text; a number should stand here", "'x'"),
    ("case when b then null end", "nothing but null", "case"),
    ("b > c", "this is true or false; a number or text or a day should stand here", "b"),
    ("round(n, x)", "round wants a whole number from 0 to 9", "x"),
    ("round(n, 1.5)", "round wants a whole number from 0 to 9", "1.5"),
    ("s like u", "'u' at character 8 stands where a value should", "u"),
    ("n = null", "write is null", "null"),
    ("n in (1, null)", "write is null", "null"),
    ("max(n, x)", "of several tags it is greatest(...)", "max"),
    ("min(n)", "of several tags it is least(...)", "min"),
    ("count(orders) / 2", "count(...) stands alone: make a tag of it", "count"),
    ("if(b, 1, 2)", "write case when", "if"),
    ("sqrt(n)", "there is no function sqrt; there are abs", "sqrt"),
    ("abs(n, x)", "abs takes 1", "abs"),
    ("1 + 1", "reads at least one tag", "1"),
    ("n +", "where it ends", ""),
    ("n ++ x", "near '+'", "+"),
    ("(n", "to close the parenthesis", ""),
    ("n x", "the definition was over before this", "x"),
    ("n -- all", "the definition has no comments", "--"),
    ("case n end", "'when' should stand here", "end"),
    ("- " * 100 + "n", "too deep", "-"),
    ("(" * 100 + "n" + ")" * 100, "too deep", None),
    (" + ".join(["n"] * 99), "too long", "+"),
]


@pytest.mark.parametrize(("text", "says", "at"), REFUSED, ids=[row[0][:30] for row in REFUSED])
def test_what_is_no_expression_is_refused_at_the_word(text: str, says: str, at: str | None) -> None:
    with pytest.raises(Rejected) as caught:
        read_value(text, KINDS)
    assert says in caught.value.message
    start, end = caught.value.place
    assert at is None or text[start:end] == at


def test_an_unknown_tag_names_its_place_and_the_closest() -> None:
    with pytest.raises(Unknown, match="'ordr' at character 5; did you mean order") as caught:
        read_expression("n + ordr", KINDS)
    assert caught.value.place == (4, 8)
    with pytest.raises(Unknown, match="there is no 'n'"):
        compiled_expression(read_expression("n + 1"))({"x": 1})
    with pytest.raises(Unknown, match="there is no 'n'"):
        in_engine(read_expression("n + 1"), ibis.memtable({"x": [1]}))


WORDS = st.sampled_from(
    [
        "n",
        "x",
        "s",
        "b",
        "d",
        "case",
        "when",
        "then",
        "else",
        "end",
        "coalesce",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        "||",
        "=",
        "<",
        "and",
        "or",
        "not",
        "in",
        "between",
        "is",
        "null",
        "like",
        "'a'",
        "1",
        "2.5",
        "true",
        "date",
        "max",
        "count",
        "traits",
        ".",
        "by",
        "hand",
        "score",
    ]
)


@given(st.one_of(st.text(max_size=20), st.lists(WORDS, max_size=14).map(" ".join)))
def test_garbage_is_refused_or_read_back(text: str) -> None:
    try:
        value = read_value(text, KINDS)
    except Rejected as error:
        assert error.place is not None
    else:
        assert read_value(write_value(value), KINDS) == value
