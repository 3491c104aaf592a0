"""The card as one file: whole, escaped, and needing nothing from elsewhere."""

from __future__ import annotations

import re
from datetime import date
from typing import cast

import pytest

from limner.app import Limner
from limner.console.numbers import Numbers
from limner.console.persona_card import Card, _like, as_html, card_of
from limner.console.view import View, Viewer
from limner.core.words import Language, Words
from limner.understand.describe.persona import persona
from limner.understand.describe.picture import picture

EVIL = "</style><script>alert(1)</script><img src=x onerror=alert(1)>"
DESCRIPTION = {
    "state": "fine", "note_en": "", "note_zh": "", "customers": 120, "share": 0.2, "figures": [], "habits": None,
    "tags": [
        {"code": code, "name_en": code, "name_zh": code, "category": code, "kind": "number", "is_number": True,
         "effect": effect, "size": "large", "is_significant": is_sure, "mean": 3.0, "mean_base": 2.0, "values": []}
        for code, effect, is_sure in (("orders_365d", 0.6, True), ("discount_share", -0.5, True), ("weekend_share", 0.9, False))
    ],
}  # fmt: skip


def test_only_what_is_sure_becomes_a_line() -> None:
    card = persona(DESCRIPTION, Words("They", "他们"))
    assert [trait["code"] for trait in card["traits"]] == ["orders_365d", "discount_share"]
    assert {line["code"] for line in card["say"]} == {"orders_365d", "discount_share"}
    assert card["sentence_en"] == "Frequent and full-price shoppers."
    assert card["sentence_zh"] == "高频、不挑折扣的客户。"
    spoke = next(s for s in card["spokes"] if s["code"] == "orders_365d")
    assert spoke["above"] == pytest.approx(0.8)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_file_is_whole_and_nothing_in_it_becomes_markup(language: Language) -> None:
    told = persona(DESCRIPTION, Words(EVIL, EVIL)) | {"share_of_revenue": 0.4}
    card = Card(EVIL, EVIL, EVIL, EVIL, picture(told, language), EVIL,
                ((EVIL, EVIL, EVIL),), ((EVIL, ((EVIL, EVIL),)),), EVIL)  # fmt: skip
    html = as_html(card, language)
    assert "<script" not in html
    assert "<img src=x" not in html
    assert not re.search(r"(?:src|href)=\"(?!data:image/svg\+xml;base64,)", html)
    assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in html
    assert "@media print" in html


def test_the_picture_draws_a_spoke_for_each_figure_and_escapes_names() -> None:
    card = persona(DESCRIPTION, Words("They", "他们"))
    card["spokes"][0]["en"] = EVIL
    drawn = picture(card, "en")
    assert drawn.count("<line") == len(card["spokes"]) == 3
    assert "<script" not in drawn


def test_too_few_to_describe_have_a_card_with_the_reason_and_nothing_that_sounds_sure() -> None:
    note = {"state": "tiny", "note_en": "Too few.", "note_zh": "人数太少。", "tags": []}
    told = persona(DESCRIPTION | note, Words("They", "他们")) | {
        "as_of": date(2017, 12, 31),
        "rule": "a = 1",
    }
    view = View(cast("Limner", None), Viewer(1, "a", "owner", "en"), "en", Numbers("en"), "/", {})
    card = card_of(view, told)
    assert card.sentence == "Too few."
    assert (card.picture, card.sections, card.note) == ("", (), "")
    html = as_html(card, "en")
    assert "<img" not in html
    assert "no trait sets them apart" not in html


def test_a_favourite_is_told_as_one() -> None:
    view = View(cast("Limner", None), Viewer(1, "a", "owner", "en"), "en", Numbers("en"), "/", {})
    like = {"value": "WINE", "tgi": 255.0, "share": 0.03, "of_en": "favourite category"}
    assert (
        _like(view, like | {"is_favourite": True})
        == "WINE: favourite category of 3.0% of them, index 255"
    )
    assert (
        _like(view, like | {"is_favourite": False, "of_en": "sales"})
        == "WINE: 3.0% of sales, index 255"
    )
