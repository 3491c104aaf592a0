"""What a campaign's form would do, worked out while it is written: size, outlook, preview."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nicegui import run

from limner.act.campaign import CampaignPlan
from limner.app.campaigns import campaign_id_of
from limner.app.foresight import audience_size, foresee, preview
from limner.console.campaign_form import Form
from limner.console.form_parts import action, say_failure
from limner.console.names import pick
from limner.console.parts import box, card, say_note, text
from limner.console.view import View
from limner.console.words import act as words
from limner.core.errors import LimnerError
from limner.core.message import Message

PATIENCE_SECONDS = 0.5  # after the last key before anything is worked out
OLD_DAYS = 7

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was worked out, each part or why it could not be."""

    size: int | LimnerError
    outlook: Document | LimnerError | None
    message: Message | LimnerError | None


class Foresight:
    """Works a form out a moment after it was changed; a newer change overtakes an older one."""

    def __init__(self, view: View, form: Form) -> None:
        self._view, self._form = view, form
        self._turn = self._place = 0
        self.size = self.proof = text("").style("display: none")

    def draw(self) -> None:
        """The places where the outlook and the preview will stand."""
        view = self._view
        with card(view, words.FORESEEN, words.FORESEEN_L):
            self._outlook = box().props("aria-live=polite")
        with card(view, words.PREVIEW):
            self._preview = box()
            with box("lm-row").style("margin-top: 12px") as again:
                action(view.say(words.NEXT_CUSTOMER), self._next, icon="o_autorenew")
            self._again = again

    async def changed(self) -> None:
        """Something was written."""
        self._turn += 1
        turn = self._turn
        await asyncio.sleep(PATIENCE_SECONDS)
        if turn == self._turn:
            await self.work_out()

    async def _next(self) -> None:
        self._place += 1
        await self.work_out()

    async def work_out(self) -> None:
        """Work everything out, off the event loop, and show it unless it is out of date by then."""
        self._turn += 1
        turn = self._turn
        document = self._form.document(is_tried=True)
        has_message = bool(self._form.document()["templates"])
        for key in [k for k in document if k.endswith("_shown") or k == "first_language"]:
            document.pop(key)
        seen = await run.io_bound(_seen, self._view, document, has_message, self._place)
        if turn == self._turn and seen is not None:
            self._show(seen)

    def _show(self, seen: Seen) -> None:
        view, form = self._view, self._form
        form.clear_errors()
        write = view.numbers
        is_said = False
        for outcome in (seen.size, seen.message):
            if isinstance(outcome, LimnerError):
                is_said = form.show_error(view, outcome) or is_said
        told = "" if isinstance(seen.size, LimnerError) else view.say(words.SIZE, count=write.count(seen.size))  # fmt: skip
        self.size.set_text(told)
        self._outlook.clear()
        outlook = seen.outlook
        with self._outlook:
            if isinstance(outlook, LimnerError):
                if not form.show_error(view, outlook) and not is_said:
                    say_failure(view, outlook)
            elif outlook:
                self._show_outlook(outlook)
        self.proof.set_text(proof(view, outlook) if isinstance(outlook, dict) else "")
        self._show_message(seen.message)

    def _show_outlook(self, found: Document) -> None:
        view, write = self._view, self._view.numbers
        with box("lm-pairs lm-sums"):
            for name, value in (
                (words.IN_AUDIENCE, write.count(found["audience"])),
                (words.REFUSED, write.count(found["refused"])),
                (words.NOT_CHOSEN, write.count(found["not_chosen"])),
                (words.CONTROLS, write.count(found["controls"])),
                (words.CONTACTS, write.count(found["contacts"])),
                (words.EXPECTED_REDEEMED, write.count(round(found["expected_redemptions"]))),
                (words.EXPECTED_COST, write.money(found["expected_cost"])),
                (words.EXPECTED_PROFIT, write.money(found["expected_profit"])),
            ):  # fmt: skip
                text(view.say(name))
                text(value)
        source = view.say(words.SOURCE, source=pick(view, found, "forecast"))
        text(source, "lm-quiet").style("margin-top: 8px")
        if view.as_of and (datetime.now(UTC).date() - view.as_of).days > OLD_DAYS:
            with box().style("margin: 12px 0 -8px"):
                say_note(view.say(words.STALE, day=write.day(view.as_of)))

    def _show_message(self, message: Message | LimnerError | None) -> None:
        view = self._view
        self._preview.clear()
        self._again.set_visibility(isinstance(message, Message))
        with self._preview:
            if not isinstance(message, Message):
                text(view.say(words.PREVIEW_FIRST), "lm-quiet")
                return
            to = message.to or view.say(words.NO_ADDRESS)
            text(view.say(words.FOR_CUSTOMER, id=message.customer_id, to=to), "lm-quiet")
            with box("lm-letter"):
                text(message.subject, "lm-letter-subject")
                text(message.text, "lm-letter-text")


def proof(view: View, found: Document) -> str:
    """What the control group is large enough to show, in a sentence."""
    write, effect = view.numbers, found["detectable_effect"]
    controls = write.count(found["controls"])
    if effect is None:
        return view.say(words.UNSEEN, controls=controls)
    base = found["base_rate"]
    return view.say(
        words.SEEN, points=write.decimal(effect * 100), base=write.share(base),
        raised=write.share(base + effect), controls=controls,
    )  # fmt: skip


def _seen(view: View, document: Document, has_message: bool, place: int) -> Seen | None:
    limner, now = view.limner, datetime.now(UTC)
    try:
        plan = CampaignPlan.from_json(document, limner.settings.timezone)
    except LimnerError as error:
        return Seen(error, None, None)
    key = campaign_id_of(plan.name)

    def try_size() -> int | LimnerError:
        try:
            return audience_size(limner, plan)
        except LimnerError as error:
            return error

    size = try_size()
    outlook: Document | LimnerError | None = None
    message: Message | LimnerError | None = None
    if not isinstance(size, LimnerError):
        try:
            outlook = foresee(limner, key, plan, now)
        except LimnerError as error:
            outlook = error
        if has_message:
            message = _message(view, key, plan, place)
    return Seen(size, outlook, message)


def _message(view: View, key: str, plan: CampaignPlan, place: int) -> Message | LimnerError | None:
    spoken = view.language if view.language in plan.templates else next(iter(plan.templates))
    try:
        return preview(view.limner, key, plan, spoken, place, view.may("personal.read"))
    except LimnerError as error:
        return error
