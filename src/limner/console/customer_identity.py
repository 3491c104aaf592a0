"""Who one customer is: the golden record with its sources, identifiers, and how they became one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from limner.console.customer_known import Known
from limner.console.identity_log import draw_entries
from limner.console.identity_names import kind_name
from limner.console.names import column_name, shown
from limner.console.parts import Column, box, card, table, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import customers as words
from limner.console.words import names as name_words
from limner.console.words import one_customer as one_words
from limner.unify.golden import RULES as GOLDEN_RULES

Document = dict[str, Any]
FACTS = (
    "name", "gender", "birth_date", "city", "country", "email", "phone", "loyalty_card", "address",
)  # fmt: skip


def read(view: View, known: Known) -> None:
    """Nothing besides what is known."""


def draw(view: View, known: Known, _more: None, again: Callable[[], Awaitable[None]]) -> None:
    """Draw the side."""
    if known.portrait is not None or known.told:
        with card(view, words.TRAITS, words.TRAITS_L if known.portrait else ""):
            facts(view, known)
    if known.person and known.person.identifiers:
        _identifiers(view, known)
        if known.person.merges:
            with card(view, words.MERGES, words.MERGES_L):
                draw_entries(view, known.person.merges, again)
    elif known.portrait is not None:
        _built_identifiers(view, known.portrait.identifiers)


def facts(view: View, known: Known, most: int = 100) -> None:
    """What is known and where each value came from; nothing told is said so."""
    found = list(_facts(view, known))[:most]
    if not found:
        nothing(view.say(one_words.KNOWN_NOTHING), view.say(one_words.KNOWN_NOTHING_WHY))
        return
    with box("lm-pairs").style("margin-top: 8px"):
        for name, value, origin in found:
            text(name)
            with box():
                text(value)
                if origin:
                    text(origin, "lm-quiet").style("font-size: 12px")


def _facts(view: View, known: Known) -> Iterator[tuple[str, str, str]]:
    """The golden record, then what live calls say beyond it."""
    portrait, seen = known.portrait, set()
    for code in FACTS:
        if portrait is not None and portrait.profile.get(code):
            kind = "day" if code == "birth_date" and view.may("personal.read") else "text"
            value = shown(view, kind, portrait.profile[code])
            seen.add(code)
            yield column_name(view, code), value, origin_of(view, portrait.provenance.get(code))
    for name, value in portrait.profile["traits"].items() if portrait else ():
        if value not in (None, "") and not isinstance(value, dict | list):
            origin = origin_of(view, portrait.provenance.get("traits")) if portrait else ""
            seen.add(name)
            yield trait_name(view, str(name)), str(value), origin
    others = [name for name in known.told if name not in FACTS]
    for name in [*(code for code in FACTS if code in known.told), *others]:
        if name not in seen:
            said = known.told[name]
            origin = view.say(
                one_words.TOLD_LIVE, source=said.source, at=view.numbers.moment(said.at)
            )
            label = column_name(view, name) if name in FACTS else trait_name(view, name)
            yield label, said.value, origin


def trait_name(view: View, code: str) -> str:
    """The name of a trait of the golden record."""
    known = name_words.TRAITS.get(code)
    return view.say(known) if known else code.replace("_", " ")


def origin_of(view: View, origin: Document | None) -> str:
    """From which source a value came, and by which rule."""
    if not isinstance(origin, dict) or not origin.get("source"):
        return ""
    known = GOLDEN_RULES.get(origin.get("rule") or "")
    rule = view.say(known) if known else origin.get("rule") or "–"
    return view.say(words.FROM, source=origin["source"], rule=rule)


def _identifiers(view: View, known: Known) -> None:
    write = view.numbers
    with card(view, words.IDENTIFIERS, words.IDENTIFIERS_L):
        table(view, [
            Column("kind", view.say(words.KIND)), Column("value", view.say(words.VALUE)),
            Column("source", view.say(words.SOURCE)), Column("first", view.say(words.FIRST_SEEN)),
            Column("rule", view.say(words.BECAUSE)),
        ], [
            {
                "kind": kind_name(view, one.kind), "value": one.value, "source": one.source or "–",
                "first": write.moment(one.first_at), "first__sort": one.first_at.isoformat(),
                "rule": _rule(view, one.rule),
            }
            for one in (known.person.identifiers if known.person else [])
        ])  # fmt: skip


def _built_identifiers(view: View, rows: list[Document]) -> None:
    with card(view, words.IDENTIFIERS, words.IDENTIFIERS_L):
        table(
            view,
            [Column(field, view.say(name)) for field, name in (
                ("kind", words.KIND), ("value", words.VALUE), ("source", words.SOURCE), ("rule", words.BECAUSE))],
            [{"kind": column_name(view, row["kind"]), "value": row["value"], "source": row["source"],
              "rule": _rule(view, row["rule"])} for row in rows],
        )  # fmt: skip


def _rule(view: View, code: str | None) -> str:
    known = name_words.IDENTITY_RULES.get(code or "")
    return view.say(known) if known else code or "–"
