from __future__ import annotations

from dataclasses import replace

import pytest

from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.words import LANGUAGES
from limner.understand.tags.saying import say_value
from limner.understand.tags.source import PRODUCT_COLUMNS
from limner.understand.tags.tag import (
    Tag,
    catalogue,
    kinds_of,
    read_catalogue,
    read_tag,
    tag,
    write_tag,
)
from limner.understand.tags.text import read_value
from limner.understand.tags.value import Expression, Measured

PROMISED = [
    "recency_days",
    "orders_30d",
    "orders_90d",
    "orders_365d",
    "revenue_30d",
    "revenue_90d",
    "revenue_365d",
    "basket_mean",
    "gap_days_mean",
    "gap_days_cv",
    "department_top",
    "category_top",
    "brand_top",
    "store_top",
    "weekday_top",
    "hour_top",
    "private_label_share",
    "discount_share",
    "coupon_share",
    "coupons_redeemed_365d",
    "departments_count",
    "products_count",
    "stores_count",
    "revenue_trend",
    "tenure_days",
    "weekend_share",
    "evening_share",
    "first_order_on",
    "last_order_on",
    "units_mean",
    "household_size",
    "age_band",
    "income_band",
]
ONE = """
- code: orders_7d
  name: {en: a, zh: 甲}
  description: {en: b, zh: 乙}
  category: consumption
  unit: orders
  kind: count
  value: count(orders in last 7 days)
"""


def test_the_catalogue_has_the_tags_people_expect() -> None:
    assert set(PROMISED) <= {known.code for known in catalogue()}


@pytest.mark.parametrize("known", catalogue(), ids=lambda known: known.code)
def test_every_tag_explains_itself_in_both_languages(known: Tag) -> None:
    for language in LANGUAGES:
        sentence = known.rule_text(language)
        for wrong in ("{", "None", "  ", " .", " ,", "。。", ".."):
            assert wrong not in sentence
        assert known.name.in_(language)
        assert known.description.in_(language)
        if isinstance(known.value, Measured) and known.value.span.days:
            assert str(known.value.span.days) in sentence
    assert known.name.en != known.name.zh
    if not isinstance(known.value, Expression):
        assert not any(column in known.rule_text("zh").split() for column in PRODUCT_COLUMNS)


@pytest.mark.parametrize("known", catalogue(), ids=lambda known: known.code)
def test_an_entry_is_read_back_from_what_is_written(known: Tag) -> None:
    assert read_tag(write_tag(known), kinds_of(catalogue())) == known
    changed = replace(known, owner="li", state="draft", version=3, tempo="static", nature="hand")
    assert read_tag(write_tag(changed), kinds_of(catalogue())) == changed


SAID = [
    (
        "count(orders in last 90 days)",
        "Number of orders in the last 90 days.",
        "近90天订单的数量。",
    ),
    ("count(orders)", "Number of orders.", "订单的数量。"),
    (
        "time_since_last(orders where store_id = '17')",
        "Whole days from the day of the last order where store is 17 to the as-of day.",
        "从末次满足门店为17的订单当日到统计日的天数。",
    ),
    (
        "first(day of 'Email Opened' in last 1 days)",
        "The day of the first “Email Opened” in the last day.",
        "近1天首次“Email Opened”的日期。",
    ),
    (
        "gap_mean(orders)",
        "Average number of days between one day with orders and the next; needs two such days.",
        "有订单的相邻两日之间的平均间隔天数；至少需要两日。",
    ),
    (
        "share(orders by revenue part weekday in (5, 6) in this month)",
        "Share of revenue of orders this month for which weekday is one of Saturday, Sunday.",
        "本月订单中，星期属于周六、周日的部分占金额的比例。",
    ),
    (
        "sum(properties.size of 'Viewed', 'Bought' where properties.colour = 'red' in last week)",
        "Sum of “size” of “Viewed” or “Bought” where “colour” is red last week.",
        "上周满足“colour”为red的“Viewed”或“Bought”的“size”合计。",
    ),
    (
        "sequence('A' then orders within 3 days without 'B' in last 30 days)",
        "How often “A”, then orders within 3 days, without “B” in between, in the last 30 days.",
        "近30天“A”，3天内再订单，其间没有“B”的次数。",
    ),
    (
        "sequence('A' then 'B' within 90 minutes then 'C' within 1 hours)",
        "How often “A”, then “B” within 90 minutes, then “C” within 1 hour.",
        "“A”，90分钟内再“B”，1小时内再“C”的次数。",
    ),
    (
        "distance(store '17')",
        "Kilometres from where the customer was last seen to store 17.",
        "客户最近出现的位置到门店 17的公里数。",
    ),
    ("by hand", "Set by hand.", "由人工设置。"),
    (
        "orders_90d / units_365d",
        "Computed from Orders in 90 days, Units in 365 days: orders_90d / units_365d.",
        "由近90天订单数、近365天购买件数计算：orders_90d / units_365d。",
    ),
]


