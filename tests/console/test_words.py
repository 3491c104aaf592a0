"""Both languages are complete, and no page says anything that is not in the words."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import limner.console
from limner.core.words import Words

ROOT = Path(limner.console.__file__).parent
MODULES = sorted(path.stem for path in (ROOT / "words").glob("*.py") if path.stem != "__init__")
CHINESE = re.compile("[\u4e00-\u9fff]")
# Names that are the same in Chinese texts of the field.
SAME = {"Limner", "CSV", "Excel", "Parquet", "RFM", "AUC", "ROI", "ARI", "–"}


def every_words(module: str) -> Iterator[Words]:
    def within(value: object) -> Iterator[Words]:
        if isinstance(value, Words):
            yield value
        elif isinstance(value, dict):
            for one in value.values():
                yield from within(one)
        elif isinstance(value, tuple | list):
            for one in value:
                yield from within(one)

    loaded = importlib.import_module(f"limner.console.words.{module}")
    for value in vars(loaded).values():
        yield from within(value)


@pytest.mark.parametrize("module", MODULES)
def test_every_sentence_is_there_in_both_languages_with_the_same_braces(module: str) -> None:
    found = list(every_words(module))
    assert found
    for words in found:
        assert words.en.strip() and words.zh.strip()
        assert not CHINESE.search(words.en), words.en
        fields = [
            {name for _, name, _, _ in Formatter().parse(text) if name}
            for text in (words.en, words.zh)
        ]
        assert fields[0] == fields[1], words
        bare = re.sub(r"\{\w+\}|[\W\d_]", "", words.zh)
        if words.en not in SAME and bare and words.en != words.zh:
            assert CHINESE.search(words.zh), words.zh


SOURCES = [
    *sorted((ROOT / "pages").glob("*.py")),
    *(path for path in sorted(ROOT.glob("*.py")) if path.stem != "__init__"),
]
SAYS = {
    "text",
    "link",
    "answer",
    "card",
    "say_note",
    "nothing",
    "Column",
    "label",
    "tooltip",
    "notify",
}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_page_has_a_sentence_of_its_own(source: Path) -> None:
    """What goes to the screen comes from `view.say` or from data, never from a literal."""
    for call in (n for n in ast.walk(ast.parse(source.read_text())) if isinstance(n, ast.Call)):
        name = (
            call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        )
        if name not in SAYS:
            continue
        shown = (
            call.args[1:2]
            if name == "Column"
            else call.args[:1]
            if name in ("text", "link")
            else call.args
        )
        for argument in shown:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                looks_like_words = re.search(
                    r"[A-Za-z]{2,} [A-Za-z]{2,}|^[A-Z][a-z]{2,}$", argument.value
                )
                assert not looks_like_words, f"{source.name}:{call.lineno} says {argument.value!r}"
