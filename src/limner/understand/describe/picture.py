"""The portrait picture of a persona: a bust within a wheel whose spokes are the group's figures.

A spoke is as long as members are often above one of the others; the dashed ring is half and half.
The arcs around the bust are the group's share of customers and of revenue.  Drawn as SVG from the
figures alone: no font, image or script from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin
from typing import Any
from xml.sax.saxutils import escape

from limner.core.words import Language, Words

Document = dict[str, Any]
_INK, _MUTED, _LINE, _BLUE, _GREY, _ORANGE = (
    "#1B1F24", "#5C6670", "#E3E6E9", "#0072B2", "#9AA3AB", "#E69F00",
)  # fmt: skip
_INNER, _OUTER = 74.0, 146.0
_X, _Y = 230.0, 190.0
_CUSTOMERS = Words("of customers", "占客户")
_REVENUE = Words("of revenue", "占消费额")


def picture(card: Document, language: Language) -> str:
    """The picture of a persona as a whole SVG document."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 400" role="img" '
        'font-family="Roboto, Segoe UI, Helvetica Neue, Arial, Noto Sans CJK SC, Noto Sans SC, '
        'PingFang SC, Microsoft YaHei, sans-serif" font-size="13">'
    ]
    parts += _spokes(card["spokes"], language)
    parts += _arcs(card["share"], card.get("share_of_revenue"))
    parts += [
        f'<circle cx="{_X}" cy="{_Y - 12}" r="17" fill="none" stroke="{_BLUE}" stroke-width="5"/>',
        f'<path d="M{_X - 32} {_Y + 36}c4-17 16-25 32-25s28 8 32 25" fill="none" stroke="{_BLUE}" '
        'stroke-width="5" stroke-linecap="round"/>',
    ]
    parts += _legend(card["share"], card.get("share_of_revenue"), language)
    return "".join([*parts, "</svg>"])


def _spokes(spokes: Sequence[Document], language: Language) -> list[str]:
    middle = (_INNER + _OUTER) / 2
    drawn = [
        f'<circle cx="{_X}" cy="{_Y}" r="{_OUTER}" fill="none" stroke="{_LINE}"/>',
        f'<circle cx="{_X}" cy="{_Y}" r="{middle}" fill="none" stroke="{_GREY}" stroke-dasharray="3 4"/>',
    ]
    for place, spoke in enumerate(spokes):
        angle = -pi / 2 + 2 * pi * place / len(spokes)
        end = _INNER + (_OUTER - _INNER) * min(max(spoke["above"], 0.0), 1.0)
        color = (_BLUE if spoke["above"] >= 0.5 else _ORANGE) if spoke["is_significant"] else _GREY
        (x1, y1), (x2, y2), (x3, y3) = (_at(angle, r) for r in (_INNER, end, _OUTER + 14))
        anchor = "middle" if abs(cos(angle)) < 0.3 else "start" if cos(angle) > 0 else "end"
        drawn += [
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{color}" stroke-width="15"/>',
            f'<text x="{x3}" y="{y3 + 4:.1f}" text-anchor="{anchor}" fill="{_INK}">'
            f"{escape(spoke[language])}</text>",
        ]
    return drawn


def _arcs(of_customers: float, of_revenue: float | None) -> list[str]:
    drawn = [f'<circle cx="{_X}" cy="{_Y}" r="66" fill="none" stroke="{_LINE}" stroke-width="6"/>',
             f'<circle cx="{_X}" cy="{_Y}" r="57" fill="none" stroke="{_LINE}" stroke-width="6"/>']  # fmt: skip
    for radius, share, color in ((66, of_customers, _GREY), (57, of_revenue, _BLUE)):
        if not share or share <= 0:
            continue
        round_ = 2 * pi * radius
        filled = round_ * min(share, 1.0)
        drawn.append(
            f'<circle cx="{_X}" cy="{_Y}" r="{radius}" fill="none" stroke="{color}" stroke-width="6" '
            f'stroke-dasharray="{filled:.1f} {round_:.1f}" transform="rotate(-90 {_X} {_Y})"/>'
        )
    return drawn


def _legend(of_customers: float, of_revenue: float | None, language: Language) -> list[str]:
    drawn = []
    shares = ((90, _GREY, of_customers, _CUSTOMERS), (250, _BLUE, of_revenue, _REVENUE))
    for x, color, share, words in shares:
        if share is not None:
            told = (
                f"{share:.0%} {words.in_(language)}"
                if language == "en"
                else f"{words.in_(language)} {share:.0%}"
            )
            drawn += [
                f'<rect x="{x}" y="378" width="14" height="8" rx="2" fill="{color}"/>',
                f'<text x="{x + 20}" y="386" fill="{_MUTED}">{escape(told)}</text>',
            ]
    return drawn


def _at(angle: float, radius: float) -> tuple[float, float]:
    return round(_X + radius * cos(angle), 1), round(_Y + radius * sin(angle), 1)
