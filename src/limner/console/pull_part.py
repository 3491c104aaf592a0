"""A scheduled source: how its runs went, running it now, and the settings by which it is asked."""

from __future__ import annotations

import json
from typing import Any

from nicegui import ui

from limner.app import pulls as house
from limner.app.pulls import DONE, FAILED, PullCard, PullOutcome
from limner.app.sources import SourceCard, change_settings
from limner.console.doing import attempt, notify
from limner.console.form_parts import action, words_field
from limner.console.parts import Column, box, card, pairs, say_note, table, text
from limner.console.view import View
from limner.console.words import sources as words
from limner.core.errors import Malformed

MANAGE = "sources.manage"


def pull_of(view: View, name: str) -> PullCard | None:
    """The state of a scheduled source; None for one that sends by itself."""
    return next((one for one in house.pulls(view.limner) if one.source == name), None)


def draw_answer(view: View, one: SourceCard, pull: PullCard) -> None:
    """The page's title and its answer."""
    kind = view.say(words.SHORT_KINDS[one.kind]) if one.kind in words.SHORT_KINDS else one.kind
    text(f"{one.name} · {kind}", "lm-title")
    if not one.is_enabled:
        said = view.say(words.ANSWER_PULL_OFF)
    elif pull.outcome == FAILED:
        said = view.say(words.PULL_FAILED, count=view.numbers.count(max(1, pull.failures))) + "."
    elif pull.last_at is None:
        said = view.say(words.PULL_NEVER) + "."
    else:
        said = view.say(words.ANSWER_PULLED, moment=view.numbers.moment(pull.last_at),
                        every=every(view, pull.every_seconds))  # fmt: skip
    text(said, "lm-answer", tag="h1")


def draw_pull(view: View, pull: PullCard) -> None:
    """How the last run went, in words, and when the next one is."""
    write = view.numbers
    with card(view, words.PULLS):
        if pull.last_at is None:
            say_note(view.say(words.PULL_NEVER), view.say(words.PULL_SOON))
        elif pull.outcome == FAILED:
            title = view.say(words.PULL_FAILED, count=write.count(max(1, pull.failures)))
            say_note(title, pull.detail, "lm-bad")
        else:
            say_note(view.say(words.PULL_DONE), pull.detail, "lm-good")
        pairs([
            (view.say(words.LAST_RUN), write.moment(pull.last_at)),
            (view.say(words.NEXT_RUN), write.moment(pull.next_at)),
            (view.say(words.EVERY), every(view, pull.every_seconds)),
        ])  # fmt: skip
        if pull.refused:
            text(view.say(words.REFUSED), "lm-group-title", tag="h3")
            columns = [Column("file", view.say(words.FILE)), Column("why", view.say(words.WHY), is_wrapped=True)]  # fmt: skip
            table(
                view, columns, [{"file": file, "why": why} for file, why in pull.refused], size=10
            )
        if view.may(MANAGE):
            _run_now(view, pull)


def every(view: View, seconds: float) -> str:
    """An interval in the unit that suits it."""
    if seconds < 120:
        return view.say(words.SECONDS, count=view.numbers.decimal(seconds))
    if seconds < 7200:
        return view.say(words.MINUTES, count=view.numbers.decimal(seconds / 60))
    return view.say(words.HOURS, count=view.numbers.decimal(seconds / 3600))


def _run_now(view: View, pull: PullCard) -> None:
    said = box()

    async def run() -> None:
        busy = ui.notification(view.say(words.RUNNING), spinner=True, timeout=None)
        done = await attempt(
            view, MANAGE, lambda doer: house.run_pull(view.limner, pull.source, doer.at), said
        )
        busy.dismiss()
        if done is not None:
            notify(told(view, done[0]))
            ui.navigate.to(view.here())

    with box("lm-row").style("margin-top: 12px"):
        action(view.say(words.RUN_NOW), run, icon="o_play_arrow")


def told(view: View, outcome: PullOutcome) -> str:
    """How a run went, in a sentence."""
    if outcome.outcome != DONE:
        return view.say(words.RAN_FAILED)
    write = view.numbers.count
    return view.say(
        words.RAN, read=write(outcome.counts.read), kept=write(outcome.counts.kept),
        quarantined=write(outcome.counts.quarantined),
    )  # fmt: skip


def draw_asked(view: View, one: SourceCard) -> None:
    """The settings by which it is asked, checked when they are saved."""
    if not view.may(MANAGE):
        return
    with card(view, words.ASKED, words.ASKED_L):
        field = words_field(
            view.say(words.NEEDS), json.dumps(one.settings, ensure_ascii=False, indent=2),
            lambda: None, kind="textarea", code=True,
        )  # fmt: skip
        said = box()

        async def save() -> None:
            written = str(field.value or "")
            done = await attempt(view, MANAGE, lambda doer: change_settings(
                view.limner, one.name, _changes(view, one, written), doer.name, doer.at
            ), said)  # fmt: skip
            if done is not None:
                notify(view.say(words.SAVED))

        with box("lm-row").style("margin-top: 12px"):
            action(view.say(words.SAVE), save, is_primary=True)


def _changes(view: View, one: SourceCard, written: str) -> dict[str, Any]:
    """What was written as changes: a key that is gone from it is taken away."""
    return {**dict.fromkeys(one.settings), **read_settings(view, written)}


def read_settings(view: View, written: str) -> dict[str, Any]:
    """The settings that somebody wrote as JSON; nothing written is no settings.

    Raises: `Malformed` when it is not a JSON object.
    """
    if not written.strip():
        return {}
    try:
        said = json.loads(written)
    except ValueError as error:
        raise Malformed(
            "source-setting", view.say(words.NOT_JSON, why=error), "settings"
        ) from error
    if not isinstance(said, dict):
        raise Malformed("source-setting", view.say(words.NOT_JSON, why=written[:40]), "settings")
    return said
