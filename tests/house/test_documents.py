"""Documents are part of the product: their links lead somewhere, their code runs, nothing is stale."""

import re
import shlex
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from docs import generate  # noqa: E402

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def short(file: Path) -> str:
    return str(file.relative_to(ROOT))


def blocks(language: str) -> list[tuple[Path, str]]:
    return [
        (file, code)
        for file in DOCUMENTS
        for kind, code in BLOCK.findall(file.read_text(encoding="utf-8"))
        if kind == language
    ]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return generate.pages()


@pytest.mark.parametrize("name", ["settings", "tables", "commands", "errors", "tags"])
def test_the_reference_is_what_the_code_says(pages: dict[str, str], name: str) -> None:
    written = (generate.REFERENCE / f"{name}.md").read_text(encoding="utf-8")
    assert written == pages[f"{name}.md"], "run `make docs`"


@pytest.mark.parametrize("file", DOCUMENTS, ids=short)
def test_links_and_pictures_are_there(file: Path) -> None:
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            assert (file.parent / target.split("#")[0]).exists(), f"{target} is not there"


@pytest.mark.parametrize("file", sorted({file for file, _ in blocks("python")}), ids=short)
def test_python_in_documents_runs(file: Path, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "example"}  # a page's blocks go on where the one before ended
    for of, code in blocks("python"):
        if of == file:
            exec(compile(code, short(file), "exec"), names)


def known_commands() -> set[tuple[str, ...]]:
    import importlib

    import typer

    main = importlib.import_module("limner.cli.main")
    cli = typer.Typer(name="limner")
    for module in main.COMMANDS:
        importlib.import_module(f"limner.cli.{module}").register(cli)
    return {path for path, _ in generate.walk(typer.main.get_command(cli), ("limner",))}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("language", ["console", "sh", "bash", "shell"])
def test_commands_in_documents_exist(language: str) -> None:
    commands, targets = known_commands(), make_targets()
    for file, code in blocks(language):
        for line in code.replace("\\\n", " ").splitlines():
            line = line.removeprefix("$ ").strip()
            if line.startswith("limner "):
                words = tuple(shlex.split(line, comments=True))
                assert words[:2] in commands or words[:3] in commands, f"{short(file)}: {line}"
            elif line.startswith("make "):
                names = [w for w in line.split("#")[0].split()[1:] if "=" not in w]
                assert set(names) <= targets, f"{short(file)}: {line}"


def test_every_command_explains_itself_with_an_example() -> None:
    import importlib

    import typer

    main = importlib.import_module("limner.cli.main")
    cli = typer.Typer(name="limner")
    for module in main.COMMANDS:
        importlib.import_module(f"limner.cli.{module}").register(cli)
    for path, command in generate.walk(typer.main.get_command(cli), ("limner",)):
        assert command.help, path
        example = re.search(r"Example: (limner [^\n]+)", command.help)
        assert example, f"{' '.join(path)} --help has no `Example: ` line"
        assert tuple(shlex.split(example[1]))[: len(path)] == path
        spoken = {name for option in command.params for name in option.opts}
        assert path[-1] == "serve" or "--json" in spoken, f"{path} says nothing to scripts"
        for option in command.params:
            if option.param_type_name == "option" and "--help" not in option.opts:
                assert getattr(option, "help", None), f"{path}: {option.opts} is not explained"


def test_the_glossary_is_in_both_languages() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    terms = [row for row in rows if row[0] not in ("English", "---")]
    assert len(terms) >= 40
    for en, zh, meaning_en, meaning_zh in terms:
        assert re.search(r"[A-Za-z]", en) and re.search(r"[A-Za-z]", meaning_en)
        assert re.search(r"[\u4e00-\u9fff]", meaning_zh), f"{en} is not explained in Chinese"
        assert zh
    assert len({row[0] for row in terms}) == len(terms)
    assert [row[0].lower() for row in terms] == sorted(row[0].lower() for row in terms)
