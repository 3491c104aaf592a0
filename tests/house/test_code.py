"""The rules of the house that a reader of the code relies on."""

import ast
import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import limner

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "limner"
FILES = sorted(SOURCE.rglob("*.py"))
TRACKED = [
    ROOT / line
    for line in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.splitlines()
]  # fmt: skip


def short(file: Path) -> str:
    return str(file.relative_to(ROOT))


def modules() -> list[str]:
    # A migration's file begins with its number and is no module; `env` runs under Alembic only.
    found = pkgutil.walk_packages(limner.__path__, "limner.")
    return [one.name for one in found if ".migrations." not in one.name]


def test_the_import_rules_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("file", FILES, ids=short)
def test_a_file_is_about_one_thing(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400, "it is asking to be two"
    assert not re.search(r"util|helper|common|manager|^base$", file.stem), "name it for its thing"


@pytest.mark.parametrize("file", FILES, ids=short)
def test_everything_public_says_what_it_is(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or file.stem[:4].isdigit(), "the module has no docstring"
    public = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
    for holder in public:
        if getattr(holder, "name", "").startswith("_"):
            continue
        for node in holder.body:
            kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            if isinstance(node, kinds) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"line {node.lineno}: {node.name} has no docstring"


@pytest.mark.parametrize("name", modules())
def test_the_examples_in_docstrings_hold(name: str) -> None:
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


@pytest.mark.parametrize("file", FILES, ids=short)
def test_nothing_is_left_for_later(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError", text)


# The paths and words of the machines that people and programs develop on.
_ELSEWHERE = re.compile(
    r"/(?:work|root|home/[a-z]+|Users)/[a-z]|/tmp/(?!limner-out\.csv)[a-z]+/|\bissue #?\d|\bsub-?agent\b"
    r"|as an AI|language model wrote|\bthis session of (?:the|an) (?:agent|assistant)",
    re.IGNORECASE,
)


def test_the_project_speaks_of_itself_alone() -> None:
    assert TRACKED, "git does not list the project's files"
    found = []
    for file in TRACKED:
        if file.suffix not in {".py", ".md", ".toml", ".yaml", ".yml", ".css", ".sh", ""}:
            continue
        if file == Path(__file__) or file.name == "LICENSE" or not file.is_file():
            continue
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [
            f"{short(file)}:{at}: {line.strip()[:100]}"
            for at, line in enumerate(lines, 1)
            if _ELSEWHERE.search(line)
        ]
    assert found == []


def test_no_secret_is_in_the_repository() -> None:
    sign = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bghp_\w{30,}")
    for file in TRACKED:
        if file.is_file() and file != Path(__file__) and file.stat().st_size < 10**6:
            assert not sign.search(file.read_bytes().decode("utf-8", "replace")), short(file)


def test_every_error_code_is_of_one_kind_and_well_formed() -> None:
    sys.path.insert(0, str(ROOT))
    from docs.generate import raised

    kinds: dict[str, set[str]] = {}
    for code, kind, file in raised():
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", code), f"{code} in {file}"
        kinds.setdefault(code, set()).add(kind)
    assert {code: found for code, found in kinds.items() if len(found) > 1} == {}
