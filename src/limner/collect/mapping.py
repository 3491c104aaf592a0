"""The mapping file: which column of a source is what.

kind: order_lines
source: till
timezone: Asia/Shanghai      # of times that name no zone
currency: CNY                # of amounts whose row names none
columns:
  order_id: 订单号            # a column of the file
  revenue: {sql: 单价 * 数量}   # computed from columns of the file
  channel: {value: pos}      # the same for every row
traits: [会员等级]            # kept as text in JSON; {level: 会员等级} renames
repeats: keep                # keep | drop rows that say exactly the same
day_first: false             # whether 03/04/2024 is the third of April
decimal_comma: false         # whether 1.000,50 is a thousand and a half
clean:                       # rules for a column's values; see collect.clean
  手机: [trim, {phone: CN}]
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import yaml

from limner.collect.clean import Clauses, Reading, parse_clauses
from limner.collect.expression import check_expression
from limner.collect.fields import KINDS, WHO, Kind, kind
from limner.core.clock import zone
from limner.core.errors import Malformed
from limner.core.money import Money
from limner.core.tables import table

_KEYS = (
    "kind", "source", "timezone", "currency", "columns", "traits", "repeats", "day_first",
    "decimal_comma", "clean",
)  # fmt: skip
# What tells people, orders and events apart is never made up.
_TELLING = {*WHO, "record_id", "order_id", "event_id"}


@dataclass(frozen=True, slots=True)
class From:
    """Where a field comes from: a column, an expression over columns, or one value for all rows."""

    column: str | None = None
    sql: str | None = None
    value: str | None = None

    def as_plain(self) -> str | dict[str, str]:
        """As it is written in a mapping file."""
        if self.column is not None:
            return self.column
        return {"sql": self.sql} if self.sql is not None else {"value": self.value or ""}


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns of a source mean."""

    kind: str
    source: str
    columns: MappingOf[str, From]
    timezone: str = "UTC"
    currency: str = "USD"
    traits: MappingOf[str, str] = field(default_factory=dict)
    repeats: Literal["keep", "drop"] = "keep"
    day_first: bool = False
    decimal_comma: bool = False
    clean: Clauses = field(default_factory=dict)

    @property
    def of(self) -> Kind:
        """The kind this is a mapping of."""
        return kind(self.kind)

    @property
    def reading(self) -> Reading:
        """How values are read: what the cleaning rules need to know of the mapping."""
        return Reading(self.currency, self.day_first, self.decimal_comma)

    @property
    def called(self) -> dict[str, str]:
        """What each column says, by the name under which the lake has it: a field, else a trait."""
        names = {column: name for name, column in self.traits.items()}
        for name, origin in self.columns.items():
            if origin.column is not None:
                names[origin.column] = name
        return names

    @property
    def guessed(self) -> dict[str, str]:
        """The names of values that rules may fill or cap, with how they do."""
        found: dict[str, str] = {}
        for column, clauses in self.clean.items():
            guessing = [clause.step for clause in clauses if clause.is_guessing]
            if guessing:
                found[self.called.get(column, column)] = guessing[-1].how  # type: ignore[union-attr]
        return found

    def as_plain(self) -> dict[str, object]:
        """The mapping as it is written in a file."""
        clean = {
            column: [clause.as_plain() for clause in clauses]
            for column, clauses in self.clean.items()
        }
        return {
            "kind": self.kind,
            "source": self.source,
            "timezone": self.timezone,
            "currency": self.currency,
            "columns": {name: origin.as_plain() for name, origin in self.columns.items()},
            "traits": list(self.traits)
            if all(k == v for k, v in self.traits.items())
            else dict(self.traits),
            "repeats": self.repeats,
            "day_first": self.day_first,
            "decimal_comma": self.decimal_comma,
            **({"clean": clean} if clean else {}),
        }

    def check_columns(self, available: Sequence[str], where: str) -> None:
        """Make sure that the source has every column that the mapping speaks of.

        Raises: `Malformed` naming the field, the column that is not there and those that are.
        """
        for name, origin in self.columns.items():
            if origin.column is not None and origin.column not in available:
                raise _no_column(f"columns.{name}", origin.column, available, where)
            if origin.sql is not None:
                for used in check_expression(origin.sql, f"columns.{name}"):
                    if used not in available:
                        raise _no_column(f"columns.{name}", used, available, where)
        for trait in self.traits.values():
            if trait not in available:
                raise _no_column("traits", trait, available, where)
        for column, clauses in self.clean.items():
            for used in dict.fromkeys(name for clause in clauses for name in clause.columns):
                if used not in available:
                    raise _no_column(f"clean.{column}", used, available, where)


