"""Addresses hold every state, and nobody is led away by one."""

from __future__ import annotations

from typing import cast

import pytest

from limner.app import Limner
from limner.console.numbers import Numbers
from limner.console.view import View, Viewer, address, local_path
from limner.core.words import Language, Words


def view(language: Language) -> View:
    viewer = Viewer(1, "ann", "viewer", language)
    return View(cast(Limner, None), viewer, language, Numbers(language), "/", {})


def test_an_address_encodes_its_parameters_and_ends_with_the_language() -> None:
    made = address("/customers", lang="zh", rule="a = 'b' and c > 1", q="", page=2)
    assert made == "/customers?rule=a%20%3D%20%27b%27%20and%20c%20%3E%201&page=2&lang=zh"
    assert address("/") == "/"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "",
     "/sign-in", "/sign-out", "/a\r\nSet-Cookie: x", "evil"],
)  # fmt: skip
def test_after_signing_in_one_stays_on_this_site(target: str) -> None:
    assert local_path(target) == "/"


def test_after_signing_in_one_goes_where_one_wanted() -> None:
    assert local_path("/customers?rule=a%20%3E%201") == "/customers?rule=a%20%3E%201"


def test_english_bends_by_the_number_and_chinese_needs_not() -> None:
    days = Words("{count:day|days} late, {count} in all", "晚了 {count} 天")
    assert view("en").say(days, count="1") == "1 day late, 1 in all"
    assert view("en").say(days, count="1,001") == "1,001 days late, 1,001 in all"
    assert view("en").say(days, count=0) == "0 days late, 0 in all"
    assert view("zh").say(days, count="1") == "晚了 1 天"
