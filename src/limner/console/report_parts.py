"""The parts of one campaign's report: the comparison, the experiment, the plan."""

from __future__ import annotations

from typing import Any

from limner.console import charts_learn as charts
from limner.console.charts import Look
from limner.console.names import pick
from limner.console.parts import Column, Figure, box, card, chart, figures, say_note, table, text
from limner.console.view import View
from limner.console.words import learn as words
from limner.console.words import names as name_words

Document = dict[str, Any]


def comparison(view: View, found: Document, warning: str, look: Look) -> None:
    """Receivers beside comparable customers, with what keeps the figure from being a proof."""
    write = view.numbers
    status = found.get("status")
    title = (
        view.say(words.STATUS_WORDS[status])
        if status in words.STATUS_WORDS
        else view.say(words.NOT_RANDOMISED)
    )
    body = pick(view, found, "note")
    say_note(title, body or warning)
    if found.get("effect_per_customer") is None:
        return
    placebo = (found.get("placebo") or {}).get("status")
    figures(view, [
        Figure(words.EFFECT, write.money(found["effect_per_customer"]), words.EFFECT_M,
               write.interval(found["interval"], "money")),
        Figure(words.UNADJUSTED, write.money(found.get("unadjusted_effect")), words.UNADJUSTED_M),
        Figure(words.COMPARED, view.say(words.PAIR, treated=write.count(found.get("comparable", found.get("treated"))),
                                        compared=write.count(found.get("compared"))), words.COMPARED_M),
        *([Figure(words.PLACEBO, view.say(words.PLACEBO_WORDS[placebo]), words.PLACEBO_M)]
          if placebo in words.PLACEBO_WORDS else []),
    ])  # fmt: skip
    with box("lm-two"):
        with card(view, words.COMPARISON, words.COMPARISON_L, words.EFFECT_M):
            names, values, bounds = (
                [view.say(words.EFFECT)],
                [found["effect_per_customer"]],
                [found["interval"]],
            )
            checked = found.get("placebo") or {}
            if checked.get("effect_per_customer") is not None:
                names.append(view.say(words.PLACEBO))
                values.append(checked["effect_per_customer"])
                bounds.append(checked["interval"])
            names.append(view.say(words.UNADJUSTED))
            values.append(found.get("unadjusted_effect"))
            bounds.append(None)
            options = charts.intervals(names, values, bounds, look, "money", zero=True)
            chart(view, options, view.say(words.COMPARISON_L))
        if found.get("balance"):
            with card(view, words.BALANCE, words.BALANCE_L):
                chart(
                    view,
                    charts.balance(found["balance"], look),
                    view.say(words.BALANCE_L),
                )


def experiment(view: View, found: Document, look: Look) -> None:
    """Treated against control, every customer counted in the arm drawn for it."""
    write = view.numbers
    status = found.get("status")
    title = (
        view.say(words.STATUS_WORDS[status])
        if status in words.STATUS_WORDS
        else view.say(words.EXPERIMENT)
    )
    kind = "" if status in ("refused", "not-trusted", "cannot-say", "running") else "lm-good"
    say_note(title, pick(view, found, "verdict"), kind)
    arms, brought = found.get("arms") or {}, found.get("return") or {}
    if arms:
        pair = view.say(words.PAIR, treated=write.count(arms["treated"]["assigned"]),
                        compared=write.count(arms["control"]["assigned"]))  # fmt: skip
        shown = [Figure(words.ARMS, pair, words.ARMS_M)]
        if brought:
            interval = write.interval(brought["profit_interval"], "money")
            shown.append(
                Figure(
                    words.CAUSED_PROFIT,
                    write.money(brought["profit"]),
                    words.CAUSED_PROFIT_M,
                    interval,
                )
            )
        figures(view, shown)
    metrics = found.get("metrics") or []
    if not metrics:
        return
    with card(view, words.EXPERIMENT, view.say(words.EXPERIMENT_L) + " " + view.say(words.LIFT_L)):
        options = charts.intervals(
            [pick(view, m, "name") for m in metrics],
            [m["lift"] for m in metrics],
            [m["lift_interval"] for m in metrics],
            look,
            zero=True,
        )
        chart(view, options, view.say(words.LIFT_L)).style(f"height: {60 + 36 * len(metrics)}px")
        rows = []
        for m in metrics:
            unit = _unit(m)
            said = getattr(write, unit)
            rows.append({
                "metric": pick(view, m, "name"), "treated": said(m["treated"]), "control": said(m["control"]),
                "difference": said(m["difference"]), "interval": write.interval(m["interval"], unit),
                "p": write.fixed(m["p_value_holm"]),
            })  # fmt: skip
        table(view, [
            Column("metric", view.say(words.METRIC)),
            Column("treated", view.say(words.TREATED), is_number=True),
            Column("control", view.say(words.CONTROL), is_number=True),
            Column("difference", view.say(words.DIFFERENCE), is_number=True),
            Column("interval", view.say(words.INTERVAL), is_number=True),
            Column("p", view.say(words.P_VALUE), is_number=True),
        ], rows)  # fmt: skip


def _unit(metric: Document) -> str:
    """How a metric's figures are written: a method of `Numbers`."""
    if metric["kind"] == "rate":
        return "share"
    return "money" if metric["metric"] == "sales" else "decimal"


def plan(view: View, campaign: Document) -> None:
    """What was planned, and what became of the messages."""
    write, chosen = view.numbers, campaign["plan"]
    with box("lm-two"):
        with card(view, words.PLAN), box("lm-pairs").style("margin-top: 8px"):
            for name, value in (
                (words.OFFER, chosen.get("offer") or "–"),
                (words.AUDIENCE, chosen.get("segment") or chosen.get("rule") or view.say(words.EVERYONE)),
                (words.CONTROL_SHARE, write.share(chosen.get("control_share"))),
                (words.BUDGET, write.money(chosen.get("budget"))),
                (words.CHANNEL, chosen.get("channel") or "–"),
                (words.CREATED, write.moment(campaign["created_at"])),
                (words.BY, campaign["created_by"]),
            ):  # fmt: skip
                text(view.say(name))
                text(str(value))
        with card(view, words.OUTCOMES):
            table(view, [
                Column("status", view.say(words.STATUS)), Column("reason", view.say(words.REASON)),
                Column("messages", view.say(words.COUNT_MESSAGES), is_number=True),
            ], [
                {
                    "status": view.say(words.STATUSES[o["status"]]) if o["status"] in words.STATUSES else o["status"],
                    "reason": view.say(name_words.REASONS[o["reason"]]) if o["reason"] in name_words.REASONS else o["reason"] or "–",
                    "messages": write.count(o["messages"]), "messages__sort": o["messages"],
                }
                for o in campaign["outcomes"]
            ])  # fmt: skip
