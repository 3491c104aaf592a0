"""Definitions as people keep them in files: YAML, read with the line of every field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from limner.core.errors import Malformed, Rejected

SECTIONS = {"tags": "tag", "segments": "segment"}
_ENDINGS = (".yaml", ".yml")
_LARGEST = 8 * 2**20  # bytes of one file


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition as it was written: `kind` is tag or segment, `lines` those of its fields."""

    kind: str
    code: str
    entry: Mapping[str, Any]
    file: str = ""
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)

    @property
    def place(self) -> str:
        """Where it stands, as `FILE, line N`; empty for one that came without a file."""
        return f"{self.file}, line {self.line}" if self.file else ""

    def wrong(self, error: Rejected) -> Rejected:
        """An error of this definition, with the file and the line in front."""
        if not self.file:
            return error
        line = self.lines.get(error.field, self.line)
        return type(error)(
            error.code, f"{self.file}, line {line}: {error.message}", error.field, error.place
        )


@dataclass(frozen=True, slots=True)
class Definitions:
    """All that some files define; `kinds`: those they have a list of, be it empty."""

    entries: tuple[Definition, ...]
    kinds: frozenset[str]


def read_definitions(paths: Iterable[Path]) -> Definitions:
    """The definitions of files, and of the YAML files of directories and of those below them.

    Raises: `Malformed` naming the file, the line, what was seen and what can stand there.
    """
    read = [read_text(_content(file), str(file)) for path in paths for file in _files(path)]
    found = tuple(one for each in read for one in each.entries)
    _check_once(found)
    return Definitions(found, frozenset().union(*(each.kinds for each in read)))


def read_text(text: str, file: str = "") -> Definitions:
    """The definitions of a YAML text: documents of `tags: [...]` and `segments: [...]`.

    Raises: as `read_definitions`.
    """
    try:
        loader = yaml.SafeLoader(text)
        found: list[Definition] = []
        kinds = set[str]()
        while loader.check_node():
            if (root := loader.get_node()) is not None:
                found += _definitions(loader, root, file, kinds)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        told = " ".join(filter(None, (error.context, error.problem)))
        raise Malformed(
            "definitions-yaml", f"{file or 'the text'}{line}: no YAML: {told}"
        ) from error
    except yaml.YAMLError as error:
        told = " ".join(str(error).split())
        raise Malformed("definitions-yaml", f"{file or 'the text'}: no YAML: {told}") from error
    except RecursionError as error:
        raise Malformed(
            "definitions-yaml", f"{file or 'the text'}: nested too deeply; take parts of it out"
        ) from error
    _check_once(found)
    return Definitions(tuple(found), frozenset(kinds))


def from_document(document: object) -> Definitions:
    """The definitions of a document such as `{"segments": [...]}` that came without a file.

    Raises: `Malformed` naming what was seen and what can stand there.
    """
    found: list[Definition] = []
    if not isinstance(document, Mapping):
        raise _shape("the document", document)
    for section, entries in document.items():
        if section not in SECTIONS:
            raise _section("the document", section)
        if not isinstance(entries, list):
            raise _entries("the document", section)
        for entry in entries:
            found.append(_definition(section, entry, "", 0, {}))
    _check_once(found)
    return Definitions(tuple(found), frozenset(SECTIONS[section] for section in document))


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise Malformed("definitions-file", f"there is no file or directory {path}")
    if not path.is_dir():
        return [path]
    files = sorted(
        file for file in path.rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file()
    )
    if not files:
        raise Malformed("definitions-file", f"{path} holds no .yaml or .yml file")
    return files


def _content(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            raise Malformed(
                "definitions-file", f"{file} has more than {_LARGEST:,} bytes; split it"
            )
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Malformed("definitions-file", f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Malformed("definitions-file", f"{file} is not text in UTF-8") from error


def _definitions(
    loader: yaml.SafeLoader, root: yaml.Node, file: str, kinds: set[str]
) -> Iterator[Definition]:
    """The definitions of one YAML document; `kinds` takes up which it has a list of."""
    where = f"{file or 'the text'}, line {root.start_mark.line + 1}"
    if not isinstance(root, yaml.MappingNode):
        raise _shape(where, loader.construct_document(root))
    for key, section in root.value:
        where = f"{file or 'the text'}, line {key.start_mark.line + 1}"
        if key.value not in SECTIONS:
            raise _section(where, key.value)
        kinds.add(SECTIONS[key.value])
        if not isinstance(section, yaml.SequenceNode):
            if loader.construct_document(section) is None:  # `segments:` and nothing below it
                continue
            raise _entries(where, key.value)
        for node in section.value:
            line = node.start_mark.line + 1
            lines = _lines(node, file)
            entry = _built(loader, node, file or "the text")
            yield _definition(key.value, entry, file or "the text", line, lines)


def _built(loader: yaml.SafeLoader, node: yaml.Node, file: str) -> object:
    """What a node says.

    Raises: `Malformed` for a value that looks like a day or a number and is none.
    """
    try:
        return loader.construct_document(node)
    except (ValueError, OverflowError) as error:
        raise Malformed(
            "definitions-yaml",
            f"{file}, line {node.start_mark.line + 1}: a value of this entry cannot be read: {error}; "
            "put it in 'quotes' if it is text",
        ) from error


def _lines(node: yaml.Node, file: str) -> dict[str, int]:
    """The line of each field of an entry.

    Raises: `Malformed` for a field that stands there twice: of which YAML would keep the last.
    """
    lines: dict[str, int] = {}
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        line = key.start_mark.line + 1
        if str(key.value) in lines:
            raise Malformed(
                "definition-twice",
                f"{file or 'the text'}, line {line}: field {key.value!r} stands there already, in line "
                f"{lines[str(key.value)]}; remove one",
            )
        lines[str(key.value)] = line
    return lines


def _definition(
    section: str, entry: object, file: str, line: int, lines: Mapping[str, int]
) -> Definition:
    where = f"{file}, line {line}: " if file else ""
    code = entry.get("code") if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or not isinstance(code, str):
        seen = "no code" if code is None else f"the code {code!r}, which YAML does not read as text"
        raise Malformed(
            "definition-code",
            f"{where}an entry of {section} has {seen}; write fields such as code: vip",
            "code",
        )
    return Definition(SECTIONS[section], code, entry, file, line, lines)


def _check_once(found: Iterable[Definition]) -> None:
    first: dict[tuple[str, str], Definition] = {}
    for one in found:
        other = first.setdefault((one.kind, one.code), one)
        if other is not one:
            told = f"{one.place}: " if one.file else ""
            there = f" ({other.place})" if other.file else ""
            raise Malformed(
                "definition-twice",
                f"{told}{one.kind} {one.code!r} is defined already{there}; keep one of the two",
                "code",
            )


def _shape(where: str, seen: object) -> Malformed:
    return Malformed(
        "definitions-shape",
        f"{where}: got {type(seen).__name__}; wanted lists under {' and '.join(SECTIONS)}",
    )


def _section(where: str, seen: object) -> Malformed:
    return Malformed(
        "definitions-shape", f"{where}: got {seen!r}; only {' and '.join(SECTIONS)} can stand here"
    )


def _entries(where: str, section: object) -> Malformed:
    return Malformed("definitions-shape", f"{where}: {section} is no list; write entries with - ")
