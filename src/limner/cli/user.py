"""`limner user`: who may sign in to the console."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import err, out, print_json

PASSWORD_VARIABLE = "LIMNER_PASSWORD"  # noqa: S105  (a name, not a password)
Name = Annotated[str, typer.Argument(help="the name to sign in with")]

users = typer.Typer(
    name="user",
    help="Add, list, change and remove those who sign in to the console.\n\n"
    "Example: limner user add ann --role marketer",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(users)


@users.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="owner, marketer, analyst or viewer")] = "viewer",
    language: Annotated[str, typer.Option(help="en or zh")] = "en",
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Add someone who may sign in.

    The password comes from LIMNER_PASSWORD, else from the terminal, else one is made up and
    printed, once.

    Example: limner user add ann --role marketer --home limner-home
    """
    from limner.app import Limner
    from limner.govern import users as govern

    store = Limner.open(home).store
    password, is_made_up = _password()
    user = govern.create(store, name, password, role, datetime.now(UTC), language=language)
    said = {"name": user.name, "role": user.role, "language": user.language}
    if as_json:
        print_json({**said, "password": password} if is_made_up else said)
        return
    out.print(f"{user.name} may sign in as {user.role}", highlight=False, markup=False)
    if is_made_up:
        out.print(f"password (shown only now): {password}", highlight=False, markup=False)


@users.command("list")
def list_(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """List those who may sign in, with their roles.

    Example: limner user list --json
    """
    from limner.app import Limner
    from limner.cli.output import print_rows
    from limner.govern import users as govern

    rows = [
        {
            "name": user.name,
            "role": user.role,
            "language": user.language,
            "created_at": user.created_at,
            "locked_until": user.locked_until,
        }
        for user in govern.everyone(Limner.open(home).store)
    ]
    if as_json:
        print_json(rows)
    elif rows:
        print_rows(rows)
    else:
        out.print("nobody may sign in yet; add someone: limner user add NAME --role owner")


@users.command()
def passwd(name: Name, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Give someone a new password, and unlock them.

    Example: limner user passwd ann
    """
    from limner.app import Limner
    from limner.govern import users as govern

    store = Limner.open(home).store
    password, is_made_up = _password()
    govern.set_password(store, name, password, datetime.now(UTC))
    if as_json:
        print_json({"name": name, **({"password": password} if is_made_up else {})})
        return
    out.print(f"{name} has a new password", highlight=False, markup=False)
    if is_made_up:
        out.print(f"password (shown only now): {password}", highlight=False, markup=False)


@users.command()
def role(
    name: Name,
    role: Annotated[str, typer.Argument(help="owner, marketer, analyst or viewer")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Give someone another role.

    Example: limner user role ann analyst
    """
    from limner.app import Limner
    from limner.govern import users as govern

    govern.set_role(Limner.open(home).store, name, role, datetime.now(UTC))
    if as_json:
        print_json({"name": name, "role": role})
    else:
        out.print(f"{name} is {role} now", highlight=False, markup=False)


@users.command()
def remove(name: Name, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Remove someone; what they did stays in the audit.

    Example: limner user remove ann
    """
    from limner.app import Limner
    from limner.govern import users as govern

    govern.remove(Limner.open(home).store, name, datetime.now(UTC))
    if as_json:
        print_json({"removed": name})
    else:
        out.print(f"{name} may not sign in any more", highlight=False, markup=False)


def _password() -> tuple[str, bool]:
    """The password to set, and whether it was made up here."""
    from limner.govern.users import new_password

    if given := os.environ.get(PASSWORD_VARIABLE):
        return given, False
    if sys.stdin.isatty():
        err.print("leave it empty to have one made up")
        typed = typer.prompt(
            "password", default="", hide_input=True, confirmation_prompt=True, show_default=False
        )
        if typed:
            return str(typed), False
    return new_password(), True
