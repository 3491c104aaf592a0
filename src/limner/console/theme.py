"""One neutral palette, one accent, and chart colours that colour-blind people tell apart.

Source of the categorical colours: Okabe & Ito (2008), Color Universal Design.
"""

from __future__ import annotations

from pathlib import Path

ACCENT = "#0A66A8"
INK = "#1B1F24"
MUTED = "#5C6670"
FAINT = "#6B747D"
LINE = "#E3E6E9"
GROUND = "#F6F7F8"
SURFACE = "#FFFFFF"

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, GREY = "#56B4E9", "#CC79A7", "#B8A500", "#9AA3AB"
SERIES = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, YELLOW, GREY)
# Light to dark in one hue, so that it also reads in grey.
SCALE = ("#EEF4F9", "#C6DDEE", "#8FBCDD", "#4E93C4", "#1C6CA6", "#0A3F6B")

FONTS = (
    'Roboto, "Segoe UI", "Helvetica Neue", Arial, "Noto Sans CJK SC", '
    '"Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Hiragino Sans GB", sans-serif'
)

FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    f'<rect width="32" height="32" rx="8" fill="{ACCENT}"/>'
    '<circle cx="16" cy="12.5" r="5" fill="none" stroke="#fff" stroke-width="2.4"/>'
    '<path d="M7 26c1.2-5 4.700-7.300 9-7.300s7.800 2.300 9 7.300" fill="none" stroke="#fff" '
    'stroke-width="2.400" stroke-linecap="round"/></svg>'
)

CSS = (Path(__file__).parent / "console.css").read_text(encoding="utf-8")


def stylesheet() -> str:
    """The console's style sheet with the palette as CSS variables."""
    names = {
        "accent": ACCENT, "ink": INK, "muted": MUTED, "faint": FAINT, "line": LINE,
        "ground": GROUND, "surface": SURFACE, "good": GREEN, "warn": ORANGE, "bad": VERMILION,
    }  # fmt: skip
    variables = ";".join(f"--{name}:{value}" for name, value in names.items())
    return f":root{{{variables};--fonts:{FONTS}}}\n{CSS}"