def parse_mapping(document: object, where: str) -> Mapping:
    """The mapping of a document as read from YAML or JSON; `where` names it in errors.

    Raises: `Malformed` naming the key, what it says and what it may say.
    """
    if not isinstance(document, dict):
        raise Malformed(
            "mapping-malformed", f"{where} is not a mapping file: it wants `kind:` and `columns:`"
        )
    for key in document:
        if key not in _KEYS:
            raise Malformed(
                "mapping-key", f"{where}: {key!r} is not a key; there are {', '.join(_KEYS)}"
            )
    if (name := document.get("kind")) not in KINDS:
        raise Malformed("mapping-kind", f"{where}: kind is {name!r}; it may be {', '.join(KINDS)}")
    if not isinstance(source := document.get("source"), str) or not source.strip():
        raise Malformed(
            "mapping-source", f"{where}: source is {source!r}; write a name such as till"
        )
    columns = document.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise Malformed(
            "mapping-columns", f"{where}: columns is {columns!r}; write `field: column` lines"
        )
    chosen = kind(str(name))
    fields = [each.name for each in chosen.fields]
    for each in columns:
        if each not in fields:
            close = difflib.get_close_matches(str(each), fields, 1)
            hint = f"; did you mean {close[0]}?" if close else f"; it has {', '.join(fields)}"
            raise Malformed("mapping-field", f"{where}: {chosen.name} has no field {each!r}{hint}")
    mapping = Mapping(
        kind=chosen.name,
        source=source.strip(),
        columns={key: _origin(value, f"{where}: columns.{key}") for key, value in columns.items()},
        timezone=_string(document, "timezone", "UTC", where),
        currency=_string(document, "currency", "USD", where),
        traits=_traits(document.get("traits") or [], where),
        repeats=_repeats(document.get("repeats", "keep"), where),
        day_first=_flag(document, "day_first", where),
        decimal_comma=_flag(document, "decimal_comma", where),
    )
    zone(mapping.timezone)
    Money.of(0, mapping.currency)
    check_complete(mapping, where)
    return with_clean(mapping, document.get("clean"), where)


def with_clean(mapping: Mapping, document: object, where: str) -> Mapping:
    """The mapping with the cleaning rules of a document beside its own, column by column.

    Raises: `Malformed` when a rule says something wrong, or would make up what tells people apart.
    """
    clauses = parse_clauses(document, f"{where}: clean", mapping.reading)
    cleaned = replace(mapping, clean={**mapping.clean, **clauses})
    telling = {*_TELLING, *table(mapping.of.table).key}
    for name, how in cleaned.guessed.items():
        if name in telling:
            raise Malformed(
                "clean-rule",
                f"{where}: {name} tells one from another, so no rule may put a value there ({how});"
                " leave it missing",
            )
    return cleaned


def check_complete(mapping: Mapping, where: str) -> None:
    """Make sure that a mapping says all that its kind needs.

    Raises: `Malformed` naming what is missing.
    """
    for name in mapping.of.required:
        if name not in mapping.columns:
            words = mapping.of.field(name).words
            raise Malformed(
                "mapping-incomplete",
                f"{where}: {mapping.kind} needs {name} ({words.en}, {words.zh}); say which column it is",
            )
    for group in mapping.of.any_of:
        if not any(name in mapping.columns for name in group):
            raise Malformed(
                "mapping-incomplete",
                f"{where}: {mapping.kind} needs one of {', '.join(group)}; say which column it is",
            )


def load_mapping(path: Path, source: str | None = None) -> Mapping:
    """The mapping in a YAML file; `source` takes the place of the one that the file names, if any.

    Raises: `Malformed` when the file is missing, is not YAML or says something wrong.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise Malformed("mapping-missing", f"there is no mapping file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed("mapping-unreadable", f"{path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        seen = " ".join(str(error).split())
        raise Malformed("mapping-malformed", f"{path} is not YAML: {seen}") from error
    if source is not None and isinstance(document, dict):
        document = {**document, "source": source}
    return parse_mapping(document, path.name)


def dump_mapping(mapping: Mapping) -> str:
    """A mapping as YAML that `load_mapping` reads back as the same."""
    return yaml.safe_dump(mapping.as_plain(), allow_unicode=True, sort_keys=False)


def renamed(mapping: Mapping, source: str) -> Mapping:
    """The same mapping for another source."""
    return replace(mapping, source=source)


def _origin(value: object, where: str) -> From:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return From(column=str(value))
    if isinstance(value, dict) and len(value) == 1:
        ((key, said),) = value.items()
        if key == "column":
            return From(column=str(said))
        if key == "sql" and isinstance(said, str):
            check_expression(said, where)
            return From(sql=said)
        if key == "value":
            return From(value=str(said).lower() if isinstance(said, bool) else str(said))
    raise Malformed(
        "mapping-column",
        f"{where} is {value!r}; write a column name, {{sql: expression}} or {{value: text}}",
    )


def _string(document: dict[str, object], key: str, default: str, where: str) -> str:
    value = document.get(key, default)
    if not isinstance(value, str):
        raise Malformed(
            "mapping-value", f"{where}: {key} is {value!r}; write a text such as {default}"
        )
    return value


def _traits(value: object, where: str) -> dict[str, str]:
    if isinstance(value, list):
        return {str(each): str(each) for each in value}
    if isinstance(value, dict):
        return {str(name): str(column) for name, column in value.items()}
    raise Malformed("mapping-traits", f"{where}: traits is {value!r}; write a list of column names")


def _repeats(value: object, where: str) -> Literal["keep", "drop"]:
    if value == "keep":
        return "keep"
    if value == "drop":
        return "drop"
    raise Malformed("mapping-repeats", f"{where}: repeats is {value!r}; it may be keep or drop")


def _flag(document: dict[str, object], key: str, where: str) -> bool:
    value = document.get(key, False)
    if not isinstance(value, bool):
        code = f"mapping-{key.replace('_', '-')}"
        raise Malformed(code, f"{where}: {key} is {value!r}; it may be true or false")
    return value


def _no_column(key: str, column: str, available: Sequence[str], where: str) -> Malformed:
    close = difflib.get_close_matches(column, available, 1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    return Malformed(
        "mapping-no-column",
        f"the mapping's {key} is column {column!r}, which {where} does not have{hint};"
        f" it has {', '.join(available)}",
    )
