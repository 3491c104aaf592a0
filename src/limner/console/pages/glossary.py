"""The glossary: what the words of the field mean here."""

from __future__ import annotations

from limner.console.parts import answer, box, card, text
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import glossary as words
from limner.core.words import LANGUAGES


def read(view: View) -> bool:
    """The glossary needs nothing from the lake."""
    return True


def draw(view: View, document: bool) -> None:
    """Draw the page: each term in both languages, its meaning in the reader's."""
    answer(view, frame_words.GLOSSARY, view.say(words.ANSWER))
    other = next(language for language in LANGUAGES if language != view.language)
    with card(view), box("lm-pairs").style("row-gap: 14px"):
        for term, meaning in words.TERMS:
            with box():
                text(view.say(term)).style("color: var(--ink); font-weight: 600")
                if term.in_(other) != view.say(term):
                    text(term.in_(other), "lm-quiet").props["lang"] = (
                        "zh-CN" if other == "zh" else "en"
                    )
            text(view.say(meaning))


PAGE = Page("/glossary", "glossary", frame_words.GLOSSARY, "reports.read", read, draw)
