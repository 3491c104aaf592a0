"""`limner consent` and `limner suppress`: who agreed to be written to, and where never to write."""

from __future__ import annotations

import csv
import getpass
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import out, print_json, print_rows, tell
from limner.core.errors import Malformed

if TYPE_CHECKING:
    from limner.govern.consent import ConsentChange

Customer = Annotated[str, typer.Argument(help="the customer's id, e-mail, phone or card")]
Proof = Annotated[
    str, typer.Option("--proof", help="where it can be looked up, e.g. a form and its date")
]
Medium = Annotated[str, typer.Option("--medium", help="by which medium, e.g. email")]
Purpose = Annotated[str, typer.Option("--purpose", help="what for, e.g. marketing")]
Addresses = Annotated[list[str], typer.Argument(help="one address or more")]

_COLUMNS = ("customer", "granted", "at", "proof", "purpose", "medium")
_YES_NO = {
    **dict.fromkeys(("1", "true", "yes", "y", "granted", "是", "同意"), True),
    **dict.fromkeys(("0", "false", "no", "n", "withdrawn", "否", "拒绝"), False),
}

consents = typer.Typer(
    help="Who agreed to be written to: grant, withdraw, import and show.\n\n"
    "Example: limner consent import consents.csv",
    no_args_is_help=True,
)
suppressions = typer.Typer(
    help="Addresses that are never written to again: add, remove and list.\n\n"
    "Example: limner suppress add ann@shop.example --reason complaint",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(consents, name="consent")
    cli.add_typer(suppressions, name="suppress")


@consents.command()
def grant(
    customer: Customer, proof: Proof, medium: Medium = "email", purpose: Purpose = "marketing",
    home: Home = DEFAULT_HOME, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Note that a customer agreed, with the proof of it.

    Example: limner consent grant ann@shop.example --proof "till form of 2024-03-01"
    """
    _note(home, customer, purpose, medium, True, proof, as_json)


@consents.command()
def withdraw(
    customer: Customer, proof: Proof, medium: Medium = "email", purpose: Purpose = "marketing",
    home: Home = DEFAULT_HOME, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Note that a customer withdrew; nothing is sent from now on.

    Example: limner consent withdraw ann@shop.example --proof "call of 2024-06-01"
    """
    _note(home, customer, purpose, medium, False, proof, as_json)


@consents.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="a CSV file in UTF-8", dir_okay=False)],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Note many grants and withdrawals from a CSV file: all of them, or none if a line is wrong.

    Columns: customer (id, e-mail, phone or card), granted (yes or no), at; and proof (else the
    file and line), purpose (else marketing), medium (else email).  The same file again adds nothing.

    Example: limner consent import consents.csv --home shop
    """
    from limner.app import Limner
    from limner.app.consents import import_changes

    limner = Limner.open(home)
    rows = list(_rows(file, limner.settings.timezone))
    done = import_changes(limner, rows, getpass.getuser(), file.name, datetime.now(UTC))
    if as_json:
        print_json(done)
        return
    out.print(f"{done['read']:,} read: {done['noted']:,} noted, {done['known']:,} known already")
    if done["unknown"]:
        out.print(
            f"{done['unknown']:,} name nobody that the last build knows; they are kept as written,"
            " and count once a customer of that id appears"
        )


@consents.command()
def show(customer: Customer, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Show everything one customer said, newest first, with its proof.

    Example: limner consent show ann@shop.example --json
    """
    from limner.app import Limner
    from limner.app.consents import customer_of
    from limner.govern.consent import history

    limner = Limner.open(home)
    said = [asdict(change) for change in history(limner.store, customer_of(limner, customer))]
    if as_json:
        print_json(said)
    elif said:
        print_rows(said)
    else:
        out.print(f"{customer} never said anything, and so has not agreed", markup=False)


@suppressions.command()
def add(
    addresses: Addresses,
    reason: Annotated[str, typer.Option("--reason", help="complaint, hard bounce or request")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Never write to these addresses again.

    Example: limner suppress add ann@shop.example --reason complaint
    """
    from limner.app import Limner
    from limner.app.consents import suppress_addresses

    limner = Limner.open(home)
    now = datetime.now(UTC)
    added = suppress_addresses(limner, addresses, reason, getpass.getuser(), now)
    tell(as_json, {"added": added}, f"{added:,} added; {len(set(addresses)) - added:,} were on the list")  # fmt: skip


@suppressions.command()
def remove(
    address: Annotated[str, typer.Argument(help="the address")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Take an address off the list; it still needs consent to be written to.

    Example: limner suppress remove ann@shop.example
    """
    from limner.app import Limner
    from limner.app.consents import unsuppress_address

    limner = Limner.open(home)
    gone = unsuppress_address(limner, address, getpass.getuser(), datetime.now(UTC))
    words = "is off the list" if gone else "was not on the list"
    tell(as_json, {"removed": int(gone)}, f"{address} {words}")


@suppressions.command("list")
def list_(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """List the addresses that are never written to, the newest first.

    Example: limner suppress list --json
    """
    from limner.app import Limner
    from limner.govern.suppression import everything

    rows = [
        {"address": row.address, "reason": row.reason, "at": row.at}
        for row in everything(Limner.open(home).store)
    ]
    if as_json:
        print_json(rows)
    elif rows:
        print_rows(rows)
    else:
        out.print("the suppression list is empty")


def _note(
    home: Path, customer: str, purpose: str, medium: str, is_granted: bool, proof: str, as_json: bool
) -> None:  # fmt: skip
    from limner.app import Limner
    from limner.app.consents import import_changes
    from limner.govern.consent import ConsentChange

    now = datetime.now(UTC)
    change = ConsentChange(customer, purpose, medium, is_granted, now, proof)
    done = import_changes(Limner.open(home), [change], getpass.getuser(), proof, now)
    said = "agreed" if is_granted else "withdrew"
    unknown = " (no build knows such a customer yet)" if done["unknown"] else ""
    tell(as_json, done, f"{customer} {said}: {purpose} by {medium}{unknown}")


def _rows(file: Path, timezone: str) -> Iterator[ConsentChange]:
    """The changes of a file's lines.

    Raises: `Malformed` naming the line, the column, the value and what to write.
    """
    from limner.core.clock import zone
    from limner.govern.consent import ConsentChange

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed("consent-file", f"{file} cannot be read as UTF-8: {error}") from error
    lines = csv.DictReader(text.splitlines())
    header = lines.fieldnames or ()
    for wanted in _COLUMNS[:3]:
        if wanted not in header:
            raise Malformed(
                "consent-columns",
                f"{file} has no column {wanted!r}; it has {', '.join(header) or 'nothing'}",
            )
    for row in lines:
        line = lines.line_num
        said = {name: (row.get(name) or "").strip() for name in _COLUMNS}
        if not said["customer"]:
            raise Malformed("consent-row", f"{file}, line {line}: customer is empty; name one")
        if (is_granted := _YES_NO.get(said["granted"].lower())) is None:
            raise Malformed(
                "consent-row",
                f"{file}, line {line}: granted is {said['granted']!r}; write yes or no",
            )
        try:
            at = datetime.fromisoformat(said["at"])
        except ValueError:
            raise Malformed(
                "consent-row",
                f"{file}, line {line}: at is {said['at']!r}; write a moment such as 2024-03-01T10:00",
            ) from None
        at = at if at.tzinfo else at.replace(tzinfo=zone(timezone))
        yield ConsentChange(
            said["customer"], said["purpose"] or "marketing", said["medium"] or "email", is_granted,
            at, said["proof"] or f"{file.name}, line {line}",
        )  # fmt: skip
