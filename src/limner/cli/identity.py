"""`limner identity`: who is who, why, and what to do when it is wrong."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli.options import DEFAULT_HOME, AsJson, Home
from limner.cli.output import out, print_json, print_rows
from limner.core.errors import Malformed, Unknown

if TYPE_CHECKING:
    from limner.app.identity import EntryCard

Customer = Annotated[
    str, typer.Argument(help="any id the customer ever had: user id, e-mail, phone, card, device")
]
Kind = Annotated[
    str, typer.Argument(help="user_id, loyalty_card, email, phone, anonymous_id or record")
]
Most = Annotated[int, typer.Option("--most", min=1, help="at most so many")]

identity = typer.Typer(
    help="Who is who: show, merge, un-merge, review, block, trust.\n\n"
    "Example: limner identity show ann@shop.example",
    no_args_is_help=True,
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(identity, name="identity")


@identity.command()
def show(customer: Customer, home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """Show a customer's identifiers and what merged them.

    Example: limner identity show ann@shop.example --json
    """
    from limner.app import Limner
    from limner.app.identity import identifiers_of, merges_of

    limner = Limner.open(home)
    cards = identifiers_of(limner, customer)
    if not cards:
        raise Unknown("identity-unknown", f"nobody is known as {customer!r}")
    entries = merges_of(limner, customer)
    if as_json:
        identifiers = [asdict(card) for card in cards]
        print_json(
            {
                "customer_id": cards[0].customer_id,
                "identifiers": identifiers,
                "log": [asdict(entry) for entry in entries],
            }
        )
        return
    out.print(f"{customer} is {cards[0].customer_id}", markup=False, highlight=False)
    rows = [
        {
            "kind": c.kind,
            "value": c.value,
            "source": c.source,
            "came by": c.rule,
            "first": c.first_at,
        }
        for c in cards
    ]
    print_rows(rows)
    _print_log(entries)


@identity.command()
def merge(
    left: Customer, right: Customer, home: Home = DEFAULT_HOME, as_json: AsJson = False
) -> None:
    """Make two customers one; it can be un-merged.

    Example: limner identity merge u17 ann@shop.example
    """
    from limner.app import Limner
    from limner.app.identity import merge, resolve_text

    limner = Limner.open(home)
    entry_id = merge(limner, left, right, getpass.getuser(), datetime.now(UTC))
    customer = resolve_text(limner, left)
    _tell(
        as_json, {"entry_id": entry_id, "customer_id": customer},
        f"they are {customer} now; `limner identity unmerge {entry_id}` takes it back",
    )  # fmt: skip


@identity.command()
def unmerge(
    entry: Annotated[int, typer.Argument(help="an entry of the log")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Take apart what an entry of the log merged; each side has its own again.

    Example: limner identity unmerge 12
    """
    from limner.app import Limner
    from limner.app.identity import unmerge

    names = unmerge(Limner.open(home), entry, getpass.getuser(), datetime.now(UTC))
    _tell(as_json, {"customers": names}, f"they are {', '.join(names)} again")


