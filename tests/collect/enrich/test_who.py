"""Whose event it is: identifiers in normal form, surest first; what names nobody is left out."""

from typing import Any

import pytest

from limner.collect.enrich.who import Sighting, Who
from limner.unify.normalise import KINDS

WHO = Who(KINDS)
ANON = "507f191e-810c-4197-9d2b-1e5a0c3b7f11"


def read(type: str = "track", context: Any = None, said: Any = None, **item: Any) -> tuple[Sighting, list[str]]:  # fmt: skip
    notes: list[str] = []
    return WHO.read(type, item, context or {}, said or {}, notes), notes


def test_the_surest_stands_first_and_each_once() -> None:
    found, notes = read(
        anonymousId=ANON,
        userId="u1",
        said={"email": " Ann@Shop.EXAMPLE ", "会员卡号": "8800 1234", "name": "Ann"},
        context={"traits": {"email": "ann@shop.example", "phone": "138 0013 8000"}},
    )
    assert found.pairs == (
        ("user_id", "u1"), ("loyalty_card", "88001234"), ("email", "ann@shop.example"),
        ("phone", "+8613800138000"), ("anonymous_id", ANON),
    )  # fmt: skip
    assert (found.user_id, found.anonymous_id, notes) == ("u1", ANON, [])


@pytest.mark.parametrize("written", [42, 42.0, "42", " 42 ", "４２"])
def test_a_number_is_its_text(written: object) -> None:
    assert read(userId=written)[0].pairs == (("user_id", "42"),)


@pytest.mark.parametrize("written", ["null", "undefined", "0000", "N/A", "未知", True, False, [], {}, "x" * 301, "00000000-0000-0000-0000-000000000000", "a\x00b", 10**400])  # fmt: skip
def test_what_names_nobody_is_left_out_and_noted(written: object) -> None:
    found, notes = read(userId=written, anonymousId=ANON)
    assert found.pairs == (("anonymous_id", ANON),)
    assert [n.split(":")[0] for n in notes] == ["identifier-void"]


@pytest.mark.parametrize("written", [None, ""])
def test_nothing_is_no_doubt(written: object) -> None:
    assert read(userId=written, anonymousId=ANON)[1] == []


def test_a_wrong_number_is_not_repeated_in_notes() -> None:
    _, notes = read(userId="u1", said={"phone": "1380013800", "email": "ann@nowhere"})
    assert sorted(notes) == ["identifier-void: email", "identifier-void: phone"]


def test_an_alias_proposes_that_two_are_one() -> None:
    assert read("alias", userId="u1", previousId=ANON)[0].pairs == (
        ("user_id", "u1"), ("anonymous_id", ANON),
    )  # fmt: skip
    assert read("alias", userId="new", previousId="old")[0].pairs == (
        ("user_id", "new"), ("user_id", "old"),
    )  # fmt: skip
    device = read("alias", userId="u1", anonymousId="dev7", previousId="dev7")[0]
    assert device.pairs == (("user_id", "u1"), ("anonymous_id", "dev7"))


def test_a_merge_names_its_people_itself() -> None:
    merged = [{"type": "email", "value": "a@shop.example"}, {"type": "mobile", "value": "13800138000"}, 7]  # fmt: skip
    assert read("alias", mergeProperties=merged)[0].pairs == (
        ("email", "a@shop.example"), ("phone", "+8613800138000"),
    )  # fmt: skip


def test_ids_of_other_systems_are_kept_apart_by_their_type() -> None:
    external = [
        {"id": "oAbc", "type": "unionid", "collection": "users", "encoding": "none"},
        {"id": "5f4dcc3b5aa765d61d8327deb882cf99", "type": "email", "encoding": "md5"},
        {"id": "g1", "type": "company", "collection": "accounts"},
        {"id": "ann@shop.example", "type": "email"},
    ]
    found, notes = read(context={"externalIds": external})
    assert found.pairs == (("email", "ann@shop.example"), ("anonymous_id", "unionid:oAbc"))
    assert found.anonymous_id == "unionid:oAbc" and notes == []


def test_the_traits_of_a_group_are_nobodys() -> None:
    assert read("group", userId="u1", said={"email": "info@firm.example"})[0].pairs == (
        ("user_id", "u1"),
    )


def test_a_till_says_its_card_in_the_context() -> None:
    assert read(context={"loyalty_card": "88-01"})[0].pairs == (("loyalty_card", "8801"),)


def test_a_property_names_the_user_only_where_nothing_else_does() -> None:
    assert read(said={"user_id": "u9"})[0].user_id == "u9"
    assert read(anonymousId=ANON, said={"user_id": "friend"})[0].user_id is None
