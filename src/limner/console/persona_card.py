"""A persona card as plain texts in one language: for the page, and as one file that stands alone."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from typing import Any

from limner.console.names import channel_name, pick, shown
from limner.console.theme import FONTS, INK, LINE, MUTED
from limner.console.view import View
from limner.console.words import described as words
from limner.understand.describe.picture import picture

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card: texts only, and the picture as SVG.

    Of too few to describe there is the note alone: no picture, no sections.
    """

    name: str
    sentence: str
    size: str
    note: str
    picture: str
    picture_says: str
    figures: tuple[tuple[str, str, str], ...]  # label, value, that of everybody
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]  # title, lines with their reasons
    foot: str


def card_of(view: View, persona: Document) -> Card:
    """The card of a persona in the viewer's language."""
    write = view.numbers
    figures = [
        (
            view.say(words.FIGURES[one["code"], one["how"]]),
            shown(view, _kind(one["code"]), one["value"]),
            view.say(words.AVERAGE, value=shown(view, _kind(one["code"]), one["base"])),
        )
        for one in persona["figures"]
    ]
    told = {
        "name": pick(view, persona, "name"), "customers": write.count(persona["customers"]),
        "share": write.share(persona["share"]),
    }  # fmt: skip
    brings = persona["share_of_revenue"]
    size = (
        view.say(words.ANSWER_PLAIN, **told) if brings is None
        else view.say(words.ANSWER, **told, revenue=write.share(brings))
    )  # fmt: skip
    foot = view.say(words.FOOT, day=write.day(persona["as_of"]), rule=persona["rule"])
    if not persona["spokes"]:
        note = pick(view, persona, "note") or pick(view, persona, "sentence")
        return Card(told["name"], note, size, "", "", "", tuple(figures), (), foot)
    nothing = ((view.say(words.NOTHING_SURE), ""),)
    return Card(
        told["name"], pick(view, persona, "sentence"), size, pick(view, persona, "note"),
        picture(persona, view.language), view.say(words.PORTRAIT), tuple(figures),
        (
            (view.say(words.LIKES), tuple((_like(view, one), "") for one in persona["likes"]) or nothing),
            (view.say(words.WHEN), tuple((line, "") for line in _when(view, persona)) or nothing),
            (view.say(words.SAY), _advice(view, persona["say"]) or nothing),
            (view.say(words.AVOID), _advice(view, persona["avoid"]) or nothing),
        ),
        foot,
    )  # fmt: skip


def as_html(card: Card, language: str) -> str:
    """The card as one HTML file that needs nothing else; every text is escaped."""
    code = "zh-CN" if language == "zh" else "en"
    figures = "".join(
        f"<div><span>{escape(label)}</span><b>{escape(value)}</b><small>{escape(base)}</small></div>"
        for label, value, base in card.figures
    )
    sections = "".join(
        f"<section><h2>{escape(title)}</h2><ul>"
        + "".join(
            f"<li>{escape(line)}" + (f"<small>{escape(why)}</small>" if why else "") + "</li>"
            for line, why in lines
        )
        + "</ul></section>"
        for title, lines in card.sections
    )
    note = f"<p class=note>{escape(card.note)}</p>" if card.note else ""
    drawn = f'<img alt="{escape(card.picture_says, quote=True)}" src="{as_source(card)}">'
    return (
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(card.name)}</title><style>{_CSS}</style></head><body><main>"
        f"<header><div><h1>{escape(card.name)}</h1><p class=lead>{escape(card.sentence)}</p>"
        f"<p>{escape(card.size)}</p>{note}</div>"
        f"{drawn if card.picture else ''}</header>"
        + (f"<div class=figures>{figures}</div>" if figures else "")
        + f"<div class=parts>{sections}</div>"
        f"<footer>{escape(card.foot)}</footer></main></body></html>"
    )


