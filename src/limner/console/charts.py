"""What every chart shares: type, colours, axes and figures in the reader's own way of writing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from limner.console.numbers import LOCALES
from limner.console.theme import FONTS, INK, LINE, MUTED
from limner.core.words import Language

Options = dict[str, Any]
# A tooltip that a function writes is markup to ECharts; names from the data go through this first.
ESCAPED = "s => String(s).replace(/[&<>\"']/g, c => '&#' + c.charCodeAt(0) + ';')"


@dataclass(frozen=True, slots=True)
class Look:
    """In which language and currency a chart writes its figures."""

    language: Language
    currency: str = "USD"

    def formatter(self, kind: str) -> str:
        """A JavaScript function that writes a `count`, `money`, `share` or `decimal`.

        It is made of our own constants only; no value from the data ever becomes script.
        """
        kinds: dict[str, dict[str, Any]] = {
            "count": {"maximumFractionDigits": 0},
            "decimal": {"maximumFractionDigits": 2},
            "money": {"style": "currency", "currency": self.currency, "maximumFractionDigits": 0},
            "short_money": {"style": "currency", "currency": self.currency, "notation": "compact"},
            "share": {"style": "percent", "maximumFractionDigits": 1},
        }
        locale = LOCALES[self.language].replace("_", "-")
        made = f"new Intl.NumberFormat({json.dumps(locale)}, {json.dumps(kinds[kind])})"
        return f"(f => v => v == null || v === '-' ? '–' : f.format(v))({made})"


def frame(**parts: Any) -> Options:
    """Options with the console's type and margins, ready for axes and series."""
    return {
        "textStyle": {"fontFamily": FONTS, "color": INK},
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 24, "bottom": 8, "containLabel": True},
        "tooltip": {
            "confine": True,
            "backgroundColor": "#fff",
            "borderColor": LINE,
            "textStyle": {"color": INK, "fontSize": 12.5},
            "axisPointer": {"lineStyle": {"color": MUTED}},
        },
        **parts,
    }


def value_axis(look: Look, kind: str, **more: Any) -> Options:
    """An axis of figures."""
    return {
        "type": "value",
        "axisLabel": {"color": MUTED, ":formatter": look.formatter(kind), "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": LINE}},
        "nameTextStyle": {"color": MUTED},
        **more,
    }


def category_axis(names: list[str], **more: Any) -> Options:
    """An axis of names."""
    return {
        "type": "category",
        "data": names,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": LINE}},
        "axisLabel": {"color": MUTED},
        **more,
    }


def legend(**more: Any) -> Options:
    """A legend at the top left."""
    return {
        "type": "scroll", "top": 0, "left": 0, "itemWidth": 14, "itemHeight": 8, "textStyle": {"color": MUTED},
        "icon": "roundRect", **more,
    }  # fmt: skip


def whiskers(points: list[tuple[Any, Any, Any, bool]]) -> list[list[Any]]:
    """Points of one broken line that draws an interval for each of (place, low, high, is_across)."""
    line: list[list[Any]] = []
    for place, low, high, is_across in points:
        ends = [[low, place], [high, place]] if is_across else [[place, low], [place, high]]
        line += [*ends, ["-", "-"]]
    return line
