from __future__ import annotations

import pytest
from hypothesis import given
from tests.understand.segments.random_rules import COLUMNS, LISTS, RULES, SEGMENTS

from limner.core.errors import Rejected
from limner.core.rule import Rule, to_text
from limner.core.words import LANGUAGES, Words
from limner.understand.segments.segment import Segment
from limner.understand.segments.vocabulary import Vocabulary, referred
from limner.understand.tags.tag import catalogue


def segment(code: str, rule: str) -> Segment:
    return Segment(code, Words(code, code), rule, Words("", ""))


RANDOM = Vocabulary(
    columns=COLUMNS,
    segments=[segment(code, "n > 1") for code in SEGMENTS],
    lists={name: Words(name, name) for name in LISTS},
)
SHOP = Vocabulary(
    tags=catalogue(),
    columns={"lifecycle_stage": "text", "seen_at": None, "customer_id": "text"},
    segments=[
        segment("vip", "revenue_365d > 500 and segment('awake')"),
        segment("awake", "recency_days < 90 and not segment('odd')"),
        segment("odd", "lookalike('plain', 5%)"),
        segment("plain", "orders_90d > 1"),
        segment("broken", "this is no rule ("),
    ],
    lists={"gift": Words("Gift list", "礼品名单")},
    stores={"17", "18"},
)


@given(RULES)
def test_every_rule_of_known_words_is_read_and_said(rule: Rule) -> None:
    assert RANDOM.parse(to_text(rule)) == rule
    for language in LANGUAGES:
        said = RANDOM.say(rule, language)
        assert said
        assert "  " not in said


# text -> what the message says, the words it points at
REFUSED = [
    ("orders_90d > 1 and revenu_365d > 5", "did you mean revenue_365d", "revenu_365d"),
    ("orders_90d >= 'x'", "orders_90d cannot be compared with 'x'; it wants a number", "'x'"),
    ("lifecycle_stage = 3", "it wants text", "3"),
    ("seen_at = 3", "it wants is null only", "3"),
    ("first_order_on > 'soon'", "'soon' is not a day", "'soon'"),
    ("orders_90d", "cannot be compared with true", "orders_90d"),
    ("segment('vips')", "there is no segment 'vips'; did you mean vip?", "segment('vips')"),
    ("list('gifts') = true", "there is no list 'gifts'; did you mean gift?", "list('gifts')"),
    ("lookalike('x', 5%)", "there is no segment 'x'", "lookalike('x', 5%)"),
    ("segment('vip') > 3", "it wants true or false", "3"),
    ("segment('vip') = 'yes'", "it wants true or false", "'yes'"),
    ("best(10 by lifecycle_stage)", "lifecycle_stage is no number", "best(10 by lifecycle_stage)"),
    ("best(10 by orders_9d)", "did you mean orders_90d", "orders_9d"),
    ("best(10 by top(city of orders))", "is no number", "best(10 by top(city of orders))"),
    ("distance(store '19') < 5", "there is no store '19'; there are 17, 18", "distance(store '19')"),
    ("top(city of orders) > 5", "it wants text", "5"),
    ("first(day of orders) > 5", "it wants a day", "5"),
    ("count(orders) > date '2017-01-01'", "it wants a number", "date '2017-01-01'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says", "at"), REFUSED)
def test_what_is_not_known_here_is_refused_at_the_word(text: str, says: str, at: str) -> None:
    with pytest.raises(Rejected) as caught:
        SHOP.parse(text)
    assert says in caught.value.message
    start, end = caught.value.place
    assert text[start:end] == at


@pytest.mark.parametrize(
    ("own", "text", "circle"),
    [
        ("vip", "segment('vip')", "vip -> vip"),
        ("awake", "orders_90d > 1 or segment('vip')", "awake -> vip -> awake"),
        ("plain", "never(orders) and segment('vip')", "plain -> vip -> awake -> odd -> plain"),
        ("plain", "lookalike('odd', 100)", "plain -> odd -> plain"),
    ],
)
def test_a_segment_is_not_defined_by_itself(own: str, text: str, circle: str) -> None:
    with pytest.raises(Rejected) as caught:
        SHOP.parse(text, own)
    assert caught.value.code == "segment-circle"
    assert circle in caught.value.message
    assert "segment(" in text[slice(*caught.value.place)] or "lookalike(" in text
    assert SHOP.parse(text, "another")
    assert SHOP.parse("segment('plain') and segment('broken')", "vip")


def test_what_a_rule_refers_to() -> None:
    assert referred("segment('a') or not lookalike('b', 5%) and n > 1") == {"a", "b"}
    assert referred("no rule (") == frozenset()


def test_kinds_of_terms() -> None:
    kinds = {
        "orders_90d": "number", "first_order_on": "day", "seen_at": None, "nothing": None,
        "traits.plan": None, "top(weekday of orders)": "number", "list(city of orders)": "text",
        "sequence('a' then 'b' within 1 days)": "number", "segment('vip')": "truth",
        "max(properties.x of orders)": "number", "last(properties.x of orders)": "text",
        "first(is_private_label of lines)": "truth", "distance(1.0, 2.0)": "number",
    }  # fmt: skip
    assert {column: SHOP.kind(column) for column in kinds} == kinds
