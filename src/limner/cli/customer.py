"""`limner customer`: one customer from all sides, for scripts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home, Personal
from limner.cli.output import out, print_json, print_rows

customers = typer.Typer(
    help="Customers: one of them from all sides.\n\nExample: limner customer show 1 --json",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(customers, name="customer")


@customers.command()
def show(
    customer: Annotated[str, typer.Argument(help="an id, e-mail, phone or card")],
    personal: Personal = False,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Show one customer: portrait, segments, what holds now, orders, consent.

    Example: limner customer show 1 --json
    """
    from limner.app import Limner
    from limner.app.one_customer import customer_document

    found = customer_document(Limner.open(home), customer, datetime.now(UTC), personal)
    if as_json:
        print_json(found)
        return
    profile = {k: v for k, v in found.get("profile", {}).items() if v is not None and k != "traits"}
    out.print(f"Customer {found['customer_id']}", markup=False, highlight=False)
    out.print(f"segments: {', '.join(found.get('segments', [])) or 'none'}", markup=False)
    if profile:
        rows = [{"column": name, "value": str(value)} for name, value in profile.items()]
        print_rows(rows, "portrait", most=500)
    else:
        out.print("No build has painted this customer yet; run limner build")
    for each in found["consent"]:
        said = "agreed" if each["is_granted"] else "withdrew"
        out.print(f"{said}: {each['purpose']} by {each['medium']}, {each['at']}", highlight=False)
