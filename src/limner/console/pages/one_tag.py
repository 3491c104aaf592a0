"""One tag: what it says, how its values are spread, where it comes from, and whether it comes true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from nicegui import ui

from limner.app.limner import Limner
from limner.app.opaque import opaque_name
from limner.app.reports import report
from limner.app.tags import (
    EDIT,
    HandValue,
    Lineage,
    Observed,
    TagVersion,
    drop_tag,
    faults,
    fill_tag,
    hand_values,
    history,
    is_filled,
    is_shipped,
    lineage,
    may_approve,
    retire_tag,
    set_state,
    tag_of,
    tag_versions,
)
from limner.console import charts_tags as charts
from limner.console import deeds, tag_history
from limner.console.charts import Look
from limner.console.doing import attempt, copy_button
from limner.console.form_parts import action, confirm, say_failure
from limner.console.names import value_name
from limner.console.parts import (
    Column,
    box,
    card,
    chart,
    link,
    next_steps,
    pairs,
    say_note,
    table,
    text,
)
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.tag_parts import spread, typical, wears
from limner.console.takeaway import takeaway
from limner.console.view import View
from limner.console.words import tags as words
from limner.understand.tags.tag import CATEGORIES, NATURES, STATES, TEMPOS, Tag
from limner.understand.tags.value import Expression

Document = dict[str, Any]
HANDS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class One:
    """Everything the page shows of a tag."""

    tag: Tag
    seen: list[Observed]
    lineage: Lineage
    versions: list[TagVersion]
    hands: list[HandValue]
    agreement: Document | None
    alarms: list[Document]
    is_by_itself: bool
    is_filled: bool
    may_approve: bool
    fault: str | None
    past: tag_history.Past

    @property
    def now(self) -> Observed | None:
        """What the last build saw of it as it is in force."""
        return self.seen[-1] if self.seen else None


def read(view: View) -> One:
    """The tag that the address names.

    Raises: `Unknown` when there is none.
    """
    limner, code = view.limner, view.param("code")
    quality = report(limner, "portrait") or {}
    return One(
        tag_of(limner, code), history(limner, code), lineage(limner, code), tag_versions(limner, code),
        hand_values(limner, [code]),
        next((row for row in quality.get("agreement", []) if row["tag"] == code), None),
        [alarm for alarm in quality.get("alarms", []) if alarm["tag"] == code],
        code in quality.get("by_itself", []), is_filled(limner, code),
        may_approve(limner, code, view.viewer.name), faults(limner).get(code), tag_history.read(view, code),
    )  # fmt: skip


def draw(view: View, one: One) -> None:
    """Draw the page."""
    tag = one.tag
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/tags"), icon="arrow_back")
    text(tag.name.in_(view.language), "lm-title")
    text(_sentence(view, one), "lm-answer", tag="h1")
    if one.fault:
        say_note(view.say(words.FAULT), one.fault, kind="lm-bad")
    for alarm in one.alarms:
        say_note(view.say(words.ALARM_KINDS[alarm["kind"]]), alarm["why"][view.language])
    _deeds(view, one)
    with box("lm-two"):
        _definition(view, one)
        with card(view, words.DISTRIBUTION, words.DISTRIBUTION_L):
            if one.now is not None:
                spread(view, tag, one.now)
            else:
                nothing(view.say(words.NO_VALUES), view.say(words.NO_VALUES_BUILD))
    with box("lm-two"):
        if one.now is not None and one.now.known:
            wears(view, tag, one.now)
        _history(view, one)
    tag_history.draw(view, tag, one.past)
    if one.agreement:
        _comes_true(view, one.agreement)
    with card(view, words.LINEAGE, words.LINEAGE_L):
        look = Look(view.language, view.numbers.currency)
        many = len(one.lineage.nodes)
        options = charts.descent(one.lineage, look)
        chart(
            view,
            options,
            view.say(words.LINEAGE),
            "lm-tall" if many > 8 else "lm-short" if many < 5 else "",
        )
        _nodes(view, one.lineage)
    with box("lm-two"):
        _versions(view, one)
        _hands(view, one)
    steps = []
    if tag.state == "approved" and view.may("segments.edit"):
        steps.append((view.say(words.NEXT_BUILD), view.href("/segments/new", rule=_beginning(tag))))
    next_steps(view, [
        *steps,
        (view.say(words.NEXT_SEGMENT), view.href("/customers", rule=f"{tag.code} is not null")),
        (view.say(words.BACK), view.href("/tags")),
    ])  # fmt: skip


def _beginning(tag: Tag) -> str:
    """The rule with which a segment of a tag begins."""
    return f"{tag.code} >= 1" if tag.kind in ("count", "money") else f"{tag.code} is not null"


def _sentence(view: View, one: One) -> str:
    write, now = view.numbers, one.now
    if now is None:
        return view.say(words.ONE_NOT_FILLED, state=view.say(STATES[one.tag.state]))
    if not now.known:
        return view.say(words.ONE_NOBODY, customers=write.count(now.customers))
    return view.say(
        words.ONE_ANSWER, known=write.count(now.known), customers=write.count(now.customers),
        coverage=write.share(now.coverage, 0), typical=typical(view, one.tag, now),
    )  # fmt: skip


def _deeds(view: View, one: One) -> None:
    """What can be done with the tag, for a role that may."""
    tag, limner = one.tag, view.limner
    job = deeds.JOBS.get(f"tag:{tag.code}")
    if job is not None:
        _watch(view, tag, job)
    if not view.may(EDIT):
        return
    with box("lm-row").style("margin-bottom: 20px"):
        if tag.state in ("draft", "review", "retired"):
            if one.may_approve:
                _button(view, words.APPROVE, lambda d: set_state(limner, tag.code, "approved", d.name, d.at),
                        is_primary=True)  # fmt: skip
            else:
                text(view.say(words.OTHER_APPROVES), "lm-quiet")
        if tag.state == "draft":
            _button(
                view, words.SUBMIT, lambda d: set_state(limner, tag.code, "review", d.name, d.at)
            )
        if tag.state == "approved" and (job is None or job.is_done):
            action(view.say(words.FILL), lambda: begin_fill(view, tag.code), icon="o_bolt",
                   is_primary=not one.is_filled)  # fmt: skip
        if not is_shipped(tag.code):
            link(
                view.say(words.CHANGE),
                view.href("/tags/new", change=tag.code),
                "lm-button",
                "o_edit",
            )
        if tag.state == "approved":
            _asked(view, tag, words.RETIRE, words.RETIRE_TITLE, words.RETIRE_L,
                   lambda d: retire_tag(limner, tag.code, d.name, d.at), view.here())  # fmt: skip
        elif not is_shipped(tag.code):
            _asked(view, tag, words.DROP, words.DROP_TITLE, words.DROP_L,
                   lambda d: drop_tag(limner, tag.code, d.name, d.at), view.href("/tags"))  # fmt: skip


def _button(view: View, label: Any, deed: Callable[[deeds.Doer], Any], is_primary: bool = False) -> None:  # fmt: skip
    async def do() -> None:
        if await attempt(view, EDIT, deed) is not None:
            ui.navigate.to(view.here())

    action(view.say(label), do, is_primary=is_primary)


def _asked(
    view: View, tag: Tag, label: Any, title: Any, body: Any, deed: Callable[[deeds.Doer], Any],
    then: str,
) -> None:  # fmt: skip
    async def do() -> None:
        if await attempt(view, EDIT, deed) is not None:
            ui.navigate.to(then)

    name = tag.name.in_(view.language)
    dialog = confirm(view, view.say(title, name=name), view.say(body), view.say(label), do, is_dangerous=True)  # fmt: skip
    action(view.say(label), dialog.open)


def begin_fill(view: View, code: str) -> None:
    """Begin to fill a tag for everybody; its page shows how far that is."""
    limner: Limner = view.limner
    deeds.start(
        view, EDIT, f"tag:{code}", "tag.fill",
        lambda doer, progress: fill_tag(limner, code, doer.name, doer.at, progress),
    )  # fmt: skip
    ui.navigate.to(view.href(f"/tags/{code}"))


def _watch(view: View, tag: Tag, job: deeds.Job) -> None:
    """How far filling is; the page is drawn anew when it has ended."""
    if job.is_done:
        deeds.JOBS.pop(f"tag:{tag.code}", None)
        if job.error is not None:
            say_failure(view, job.error, words.ERRORS)
        return
    with card(view, words.FILLING):
        bar = ui.linear_progress(value=job.fraction, show_value=False).props(
            "rounded size=8px indeterminate"
        )
        bar.props["aria-label"] = view.say(words.FILLING)

    def look() -> None:
        if job.is_done:
            timer.deactivate()
            ui.navigate.to(view.href(f"/tags/{tag.code}"))

    timer = ui.timer(0.3, look)


def _definition(view: View, one: One) -> None:
    tag, write = one.tag, view.numbers
    with card(view, words.DEFINITION, words.DEFINITION_L):
        text(tag.description.in_(view.language)).style("margin-bottom: 8px")
        if not isinstance(tag.value, Expression):  # which says itself
            text(tag.rule_text(view.language), "lm-quiet").style("overflow-wrap: anywhere")
        text(tag.text, "lm-code lm-code-block").style(
            "margin: 12px 0; white-space: pre-wrap; overflow-wrap: anywhere"
        )
        pairs([
            (view.say(words.CODE), tag.code),
            (view.say(words.CATEGORY), view.say(CATEGORIES[tag.category])),
            (view.say(words.NATURE), view.say(NATURES[tag.nature])),
            (view.say(words.TEMPO), view.say(TEMPOS[tag.tempo])),
            (view.say(words.SHOWN_AS), _shown_as(view, tag)),
            (view.say(words.STATE), view.say(STATES[tag.state])),
            (view.say(words.VERSION), write.count(tag.version)),
            (view.say(words.OWNER), tag.owner),
        ])  # fmt: skip
        if one.is_by_itself:
            text(view.say(words.BY_ITSELF), "lm-quiet").style("margin-top: 8px")
        in_force = one.versions[1].version if len(one.versions) > 1 else None
        if tag.state in ("draft", "review") and in_force:
            say_note(view.say(words.DRAFTED, version=in_force))
        with box("lm-row").style("margin-top: 12px"):
            copy_button(tag.text, view.say(words.COPY), view.say(words.COPIED))


def _shown_as(view: View, tag: Tag) -> str:
    """The kind with the unit, where that says more."""
    kind = view.say(words.KINDS[tag.kind])
    if not tag.unit or tag.kind not in words.WITH_UNIT:
        return kind
    unit = view.limner.settings.currency if tag.unit == "currency" else tag.unit
    return f"{kind} · {view.say(words.UNITS[unit]) if unit in words.UNITS else unit}"


def _history(view: View, one: One) -> None:
    mine = [seen for seen in one.seen if seen.version == one.tag.version] or one.seen
    with card(view, words.HISTORY, words.HISTORY_L, words.DRIFT_M):
        if len(mine) < 2:
            day = view.numbers.day(mine[0].as_of) if mine else "–"
            nothing(view.say(words.HISTORY), view.say(words.HISTORY_ONE, day=day))
            return
        look = Look(view.language, view.numbers.currency)
        chart(view, charts.builds(mine, look), view.say(words.HISTORY_L))
        takeaway(view, f"tag-{one.tag.code}-builds", one.tag.code, lambda: _as_table(mine))


def _as_table(seen: list[Observed]) -> pa.Table:
    return pa.Table.from_pylist([
        {"as_of": o.as_of, "version": o.version, "customers": o.customers, "known": o.known,
         "distinct": o.distinct, "mean": o.mean, "deviation": o.deviation, "psi": o.psi}
        for o in seen
    ])  # fmt: skip


def _comes_true(view: View, row: Document) -> None:
    write = view.numbers
    with card(view, words.COMES_TRUE, meaning=words.AGREES_M):
        low, high = row["hit_interval"]
        text(view.say(
            words.COMES_TRUE_SAY, customers=write.count(row["customers"]), days=row["days"],
            hit=write.share(row["hit_rate"]), low=write.share(low), high=write.share(high),
            chance=write.share(row["chance"]), popular=write.share(row["popular"]),
            last=write.share(row["last"]), verdict=view.say(words.VERDICTS[row["verdict"]]),
        ))  # fmt: skip
        look = Look(view.language, write.currency)
        rates = [
            (view.say(words.HIT), row["hit_rate"]), (view.say(words.POPULAR), row["popular"]),
            (view.say(words.LAST), row["last"]), (view.say(words.CHANCE), row["chance"]),
        ]  # fmt: skip
        chart(view, charts.rates(rates, look), view.say(words.COMES_TRUE), "lm-short")


def _nodes(view: View, found: Lineage) -> None:
    """The same as the picture, for whoever reads rather than looks."""
    for is_reader, label in ((False, words.IT_READS), (True, words.READS_IT)):
        side = [node for node in found.nodes if (node.layer > 0 if is_reader else node.layer < 0)]
        if not side:
            continue
        with box("lm-row").style("margin-top: 8px; align-items: center; gap: 6px"):
            text(view.say(label), "lm-quiet")
            for node in side:
                told = f"{view.say(words.NODE_KINDS[node.kind])}: {node.name.in_(view.language)}"
                if node.kind == "tag":
                    link(told, view.href(f"/tags/{node.code}"), "lm-chip")
                elif node.kind == "segment":
                    link(told, view.href("/customers", segment=node.code), "lm-chip")
                else:
                    text(told, "lm-chip")


def _versions(view: View, one: One) -> None:
    with card(view, words.VERSIONS, words.VERSIONS_L):
        table(view, [
            Column("version", view.say(words.VERSION), is_number=True),
            Column("text", view.say(words.DEFINITION), is_wrapped=True),
            Column("at", view.say(words.CHANGED)), Column("by", view.say(words.BY)),
        ], [
            {
                "version": view.numbers.count(v.version), "version__sort": v.version,
                "text": v.entry.get("value", ""),
                "at": view.numbers.moment(v.at) if v.at else view.say(words.SHIPPED),
                "by": v.by,
            }
            for v in one.versions
        ])  # fmt: skip


def _hands(view: View, one: One) -> None:
    sees = view.may("personal.read")
    with card(view, words.HANDS, words.HANDS_L):
        if not one.hands:
            nothing(view.say(words.NO_HANDS), view.say(words.HANDS_L))
            return
        table(view, [
            Column("customer", view.say(words.CUSTOMER)), Column("value", view.say(words.VALUE)),
            Column("was", view.say(words.WAS)), Column("note", view.say(words.NOTE), is_wrapped=True),
            Column("by", view.say(words.BY)), Column("at", view.say(words.CHANGED)),
        ], [_hand(view, one.tag, hand, sees) for hand in one.hands[:HANDS_SHOWN]], size=10)  # fmt: skip


def _hand(view: View, tag: Tag, hand: HandValue, sees: bool) -> Document:
    name = hand.customer_id if sees else opaque_name(view.limner, hand.customer_id)
    return {
        "customer": name, "customer__href": view.href(f"/customers/{name}", tag=tag.code),
        "value": value_name(view, tag, hand.value), "was": value_name(view, tag, hand.was),
        "note": hand.note if sees else "", "by": hand.by,
        "at": view.numbers.moment(hand.at), "at__sort": str(hand.at),
    }  # fmt: skip


PAGE = Page("/tags/{code}", "tags", words.TAG, "reports.read", read, draw)
