"""Lists of customers that people upload: read in any shape, matched against who is known."""

from __future__ import annotations

import csv
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import ibis
import pyarrow as pa
from openpyxl import load_workbook
from sqlalchemy import select as sql_select

from limner.app.identity.reading import resolve_all
from limner.app.limner import Limner
from limner.collect.readers.source import existing, not_a
from limner.collect.readers.text import open_text
from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.event import stable_id
from limner.govern.audit import entry
from limner.store.models import CustomerList
from limner.unify import normalise
from limner.unify.nodes import Key

MIXED = "mixed"
KINDS = ("email", "phone", "user_id", "loyalty_card", MIXED)
# What a column of these is called, in lower case, as people head them.
_HEADS = {
    "email": ("email", "e-mail", "mail", "email address", "邮箱", "电子邮箱", "邮件"),
    "phone": ("phone", "mobile", "telephone", "tel", "cell", "手机", "手机号", "电话", "联系电话"),
    "user_id": ("customer_id", "user_id", "id", "customer", "member_id", "客户id", "用户id", "会员id", "客户编号"),
    "loyalty_card": ("loyalty_card", "card", "card_number", "card number", "卡号", "会员卡号"),
}  # fmt: skip
_ALL_HEADS = frozenset(head for heads in _HEADS.values() for head in heads)
_LONGEST_NAME = 200
_MOST_ROWS = 5_000_000


@dataclass(frozen=True, slots=True)
class ListCard:
    """What is known of a list; `known`: how many of its rows are a customer's."""

    list: str
    name: str
    kind: str
    rows: int
    known: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What came of an upload: rows read, of which `rows` are distinct and identify somebody.

    `void`: rows that identify nobody (empty, malformed); `double`: rows that stood there already.
    `unknown`: rows that are no customer's yet; they count once such a customer appears.
    """

    list: str
    read: int
    rows: int
    known: int
    unknown: int
    void: int
    double: int


def upload_list(
    limner: Limner,
    file: Path,
    name: str,
    by: str,
    at: datetime,
    *,
    kind: str = MIXED,
    column: str | None = None,
    country: str | None = None,
) -> Uploaded:
    """Take up a list from a CSV, TXT or XLSX file; the same name again replaces the list.

    `kind`: what its values are; mixed: each value is tried as every kind.  `column`: which column
    holds them, by default the one that is headed like it, or the only one.  `country`: ISO 3166
    code of phones without `+`.
    Raises: `Malformed` for a file, kind or column that cannot be read; `Rejected` when no row
    identifies anybody.
    """
    code = list_code(name)
    if kind not in KINDS:
        raise Malformed("list-kind", f"kind is {kind!r}; it can be {', '.join(KINDS)}", "kind")
    written = _values(file, kind, column)
    tally: Counter[str] = Counter()
    meant: dict[tuple[Key, ...], None] = {}
    for value in written:
        tally["read"] += 1
        keys = _meanings(value, kind, country)
        if not keys:
            tally["void"] += 1
        elif keys in meant:
            tally["double"] += 1
        else:
            meant[keys] = None
    if not meant:
        raise Rejected(
            "list-empty",
            f"none of the {tally['read']:,} rows of {file.name} is {_wanted(kind)}; "
            "give the right --kind or --column",
        )
    owners = resolve_all(limner, {key for keys in meant for key in keys})
    chosen = [next((key for key in keys if key in owners), keys[0]) for keys in meant]
    distinct = list(dict.fromkeys(chosen))
    tally["double"] += len(chosen) - len(distinct)
    known = sum(key in owners for key in distinct)
    _keep(limner, code, distinct, [owners.get(key) for key in distinct], at)
    card = {"name": name.strip(), "kind": kind, "rows": len(distinct), "known": known}
    with limner.store.session() as session:
        kept = session.get(CustomerList, code)
        if kept is None:
            session.add(CustomerList(list=code, at=at, by=by, **card))
        else:
            for field, said in {**card, "at": at, "by": by}.items():
                setattr(kept, field, said)
        session.add(entry(by, "list.uploaded", code, {**card, "file": file.name}, at))
    return Uploaded(
        code, tally["read"], len(distinct), known, len(distinct) - known, tally["void"],
        tally["double"],
    )  # fmt: skip


def list_code(name: str) -> str:
    """The code of a list of a name; `list('CODE')` says it in a rule.

    Raises: `Malformed` for an empty, too long or unprintable name.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Malformed(
            "list-name",
            f"{name!r} is not a list's name; use 1 to {_LONGEST_NAME} characters",
            "name",
        )
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain[:60] if plain and name.isascii() else f"list_{stable_id(name)[:8]}"


def lists(limner: Limner) -> list[ListCard]:
    """Every list, the newest first."""
    order = (CustomerList.at.desc(), CustomerList.list)
    with limner.store.reading() as session:
        return [_card(row) for row in session.scalars(sql_select(CustomerList).order_by(*order))]


def list_of(limner: Limner, code: str) -> ListCard:
    """The list of a code or a name.

    Raises: `Unknown` with the codes there are.
    """
    cards = lists(limner)
    found = next((card for card in cards if code in (card.list, card.name)), None)
    if found is None:
        there = ", ".join(card.list for card in cards) or "none yet"
        raise Unknown("list-unknown", f"there is no list {code!r}; there is {there}")
    return found


