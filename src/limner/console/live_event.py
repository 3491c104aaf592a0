"""One event in full: what it says in words, what is wrong with it, and the JSON as it was received."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from nicegui import run, ui

from limner.app import identity
from limner.app.received import received
from limner.collect.enrich.note import say
from limner.console.doing import copy_button
from limner.console.form_parts import action
from limner.console.happenings import amount_of, page_of, sentence
from limner.console.live_row import anchor_of, told_of
from limner.console.names import channel_name
from limner.console.parts import box, link, pairs, text
from limner.console.view import View, address
from limner.console.words import frame as frame_words
from limner.console.words import live as words
from limner.govern.masked_event import mask_event
from limner.govern.masking import PERSONAL

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """An event with its JSON as received (masked for masked eyes) and whose it is."""

    row: Document | None
    said: Any
    customer: str | None


def draw_event(view: View, position: int, row: Document | None) -> None:
    """A panel with an event; its place in the log stands in the address while it is open."""

    async def fill() -> None:
        seen = await run.io_bound(_read, view, position, row)
        if seen is None or panel.is_deleted:
            return
        panel.clear()
        with panel:
            _draw(view, seen, dialog)

    with (
        ui.dialog().props("position=right full-height") as dialog,
        box("lm-card lm-panel") as panel,
    ):
        ui.spinner()
    dialog.on("hide", lambda: _remember(view, ""))
    dialog.open()
    _remember(view, str(position))
    ui.timer(0, fill, once=True)


def _remember(view: View, position: str) -> None:
    params = {**view.params, "lang": view.language, "open": position}
    ui.navigate.history.replace(address(view.path, **params))


def _read(view: View, position: int, row: Document | None) -> Seen:
    sees = view.may("personal.read")
    said = received(view.limner, position)
    return Seen(row, said if sees else mask_event(said), _customer(view, row, sees))


def _customer(view: View, row: Document | None, sees: bool) -> str | None:
    """A name in an address that leads to the customer; for masked eyes one that tells nothing."""
    kind, _, value = str((row or {}).get("anchor") or "").partition(":")
    if not value:
        return None
    if sees or kind not in PERSONAL:
        return identity.resolve(view.limner, kind, value) and value
    told = (row or {}).get("row") or {}
    return told.get("anonymous_id")


def _draw(view: View, seen: Seen, dialog: ui.dialog) -> None:
    with box("lm-spread"):
        text(view.say(words.DETAILS), "lm-quiet")
        close = ui.button(icon="close", on_click=dialog.close).props("flat round dense color=dark")
        close.props["aria-label"] = view.say(words.CLOSE)
    if seen.row is None:
        text(view.say(words.GONE), "lm-card-title", tag="h2")
    else:
        _readable(view, seen.row)
        if seen.customer:
            href = view.href("/customers/" + quote(seen.customer, safe=""))
            link(view.say(words.SEE_CUSTOMER), href, "lm-button", "o_person").style(
                "margin-top: 12px"
            )
    if seen.said is not None:
        text(view.say(words.AS_RECEIVED), "lm-group-title", tag="h3")
        if not view.may("personal.read"):
            text(view.say(words.MASKED), "lm-quiet")
        lines = json.dumps(seen.said, ensure_ascii=False, indent=2)
        text(lines, "lm-code lm-code-block lm-lines").props("tabindex=0")
        with box("lm-row").style("margin-top: 8px"):
            copy_button(lines, view.say(frame_words.COPY), view.say(frame_words.COPIED))
            action(view.say(words.CLOSE), dialog.close)


def _readable(view: View, found: Document) -> None:
    row, write = told_of(found), view.numbers
    text(sentence(view, row), "lm-card-title", tag="h2")
    code = found["verdict"]
    text(
        view.say(words.VERDICTS[code]) if code in words.VERDICTS else code,
        f"lm-verdict lm-is-{code}",
    )
    if found["notes"]:
        text(view.say(words.BREACHES), "lm-group-title", tag="h3")
        for note in found["notes"]:
            text(note_in_words(view, note), "lm-breach")
    text(view.say(words.AS_READ), "lm-group-title", tag="h3")
    device = row.get("device")
    traffic = row.get("traffic_channel")
    pairs([
        (view.say(words.EVENT), str(row.get("event") or row.get("type") or "–")),
        (view.say(words.TIME), write.second(row["time"]) if row.get("time") else ""),
        (view.say(words.RECEIVED), write.second(found["received_at"])),
        (view.say(words.CUSTOMER), anchor_of(view, found)),
        (view.say(words.SOURCE), str(found["source"])),
        (view.say(words.CHANNEL), channel_name(view, row["channel"]) if row.get("channel") else ""),
        (view.say(words.PAGE), page_of(view, row)),
        (view.say(words.TRAFFIC), view.say(words.TRAFFICS[traffic]) if traffic in words.TRAFFICS else traffic or ""),
        (view.say(words.CAMPAIGN), str(row.get("utm_campaign") or row.get("campaign_id") or "")),
        (view.say(words.DEVICE), view.say(words.DEVICES[device]) if device in words.DEVICES else device or ""),
        (view.say(words.ORDER), str(row.get("order_id") or "")),
        (view.say(words.REVENUE), amount_of(view, row) if row.get("revenue") is not None else ""),
        (view.say(words.SESSION), str(row.get("session_id") or "")[:12]),
        (view.say(words.MESSAGE), str(found["event_id"] or "")[:32]),
    ])  # fmt: skip


def note_in_words(view: View, note: str) -> str:
    """A doubt about an event or a breach of the plan: where, and what; without the value for masked eyes."""
    return view.say(say(note, view.may("personal.read")))
