"""What a campaign would do, told without doing it."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest
from tests.app.test_campaigns import NOON, PEOPLE, PLAN, shop

from limner.act.campaign import Template
from limner.app import Limner
from limner.app.campaigns import campaign_id_of, campaign_outlook, draft_campaign, plan_campaign
from limner.app.foresight import audience_size, foresee, preview
from limner.core.errors import Malformed, Rejected

__all__ = ["shop"]
ID = campaign_id_of(PLAN.name)


def test_what_is_foreseen_is_what_planning_then_decides(shop: Limner) -> None:
    foreseen = foresee(shop, ID, PLAN, NOON)
    assert shop.lake.version("decisions") is None  # nothing was written
    draft_campaign(shop, PLAN, "ann", NOON)
    planned = plan_campaign(shop, PLAN.name, NOON)
    assert (foreseen["contacts"], foreseen["controls"]) == (planned["contact"], planned["control"])
    assert foreseen["audience"] == PEOPLE
    assert foreseen["refused"] == 22  # 20 never agreed, one suppressed, one without an address
    assert foreseen["expected_cost"] == planned["expected_cost"] > 0
    again = campaign_outlook(shop, PLAN.name)
    for name in ("contacts", "controls", "expected_profit", "detectable_effect", "base_rate"):
        assert again[name] == pytest.approx(planned[name])


def test_hindsight_is_refused_before_anything_is_decided(shop: Limner) -> None:
    shop.lake.replace(
        "reports", pa.table({"report": ["x"], "as_of": [date(2018, 1, 1)], "body": ["{}"]})
    )
    with pytest.raises(Rejected) as refused:
        foresee(shop, ID, PLAN, NOON)
    assert refused.value.code == "campaign-hindsight"


def test_an_audience_is_counted_with_those_who_may_not_be_written_to(shop: Limner) -> None:
    assert audience_size(shop, PLAN) == PEOPLE
    assert audience_size(shop, replace(PLAN, rule="lifecycle_stage = 'slipping'")) == 100


def test_a_preview_goes_round_the_audience_and_masks_what_may_not_be_seen(shop: Limner) -> None:
    few = replace(PLAN, rule="customer_id in ('c001', 'c003')")
    ids = [preview(shop, ID, few, "en", place, True) for place in range(3)]
    assert [m.customer_id for m in ids if m] == ["c001", "c003", "c001"]
    assert ids[0] is not None
    assert (ids[0].subject, ids[0].to) == ("Hi Name 1", "c001@shop.example")
    masked = preview(shop, ID, few, "en", 0, False)
    assert masked is not None
    assert "Name 1" not in masked.subject
    assert masked.to != "c001@shop.example"
    assert preview(shop, ID, replace(PLAN, rule="basket_mean > 9999"), "en") is None


def test_a_preview_is_in_the_language_asked_for(shop: Limner) -> None:
    both = replace(PLAN, templates={"en": Template("Hi", "en"), "zh": Template("您好", "zh")})
    shown = preview(shop, ID, both, "zh")
    assert shown is not None and shown.subject == "您好"


@pytest.mark.parametrize(
    ("template", "field"),
    [
        (Template("{{ customer.nme }}", "x"), "templates.en.subject"),
        (Template("x", "{% if %}"), "templates.en.text"),
    ],
)
def test_a_mistake_in_a_template_names_its_field(
    shop: Limner, template: Template, field: str
) -> None:
    with pytest.raises(Malformed) as wrong:
        preview(shop, ID, replace(PLAN, templates={"en": template}), "en")
    assert wrong.value.field == field


def test_a_bad_figure_names_its_field() -> None:
    with pytest.raises(Malformed) as wrong:
        replace(PLAN, margin=2.0)
    assert wrong.value.field == "margin"
    with pytest.raises(Malformed) as bare:
        replace(PLAN, control_share=0.0)
    assert bare.value.field == "control_share"
