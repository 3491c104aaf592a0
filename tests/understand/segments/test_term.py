from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.understand.segments.random_rules import RULES, TERMS

from limner.core.errors import Rejected
from limner.core.rule import Compare, Not, Rule, parse, to_text
from limner.understand.segments.term import (
    Best,
    InList,
    InSegment,
    Lookalike,
    TagTerm,
    Term,
    read_term,
    terms,
    terms_of,
    write_term,
)


@given(TERMS)
def test_a_term_is_read_back_from_its_column(term: Term) -> None:
    assert read_term(write_term(term)) == term


@given(RULES)
def test_text_and_back_is_the_same_rule_with_every_term(rule: Rule) -> None:
    assert parse(to_text(rule), terms=terms()) == rule


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("did(orders in last 90 days)", "count(orders in last 90 days) >= 1"),
        ("never('Order Refunded')", "count('Order Refunded') = 0"),
        ("not did( 'A','B' where properties.x=1 )", "not (count('A', 'B' where properties.x = 1) >= 1)"),
        ("segment('a')", "segment('a') = true"),
        ("not list('b')", "not (list('b') = true)"),
        ("best(10.50% by n)", "best(10.5% by n) = true"),
        ("WORST(3 by count(orders))", "worst(3 by count(orders)) = true"),
        ("lookalike('a', 1000)", "lookalike('a', 1000) = true"),
        ("3 <= count( orders )", "count(orders) >= 3"),
        ("distance(store '17') < 5", "distance(store '17') < 5"),
        ("list(city of orders) is null", "list(city of orders) is null"),
        ("share(lines by revenue part brand = 'X') > 0.5", "share(by revenue of lines part brand = 'X') > 0.5"),
        ("contains(list(city of orders), 'x')", "contains(list(city of orders), 'x')"),
        ("sum(revenue of lines where category in ('Shoes') in last 3 days) > 2",
         "sum(revenue of lines where category in ('Shoes') in last 3 days) > 2"),
        ("count(orders where day between date '2017-01-01' and date '2017-01-31' in this year) > 1",
         "count(orders where day between date '2017-01-01' and date '2017-01-31' in this year) > 1"),
    ],
)  # fmt: skip
def test_the_one_spelling(text: str, written: str) -> None:
    assert to_text(parse(text, terms=terms())) == written


def test_the_terms_of_a_rule_are_also_those_it_ranks_by() -> None:
    rule = parse("best(5 by best(9 by n)) and not traits.plan = 'x'", terms=terms())
    assert terms_of(rule) == {"best(5 by best(9 by n))", "best(9 by n)", "n", "traits.plan"}
    assert isinstance(rule.rules[1], Not)
    assert rule.rules[0] == Compare(write_term(Best(5, None, "best(9 by n)")), "=", True)
    assert [read_term(column) for column in ("n", "segment('a')", "list('b')", "lookalike('c', 2%)")] == [
        TagTerm("n"), InSegment("a"), InList("b"), Lookalike("c", None, 0.02),
    ]  # fmt: skip


