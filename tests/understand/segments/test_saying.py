"""Terms of segments in words: complete in both languages, with the names people gave."""

from __future__ import annotations

import pytest

from limner.core.words import Words
from limner.understand.segments.saying import term_words
from limner.understand.segments.segment import Segment
from limner.understand.segments.vocabulary import Vocabulary
from limner.understand.tags.tag import catalogue

NAMES = {"orders_90d": Words("orders", "订单数"), "vip": Words("Dear guests", "贵宾")}


def name(code: str) -> Words:
    return NAMES[code]


@pytest.mark.parametrize(
    ("term", "en", "zh"),
    [
        ("orders_90d", "orders", "订单数"),
        ("segment('vip')", "being in “Dear guests”", "属于人群“贵宾”"),
        ("list('vip')", "being on the list “Dear guests”", "在名单“贵宾”中"),
        ("best(10% by orders_90d)", "being among the highest 10% by orders", "按订单数排在最高的 10%"),
        ("worst(1000 by orders_90d)", "being among the lowest 1,000 by orders", "按订单数排在最低的 1,000 位"),
        ("lookalike('vip', 2.5%)", "being among the 2.5% most like “Dear guests”", "与“贵宾”最相似的 2.5%"),
        ("traits.plan", "“plan”", "“plan”"),
    ],
)  # fmt: skip
def test_a_term_is_told_with_the_names_that_people_gave(term: str, en: str, zh: str) -> None:
    assert term_words(term, name, name, name) == Words(en, zh)


def test_a_rule_of_behaviour_reads_as_a_sentence_without_code() -> None:
    words = Vocabulary(catalogue(), {}, (Segment("vip", NAMES["vip"], "orders_90d > 9", NAMES["vip"]),))  # fmt: skip
    rule = words.parse("did('Product Viewed' in last 14 days) and not segment('vip')")
    said = words.say(rule, "en")
    assert "count(" not in said and "segment(" not in said
    assert "Product Viewed" in said and "Dear guests" in said
    assert "贵宾" in words.say(rule, "zh")