def as_source(card: Card) -> str:
    """The picture as the source of an image, in which no script can run."""
    return "data:image/svg+xml;base64," + base64.b64encode(card.picture.encode()).decode()


def _like(view: View, one: Document) -> str:
    return view.say(
        words.LIKE_MOST if one["is_favourite"] else words.LIKE, value=one["value"],
        tgi=view.numbers.count(one["tgi"]), share=view.numbers.share(one["share"]),
        of=pick(view, one, "of"),
    )  # fmt: skip


def _when(view: View, persona: Document) -> list[str]:
    write, found = view.numbers, []
    when = persona["when"]
    if when:
        day = write.weekdays("wide")[when["weekday"]]
        for label, key, named in (
            (words.WHEN_DAY, "weekday", {"day": day}),
            (words.WHEN_HOUR, "hour", {"hour": f"{when['hour']:02d}:00"}),
        ):
            found.append(
                view.say(label, **named, share=write.share(when[f"{key}_share"]),
                         base=write.share(when[f"{key}_base"]))
            )  # fmt: skip
        evening = when["evening"]
        found.append(
            view.say(words.WHEN_EVENING, share=write.share(evening["share"]),
                     base=write.share(evening["share_base"]))
        )  # fmt: skip
    for place in persona["where"]:
        value = channel_name(view, place["value"]) if place["kind"] == "channel" else place["value"]
        found.append(
            view.say(words.WHERE_TOP, value=value, share=write.share(place["share"]),
                     base=write.share(place["share_base"]))
        )  # fmt: skip
    return found


def _advice(view: View, lines: list[Document]) -> tuple[tuple[str, str], ...]:
    found = []
    for line in lines:
        because = view.say(
            words.BECAUSE, name=pick(view, line, "name"), mean=shown(view, line["kind"], line["mean"]),
            base=shown(view, line["kind"], line["mean_base"]),
        )  # fmt: skip
        found.append((line[view.language], because))
    return tuple(found)


def _kind(code: str) -> str:
    return "money" if code in ("revenue_365d", "basket_mean") else "number"


_CSS = f"""
*{{box-sizing:border-box}} body{{margin:0;font:14px/1.5 {FONTS};color:{INK};background:#fff}}
main{{max-width:900px;margin:0 auto;padding:28px}} h1{{font-size:26px;line-height:1.3;margin:0 0 4px;overflow-wrap:anywhere}} h1,.lead{{text-wrap:balance}}
h2{{font-size:14px;margin:0 0 4px}} p{{margin:0 0 6px}} .lead{{font-size:17px}} small,footer{{color:{MUTED};font-size:12px}}
header{{display:flex;gap:24px;justify-content:space-between;align-items:center;flex-wrap:wrap}}
header div{{flex:1 1 260px}} header img{{width:min(100%,400px)}} .note{{border-left:3px solid #E69F00;padding-left:10px}}
.figures{{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:1px;border:1px solid {LINE};margin:12px 0;overflow:hidden}}
.figures div{{padding:8px 12px;box-shadow:0 0 0 1px {LINE};overflow-wrap:anywhere}} .figures span,.figures small{{display:block;color:{MUTED};font-size:12px}}
.figures b{{font-size:18px}} .parts{{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:16px 28px}}
ul{{margin:0;padding-left:18px}} li{{overflow-wrap:anywhere}} li small{{display:block}} footer{{margin-top:16px;overflow-wrap:anywhere}}
@media print{{@page{{size:A4;margin:12mm}} main{{padding:0;max-width:none}} body{{font-size:13px;print-color-adjust:exact}} header img{{width:300px}}
.figures,.parts section{{break-inside:avoid}} .figures{{grid-template-columns:repeat(5,minmax(0,1fr))}} .figures b{{font-size:16px}} .parts{{grid-template-columns:repeat(2,minmax(0,1fr))}}
h1,.lead,footer{{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:5;overflow:hidden}} h1{{-webkit-line-clamp:3}}}}
"""
