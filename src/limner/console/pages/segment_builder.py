"""The page on which a segment is built or changed: blocks, text, size, and a name to keep it by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from nicegui import ui

from limner.app.drafting import Choices, Kept, choices, keep_segment, kept_segment
from limner.console.builder import Builder, Outcome, work_out
from limner.console.doing import attempt
from limner.console.form_parts import Field, action, words_field
from limner.console.parts import box, card, link, text
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import builder as words
from limner.console.words import frame as frame_words
from limner.core.words import Words

EDIT = "segments.edit"


@dataclass(frozen=True, slots=True)
class Begun:
    """What one begins with: the segment that is to be changed, or none; a rule; what to choose from."""

    kept: Kept | None
    rule: str
    choices: Choices
    outcome: Outcome


def read_new(view: View) -> Begun:
    """A new segment, of the rule in the address."""
    return _begun(view, None, view.param("rule"))


def read_kept(view: View) -> Begun:
    """A segment as it stands, or with the rule in the address.

    Raises: `Unknown` when there is no segment of that code.
    """
    kept = kept_segment(view.limner, view.param("code"))
    return _begun(view, kept, view.param("rule") or kept.rule)


def _begun(view: View, kept: Kept | None, rule: str) -> Begun:
    found = choices(view.limner, datetime.now(UTC), view.may("personal.read"))
    return Begun(kept, rule, found, work_out(view, rule, kept.code if kept else ""))


def draw(view: View, begun: Begun) -> None:
    """Draw the page."""
    kept = begun.kept
    with box("lm-crumb"):
        link(view.say(frame_words.SEGMENTS), view.href("/segments"), icon="arrow_back")
    title = view.say(words.EDIT_TITLE) if kept else view.say(words.TITLE)
    name = f" · {_name(view, kept)}" if kept else ""
    text(title + name, "lm-title")
    builder = Builder(view, begun.choices, begun.rule, begun.outcome, kept.code if kept else "")
    builder.draw()
    _save(view, builder, kept)


def _name(view: View, kept: Kept) -> str:
    return kept.name.in_(view.language)


def _save(view: View, builder: Builder, kept: Kept | None) -> None:
    """The name, what it is for, whose it is, and the button that keeps it."""
    with card(view, words.SAVE, words.SAVE_L):
        if kept and kept.updated_at:
            told = view.say(
                words.VERSION, version=kept.version, by=kept.updated_by or "–",
                day=view.numbers.moment(kept.updated_at),
            )  # fmt: skip
            text(told, "lm-quiet")
        said = box()
        with box("lm-grid"):
            name_en = _field(view, words.NAME_EN, kept.name.en if kept else view.param("name"))
            name_zh = _field(view, words.NAME_ZH, kept.name.zh if kept else "")
            owner = _field(view, words.OWNER, kept.owner if kept else view.viewer.name)
            told_en = _field(view, words.DESCRIPTION_EN, kept.description.en if kept else "")
            told_zh = _field(view, words.DESCRIPTION_ZH, kept.description.zh if kept else "")

        async def save() -> None:
            done = await attempt(
                view, EDIT,
                lambda doer: keep_segment(
                    view.limner, kept.code if kept else "", Words(name_en.value or "", name_zh.value or ""),
                    Words(told_en.value or "", told_zh.value or ""), builder.text, owner.value or "",
                    doer.name, doer.at,
                ),
                said,
            )  # fmt: skip
            if done is not None:
                ui.navigate.to(view.href("/segments/" + quote(done[0], safe="")))

        with box("lm-row").style("margin-top: 16px"):
            button = action(view.say(words.SAVE), save, icon="o_bookmark_add", is_primary=True)
            if kept:
                who = view.href("/segments/" + quote(kept.code, safe=""))
                link(view.say(words.WHO), who, "lm-button", "o_groups")

        def may_save() -> None:
            is_ready = builder.is_sound and bool(builder.text)
            if is_ready:
                button.props(remove="disabled")
            else:
                button.props("disabled")

        builder.heard.append(may_save)
        may_save()


def _field(view: View, label: Words, value: str) -> Field:
    return words_field(view.say(label), value, lambda: None)


NEW = Page("/segments/new", "segments", words.TITLE, EDIT, read_new, draw)
PAGE = Page("/segments/{code}/edit", "segments", words.EDIT_TITLE, EDIT, read_kept, draw)
