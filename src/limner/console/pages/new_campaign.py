"""A new campaign, or one to change: one form in the order a marketer thinks, worked out live."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from limner.act.campaign import CampaignPlan
from limner.act.send import channel_names
from limner.app import reading
from limner.app.campaigns import campaign_id_of, campaign_plan, draft_campaign
from limner.console import campaign_form, deeds
from limner.console.campaign_foresight import Foresight
from limner.console.campaign_form import Form
from limner.console.form_parts import (
    action,
    choice_field,
    number_field,
    say_failure,
    words_field,
)
from limner.console.names import channel_name, column_name, segment_name
from limner.console.pages.customers import quoted
from limner.console.parts import answer, box, card, link, text
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import act as words
from limner.core.clock import zone
from limner.core.errors import LimnerError, Rejected, Unknown
from limner.core.words import LANGUAGES
from limner.decide.policies import TABLE as POLICIES
from limner.govern import audit

Document = dict[str, Any]
OFTEN = ("customer.name", "customer.department_top", "customer.category_top", "customer.store_top",
         "offer.text", "offer.discount", "offer.currency", "offer.ends_on", "unsubscribe_link")  # fmt: skip
# Puts a variable where the cursor was, in the field that was written in last.
_REMEMBER = "(e) => { window.lmWritten = e.target }"
_PUT_IN = """() => {
  const field = window.lmWritten && document.contains(window.lmWritten) ? window.lmWritten
    : document.querySelector('.lm-message textarea');
  field.setRangeText(%s, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', {bubbles: true}));
  field.focus();
}"""


def read(view: View) -> Document | None:
    """What can be chosen, and the plan to begin from; None before the first build."""
    limner = view.limner
    if limner.lake.version("profiles") is None:
        return None
    timezone = limner.settings.timezone
    base = campaign_form.blank(datetime.now(UTC).astimezone(zone(timezone)).date())
    base["first_language"] = view.language
    if changed := view.param("from"):
        plan = campaign_plan(limner, changed)
        first, last = campaign_form.days_of(plan.as_json(), timezone)
        base |= plan.as_json() | {"starts_at_shown": first, "ends_at_shown": last}
        base["first_language"] = next(iter(plan.templates))
    asked = {name: view.param(name) or None for name in ("segment", "rule")}
    if any(asked.values()):
        base |= asked
    known = reading.report(limner, "campaigns") or {}
    types = [row["type"] for row in known.get("by_type", []) if row["type"]]
    return {
        "base": base,
        "changed": changed,
        "types": list(dict.fromkeys([base["type"] or "offer", *types])),
        "segments": [row for row in reading.segments(limner) if row["customers"]],
        "columns": [c for c in limner.lake.table("profiles").columns if c not in reading.HIDDEN],
    }


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    base = document["base"]
    form = Form(dict(base))
    form.audience = "rule" if base["rule"] else "segment" if base["segment"] else "everyone"
    foresight = Foresight(view, form)
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/campaigns"), icon="arrow_back")
    answer(view, words.EDIT if document["changed"] else words.NEW, view.say(words.ANSWER))
    with box("lm-two lm-wide lm-form"):
        with box():
            _whom(view, form, foresight, document)
            _offer(view, form, foresight)
            _proof(view, form, foresight)
            _when(view, form, foresight, document)
            _message(view, form, foresight, document)
            said = box()

            async def save() -> None:
                await _save(view, form, said, str(document["changed"]))

            with box("lm-row"):
                action(view.say(words.SAVE), save, icon="o_save", is_primary=True)
                link(view.say(words.CANCEL), view.href("/campaigns"), "lm-button")
        with box("lm-aside"):
            foresight.draw()
    ui.timer(0.1, foresight.work_out, once=True)


def _whom(view: View, form: Form, foresight: Foresight, document: Document) -> None:
    base, write, say = form.base, view.numbers, view.say
    with card(view, words.WHOM, classes="lm-fields"):
        form.fields["name"] = words_field(
            say(words.NAME), base["name"], foresight.changed, hint=say(words.NAME_HINT)
        )
        kinds = {
            "everyone": say(words.EVERYONE), "segment": say(words.A_SEGMENT), "rule": say(words.A_RULE),
        }  # fmt: skip
        with box("lm-field"):
            text(say(words.AUDIENCE), "lm-field-label")
            kind = ui.radio(kinds, value=form.audience).props("inline dense")
        options = {
            row["segment"]: f"{segment_name(view, row)} ({write.count(row['customers'])})"
            for row in document["segments"]
        }
        with box() as by_segment:
            form.fields["segment"] = choice_field(
                say(words.SEGMENT), options, base["segment"], foresight.changed, is_searched=True
            )
        with box() as by_rule:
            form.fields["rule"] = words_field(
                say(words.RULE), base["rule"] or "", foresight.changed, code=True,
                hint="lifecycle_stage = 'slipping' and revenue_365d > 500",
            )  # fmt: skip

        def choose() -> None:
            form.audience = kind.value
            by_segment.set_visibility(kind.value == "segment")
            by_rule.set_visibility(kind.value == "rule")

        async def chosen() -> None:
            choose()
            await foresight.changed()

        kind.on_value_change(chosen)
        choose()
        foresight.size = text("", "lm-quiet").props("aria-live=polite")


def _offer(view: View, form: Form, foresight: Foresight) -> None:
    base, say, currency = form.base, view.say, view.numbers.currency
    with card(view, words.WHAT, classes="lm-fields"):
        form.fields["offer"] = words_field(
            say(words.OFFER), base["offer"], foresight.changed, hint=say(words.OFFER_HINT)
        )
        with box("lm-grid"):
            for name, label, step, hint in (
                ("discount", words.DISCOUNT, 0.5, None), ("margin", words.MARGIN, 1, words.MARGIN_HINT),
                ("cost_per_contact", words.COST, 0.01, None), ("budget", words.BUDGET, 10, words.BUDGET_HINT),
            ):  # fmt: skip
                is_share = name in campaign_form.SHARES
                value = base[name]
                form.fields[name] = number_field(
                    say(label), round(value * 100, 4) if is_share and value is not None else value,
                    foresight.changed, step=step, suffix="%" if is_share else currency,
                    hint=say(hint) if hint else "",
                )  # fmt: skip


def _proof(view: View, form: Form, foresight: Foresight) -> None:
    base, say = form.base, view.say
    with card(view, words.PROOF, words.PROOF_L, classes="lm-fields"):
        share = form.fields["control_share"] = number_field(
            say(words.CONTROL), round(base["control_share"] * 100, 4), foresight.changed, suffix="%", step=5
        )  # fmt: skip
        with box() as why:
            form.fields["no_control_because"] = words_field(
                say(words.WHY_NONE), base["no_control_because"], foresight.changed
            )
        why.bind_visibility_from(share, "value", backward=lambda value: value == 0)
        foresight.proof = text("", "lm-consequence").props("aria-live=polite")


def _when(view: View, form: Form, foresight: Foresight, document: Document) -> None:
    base, say = form.base, view.say
    channels = {name: channel_name(view, name) for name in channel_names()}
    policies = {n: say(words.POLICIES[n]) if n in words.POLICIES else n for n in POLICIES}
    types = {name: name for name in document["types"]}
    with card(view, words.WHEN, classes="lm-fields"), box("lm-grid"):
        for name, label in (("starts_at", words.FROM), ("ends_at", words.UNTIL)):
            shown = base.get(f"{name}_shown") or base[name]
            form.fields[name] = words_field(say(label), shown, foresight.changed, kind="date")
        changed = foresight.changed
        form.fields["channel"] = choice_field(
            say(words.CHANNEL), channels, base["channel"], changed
        )
        form.fields["type"] = choice_field(
            say(words.TYPE), types, base["type"] or document["types"][0], changed, say(words.TYPE_HINT)
        )  # fmt: skip
        form.fields["policy"] = choice_field(say(words.POLICY), policies, base["policy"], changed)


def _message(view: View, form: Form, foresight: Foresight, document: Document) -> None:
    say, first = view.say, form.base["first_language"]
    with card(view, words.MESSAGE, words.MESSAGE_L, classes="lm-fields lm-message"):
        text(say(words.PUT_IN), "lm-field-label")
        every = [f"customer.{c}" for c in document["columns"]]
        with box("lm-row"):
            for name in OFTEN:
                if not name.startswith("customer.") or name in every:
                    _chip(view, name)
        with ui.expansion(say(words.MORE)).props("dense").classes("lm-quiet"), box("lm-row"):
            for name in every:
                if name not in OFTEN:
                    _chip(view, name)
        for language in sorted(LANGUAGES, key=lambda each: each != first):
            kept = form.base["templates"].get(language, {})
            opened = language == first or bool(kept)
            with (
                ui.expansion(say(words.IN_LANGUAGE[language]), value=opened).classes("lm-language"),
                box("lm-fields"),
            ):
                for part, label, kind in (("subject", words.SUBJECT, "text"), ("text", words.TEXT, "textarea")):  # fmt: skip
                    one = words_field(say(label), kept.get(part, ""), foresight.changed, kind=kind)
                    one.props["data-testid"] = f"{part}.{language}"
                    one.on("focus", js_handler=_REMEMBER)
                    form.fields[f"{part}.{language}"] = one


def _chip(view: View, variable: str) -> None:
    root, _, rest = variable.partition(".")
    written = "{{ " + variable + (" | default: ''" if variable == "customer.name" else "") + " }}"
    chip = box("lm-chip", tag="button").props("type=button")
    chip.on("click", js_handler=_PUT_IN % f"`{written}`")
    chip.props["title"] = written
    with chip:
        text(column_name(view, rest) if root == "customer" else variable, tag="span")


async def _save(view: View, form: Form, said: ui.element, changed: str) -> None:
    form.clear_errors()
    said.clear()
    if wrong := form.missing():
        form.show(view, wrong)
        with said:
            text(view.say(words.FIX), "lm-error").props("role=alert")
        return
    document = form.document()

    def draft(doer: deeds.Doer) -> str:
        for key in [k for k in document if k.endswith("_shown") or k == "first_language"]:
            document.pop(key)
        limner = view.limner
        plan = CampaignPlan.from_json(document, limner.settings.timezone)
        campaign_id = campaign_id_of(plan.name)
        if campaign_id != changed and _is_taken(view, campaign_id):
            raise Rejected("campaign-taken", view.say(words.TAKEN), "name")
        draft_campaign(limner, plan, doer.name, doer.at)
        audit.record(
            limner.store, doer.name, "campaign.drafted", campaign_id, {"name": plan.name}, doer.at
        )
        return campaign_id

    outcome = await deeds.do(view, "campaigns.edit", draft)
    if isinstance(outcome, LimnerError):
        with said:
            if form.show_error(view, outcome):
                text(view.say(words.FIX), "lm-error").props("role=alert")
            else:
                say_failure(view, outcome)
        return
    ui.navigate.to(view.href("/campaigns/" + quoted(outcome)))


def _is_taken(view: View, campaign_id: str) -> bool:
    try:
        campaign_plan(view.limner, campaign_id)
    except Unknown:
        return False
    return True


PAGE = Page("/campaigns/new", "campaigns", words.NEW, "campaigns.edit", read, draw)
