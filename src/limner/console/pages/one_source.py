"""One source: how much comes, its write keys, how to connect, how its events are treated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from limner.app import sources as house
from limner.app.flow import Flow
from limner.app.pulls import PullCard
from limner.app.sources import KeyCard, SourceCard
from limner.console.doing import attempt, copy_button, notify
from limner.console.form_parts import action, choice_field, confirm, words_field
from limner.console.fresh import Watch
from limner.console.names import channel_name
from limner.console.parts import (
    Figure,
    box,
    card,
    figures,
    link,
    next_steps,
    pairs,
    say_note,
    text,
)
from limner.console.pull_part import draw_answer, draw_asked, draw_pull, pull_of
from limner.console.registry import Page
from limner.console.source_parts import (
    FlowChart,
    flow_of,
    flow_version,
    kind_name,
    say_stopped,
    shown_key,
    snippets,
)
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import names as name_words
from limner.console.words import plan as plan_words
from limner.console.words import sources as words

MANAGE = "sources.manage"
HTTP = house.HTTP


@dataclass(frozen=True, slots=True)
class OneSource:
    """A source, and for one that is asked how its runs went."""

    card: SourceCard
    pull: PullCard | None
    flow: Flow


def read(view: View) -> OneSource:
    """The source of the address.

    Raises: `Unknown` when there is none.
    """
    found = house.source(view.limner, view.param("name"))
    return OneSource(
        found, None if found.kind == HTTP else pull_of(view, found.name), flow_of(view)
    )


def draw(view: View, found: OneSource) -> None:
    """Draw the page; what arrives keeps itself up to date."""
    one = found.card
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/sources"), icon="arrow_back")
    if found.pull is not None:
        draw_answer(view, one, found.pull)
    else:
        _watch(view, one, found.flow)
    can_manage = view.may(MANAGE)
    if found.pull is not None:
        draw_pull(view, found.pull)
        draw_asked(view, one)
    if one.kind == HTTP:
        if can_manage:
            _keys(view, one)
            _connect(view, one)
        else:
            text(view.say(words.ONLY_OWNERS), "lm-quiet").style("margin-bottom: 20px")
    if one.kind == HTTP:
        _settings(view, one, can_manage)
    if can_manage:
        _switch(view, one)
    live = [
        (view.say(words.SEE_LIVE), view.href("/live", source=one.name)),
        (view.say(words.SEE_PLAN), view.href("/plan", source=one.name)),
    ]
    next_steps(view, [
        *(live if one.kind == HTTP else [(view.say(frame_words.QUALITY), view.href("/quality"))]),
        (view.say(words.SEE_QUARANTINE), view.href("/quarantine", source=one.name)),
    ])  # fmt: skip


def _watch(view: View, one: SourceCard, first: Flow) -> None:
    """What arrives from the source, up to date by itself."""
    head, picture = box(), FlowChart(view, one.name)

    def show(seen: View, flow: Flow) -> None:
        head.clear()
        with head:
            _flow(seen, one, flow)
        if flow.of(one.name).last_at:
            picture.show(flow)

    show(view, first)
    Watch(view, "reports.read", flow_version, flow_of, show, seconds=2.0)


def _flow(view: View, one: SourceCard, flow: Flow) -> None:
    write, came = view.numbers, flow.of(one.name)
    text(f"{one.name} · {kind_name(view, one.kind)}", "lm-title")
    text(_sentence(view, one, flow), "lm-answer", tag="h1")
    say_stopped(view, flow)
    figures(view, [
        Figure(words.PER_MINUTE, write.count(came.last_minute), words.PER_MINUTE_M),
        Figure(words.PER_DAY, write.count(came.last_day), words.PER_DAY_M),
        Figure(words.LAST, write.clock(came.last_at) if came.last_at else "–", words.LAST_M,
               write.day(came.last_at.date()) if came.last_at else ""),
    ])  # fmt: skip


def _sentence(view: View, one: SourceCard, flow: Flow) -> str:
    came = flow.of(one.name)
    if not one.is_enabled:
        return view.say(words.ANSWER_OFF)
    if came.last_at is None:
        return view.say(words.ANSWER_WAITS)
    moment = view.numbers.moment(came.last_at)
    if came.last_minute:
        return view.say(words.ANSWER_ONE, count=view.numbers.count(came.last_minute), moment=moment)
    return view.say(words.ANSWER_STILL, moment=moment)


def _keys(view: View, one: SourceCard) -> None:
    good = [key for key in one.keys if key.revoked_at is None]
    with card(view, words.KEYS, words.KEYS_L):
        if not good:
            say_note(view.say(words.NO_KEY), kind="lm-bad")
        for key in one.keys:
            _key(view, one, key, is_last=len(good) == 1)

        async def rotate() -> None:
            done = await attempt(
                view,
                MANAGE,
                lambda doer: house.rotate_key(view.limner, one.name, doer.name, doer.at),
            )
            if done is not None:
                shown_key(view, one.name, done[0], view.here())

        asked = confirm(view, view.say(words.ROTATE_TITLE), view.say(words.ROTATE_L), view.say(words.ROTATE), rotate)  # fmt: skip
        with box("lm-row").style("margin-top: 12px"):
            action(view.say(words.ROTATE), asked.open, icon="o_key")


def _key(view: View, one: SourceCard, key: KeyCard, is_last: bool) -> None:
    write = view.numbers
    with box("lm-spread lm-key-row"):
        with box().style("min-width: 0"):
            text(key.write_key, "lm-code lm-key" + ("" if key.revoked_at is None else " lm-gone"))
            state = (
                f"{view.say(words.GOOD)} · {view.say(words.SINCE)} {write.moment(key.created_at)}"
                if key.revoked_at is None
                else view.say(words.REVOKED, moment=write.moment(key.revoked_at))
            )
            text(state, "lm-quiet")
        if key.revoked_at is not None:
            return

        async def revoke() -> None:
            done = await attempt(view, MANAGE, lambda doer: house.revoke_key(
                view.limner, key.write_key, doer.name, doer.at
            ))  # fmt: skip
            if done is not None:
                ui.navigate.to(view.here())

        warned = view.say(words.REVOKE_L, key=f"{key.write_key[:6]}…")
        body = f"{warned} {view.say(words.NO_KEY)}" if is_last else warned
        asked = confirm(view, view.say(words.REVOKE_TITLE), body, view.say(words.REVOKE), revoke, is_dangerous=True)  # fmt: skip
        with box("lm-row"):
            copy_button(key.write_key, view.say(frame_words.COPY), view.say(frame_words.COPIED))
            action(view.say(words.REVOKE), asked.open)


def _connect(view: View, one: SourceCard) -> None:
    good = next((key.write_key for key in one.keys if key.revoked_at is None), None)
    if good is None:
        return
    with card(view, words.INSTALL, words.INSTALL_L):
        snippets(view, good)


def _settings(view: View, one: SourceCard, can_manage: bool) -> None:
    channels = {"": view.say(words.CHANNEL_BY_EVENT), **{c: channel_name(view, c) for c in name_words.CHANNELS}}  # fmt: skip
    modes = {code: view.say(name) for code, name in plan_words.MODES.items()}
    told = one.settings
    addresses = told.get("internal_ips") or []
    listed = addresses if isinstance(addresses, str) else ", ".join(map(str, addresses))
    channel, mode = str(told.get("channel") or ""), str(told.get("unplanned") or "allow")
    with card(view, words.SETTINGS):
        if not can_manage:
            pairs([
                (view.say(words.INTERNAL), listed or "–"),
                (view.say(words.UNPLANNED), modes.get(mode, mode)),
                (view.say(words.CHANNEL), channels.get(channel, channel)),
            ])  # fmt: skip
            return
        with box("lm-grid").style("margin-top: 8px"):
            ips = words_field(
                view.say(words.INTERNAL), listed, lambda: None, hint=view.say(words.INTERNAL_HINT)
            )
            unplanned = choice_field(view.say(words.UNPLANNED), modes, mode, lambda: None)
            way = choice_field(view.say(words.CHANNEL), {**channels, channel: channels.get(channel, channel)}, channel, lambda: None)  # fmt: skip
        text(f"{view.say(words.INTERNAL_L)} {view.say(words.CHANNEL_L)}", "lm-quiet").style(
            "margin-top: 8px"
        )
        said = box()

        async def save() -> None:
            written = str(ips.value or "").replace("，", ",")
            changed: dict[str, Any] = {
                "internal_ips": [part.strip() for part in written.split(",") if part.strip()] or None,
                "unplanned": str(unplanned.value), "channel": str(way.value or "") or None,
            }  # fmt: skip
            done = await attempt(view, MANAGE, lambda doer: house.change_settings(
                view.limner, one.name, changed, doer.name, doer.at
            ), said)  # fmt: skip
            if done is not None:
                notify(view.say(words.SAVED))

        with box("lm-row").style("margin-top: 12px"):
            action(view.say(words.SAVE), save, is_primary=True)


def _switch(view: View, one: SourceCard) -> None:
    """Turn the source off or on."""

    async def switch() -> None:
        done = await attempt(view, MANAGE, lambda doer: house.set_enabled(
            view.limner, one.name, not one.is_enabled, doer.name, doer.at
        ))  # fmt: skip
        if done is not None:
            ui.navigate.to(view.here())

    off = view.say(words.TURN_OFF_L if one.kind == HTTP else words.TURN_PULL_OFF_L)
    with card(view, words.STATE, off if one.is_enabled else "", classes="lm-next"), box("lm-row"):
        if one.is_enabled:
            title = view.say(words.TURN_OFF_TITLE, name=one.name)
            asked = confirm(view, title, off, view.say(words.TURN_OFF), switch, is_dangerous=True)
            action(view.say(words.TURN_OFF), asked.open, icon="o_pause")
        else:
            action(view.say(words.TURN_ON), switch, icon="o_play_arrow", is_primary=True)


PAGE = Page("/sources/{name}", "sources", frame_words.SOURCES, "reports.read", read, draw)