def members(limner: Limner, code: str) -> ibis.Table:
    """The customers of a list by the identities of the last build: one column `customer_id`.

    Who became a customer after the upload is found too, and who was merged goes by today's name.
    Raises: `Unknown` when there is no such list.
    """
    card = list_of(limner, code)
    rows, identities = limner.lake.table("lists"), limner.lake.table("identities")
    rows = rows.filter(rows.list == card.list)
    by_key = rows.join(identities, ["kind", "value"]).select(customer_id=identities.customer_id)
    lost = rows.anti_join(identities, ["kind", "value"])
    kept = lost.filter(lost.customer_id.notnull()).select("customer_id")
    return ibis.union(by_key, kept, distinct=True)


def drop_list(limner: Limner, code: str, by: str, at: datetime) -> ListCard:
    """Let a list go, with its rows.

    Raises: `Unknown` when there is none.
    """
    card = list_of(limner, code)
    with limner.store.session() as session:
        row = session.get(CustomerList, card.list)
        if row is not None:
            session.delete(row)
        session.add(entry(by, "list.dropped", card.list, {"rows": card.rows}, at))
    limner.lake.remove("lists", "list", card.list)
    return card


def _keep(
    limner: Limner, code: str, keys: Sequence[Key], owners: Sequence[str | None], at: datetime
) -> None:
    limner.lake.remove("lists", "list", code)
    limner.lake.append(
        "lists",
        pa.table(
            {
                "list": pa.array([code] * len(keys), pa.string()),
                "kind": pa.array([kind for kind, _ in keys], pa.string()),
                "value": pa.array([value for _, value in keys], pa.string()),
                "customer_id": pa.array(owners, pa.string()),
                "at": pa.array([at] * len(keys), pa.timestamp("us", "UTC")),
            }
        ),
    )


def _meanings(value: str, kind: str, country: str | None) -> tuple[Key, ...]:
    """The identifiers a value may be, the likeliest first; none for what identifies nobody."""
    forms = {
        "email": normalise.email,
        "phone": lambda text: normalise.phone(text, country),
        "user_id": normalise.user_id,
        "loyalty_card": normalise.loyalty_card,
    }
    tried = forms if kind == MIXED else {kind: forms[kind]}
    return tuple((one, found) for one, form in tried.items() if (found := form(value)) is not None)


def _values(file: Path, kind: str, column: str | None) -> Iterator[str]:
    """The values of the column that holds them, without its header."""
    rows = _rows(file)
    first = next(rows, None)
    if first is None:
        raise Malformed("file-empty", f"{file} holds no rows; nothing was taken up")
    heads = [cell.strip() for cell in first]
    place = _place(file, heads, kind, column)
    if place is None:  # one column without a header
        place = 0
        yield heads[0]
    for row in rows:
        yield row[place] if place < len(row) else ""


def _place(file: Path, heads: Sequence[str], kind: str, column: str | None) -> int | None:
    """Where the values stand; None when the first row is a value itself."""
    lowered = [head.lower() for head in heads]
    if column is not None:
        if column.lower() in lowered:
            return lowered.index(column.lower())
        raise Malformed(
            "list-column",
            f"{file.name} has no column {column!r}; it has {', '.join(heads)}",
            "column",
        )
    wanted = _HEADS.get(kind, tuple(_ALL_HEADS))
    fitting = [place for place, head in enumerate(lowered) if head in wanted]
    if len(fitting) == 1:
        return fitting[0]
    if len(heads) == 1:
        return 0 if lowered[0] in _ALL_HEADS else None
    raise Malformed(
        "list-column",
        f"{file.name} has the columns {', '.join(heads)}; say with --column which one holds the "
        f"{_wanted(kind)}",
        "column",
    )


def _rows(file: Path) -> Iterator[list[str]]:
    """The rows of a file that hold anything, as texts."""
    rows = _excel(file) if file.suffix.lower() in (".xlsx", ".xlsm") else _text(file)
    for number, row in enumerate(row for row in rows if any(cell.strip() for cell in row)):
        if number > _MOST_ROWS:
            raise Rejected(
                "list-too-long",
                f"{file.name} has more than {_MOST_ROWS:,} rows; split it into several",
            )
        yield row


def _text(file: Path) -> Iterator[list[str]]:
    with tempfile.TemporaryDirectory() as scratch:
        opened = open_text(str(file), "a list as CSV or text", Path(scratch))
        first = opened.sample.splitlines()[0]
        delimiter = max(",\t;|", key=first.count)
        with opened.path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.reader(stream, delimiter=delimiter)


def _excel(file: Path) -> Iterator[list[str]]:
    path = existing(str(file))
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises half a dozen kinds for a file that is none
        with path.open("rb") as stream:
            raise not_a(path, "an Excel workbook (.xlsx)", stream.read(16)) from error
    try:
        for row in book[book.sheetnames[0]].iter_rows(values_only=True):
            yield [_cell(value) for value in row]
    finally:
        book.close()


def _cell(value: object) -> str:
    """A cell as text: Excel keeps a long number as a fraction of no digits."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _wanted(kind: str) -> str:
    return {
        "email": "an e-mail address", "phone": "a telephone number", "user_id": "a customer's id",
        "loyalty_card": "a card number", MIXED: "an identifier",
    }[kind]  # fmt: skip


def _card(row: CustomerList) -> ListCard:
    return ListCard(row.list, row.name, row.kind, row.rows, row.known, row.at, row.by)