@pytest.mark.parametrize(("text", "en", "zh"), SAID)
def test_a_sentence_says_what_the_definition_says(text: str, en: str, zh: str) -> None:
    value = read_value(text)
    names = {known.code: known.name for known in catalogue()}
    assert say_value(value, "en", lambda code, spoken: names[code].in_(spoken)) == en
    assert say_value(value, "zh", lambda code, spoken: names[code].in_(spoken)) == zh


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("orders_7d", "Orders 7"), "code"),
        (("category: consumption", "category: frequency"), "category"),
        (("kind: count", "kind: counts"), "kind"),
        (("kind: count", "kind: text"), "kind"),
        (("kind: count", "kind: count\n  tempo: fast"), "tempo"),
        (("kind: count", "kind: count\n  version: 0"), "version"),
        (("value: count(orders in last 7 days)", "value:"), "value"),
        (("unit: orders", "units: orders"), "units"),
        (("zh: 甲", "de: x"), "name"),
    ],
)
def test_a_wrong_definition_is_refused_by_field(change: tuple[str, str], field: str) -> None:
    with pytest.raises(Malformed, match=f"field {field}: got") as caught:
        read_catalogue(ONE.replace(*change))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("value", "says", "at"),
    [
        ("count(ordrs in last 7 days)", "did you mean orders?", "ordrs"),
        ("sum(orders)", "sum needs what is measured", "sum"),
        ("count(orders where revnue > 3)", "did you mean revenue", "revnue"),
        ("orders_7d + 1", "there is no 'orders_7d'", "orders_7d"),
        ("count(orders) / 2", "stands alone", "count"),
    ],
)
def test_a_wrong_value_is_refused_at_the_word(value: str, says: str, at: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_catalogue(ONE.replace("count(orders in last 7 days)", value))
    assert caught.value.field == "value"
    assert says in caught.value.message
    start, end = caught.value.place
    assert value[start:end] == at


def test_two_tags_of_one_code_are_refused() -> None:
    with pytest.raises(Malformed, match="two tags have this code"):
        read_catalogue(ONE + ONE)


def test_an_expression_gives_what_its_tag_is_and_reads_what_it_can() -> None:
    entry = {**write_tag(tag("orders_90d")), "code": "mine"}
    kinds = kinds_of(catalogue())
    for value, kind in (
        ("case when orders_90d > 3 then 'often' end", "text"),
        ("orders_90d / 3", "number"),
        ("greatest(first_order_on, last_order_on)", "day"),
        ("orders_90d > 3", "truth"),
    ):
        assert read_tag({**entry, "value": value, "kind": kind}, kinds).text == value
        with pytest.raises(Malformed, match="field kind: got"):
            other = "text" if kind != "text" else "share"
            read_tag({**entry, "value": value, "kind": other}, kinds)
    with pytest.raises(Malformed, match="this is text; a number should stand here"):
        read_tag({**entry, "value": "category_top + 1"}, kinds)


def test_an_unknown_tag_is_told() -> None:
    with pytest.raises(Unknown):
        tag("no_such_tag")
