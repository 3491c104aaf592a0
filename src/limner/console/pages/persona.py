"""The persona card of a segment: one page to print, made from its figures by rules."""

from __future__ import annotations

from nicegui import ui

from limner.app.described import persona_of
from limner.console.described_parts import demand_asked, segment_path
from limner.console.form_parts import action
from limner.console.parts import box, link, say_note, text
from limner.console.persona_card import Card, as_source, card_of
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import described as words

# On paper: the card alone, on one page, whatever the names and the rule are like.
_PRINT = """@media print { @page { size: A4; margin: 12mm } .lm-no-print { display: none !important }
  .lm-page { padding: 0; max-width: none } body { print-color-adjust: exact }
  body, .q-layout, .q-page, .nicegui-content { background: #fff !important; min-height: 0 !important }
  .lm-persona { border: 0 !important; border-radius: 0 !important; box-shadow: none !important; padding: 0 !important; margin: 0 !important; font-size: 13px; break-after: avoid }
  .lm-persona .lm-two { grid-template-columns: repeat(2, minmax(0, 1fr)); break-inside: avoid }
  .lm-persona .lm-answer { font-size: 21px; margin-bottom: 12px }
  .lm-persona .lm-figures { grid-template-columns: repeat(5, minmax(0, 1fr)); margin-bottom: 14px }
  .lm-persona .lm-figure { padding: 8px 10px } .lm-persona .lm-figure-value { font-size: 17px; line-height: 24px }
  .lm-persona .lm-title, .lm-persona .lm-answer, .lm-persona-foot { display: -webkit-box; -webkit-box-orient: vertical; overflow: hidden }
  .lm-persona .lm-title { -webkit-line-clamp: 3 } .lm-persona .lm-answer { -webkit-line-clamp: 5 } .lm-persona-foot { -webkit-line-clamp: 5 } }"""


def read(view: View) -> Card | None:
    """The card of the segment that the address names; None before the first build.

    Raises: `Unknown` when there is no such segment.
    """
    if view.as_of is None:
        return None
    demand_asked(view)
    return card_of(view, persona_of(view.limner, view.param("code")))


def draw(view: View, card: Card) -> None:
    """Draw the page."""
    ui.add_css(_PRINT, shared=False)
    code = view.param("code")
    with box("lm-crumb lm-no-print"):
        link(card.name, view.href(segment_path(code)), icon="arrow_back")
    with box("lm-row lm-no-print").style("margin-bottom: 16px"):
        action(view.say(words.PRINT), lambda: ui.run_javascript("window.print()"), icon="o_print",
               is_primary=True)  # fmt: skip
        file = link(
            view.say(words.DOWNLOAD),
            view.href("/export/persona.html", code=code),
            "lm-button",
            "download",
        )
        file.props("download")
    with box("lm-card lm-persona", tag="section"):
        with box("lm-two").style("align-items: center; margin-bottom: 8px"):
            with box():
                text(card.name, "lm-title")
                text(card.sentence, "lm-answer", tag="h1")
                text(card.size)
                if card.note:
                    say_note(card.note)
            if card.picture:
                image = ui.element("img").style(
                    "width: 100%; max-width: 420px; justify-self: center"
                )
                image.props["src"] = as_source(card)
                image.props["alt"] = card.picture_says
        if card.picture:
            text(card.picture_says, "lm-quiet").style("margin-bottom: 12px")
        if card.figures:
            with box("lm-figures"):
                for label, value, base in card.figures:
                    with box("lm-figure"):
                        text(label, "lm-figure-label")
                        text(value, "lm-figure-value")
                        text(base, "lm-figure-note")
        with box("lm-two").style("margin-bottom: 0"):
            for title, lines in card.sections:
                with box(tag="section"):
                    text(title, "lm-card-title", tag="h2")
                    with box(tag="ul").style("margin: 4px 0 8px; padding-left: 18px"):
                        for line, why in lines:
                            with box(tag="li").style("overflow-wrap: anywhere; margin-bottom: 4px"):
                                text(line)
                                if why:
                                    text(why, "lm-quiet")
        text(card.foot, "lm-quiet lm-break lm-persona-foot")


PAGE = Page("/segments/{code}/card", "segments", words.CARD, "reports.read", read, draw)