@identity.command()
def log(
    customer: Annotated[str, typer.Argument(help="one customer's; all without it")] = "",
    action: Annotated[
        str | None, typer.Option("--action", help="merged, renamed, refused, unmerged, blocked ...")
    ] = None,
    most: Most = 50,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """List merges, un-merges, refusals and blocks, the newest first, with their evidence.

    Example: limner identity log --action refused
    """
    from limner.app import Limner
    from limner.app.identity import entries, merges_of

    limner = Limner.open(home)
    if customer:
        found = [e for e in merges_of(limner, customer) if action in (None, e.action)][:most]
    else:
        found = entries(limner, action, most=most)
    if as_json:
        print_json([asdict(entry) for entry in found])
    else:
        _print_log(found)


@identity.command()
def review(
    review_id: Annotated[str, typer.Argument(help="the review to decide; lists them without")] = "",
    decision: Annotated[str, typer.Argument(help="same, different or unsure")] = "",
    status: Annotated[
        str, typer.Option("--status", help="open, same, different, unsure or all")
    ] = "open",
    most: Most = 50,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """List the pairs that wait for somebody to say, or decide one.

    Example: limner identity review 7f3a02c1d4e5f60718293a4b5c6d7e8f different
    """
    from limner.app import Limner
    from limner.app.identity import decide_review, reviews

    limner = Limner.open(home)
    if review_id:
        if not decision:
            raise Malformed(
                "review-decision", "say same, different or unsure after the review's id"
            )
        name = decide_review(limner, review_id, decision, getpass.getuser(), datetime.now(UTC))
        words = f"they are {name} now" if name else f"noted: {decision}"
        _tell(as_json, {"review_id": review_id, "decision": decision, "customer_id": name}, words)
        return
    found = reviews(limner, None if status == "all" else status, most)
    if as_json:
        print_json([asdict(card) for card in found])
    elif found:
        rows = [
            {"review": c.review_id, "left": c.left_customer, "right": c.right_customer,
             "reason": c.reason, "score": c.score, "status": c.status, "since": c.created_at}
            for c in found
        ]  # fmt: skip
        print_rows(rows)
    else:
        out.print("nothing waits for a decision")


@identity.command()
def block(
    kind: Annotated[str, typer.Argument(help="email, phone, loyalty_card ...; lists without")] = "",
    value: Annotated[str, typer.Argument(help="the identifier, or its beginning and *")] = "",
    reason: Annotated[str, typer.Option("--reason", help="why, e.g. a staff card")] = "",
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Let an identifier join nobody, and take apart whom only it had joined; or list what is blocked.

    Example: limner identity block loyalty_card 'STAFF*' --reason "cards of the staff"
    """
    from limner.app import Limner
    from limner.app.identity import block, blocks

    limner = Limner.open(home)
    if kind:
        apart = block(limner, kind, value, reason, getpass.getuser(), datetime.now(UTC))
        words = f"; apart now: {', '.join(apart)}" if apart else ""
        _tell(as_json, {"apart": apart}, f"{kind} {value} joins nobody{words}")
        return
    found = [asdict(card) for card in blocks(limner)]
    if as_json:
        print_json(found)
    elif found:
        print_rows(found)
    else:
        out.print("nothing is blocked")


@identity.command()
def unblock(
    kind: Kind,
    value: Annotated[str, typer.Argument(help="as it was blocked")],
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Let an identifier join people again.

    Example: limner identity unblock email info@shop.example
    """
    from limner.app import Limner
    from limner.app.identity import unblock

    unblock(Limner.open(home), kind, value, getpass.getuser(), datetime.now(UTC))
    _tell(as_json, {"unblocked": True}, f"{kind} {value} joins people again")


@identity.command()
def trust(
    trait: Annotated[str, typer.Argument(help="a column or trait, * for all; lists without")] = "",
    sources: Annotated[
        list[str] | None, typer.Argument(help="the sources, the most trusted first")
    ] = None,
    order: Annotated[
        str, typer.Option("--order", help="what decides after trust: recent,complete")
    ] = "recent,complete",
    is_cleared: Annotated[bool, typer.Option("--clear", help="take the rule away")] = False,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Say which source is believed for a trait; the next build applies it.  Or list the rules.

    Example: limner identity trust email crm web --order complete,recent
    """
    from limner.app import Limner
    from limner.app.identity import clear_trust, set_trust, trust_rules

    limner = Limner.open(home)
    now = datetime.now(UTC)
    if trait and is_cleared:
        clear_trust(limner, trait, getpass.getuser(), now)
    elif trait:
        words = [word.strip() for word in order.split(",") if word.strip()]
        set_trust(limner, trait, sources or (), words, getpass.getuser(), now)
    rules = [asdict(card) for card in trust_rules(limner)]
    if as_json:
        print_json(rules)
    elif rules:
        print_rows(rules)
    else:
        out.print("no rules: the most recent record is believed, then the most complete")


def _print_log(entries: list[EntryCard]) -> None:
    if not entries:
        out.print("nothing was merged, refused or blocked")
        return
    rows = [
        {"entry": e.entry_id, "at": e.at, "action": e.action, "customer": e.customer_id,
         "other": e.other_id, "by": e.actor, "why": _why(e.evidence),
         "can be un-merged": "yes" if e.can_unmerge else ""}
        for e in entries
    ]  # fmt: skip
    print_rows(rows)


def _why(evidence: dict[str, Any]) -> str:
    """The identifiers that showed it, where it came from, and the reason if there is one."""
    ends = " + ".join(f"{kind} {value}" for kind, value in evidence.get("link", ()))
    said = [evidence.get("reason"), ends, evidence.get("rule"), evidence.get("source")]
    return ", ".join(str(each) for each in said if each)


def _tell(as_json: bool, document: dict[str, Any], words: str) -> None:
    if as_json:
        print_json(document)
    else:
        out.print(words, markup=False, highlight=False)
