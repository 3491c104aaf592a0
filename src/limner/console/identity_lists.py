"""Two lists that people keep: identifiers that join nobody, and which source is believed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from limner.app import identity
from limner.app.identity import BlockCard, TrustCard
from limner.console.customer_identity import FACTS
from limner.console.doing import attempt, notify
from limner.console.form_parts import action, choice_field, confirm, words_field
from limner.console.identity_names import kind_name, shown_value
from limner.console.names import column_name
from limner.console.parts import Column, box, card, table, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import identity as words
from limner.unify.normalise import KINDS

EDIT = "identity.edit"
Again = Callable[[], Awaitable[None]]


def draw_blocks(view: View, blocks: list[BlockCard], again: Again) -> None:
    """The block list, and a form that adds to it."""
    box().style("height: 12px")
    with card(view, words.TABS["blocks"], words.BLOCKS_L):
        if blocks:
            _blocks(view, blocks, again)
        else:
            nothing(view.say(words.BLOCKS_EMPTY), view.say(words.BLOCKS_EMPTY_WHY))
    if not view.may(EDIT):
        text(view.say(words.READ_ONLY), "lm-quiet")
        return
    with card(view, words.BLOCK, classes="lm-next"), box("lm-grid").style("align-items: end"):
        kinds = {kind: kind_name(view, kind) for kind in KINDS}
        kind = choice_field(view.say(words.KIND), kinds, "loyalty_card", lambda: None)
        value = words_field(view.say(words.VALUE), "", lambda: None)
        reason = words_field(
            view.say(words.REASON), "", lambda: None, hint=view.say(words.REASON_HINT)
        )
        said = box().style("grid-column: 1 / -1")

        async def block() -> None:
            done = await attempt(view, EDIT, lambda doer: identity.block(
                view.limner, str(kind.value), str(value.value or "").strip(),
                str(reason.value or "").strip(), doer.name, doer.at,
            ), said)  # fmt: skip
            if done is not None:
                notify(view.say(words.SAVED))
                await again()

        with box("lm-row"):
            action(view.say(words.BLOCK), block)


def _blocks(view: View, blocks: list[BlockCard], again: Again) -> None:
    columns = [
        Column("kind", view.say(words.KIND)), Column("value", view.say(words.VALUE)),
        Column("reason", view.say(words.REASON), is_wrapped=True),
        Column("at", view.say(words.SINCE)), Column("by", view.say(words.WHO)),
    ]  # fmt: skip
    if view.may(EDIT):
        columns.append(Column("acts", ""))

    def ask(place: int, _name: str) -> None:
        card_ = blocks[place]

        async def unblock() -> None:
            done = await attempt(view, EDIT, lambda doer: identity.unblock(
                view.limner, card_.kind, card_.value, doer.name, doer.at
            ))  # fmt: skip
            if done is not None:
                await again()

        title = view.say(words.UNBLOCK_TITLE, value=shown_value(view, card_.kind, card_.value))
        confirm(view, title, view.say(words.UNBLOCK_L), view.say(words.UNBLOCK), unblock).open()

    table(view, columns, [
        {
            "kind": kind_name(view, one.kind), "value": shown_value(view, one.kind, one.value),
            "reason": one.reason or "–", "at": view.numbers.moment(one.at), "at__sort": one.at.isoformat(),
            "by": one.by, "acts__acts": [["unblock", view.say(words.UNBLOCK)]],
        }
        for one in blocks
    ], size=25, on_act=ask)  # fmt: skip


def draw_trust(view: View, rules: list[TrustCard], again: Again) -> None:
    """The rules of the golden record, and a form that sets one."""
    box().style("height: 12px")
    with card(view, words.TABS["trust"], words.TRUST_L):
        if rules:
            _rules(view, rules, again)
        else:
            nothing(view.say(words.TRUST_EMPTY), view.say(words.TRUST_EMPTY_WHY))
    if not view.may(EDIT):
        text(view.say(words.READ_ONLY), "lm-quiet")
        return
    with card(view, words.SET_TRUST, classes="lm-next"), box("lm-grid").style("align-items: end"):
        traits = {"*": view.say(words.EVERY_TRAIT), **{t: column_name(view, t) for t in FACTS}}
        trait = choice_field(view.say(words.TRAIT), traits, "*", lambda: None)
        sources = words_field(
            view.say(words.SOURCES), "", lambda: None, hint=view.say(words.SOURCES_HINT)
        )
        orders = {code: view.say(name) for code, name in words.ORDER_CHOICES.items()}
        order = choice_field(view.say(words.ORDER), orders, "recent", lambda: None)
        said = box().style("grid-column: 1 / -1")

        async def save() -> None:
            named = [
                s.strip()
                for s in str(sources.value or "").replace("，", ",").split(",")
                if s.strip()
            ]
            first = str(order.value)
            then = [first, *(code for code in words.ORDERS if code != first)]
            done = await attempt(view, EDIT, lambda doer: identity.set_trust(
                view.limner, str(trait.value), named, then, doer.name, doer.at
            ), said)  # fmt: skip
            if done is not None:
                notify(view.say(words.SAVED))
                await again()

        with box("lm-row"):
            action(view.say(words.SET_TRUST), save)


def _rules(view: View, rules: list[TrustCard], again: Again) -> None:
    columns = [
        Column("trait", view.say(words.TRAIT)),
        Column("sources", view.say(words.SOURCES), is_wrapped=True),
        Column("order", view.say(words.ORDER), is_wrapped=True),
        Column("at", view.say(words.SINCE)), Column("by", view.say(words.WHO)),
    ]  # fmt: skip
    if view.may(EDIT):
        columns.append(Column("acts", ""))

    async def clear(place: int, _name: str) -> None:
        trait = rules[place].trait
        done = await attempt(
            view, EDIT, lambda doer: identity.clear_trust(view.limner, trait, doer.name, doer.at)
        )
        if done is not None:
            await again()

    table(view, columns, [
        {
            "trait": view.say(words.EVERY_TRAIT) if one.trait == "*" else column_name(view, one.trait),
            "sources": " > ".join(one.sources) or "–",
            "order": " > ".join(view.say(words.ORDERS[o]) if o in words.ORDERS else o for o in one.order),
            "at": view.numbers.moment(one.updated_at), "by": one.updated_by,
            "acts__acts": [["clear", view.say(words.CLEAR)]],
        }
        for one in rules
    ], on_act=clear)  # fmt: skip
