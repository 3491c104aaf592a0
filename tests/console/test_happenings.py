"""Events in sentences: readable in both languages, silent about what a role may not see."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from limner.app import Limner
from limner.console.happenings import icon_of, kind_of, page_of, sentence
from limner.console.numbers import Numbers
from limner.console.view import View, Viewer
from limner.console.words import happenings as words
from limner.core.words import Language


def view(language: Language = "en", role: str = "owner") -> View:
    viewer = Viewer(1, "ann", role, language)
    return View(cast(Limner, None), viewer, language, Numbers(language, "USD"), "/", {})


def row(event: str | None = None, type_: str = "track", **more: Any) -> dict[str, Any]:
    properties = json.dumps(more.pop("properties", {}))
    return {"type": type_, "event": event, "properties": properties, **more}


MUG = {"product_id": "p1", "name": "Blue mug"}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Bought Blue mug and 1 more for €25.00"),
        ("zh", "购买了 Blue mug 及另外 1 件，实付 €25.00"),
    ],
)
def test_an_order_tells_goods_and_amount_in_its_own_currency(language: Language, said: str) -> None:
    order = row("Order Completed", products=[MUG, {"product_id": "p2", "name": None}], revenue=25.0, currency="EUR")  # fmt: skip
    assert sentence(view(language), order) == said


def test_an_order_without_an_amount_does_not_show_a_dash_for_it() -> None:
    assert (
        sentence(view(), row("Order Completed", products=[MUG], revenue=None)) == "Bought Blue mug"
    )


def test_an_event_of_ones_own_is_told_by_its_name_and_a_broken_one_as_broken() -> None:
    assert sentence(view(), row("Tea Tasted")) == "Tea Tasted"
    assert sentence(view(), row(None, "trak")) == "An event that could not be read (trak)"
    assert sentence(view(), row("Product Viewed") | {"properties": "{"}) == "Looked at something"


def test_masked_eyes_see_neither_what_was_searched_nor_titles_nor_addresses() -> None:
    eyes = view(role="viewer")
    searched = row("Products Searched", properties={"query": "ann@shop.example"})
    assert "ann@" not in sentence(eyes, searched)
    page = row(None, "page", properties={"title": "Ann's orders"},
               page_url="https://shop.example/u/ann@shop.example?mail=ann@shop.example")  # fmt: skip
    assert "ann@" not in sentence(eyes, page) and "Ann" not in sentence(eyes, page)
    assert sentence(view(), page) == "Looked at Ann's orders"
    assert "ann@" not in sentence(eyes, row(None, "identify", user_id="ann@shop.example"))


def test_a_page_is_called_by_its_path_without_what_is_asked_for() -> None:
    assert page_of(view(), row(None, "page", page_url="https://x.example/a/b?token=1")) == "/a/b"


@pytest.mark.parametrize("event", [*words.EVENTS, *words.TYPES])
def test_every_event_with_a_sentence_has_a_kind_and_an_icon(event: str) -> None:
    told = row(None, event) if event in words.TYPES else row(event)
    assert kind_of(told) in words.KINDS and kind_of(told) != "other"
    assert icon_of(told).startswith("o_")
    for language in ("en", "zh"):
        assert "{" not in sentence(view(language), told)
