"""What the fields of a campaign's form say together."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from limner.act.campaign import CampaignPlan
from limner.console.campaign_form import Form, blank, days_of, field_of
from limner.core.errors import Malformed, Unknown

TODAY = date(2018, 1, 2)


@dataclass
class Held:
    value: Any
    error: str | None = field(default=None)


def form(**said: Any) -> Form:
    base = blank(TODAY) | {"first_language": "en"}
    made = Form(base)
    values = {
        **{k: base[k] for k in ("name", "offer", "no_control_because", "channel", "policy", "type",
                                "discount", "cost_per_contact", "budget", "starts_at", "ends_at",
                                "segment", "rule")},
        "margin": 30, "control_share": 20, "subject.en": "", "text.en": "", "subject.zh": "",
        "text.zh": "", **said,
    }  # fmt: skip
    made.fields = {name: Held(value) for name, value in values.items()}  # type: ignore[misc]
    return made


def plan(made: Form, is_tried: bool = False) -> CampaignPlan:
    document = made.document(is_tried)
    document.pop("first_language")
    return CampaignPlan.from_json(document, "America/New_York")


def test_a_filled_form_is_a_plan_with_shares_from_percentages() -> None:
    made = form(name=" Winter ", offer="5 off", **{"subject.zh": "您好", "text.zh": "优惠"})
    assert set(made.missing()) == set()
    found = plan(made)
    assert (found.name, found.margin, found.control_share) == ("Winter", 0.3, 0.2)
    assert list(found.templates) == ["zh"]
    assert days_of(found.as_json(), "America/New_York") == ("2018-01-02", "2018-01-16")


def test_an_empty_form_can_be_worked_out_but_says_what_is_missing() -> None:
    assert set(form().missing()) == {"name", "offer", "subject.en", "text.en"}
    assert plan(form(), is_tried=True).rule is None


def test_only_the_audience_that_is_chosen_counts() -> None:
    made = form(segment="stage:slipping", rule="orders_30d > 1")
    made.audience = "rule"
    tried = plan(made, is_tried=True)
    assert (tried.segment, tried.rule) == (None, "orders_30d > 1")


def test_no_control_group_needs_a_reason() -> None:
    assert "no_control_because" in form(control_share=0).missing()
    assert "no_control_because" not in form(control_share=0, no_control_because="law").missing()


def test_a_moment_that_was_not_changed_stays_as_it_was() -> None:
    made = form()
    made.base |= {"starts_at": "2018-01-02T15:30:00+00:00", "starts_at_shown": "2018-01-02"}
    assert made.document()["starts_at"] == "2018-01-02T15:30:00+00:00"


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (Malformed("campaign-malformed", "x", "margin"), "margin"),
        (Malformed("template-variable", "x", "templates.zh.text"), "text.zh"),
        (Unknown("rule-column", "x"), "rule"),
        (Unknown("segment-unknown", "x"), "segment"),
        (Malformed("other", "x"), ""),
    ],
)
def test_an_error_finds_its_field(error: Malformed, name: str) -> None:
    assert field_of(error) == name
