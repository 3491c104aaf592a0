"""A customer as known this second: by any identifier, on one timeline, without a build."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.small_shop import fill

from limner.app import Limner, person
from limner.understand.live import MILLION


@pytest.fixture
def shop(limner: Limner) -> Limner:
    fill(limner)
    return limner


def test_every_identifier_leads_to_todays_customer(shop: Limner) -> None:
    for asked in ("u1", "anon-1", "ann.li@shop.example", "138 0013 8000", "6222-0200-1234"):
        found = person.person(shop, asked, sees_personal=True)
        assert found is not None and found.customer_id == "u1", asked
    assert person.person(shop, "nobody", sees_personal=True) is None


def test_masked_eyes_neither_see_an_identifier_nor_find_somebody_by_it(shop: Limner) -> None:
    assert person.person(shop, "ann.li@shop.example") is None
    assert person.person(shop, "+8613800138000") is None
    assert person.person(shop, "622202001234") is None
    found = person.person(shop, "anon-1")
    assert found is not None
    told = str([card.value for card in found.identifiers])
    assert "ann.li" not in told and "13800138000" not in told and "622202001234" not in told
    assert person.search(shop, "ann.li") == []
    assert [one.shown_id for one in person.search(shop, "anon-1")] == ["u1"]


def test_what_holds_now_counts_all_devices_and_the_till(shop: Limner) -> None:
    found = person.person(shop, "u1", sees_personal=True)
    assert found is not None
    now = person.standing(shop, found.anchors, datetime.now(UTC))
    assert now.facts.orders == 2
    assert now.facts.revenue == {"USD": round(34.9 * MILLION)}
    assert "online" in {tag.tag for tag in now.tags}


def test_search_and_the_newest_find_who_has_no_portrait(shop: Limner) -> None:
    assert {one.href_id for one in person.newest(shop, True)} >= {"u1", "u5", "u9"}
    (found,) = [one for one in person.search(shop, "ANN.LI", True) if one.href_id == "u1"]
    assert found.kind == "email"
    assert person.search(shop, "  ", True) == []


def test_what_identify_calls_say_is_known_before_any_build_and_masked(shop: Limner) -> None:
    said = person.told_by_calls(shop, "u9", sees_personal=True)
    assert (said["name"].value, said["name"].source) == ("Li Ann", "shop")
    assert said["email"].value == "ann.li@shop.example"  # though the identifier is another's
    hidden = person.told_by_calls(shop, "u9")
    assert hidden["name"].value != "Li Ann" and "ann" not in hidden["email"].value
    assert person.told_by_calls(shop, "nobody") == {}
