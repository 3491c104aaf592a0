"""The generated pages of docs/reference, written from the code: `make docs`.

`pages()` returns them without writing, so that a test can say when one is stale.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from dataclasses import MISSING, fields
from pathlib import Path

import pyarrow as pa
import typer
from typer.core import TyperCommand, TyperGroup

from limner.core import errors
from limner.core.settings import Settings
from limner.core.tables import TABLES

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Made by `make docs`; change the code, not this page. -->\n"


def pages() -> dict[str, str]:
    """The text of each page by its file's name."""
    made = {
        "settings": settings(),
        "tables": tables(),
        "commands": commands(),
        "errors": error_codes(),
        "tags": tags(),
    }
    return {f"{name}.md": NOTE + text for name, text in made.items()}


def settings() -> str:
    """Every setting with its default, from the docstring of `Settings`."""
    said = dict(re.findall(r"`(\w+)`: (.+?\.)(?=\n|$)", inspect.getdoc(Settings) or "", re.DOTALL))
    rows = [
        f"| {'' if field.name == 'home' else f'`{field.name}`'} | `LIMNER_{field.name.upper()}` | {_default(field.name)} | {_flat(said[field.name])} |"
        for field in fields(Settings)
    ]
    return (
        "# Settings\n\n"
        "None is needed to start. A setting comes from the environment, else from `limner.toml` in the home\n"
        "directory, else from its default. `limner doctor` says what is in force.\n\n"
        "| in `limner.toml` | in the environment | default | what it is |\n| --- | --- | --- | --- |\n"
        + "\n".join(rows)
        + "\n"
    )


def _default(name: str) -> str:
    made = {
        "home": "`--home`",
        "store_url": "SQLite in the home",
        "lake_url": "`lake` in the home",
        "log_url": "SQLite in the home",
    }
    field = next(field for field in fields(Settings) if field.name == name)
    if name in made:
        return made[name]
    return f"`{field.default}`" if field.default not in (MISSING, "") else "none"


def tables() -> str:
    """Every lake table with its columns."""
    parts = [
        "# Tables of the lake\n",
        "Read them with `limner sql`. A *fact* table grows and never repeats a key; a *snapshot* is replaced\n"
        "whole by each build. Times are UTC; money is in the row's currency.\n",
    ]
    for table in TABLES.values():
        shape = f"{table.kind}, key {', '.join(f'`{key}`' for key in table.key)}"
        if table.partition:
            shape += f", split into files by {', '.join(f'`{key}`' for key in table.partition)}"
        if table.is_open:
            shape += ", with further columns, one per tag"
        rows = "\n".join(f"| `{field.name}` | {_type(field.type)} |" for field in table.schema)
        parts.append(
            f"## `{table.name}` {table.words.zh}\n\n{table.words.en.capitalize()}. {shape.capitalize()}.\n\n"
            f"| column | type |\n| --- | --- |\n{rows}\n"
        )
    return "\n".join(parts)


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_type(kind.value_type)}"
    if pa.types.is_struct(kind):
        inner = (kind.field(at) for at in range(kind.num_fields))
        return "{" + ", ".join(f"`{field.name}` {_type(field.type)}" for field in inner) + "}"
    names = {"string": "text", "double": "number", "bool": "yes or no", "date32[day]": "day"}
    return "moment" if pa.types.is_timestamp(kind) else names.get(str(kind), "whole number")


def commands() -> str:
    """Every command with its arguments, options and example."""
    main = importlib.import_module("limner.cli.main")
    cli = typer.Typer(name="limner")
    for module in main.COMMANDS:
        importlib.import_module(f"limner.cli.{module}").register(cli)
    parts = ["# Commands\n"]
    for path, command in walk(typer.main.get_command(cli), ("limner",)):
        usage = " ".join([*path, *(f"{name}" for name in _arguments(command))])
        said = _flat_paragraphs(command.help or "")
        options = [
            f"| `{' / '.join([*option.opts, *option.secondary_opts])}` | {_flat(getattr(option, 'help', None) or '')} |"
            for option in command.params
            if option.param_type_name == "option" and "--help" not in option.opts
        ]
        table = "| option | what it does |\n| --- | --- |\n" + "\n".join(options) + "\n"
        parts.append(f"## `{usage}`\n\n{said}\n\n{table if options else ''}")
    return "\n".join(parts)


Command = TyperCommand | TyperGroup


def walk(command: Command, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Command]]:
    """Every command that does something, with the words that call it."""
    inner = getattr(command, "commands", None)
    if inner is None:
        return [(path, command)]
    return [found for name, one in sorted(inner.items()) for found in walk(one, (*path, name))]


def _arguments(command: Command) -> list[str]:
    return [
        str(one.name).upper() if one.required else f"[{str(one.name).upper()}]"
        for one in command.params
        if one.param_type_name == "argument"
    ]


def error_codes() -> str:
    """Every code that Limner raises, with the kind of error it is."""
    kinds = {
        name: kind
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, errors.LimnerError)
    }
    rows = [
        f"| `{code}` | {kind} | {kinds[kind].status} | {kinds[kind].exit_code} | {_room(file)} |"
        for code, kind, file in sorted(set(raised()))
    ]
    tree = (inspect.getdoc(errors) or "").split("\n\n")[1]
    return (
        "# Errors\n\n"
        "On the command line a failure is one line, `error CODE: what was seen, wanted, and to do`, and the exit\n"
        'code says whose it is; over HTTP it is `{"code": ..., "message": ...}`.\n\n'
        f"```text\n{inspect.cleandoc(tree)}\n```\n\n"
        "| code | kind | HTTP | exit | where |\n| --- | --- | --- | --- | --- |\n"
        + "\n".join(rows)
        + "\n"
    )


def raised() -> list[tuple[str, str, str]]:
    """(code, kind, file) of each error made anywhere in the package, read from its source."""
    kinds = {"Rejected", "Malformed", "Unknown", "Forbidden", "Busy", "Broken"}
    found = []
    for file in sorted((ROOT / "src" / "limner").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                code = node.args[0]
                if node.func.id in kinds and isinstance(code, ast.Constant):
                    found.append((str(code.value), node.func.id, str(file.relative_to(ROOT))))
    return found


def _room(file: str) -> str:
    parts = Path(file).parts
    return parts[2] if len(parts) > 3 else "limner"


def tags() -> str:
    """The catalogue of tags, in both languages."""
    from limner.understand.tags.tag import CATEGORIES, NATURES, TEMPOS, catalogue

    parts = [
        "# Tags\n",
        "The catalogue that comes with Limner. A definition is written in the\n"
        "[language of tags and segments](../how-to/write-a-definition.md).\n",
    ]
    head = "| code | name | what it says | definition | kind |\n| --- | --- | --- | --- | --- |\n"
    for category, words in CATEGORIES.items():
        rows = [
            f"| `{tag.code}` | {tag.name.en} {tag.name.zh} | {_flat(tag.description.en)}"
            f"<br>{_flat(tag.description.zh)} | {_flat(tag.rule_text('en'))}<br>`{_flat(tag.text)}` | "
            f"{NATURES[tag.nature].en}, {TEMPOS[tag.tempo].en} |"
            for tag in catalogue()
            if tag.category == category
        ]
        parts.append(f"## {words.en} {words.zh}\n\n{head}" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _flat_paragraphs(text: str) -> str:
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    return "\n\n".join(
        f"```console\n$ {part.removeprefix('Example: ')}\n```"
        if part.startswith("Example: ")
        else part
        for part in paragraphs
    )


if __name__ == "__main__":
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
        print(f"docs/reference/{name}")
