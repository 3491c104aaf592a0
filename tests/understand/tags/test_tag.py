from __future__ import annotations

import pytest

from limner.core.errors import Malformed, Unknown
from limner.core.words import LANGUAGES
from limner.understand.tags.source import PRODUCT_COLUMNS
from limner.understand.tags.tag import catalogue, read_catalogue, tag

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
  category: frequency
  unit: orders
  kind: count
  reads: orders
  measure: count
  days: 7
"""


def test_the_catalogue_has_the_tags_people_expect() -> None:
    assert set(PROMISED) <= {known.code for known in catalogue()}


@pytest.mark.parametrize("known", catalogue(), ids=lambda known: known.code)
def test_every_tag_explains_itself_in_both_languages(known) -> None:
    for language in LANGUAGES:
        sentence = known.rule_text(language)
        assert "{" not in sentence
        assert "None" not in sentence
        assert known.name.in_(language)
        assert known.description.in_(language)
        if known.days:
            assert str(known.days) in sentence
    assert known.name.en != known.name.zh
    assert not any(column in known.rule_text("zh").split() for column in PRODUCT_COLUMNS)


def test_a_sentence_says_what_the_definition_says() -> None:
    assert tag("orders_90d").rule_text("en") == "Number of orders in the last 90 days."
    assert tag("orders_90d").rule_text("zh") == "近90天订单的数量。"
    assert "units is at most 100" in tag("units_365d").rule_text("en")
    assert tag("units_mean").rule_text("zh") == "近365天购买件数除以近365天订单数。"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("orders_7d", "Orders 7"), "code"),
        (("measure: count", "measure: median"), "measure"),
        (("measure: count", "measure: sum"), "of"),
        (("reads: orders", "reads: clicks"), "reads"),
        (("reads: orders", "reads: trait"), "reads"),
        (("days: 7", "days: 0"), "days"),
        (("days: 7", "dayz: 7"), "dayz"),
        (("zh: 甲", "de: x"), "name"),
    ],
)
def test_a_wrong_definition_is_refused_by_field(change: tuple[str, str], field: str) -> None:
    with pytest.raises(Malformed, match=f"field {field}: got"):
        read_catalogue(ONE.replace(*change))


def test_a_rule_over_an_unknown_column_names_the_closest() -> None:
    with pytest.raises(Unknown, match="did you mean revenue"):
        read_catalogue(ONE + "  where: revnue > 3\n")
    with pytest.raises(Unknown):
        tag("no_such_tag")
