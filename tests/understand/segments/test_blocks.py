from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.understand.segments.random_rules import RULES

from limner.core.errors import Rejected
from limner.core.rule import Rule, parse, to_text
from limner.core.words import Words
from limner.understand.segments.blocks import from_blocks, to_blocks
from limner.understand.segments.segment import Segment
from limner.understand.segments.term import terms
from limner.understand.segments.vocabulary import Vocabulary

NAME = Words("a", "甲")
VOCABULARY = Vocabulary(
    columns={"n": "number", "city": "text"}, segments=[Segment("a", NAME, "n > 1", NAME)]
)


@given(RULES)
def test_blocks_and_back_are_the_same_rule(rule: Rule) -> None:
    assert from_blocks(json.loads(json.dumps(to_blocks(rule)))) == rule


def test_a_rule_as_blocks() -> None:
    text = (
        "count(lines where category = 'Shoes' in last 90 days) >= 2 and not (segment('a') = true) "
        "and (best(10% by n) = true or distance(store '17') <= 5 or traits.since >= 2) and "
        "sequence('Viewed' then 'Bought' where properties.size > 3 within 3 days in this month) = 0"
    )
    assert to_blocks(parse(text, terms=terms())) == {
        "all": [
            {
                "on": {
                    "term": "count",
                    "rows": "lines",
                    "where": {
                        "on": {"term": "column", "name": "category"}, "is": "=", "value": "Shoes"
                    },
                    "span": {"days": 90},
                },
                "is": ">=",
                "value": 2,
            },
            {"not": {"on": {"term": "segment", "code": "a"}, "is": "=", "value": True}},
            {
                "any": [
                    {
                        "on": {"term": "best", "share": 0.1, "by": {"term": "tag", "code": "n"}},
                        "is": "=",
                        "value": True,
                    },
                    {"on": {"term": "distance", "store": "17"}, "is": "<=", "value": 5},
                    {"on": {"term": "trait", "name": "since"}, "is": ">=", "value": 2},
                ]
            },
            {
                "on": {
                    "term": "sequence",
                    "steps": [
                        {"rows": ["Viewed"]},
                        {
                            "rows": ["Bought"],
                            "where": {
                                "on": {"term": "column", "name": "properties.size"},
                                "is": ">",
                                "value": 3,
                            },
                            "within": {"amount": 3, "unit": "days"},
                        },
                    ],
                    "span": {"unit": "month", "back": 0},
                },
                "is": "=",
                "value": 0,
            },
        ]
    }  # fmt: skip


TAG = {"term": "tag", "code": "n"}
COUNT = {"term": "count", "rows": "orders"}


def above(on: object, value: object = 1) -> dict[str, object]:
    return {"on": on, "is": ">", "value": value}


# blocks -> the path of the wrong one, what the message says
REFUSED = [
    ([], "", "the rule: wanted an object in {}"),
    ({}, "", 'one of "all", "any", "not"'),
    ({"all": []}, "all", "at least one block"),
    ({"all": {}}, "all", "a list in []"),
    ({"all": [above(TAG), {"not": 3}]}, "all[1].not", "an object"),
    ({"all": [above(TAG)], "any": []}, "any", "only all here"),
    ({"on": TAG, "is": "~", "value": 1}, "is", "one of =, <>"),
    ({"on": TAG, "is": "="}, "value", "a value to compare with"),
    ({"on": TAG, "is": "in", "value": 3}, "value", "a list"),
    ({"on": TAG, "is": "in", "value": []}, "value", "at least one value"),
    ({"on": TAG, "is": "between", "value": [1]}, "value", "two values"),
    (above(TAG, None), "value", "text, a number"),
    (above(TAG, float("inf")), "value", "text, a number"),
    (above(TAG, {"day": "soon"}), "value.day", "a day such as"),
    ({"any": [above({"term": "mode"})]}, "any[0].on.term", "one of tag, trait"),
    (above({"term": "tag"}), "on.code", "text"),
    (above({"term": "tag", "code": "n", "name": "n"}), "on.name", "only term, code here"),
    (above({"term": "best", "by": TAG}), "on", '"n", a whole number from 1'),
    (above({"term": "best", "n": 3, "by": {"term": "tag"}}), "on.by.code", "text"),
    (above({**COUNT, "rows": "ordrs"}), "on", "did you mean orders?"),
    (above({**COUNT, "rows": []}), "on.rows", "the name of rows"),
    (above({**COUNT, "of": "revenue"}), "on", "count takes no of"),
    (above({**COUNT, "span": {"days": 0}}), "on.span", '{"days": 90}'),
    (above({**COUNT, "span": {"since": "2017-02-01", "until": "2017-01-01"}}), "on.span", "later"),
    (above({**COUNT, "where": above({"term": "column"})}), "on.where.on.name", "text"),
    (above({**COUNT, "where": above(TAG)}), "on.where.on.code", "only term, name"),
    (above({**COUNT, "where": above({"term": "column", "name": "revenu"})}), "on", "mean revenue"),
    (above({**COUNT, "where": above({"term": "column", "name": "revenue"}, "x")}), "on", "revenue cannot be compared with 'x'"),
    (above({"term": "sequence", "steps": [{"rows": ["a"]}]}), "on.steps", "two steps"),
    (above({"term": "sequence", "steps": [{"rows": ["a"]}, {"rows": ["b"]}]}), "on.steps[1].within", "an object"),
    (above({"term": "sequence", "steps": [{"rows": ["a"]}, {"rows": ["b"], "within": {"amount": 1, "unit": []}}]}), "on.steps[1].within", "units are days"),
    (above({"term": "distance", "latitude": 1}), "on.longitude", "degrees"),
    (above(TAG, "x"), "", "n cannot be compared with 'x'"),
    ({"all": [above(TAG), above({"term": "tag", "code": "m"})]}, "all[1]", "there is no 'm'"),
    ({"not": {"on": {"term": "segment", "code": "b"}, "is": "=", "value": True}}, "not", "there is no segment 'b'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("blocks", "path", "says"), REFUSED, ids=[f"{row[1]}: {row[2]}" for row in REFUSED]
)
def test_what_is_no_block_is_refused_by_its_path(blocks: object, path: str, says: str) -> None:
    with pytest.raises(Rejected) as caught:
        from_blocks(blocks, VOCABULARY.parse)
    assert caught.value.field == path
    assert says in caught.value.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["n", "=", "count", "orders", "tag"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["all", "any", "not", "on", "is", "value", "term", "code", "name", "rows", "where", "span", "steps", "within", "n", "by"]),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_garbage_is_refused_or_says_a_rule(blocks: object) -> None:
    try:
        rule = from_blocks(blocks)
    except Rejected:
        return
    assert parse(to_text(rule), terms=terms()) == rule


def test_blocks_without_end_are_refused() -> None:
    deep: object = above(TAG)
    for _ in range(400):
        deep = {"not": deep}
    with pytest.raises(Rejected, match="not as deep"):
        from_blocks(deep)