# text -> what the message says, the words it points at
REFUSED = [
    ("segment(a)", "'a' should be text in 'single quotes'", "a"),
    ("segment('a'", "')' should stand here", ""),
    ("best(0 by n)", "how many customers is a whole number", "0"),
    ("best(120% by n)", "more than 0 and at most 100", "120"),
    ("best(5% by did(orders))", "a term to rank by", "did"),
    ("best(5 n)", "'by' should stand here", "n"),
    ("best(5 by lower(n))", "is not something a rule can say", "lower(n"),
    ("lookalike('a')", "',' should stand here", ")"),
    ("count(ordrs) > 1", "there are no rows 'ordrs' at character 7; did you mean orders?", "ordrs"),
    ("count(orders where stor_id = '1') > 1", "did you mean store_id", "stor_id"),
    ("count(orders where revenue > 'x') > 1", "revenue cannot be compared with 'x'", "'x'"),
    ("count(orders where hour = true) > 1", "hour cannot be compared with true", "true"),
    ("count(orders where properties.x > date '2017-01-01') > 1", "never a day", "date '2017-01-01'"),
    ("count(lines where properties.x = 1) > 1", "there is no 'properties.x'", "properties.x"),
    ("count(revenue of orders) > 1", "count takes no of", "revenue"),
    ("sum(orders) > 1", "sum needs what is measured", "sum"),
    ("sum(revenu of orders) > 1", "did you mean revenue", "revenu"),
    ("sum(channel of orders) > 1", "channel is no number, which sum needs", "channel"),
    ("ratio(revenue by day of orders) > 1", "day is no number, which ratio needs", "day"),
    ("top(category by brand of lines) = 'x'", "brand is no number", "brand"),
    ("count(orders x) > 1", "')' should stand here", "x"),
    ("share(orders) > 1", "share needs part RULE", "share"),
    ("trend(revenue of orders) > 1", "a span that has one before it", "trend"),
    ("nth(day of orders) is null", "nth needs COLUMN, n of ROWS", "nth"),
    ("count(orders in last 0 days) > 1", "a whole number, 1 or more", "0"),
    ("count(orders in last fortnight) > 1", "a whole number", "fortnight"),
    ("count(orders in next week) > 1", "write in last 90 days", "next"),
    ("count(orders between date '2017-02-01' and date '2017-01-01') > 1", "comes before", "date"),
    ("sequence('A' where category = 'Shoes' then 'B' within 3 days) > 1", "what an event itself says is properties.category", "category"),
    ("sequence('A') > 1", "a sequence has a second step", "'A'"),
    ("sequence('A' then 'B') > 1", "'within' should stand here", ")"),
    ("sequence('A' then 'B' within 3 moons) > 1", "write minutes, hours or days", "moons"),
    ("sequence('A' then lines within 3 days) > 1", "a sequence is of events, not of lines", "'A'"),
    ("distance(91, 5) > 1", "write distance(store '17')", "91"),
    ("median(revenue of orders) > 1", "is not something a rule can say", "median(revenue"),
    ("traits. = 1", "the trait's name should stand here", "="),
    ("count(orders -- all\n) > 1", "the rule has no comments", "--"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says", "at"), REFUSED)
def test_what_is_no_term_is_refused_at_the_word(text: str, says: str, at: str) -> None:
    with pytest.raises(Rejected) as caught:
        parse(text, terms=terms())
    assert says in caught.value.message
    start, end = caught.value.place
    assert text[start:end] == at


WORDS = st.sampled_from(
    [
        "count",
        "sum",
        "top",
        "share",
        "sequence",
        "distance",
        "did",
        "never",
        "segment",
        "list",
        "best",
        "worst",
        "lookalike",
        "traits",
        "(",
        "(",
        ")",
        ")",
        ",",
        ".",
        "of",
        "by",
        "where",
        "part",
        "in",
        "last",
        "90",
        "days",
        "this",
        "month",
        "since",
        "between",
        "date",
        "'2017-01-01'",
        "and",
        "or",
        "not",
        "then",
        "within",
        "3",
        "without",
        "store",
        "orders",
        "lines",
        "revenue",
        "'Event'",
        "properties",
        "x",
        "=",
        ">=",
        "5",
        "%",
        "n",
        "is",
        "null",
    ]
)


@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_garbage_is_refused_or_read_back(text: str) -> None:
    try:
        rule = parse(text, terms=terms())
    except Rejected as error:
        assert error.place is not None or not text
    else:
        assert parse(to_text(rule), terms=terms()) == rule


def test_what_is_nested_without_end_is_refused() -> None:
    for text in ("(" * 5000, "not " * 5000 + "n", "best(1 by " * 3000, "-" * 9):
        with pytest.raises(Rejected):
            parse(text, terms=terms())
