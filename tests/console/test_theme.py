"""Text can be read: contrast of 4.5 to 1 by WCAG 2.2, success criterion 1.4.3 (AA)."""

from __future__ import annotations

import pytest

from limner.console import theme


def light(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", [theme.SURFACE, theme.GROUND, "#E8F1F8"])
@pytest.mark.parametrize("ink", [theme.INK, theme.MUTED, theme.ACCENT])
def test_text_stands_out_from_every_ground_it_is_put_on(ink: str, ground: str) -> None:
    low, high = sorted((light(ink), light(ground)))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_what_is_written_into_empty_fields_can_be_read() -> None:
    assert (light(theme.SURFACE) + 0.05) / (light(theme.FAINT) + 0.05) >= 4.5
