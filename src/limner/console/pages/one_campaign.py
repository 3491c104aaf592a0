"""One campaign of Limner's own: how far it is, planning it, and sending it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from limner.app import reading
from limner.app.campaigns import (
    campaign_outlook,
    campaign_plan,
    campaign_summary,
    plan_campaign,
    send_campaign,
)
from limner.console import deeds
from limner.console.campaign_foresight import proof
from limner.console.campaign_form import days_of
from limner.console.form_parts import action, confirm, say_failure
from limner.console.names import channel_name, segment_name
from limner.console.pages.customers import quoted
from limner.console.parts import Column, Figure, box, card, figures, link, say_note, table, text
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import act as words
from limner.console.words import learn as learn_words
from limner.console.words import names as name_words
from limner.core.progress import Progress
from limner.core.words import Words
from limner.decide.target import REASONS
from limner.govern import audit
from limner.govern.permission import DEFAULT_POLICY

Document = dict[str, Any]
WHY: dict[str, Words] = {
    **name_words.REASONS, **REASONS,
    "left-audience": words.LEFT_AUDIENCE, "unconfirmed": words.UNCONFIRMED,
}  # fmt: skip
STATES = ("draft", "planned", "sending", "sent")


def read(view: View) -> Document:
    """The campaign with its decisions, and what is expected of them.

    Raises: `Unknown` for a campaign that is not one of Limner's own.
    """
    limner, key = view.limner, view.param("campaign_id")
    summary = campaign_summary(limner, key)
    plan = campaign_plan(limner, key)
    segment = None
    if plan.segment:
        saved = reading.saved_segments(limner).get(plan.segment, {})
        segment = segment_name(view, {"segment": plan.segment, **saved})
    reports = (reading.report(limner, "campaigns") or {}).get("campaigns", [])
    is_planned = summary["status"] != "draft" and summary["contact"] + summary["control"] > 0
    return {
        **summary,
        "plan": plan,
        "segment": segment,
        "days": days_of(plan.as_json(), limner.settings.timezone),
        "outlook": campaign_outlook(limner, key) if is_planned else None,
        "has_report": any(c["campaign_id"] == summary["campaign_id"] for c in reports),
        "job": deeds.JOBS.get(summary["campaign_id"]),
        "now": datetime.now(UTC),
    }


def draw(view: View, found: Document) -> None:
    """Draw the page."""
    write, job = view.numbers, found["job"]
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/campaigns"), icon="arrow_back")
    told = {name: write.count(found[name]) for name in ("contact", "control", "sent", "waiting")}
    sentence = view.say(words.STATE_ANSWERS[found["status"]], name=found["name"], **told)
    text(sentence, "lm-answer", tag="h1")
    _steps(view, found["status"])
    if job is not None and not job.is_done:
        _progress(view, job)
    else:
        if job is not None and job.error is not None:
            say_failure(view, job.error)
            deeds.JOBS.pop(found["campaign_id"], None)
        _actions(view, found)
    if found["status"] != "draft":
        figures(view, _figures(view, found))
        if found["outlook"]:
            text(proof(view, found["outlook"]), "lm-consequence").style("margin: -4px 0 20px")
    with box("lm-two"):
        if found["skip_reasons"] and found["status"] != "draft":
            with card(view, words.SKIPPED):
                _reasons(view, found["skip_reasons"], words.CUSTOMERS)
        if found["held"] and found["status"] in ("sending", "sent"):
            with card(view, words.HELD):
                _reasons(view, found["held"], learn_words.COUNT_MESSAGES)
    _plan(view, found)


def _steps(view: View, status: str) -> None:
    with box("lm-steps", tag="ol") as steps:
        steps.props["aria-label"] = view.say(words.STEPS)
        for place, state in enumerate(STATES):
            is_past = place < STATES.index(status) or status == "sent"
            kind = "lm-now" if state == status else "lm-past" if is_past else ""
            with box(kind, tag="li") as step:
                if state == status:
                    step.props("aria-current=step")
                if is_past:
                    ui.icon("check").props("aria-hidden=true")
                text(view.say(learn_words.STATUSES[state]), tag="span")


def _progress(view: View, job: deeds.Job) -> None:
    said = view.say(words.SENDING if job.kind == "send" else words.PLANNING)
    with card(view, said, words.LEAVE):
        bar = ui.linear_progress(value=job.fraction, show_value=False).props("rounded size=8px")
        bar.props["aria-label"] = said

    def look() -> None:
        bar.set_value(job.fraction)
        if job.is_done:
            ui.navigate.to(view.here())

    ui.timer(0.3, look)


def _actions(view: View, found: Document) -> None:
    status, write = found["status"], view.numbers
    if status == "sent":
        said = words.DONE if found["has_report"] else words.REPORT_NEXT
        with card(view, words.DONE, "" if found["has_report"] else said, classes="lm-next"):
            if found["has_report"]:
                address = view.href("/reports/" + quoted(found["campaign_id"]))
                link(view.say(words.SEE_REPORT), address, icon="arrow_forward")
        return
    if not (view.may("campaigns.edit") or view.may("campaigns.send")):
        text(view.say(words.FORBIDDEN), "lm-quiet").style("margin-bottom: 20px")
        return
    lede = {"draft": view.say(words.PLAN_L), "planned": view.say(words.SEND_L)}.get(
        status, view.say(words.WAITING_L, count=write.count(found["waiting"]))
    )
    first, last = found["days"]
    is_over, is_early = (
        found["now"] >= found["plan"].ends_at,
        found["now"] < found["plan"].starts_at,
    )
    with card(view, "", lede, classes="lm-next"):
        if is_over:
            say_note(view.say(words.OVER, day=write.day(last)))
        elif is_early and status == "planned":
            say_note(view.say(words.NOT_YET, day=write.day(first)))
        elif status != "draft":
            _say_quiet(view, found)
        with box("lm-row"):
            is_ready = status == "sending" or (status == "planned" and not (is_early or is_over))
            if view.may("campaigns.send") and is_ready:
                _send_button(view, found)
            if view.may("campaigns.edit") and status in ("draft", "planned"):
                if not is_over:
                    label = words.PLAN if status == "draft" else words.PLAN_AGAIN
                    action(view.say(label), _starter(view, found, "plan"), icon="o_fact_check",
                           is_primary=status == "draft")  # fmt: skip
                address = view.href("/campaigns/new", **{"from": found["campaign_id"]})
                link(view.say(words.EDIT), address, "lm-button", "o_edit")


def _say_quiet(view: View, found: Document) -> None:
    timezone = view.limner.settings.timezone
    if found["plan"] and DEFAULT_POLICY.is_quiet(found["now"], timezone):
        ends = DEFAULT_POLICY.quiet_ends(found["now"], timezone)
        say_note(view.say(words.QUIET, when=view.numbers.moment(ends)))


def _send_button(view: View, found: Document) -> None:
    write = view.numbers
    count, channel = write.count(found["waiting"]), channel_name(view, found["channel"])
    dialog = confirm(
        view, view.say(words.CONFIRM, count=count, channel=channel),
        view.say(words.CONFIRM_L, control=write.count(found["control"])),
        view.say(words.CONFIRM_BUTTON, count=count), _starter(view, found, "send"),
    )  # fmt: skip
    label = words.SEND if found["status"] == "planned" else words.GO_ON
    action(view.say(label), dialog.open, icon="o_send", is_primary=True)


def _starter(view: View, found: Document, kind: str) -> Any:
    """Begins planning or sending, then shows how far it is."""
    key, limner = found["campaign_id"], view.limner

    def plan(doer: deeds.Doer, progress: Progress) -> None:
        done = plan_campaign(limner, key, doer.at, progress)
        told = {name: done[name] for name in ("contact", "control", "skip")}
        audit.record(limner.store, doer.name, "campaign.planned", key, told, doer.at)

    def send(doer: deeds.Doer, progress: Progress) -> None:
        audit.record(limner.store, doer.name, "campaign.sending", key, {}, doer.at)
        done = send_campaign(limner, key, doer.at, progress)
        told = {name: done[name] for name in ("sent", "waiting", "held")}
        audit.record(limner.store, doer.name, "campaign.sent", key, told, datetime.now(UTC))

    async def begin() -> None:
        if kind == "plan":
            deeds.start(view, "campaigns.edit", key, kind, plan)
        else:
            deeds.start(view, "campaigns.send", key, kind, send)
        ui.navigate.to(view.here())

    return begin


def _figures(view: View, found: Document) -> list[Figure]:
    write, outlook = view.numbers, found["outlook"]
    shown = [
        Figure(words.CHOSEN, write.count(found["contact"]), words.CHOSEN_M),
        Figure(words.CONTROLS, write.count(found["control"]), words.CONTROL_M),
        Figure(words.SKIPPED_NAME, write.count(found["skip"]), words.SKIPPED_M),
    ]
    if found["status"] in ("sending", "sent"):
        shown += [
            Figure(words.SENT_F, write.count(found["sent"]), words.SENT_M),
            Figure(words.HELD_F, write.count(sum(found["held"].values())), words.HELD_M),
            Figure(words.WAIT_F, write.count(found["waiting"]), words.WAIT_M),
        ]
    elif outlook:
        effect = outlook["detectable_effect"]
        points = (
            "–" if effect is None else view.say(words.POINTS, points=write.decimal(effect * 100))
        )
        shown += [
            Figure(words.EXPECTED_COST, write.money(outlook["expected_cost"]), words.COST_M),
            Figure(words.EXPECTED_PROFIT, write.money(outlook["expected_profit"]), words.PROFIT_M),
            Figure(words.EFFECT, points, words.EFFECT_M),
        ]
    return shown


def _reasons(view: View, counts: dict[str, int], unit: Words) -> None:
    write = view.numbers
    table(view, [
        Column("reason", view.say(words.REASON), is_wrapped=True),
        Column("count", view.say(unit), is_number=True),
    ], [
        {"reason": view.say(WHY[code]) if code in WHY else code, "count": write.count(n), "count__sort": n}
        for code, n in sorted(counts.items(), key=lambda pair: -pair[1])
    ])  # fmt: skip


def _plan(view: View, found: Document) -> None:
    write, plan = view.numbers, found["plan"]
    first, last = found["days"]
    whom = found["segment"] or plan.rule or view.say(words.EVERYONE)
    budget = view.say(words.BUDGET_HINT) if plan.budget is None else write.money(plan.budget)
    policy = words.POLICIES.get(plan.policy)
    with box("lm-two"):
        with card(view, words.THE_PLAN), box("lm-pairs").style("margin-top: 8px"):
            for name, value in (
                (words.OFFER, plan.offer), (words.AUDIENCE, whom),
                (words.DISCOUNT, write.money(plan.discount)), (words.MARGIN, write.share(plan.margin)),
                (words.COST, write.money(plan.cost_per_contact)),
                (words.BUDGET, "–" if plan.budget is None else budget),
                (words.CONTROL, write.share(plan.control_share)),
                (words.CHANNEL, channel_name(view, plan.channel)),
                (words.DAYS, f"{write.day(first)} – {write.day(last)}"), (words.TYPE, plan.type),
                (words.POLICY, view.say(policy) if policy else plan.policy),
            ):  # fmt: skip
                text(view.say(name))
                text(value)
        with card(view, words.MESSAGE):
            for template in plan.templates.values():
                with box("lm-letter"):
                    text(template.subject, "lm-letter-subject lm-code")
                    text(template.text, "lm-letter-text lm-code")


PAGE = Page("/campaigns/{campaign_id}", "campaigns", words.BACK, "reports.read", read, draw)
