"""The log of who is who: merges, un-merges and refusals, and taking a merge back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from limner.app import identity
from limner.app.identity import EntryCard
from limner.app.person import person
from limner.console.doing import attempt, notify
from limner.console.form_parts import action, words_field
from limner.console.identity_names import customer_href, customer_name, kind_name, shown_value
from limner.console.parts import Column, box, card, table, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import deeds as deed_words
from limner.console.words import identity as words
from limner.unify.limits import REASONS

EDIT = "identity.edit"
MOST = 200
Again = Callable[[], Awaitable[None]]


def read(view: View) -> list[EntryCard]:
    """The newest entries, or those of the customer that is looked for."""
    asked = view.param("q").strip()
    if not asked:
        return identity.entries(view.limner, most=MOST)
    found = person(view.limner, asked, view.may("personal.read"))
    return found.merges if found else []


def draw(view: View, entries: list[EntryCard], again: Again) -> None:
    """Draw the tab."""
    box().style("height: 12px")
    with card(view, "", words.LOG_L):
        _search(view)
        if entries:
            draw_entries(view, entries, again)
        else:
            nothing(view.say(words.LOG_EMPTY), view.say(words.LOG_EMPTY_WHY))
    if view.may(EDIT):
        _merge_by_hand(view, again)


def draw_entries(view: View, entries: list[EntryCard], again: Again) -> None:
    """A table of entries; a merge that still stands can be taken back."""
    can_edit = view.may(EDIT)
    write = view.numbers
    columns = [
        Column("at", view.say(words.WHEN)), Column("action", view.say(words.WHAT)),
        Column("customer", view.say(words.CUSTOMER)), Column("other", view.say(words.OTHER)),
        Column("why", view.say(words.WHY), is_wrapped=True), Column("by", view.say(words.WHO)),
    ]  # fmt: skip
    if can_edit and any(entry.can_unmerge for entry in entries):
        columns.append(Column("acts", ""))
    unmerge = [["unmerge", view.say(words.UNMERGE)]]
    table(view, columns, [
        {
            "at": write.moment(entry.at), "at__sort": entry.at.isoformat(),
            "action": action_name(view, entry.action),
            "customer": customer_name(view, entry.customer_id) if entry.customer_id else "–",
            **({"customer__href": customer_href(view, entry.customer_id)} if entry.customer_id else {}),
            "other": customer_name(view, entry.other_id) if entry.other_id else "–",
            "why": why(view, entry.evidence), "by": entry.actor,
            "acts__acts": unmerge if can_edit and entry.can_unmerge else [],
        }
        for entry in entries
    ], size=25, on_act=lambda place, _name: ask_unmerge(view, entries[place], again))  # fmt: skip


def action_name(view: View, code: str) -> str:
    """The name of an action of the log."""
    return view.say(words.ACTIONS[code]) if code in words.ACTIONS else code


def why(view: View, evidence: dict[str, Any]) -> str:
    """What led to an entry, as far as the role may see it."""
    rule, reason = str(evidence.get("rule") or ""), str(evidence.get("reason") or "")
    said = [view.say(words.RULES[rule])] if rule in words.RULES else []
    if reason:
        said.insert(0, view.say(REASONS[reason]) if reason in REASONS else reason)
    if evidence.get("source"):
        said.append(str(evidence["source"]))
    link = evidence.get("link")
    for one in link if isinstance(link, list) else []:
        if isinstance(one, list | tuple) and len(one) == 2:
            said.append(f"{kind_name(view, str(one[0]))} {shown_value(view, str(one[0]), one[1])}")
    return " · ".join(said) or "–"


def ask_unmerge(view: View, entry: EntryCard, again: Again) -> None:
    """A dialog that shows what each side gets back before anything is taken apart."""
    with ui.dialog() as dialog, box("lm-card lm-dialog").style("width: 620px"):
        text(view.say(words.UNMERGE_TITLE), "lm-card-title", tag="h2")
        text(view.say(words.UNMERGE_L), "lm-card-lede", tag="p")
        with box("lm-two").style("margin-bottom: 8px"):
            for name, side in ((entry.customer_id, "left"), (entry.other_id, "right")):
                with box():
                    told = view.say(words.UNMERGE_SIDE, name=customer_name(view, name))
                    text(told, "lm-group-title", tag="h3")
                    for kind, value in given_back(entry, side):
                        with box("lm-tag-head").style("padding: 2px 0"):
                            text(kind_name(view, kind), "lm-quiet")
                            text(shown_value(view, kind, value), "lm-break")
        said = box()

        async def agreed() -> None:
            done = await attempt(view, EDIT, lambda doer: identity.unmerge(
                view.limner, entry.entry_id, doer.name, doer.at
            ), said)  # fmt: skip
            if done is not None:
                dialog.close()
                notify(view.say(words.UNMERGED))
                await again()

        with box("lm-row lm-end"):
            action(view.say(deed_words.CANCEL), dialog.close)
            action(view.say(words.UNMERGE), agreed, is_dangerous=True)
    dialog.open()


def given_back(entry: EntryCard, side: str) -> list[tuple[str, str]]:
    """The identifiers (kind, value) that a side of a merge had before it."""
    said = entry.evidence.get(side) or []
    return [
        (str(one[0]), str(one[1]))
        for one in said
        if isinstance(one, list | tuple) and len(one) >= 2
    ]


def _search(view: View) -> None:
    with ui.element("form").props("method=get action=/identity").classes("lm-row"):
        for name, value in (("tab", "log"), ("lang", view.language)):
            hidden = ui.element("input").props("type=hidden")
            hidden.props["name"], hidden.props["value"] = name, value
        field = box("lm-input", tag="input").style("max-width: 320px; flex: 1 1 200px")
        field.props("name=q type=search autocomplete=off")
        field.props["value"] = view.param("q")
        field.props["aria-label"] = field.props["placeholder"] = view.say(words.SEARCH)
        with box("lm-button", tag="button").props("type=submit"):
            text(view.say(words.SEARCH_DO), tag="span")


def _merge_by_hand(view: View, again: Again) -> None:
    with (
        card(view, words.MERGE, words.MERGE_L, classes="lm-next"),
        box("lm-grid").style("align-items: end"),
    ):
        left = words_field(view.say(words.LEFT), "", lambda: None)
        right = words_field(view.say(words.RIGHT), "", lambda: None)
        said = box().style("grid-column: 1 / -1")

        async def merge() -> None:
            one, other = str(left.value or "").strip(), str(right.value or "").strip()
            done = await attempt(
                view, EDIT, lambda doer: _merge(view, one, other, doer.name, doer.at), said
            )
            if done is not None:
                notify(view.say(words.MERGED, name=done[0]))
                await again()

        with box("lm-row"):
            action(view.say(words.MERGE_DO), merge)


def _merge(view: View, left: str, right: str, by: str, at: Any) -> str:
    identity.merge(view.limner, left, right, by, at)
    return identity.resolve_text(view.limner, left) or left
