"""Content: what exists is printed, what does not is named, and nothing is smuggled in."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.act.campaign import CampaignPlan, Template
from limner.act.content import Content, message_id_of
from limner.core.errors import Malformed
from limner.core.message import Message

COLUMNS = ("customer_id", "name", "email", "revenue_365d", "traits", "department_top")


def content(*, columns: tuple[str, ...] = COLUMNS, **templates: Template) -> Content:
    plan = CampaignPlan(
        name="Winter", offer="5 off", discount=5.0, templates=templates,
        starts_at=datetime(2017, 12, 1, 5, tzinfo=UTC), ends_at=datetime(2018, 1, 1, 5, tzinfo=UTC),
    )  # fmt: skip
    return Content(
        plan, columns, currency="USD", timezone="America/New_York", sender="shop@limner.example"
    )


def render(c: Content, **portrait: object) -> Message:
    return c.render("w-1", "ann", "ann@shop.example", portrait)


def english(subject: str = "s", text: str = "t", html: str | None = None) -> Content:
    return content(en=Template(subject, text, html))


def test_everything_that_is_given_can_be_printed() -> None:
    c = english(
        "{{ campaign.name }} for {{ customer.name }}",
        "{{ offer.text }}: {{ offer.discount }} {{ offer.currency }} until {{ offer.ends_on }}, "
        "{{ customer.revenue_365d }}, {{ unsubscribe_link }}",
    )
    made = render(c, name="Ann", revenue_365d=1234.567)
    assert made.subject == "Winter for Ann"
    assert made.text == (
        "5 off: 5 USD until 2017-12-31, 1234.57, "
        f"mailto:shop@limner.example?subject=unsubscribe%20{made.message_id}"
    )
    assert made.message_id == message_id_of("w-1", "ann", "outbox")


def test_an_empty_field_prints_as_nothing_or_its_default() -> None:
    c = english(text="[{{ customer.name }}][{{ customer.name | default: 'friend' }}]")
    assert render(c, name=None).text == "[][friend]"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{ customer.nmae }}", "customer.nmae"),
        ("{{ customer }}", "customer"),
        ("{{ customer.name.first }}", "customer.name.first"),
        ("{{ name }}", "name"),
        ("{{ offer.price }}", "offer.price"),
        ("{{ unsubscribe_link.x }}", "unsubscribe_link.x"),
        ("{% if customer.vip %}x{% endif %}", "customer.vip"),
        ("{% for p in customer.orders %}x{% endfor %}", "customer.orders"),
    ],
)
@pytest.mark.parametrize("place", ["subject", "text", "html"])
def test_an_unknown_variable_is_named_with_those_that_exist(
    place: str, text: str, named: str
) -> None:
    with pytest.raises(Malformed) as caught:
        english(**{place: text})  # before anything is rendered
    assert f"en.{place} uses {named}," in caught.value.message
    assert (
        "customer.name" in caught.value.message
        or "offer.text" in caught.value.message
        or ("customer, offer" in caught.value.message or "unsubscribe_link" in caught.value.message)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\nb {{ customer.name", "line 2"),
        ("{% nope %}", "nope"),
        ("{{ customer.name | nope }}", "nope"),
        ("{% if customer.name %}", "if"),
        ("{% include 'x' %}", "x"),
    ],
)
def test_a_broken_template_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(Malformed) as caught:
        render(english(text=text), name="Ann")
    assert said in caught.value.message


def test_an_endless_loop_ends() -> None:
    with pytest.raises(Malformed, match="rendered"):
        render(english(text="{% for i in (1..100000000) %}x{% endfor %}"))


def test_the_language_is_the_customers_if_there_is_a_template() -> None:
    c = content(en=Template("Hi", "t"), zh=Template("你好", "t"))
    assert render(c, traits='{"language": "zh-CN"}').subject == "你好"
    assert render(c, traits='{"language": "fr"}').subject == "Hi"
    assert render(c, traits=None).subject == "Hi"
    assert render(c, language="ZH_hans", traits='{"language": "en"}').subject == "你好"


def test_only_the_columns_that_are_used_are_asked_for() -> None:
    c = english("{{ customer.name }}", "{% if customer.revenue_365d > 3 %}x{% endif %}")
    assert c.columns == ("name", "revenue_365d", "traits")


def test_customers_data_is_no_template_and_no_markup() -> None:
    evil = "{{ campaign.name }}<script>alert(1)</script>"
    made = render(
        english("{{ customer.name }}", "{{ customer.name }}", "<b>{{ customer.name }}</b>"),
        name=evil,
    )
    assert made.text == evil
    assert made.html == ("<b>{{ campaign.name }}&lt;script&gt;alert(1)&lt;/script&gt;</b>")


@given(st.text())
def test_a_subject_is_one_line(name: str) -> None:
    made = render(english("Hi {{ customer.name }}!"), name=name)
    assert len(made.subject.splitlines()) == 1
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in made.subject)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_printable_text_passes_unchanged(name: str) -> None:
    assert render(english(text="{{ customer.name }}"), name=name).text == name
