"""The demo's twenty lines come from a build's figures, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from limner.app import Limner
from limner.app.reading import report
from limner.app.story import story


def test_an_empty_installation_has_no_story(limner: Limner) -> None:
    assert story(limner) == []


def test_the_retail_year_is_told_in_about_twenty_lines_of_its_own_figures(
    retail_home: Path,
) -> None:
    limner = Limner.open(retail_home)
    lines = story(limner)
    overview = report(limner, "overview")
    assert overview is not None
    assert 15 <= len(lines) <= 22
    assert f"{overview['customers']:,}" in lines[0].en
    assert f"{overview['customers']:,}" in lines[0].zh
    for line in lines:
        assert re.search("[\u4e00-\u9fff]", line.zh), line.zh
        assert not re.search("[\u4e00-\u9fff]", line.en), line.en
    # What was not randomised is never told without its warning.
    assert any("not randomised" in line.en for line in lines)
