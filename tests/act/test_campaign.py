"""A campaign's plan: every field is checked, and says what is wanted."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import yaml

from limner.act.campaign import CampaignPlan, Template
from limner.core.errors import Malformed

DOCUMENT = {
    "name": "Winter 冬季",
    "rule": "recency_days > 30",
    "offer": "5 off",
    "discount": 5,
    "cost_per_contact": 0.5,
    "margin": 0.25,
    "budget": 500,
    "control_share": 0.2,
    "starts_at": "2017-12-01",
    "ends_at": "2017-12-31",
    "templates": {"en": {"subject": "Hi", "text": "Hello"}, "zh": {"subject": "你好", "text": "您好"}},
    "seed": 7,
}  # fmt: skip
ZONE = "America/New_York"


def test_days_are_business_days() -> None:
    plan = CampaignPlan.from_json(DOCUMENT, ZONE)
    assert plan.starts_at == datetime(2017, 12, 1, 5, tzinfo=UTC)
    assert plan.ends_at == datetime(2018, 1, 1, 5, tzinfo=UTC)
    as_yaml = yaml.safe_load(yaml.safe_dump(DOCUMENT | {"starts_at": date(2017, 12, 1)}))
    assert CampaignPlan.from_json(as_yaml, ZONE) == plan


def test_a_moment_without_a_zone_is_the_business_zones() -> None:
    plan = CampaignPlan.from_json(DOCUMENT | {"starts_at": "2017-12-01T10:00"}, ZONE)
    assert plan.starts_at == datetime(2017, 12, 1, 15, tzinfo=UTC)


def test_a_plan_survives_json() -> None:
    plan = CampaignPlan.from_json(DOCUMENT, ZONE)
    assert CampaignPlan.from_json(json.loads(json.dumps(plan.as_json()))) == plan


def test_templates_cannot_be_changed_behind_the_plans_back() -> None:
    templates = {"en": Template("s", "t")}
    plan = replace(CampaignPlan.from_json(DOCUMENT, ZONE), templates=templates)
    templates["zh"] = Template("x", "y")
    assert list(plan.templates) == ["en"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "some text"),
        ("name", 5, "quotes"),
        ("name", "x" * 201, "at most 200"),
        ("offer", None, "cannot be left out"),
        ("segment", "rfm:champions", "one of the two"),
        ("rule", " ", "left out for everyone"),
        ("discount", "5 USD", "without a unit"),
        ("discount", -1, "at least 0"),
        ("cost_per_contact", float("nan"), "at least 0"),
        ("margin", 30, "at most 1"),
        ("budget", True, "number"),
        ("control_share", 0.95, "at most 0.9"),
        ("control_share", 0, "no_control_because"),
        ("starts_at", "tomorrow", "2017-12-01"),
        ("starts_at", "2018-01-05", "after starts_at"),
        ("templates", {}, "at least one language"),
        ("templates", "Hello", "subject"),
        ("templates", {"de": {"subject": "a", "text": "b"}}, "en, zh"),
        ("templates", {"en": {"subject": "a"}}, "templates.en.text"),
        ("templates", {"en": {"subject": "a", "text": " "}}, "templates.en.text"),
        ("templates", {"en": {"subject": "a", "text": "b", "html": 3}}, "templates.en.html"),
        ("templates", {"en": {"subject": "a", "text": "b", "body": "c"}}, "html"),
        ("seed", 1.5, "whole number"),
        ("budjet", 5, "budget"),
    ],
)
def test_what_is_wrong_is_named(field: str, value: object, said: str) -> None:
    with pytest.raises(Malformed) as caught:
        CampaignPlan.from_json(DOCUMENT | {field: value}, ZONE)
    assert field in caught.value.message
    assert said in caught.value.message


@pytest.mark.parametrize("document", [None, "Winter", ["a"], 3])
def test_what_is_no_campaign_is_refused(document: object) -> None:
    with pytest.raises(Malformed, match="list of fields"):
        CampaignPlan.from_json(document)


def test_no_control_group_with_a_reason() -> None:
    more = {"control_share": 0, "no_control_because": "a recall notice must reach everyone"}
    assert CampaignPlan.from_json(DOCUMENT | more).control_share == 0
