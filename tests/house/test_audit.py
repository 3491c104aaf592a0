"""Whatever the code writes into the audit is told in words, in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from limner.console.words.settings import ACTIONS

SOURCE = Path(__file__).parents[2] / "src" / "limner"
FILES = [
    file
    for file in sorted(SOURCE.rglob("*.py"))
    if "words" not in file.parts and re.search(r"audit|deed", file.read_text(encoding="utf-8"))
]
# A noun and what happened to it; permissions and steps of progress end otherwise.
_DEED = re.compile(r"[a-z_]+\.([a-z_]*ed|set|made|sent|sending|signed_in|signed_out)")
_PLACE = {"entry": 1, "audited": 1, "record": 2}  # of the action among a writer's arguments


def actions(tree: ast.Module) -> Iterator[str]:
    """The actions that a file writes, also those that a writer gets under a name."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and _DEED.fullmatch(node.value)
        ):
            yield node.value


def patched_together(tree: ast.Module) -> Iterator[int]:
    """The lines on which an action is made of pieces, so that nobody finds it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            said = node.args[_PLACE.get(called, 0) :] if called in _PLACE else []
            if said and isinstance(said[0], ast.JoinedStr):
                yield node.lineno


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {
        str(file.relative_to(SOURCE)): ast.parse(file.read_text(encoding="utf-8")) for file in FILES
    }


def test_every_action_has_words_in_both_languages(trees: dict[str, ast.Module]) -> None:
    found = {action: name for name, tree in trees.items() for action in actions(tree)}
    assert {"tag.corrected", "tag.retired", "segment.applied", "user.signed_in"} <= found.keys()
    missing = {action: name for action, name in found.items() if action not in ACTIONS}
    assert not missing, "these need words in console/words/settings.py"
    assert set(ACTIONS) <= found.keys(), "words for what nobody writes"
    assert all(words.en and words.zh and words.en != words.zh for words in ACTIONS.values())


def test_actions_are_written_out(trees: dict[str, ast.Module]) -> None:
    assert {name: lines for name, tree in trees.items() if (lines := list(patched_together(tree)))} == {}  # fmt: skip
