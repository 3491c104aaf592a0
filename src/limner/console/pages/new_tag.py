"""Defining a tag: the text is checked while one writes, and shown on the data before it is kept."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from nicegui import run, ui
from nicegui.element import Element

from limner.app.tags import EDIT, Filled, all_tags, preview, save_tag, tag_of
from limner.app.tags.keeping import store_ids
from limner.console.builder import say_wrong
from limner.console.doing import attempt
from limner.console.form_parts import LOOK, Field, action, choice_field, words_field
from limner.console.pages.one_tag import begin_fill
from limner.console.parts import answer, box, card, link, say_note, text
from limner.console.registry import Page
from limner.console.tag_parts import spread, typical
from limner.console.view import View
from limner.console.words import tags as words
from limner.core.errors import LimnerError, Rejected
from limner.core.event import stable_id
from limner.understand.tags.saying import say_value
from limner.understand.tags.tag import CATEGORIES, Tag, kinds_for, kinds_of, write_tag
from limner.understand.tags.text import check_store, read_value
from limner.understand.tags.value import Value

Document = dict[str, Any]
PATIENCE_SECONDS = 0.3  # after the last key before the text is read
_BLANK: Document = {
    "code": "", "name": {"en": "", "zh": ""}, "description": {"en": "", "zh": ""},
    "category": "consumption", "unit": "", "kind": "count", "value": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Begun:
    """What the form begins with: a new tag's entry or one to change, and the tags that it may read."""

    entry: Document
    changed: str
    tags: dict[str, Tag]
    stores: frozenset[str]

    def read(self, text: str) -> Value:
        """The value that a text says, every word of it known.

        Raises: `Malformed` or `Unknown` at the word that is wrong.
        """
        value = read_value(text, kinds_of(self.tags.values()))
        check_store(value, text, self.stores)
        return value


def read(view: View) -> Begun:
    """The entry that the address names, or an empty one.

    Raises: `Unknown` when the tag to change is none.
    """
    changed = view.param("change")
    tags = {tag.code: tag for tag in all_tags(view.limner) if tag.code != changed}
    stores = store_ids(view.limner)
    if changed:
        return Begun(write_tag(tag_of(view.limner, changed)), changed, tags, stores)
    entry = {**_BLANK, "value": view.param("value"), "kind": view.param("kind", "count")}
    return Begun(entry, "", tags, stores)


def draw(view: View, begun: Begun) -> None:
    """Draw the page."""
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/tags"), icon="arrow_back")
    answer(view, words.CHANGE if begun.changed else words.DEFINE,
           view.say(words.EDIT_ANSWER if begun.changed else words.NEW_ANSWER))  # fmt: skip
    Form(view, begun).draw()


class Form:
    """The fields of one tag, what is told of its text, and what can be done with it."""

    def __init__(self, view: View, begun: Begun) -> None:
        self.view, self.begun = view, begun
        self.fields: dict[str, Field] = {}
        self.turn = 0

    def draw(self) -> None:
        """The text on the one side with what it would give; names and deeds on the other."""
        view = self.view
        with box("lm-two lm-wide lm-form"):
            with box():
                self._text()
                self._names()
                self.said = box().props("aria-live=polite")
                self._buttons()
            with box("lm-aside"):
                self.shown = box()
                with card(view, words.LANGUAGE, words.LANGUAGE_L):
                    for label, written, _kind in words.EXAMPLE_TEXTS:
                        text(view.say(label), "lm-quiet")
                        text(written, "lm-code").style(
                            "margin-bottom: 8px; overflow-wrap: anywhere"
                        )
        self._check()

    def _text(self) -> None:
        view, entry = self.view, self.begun.entry
        with card(view, words.WHAT, classes="lm-fields"):
            self.area = ui.textarea(
                value=entry["value"], placeholder=view.say(words.TEXT_HINT), on_change=self._later
            )
            self.area.props(LOOK + " autogrow spellcheck=false").classes("lm-q lm-code")
            self.area.props["aria-label"] = view.say(words.TEXT)
            self.told = box().props("aria-live=polite")
            if not self.begun.changed:
                text(view.say(words.EXAMPLES), "lm-field-label").style("margin-top: 8px")
                with box("lm-row lm-chips"):
                    for label, written, kind in words.EXAMPLE_TEXTS:
                        chip = box("lm-chip", tag="button").props("type=button")
                        with chip:
                            text(view.say(label), tag="span")
                        chip.on("click", lambda w=written, k=kind: self._begin_from(w, k))

    def _names(self) -> None:
        view, entry = self.view, self.begun.entry

        def nothing_more() -> None:
            return None

        with card(view, words.CALLED, classes="lm-fields"):
            with box("lm-grid"):
                for field, label, value in (
                    ("name_en", words.NAME_EN, entry["name"]["en"]),
                    ("name_zh", words.NAME_ZH, entry["name"]["zh"]),
                ):
                    self.fields[field] = words_field(view.say(label), value, nothing_more)
            self.fields["code"] = words_field(
                view.say(words.CODE), entry["code"], nothing_more, hint=view.say(words.CODE_HINT)
            )
            if self.begun.changed:
                self.fields["code"].props("readonly")
            with box("lm-grid"):
                for field, label, value in (
                    ("tells_en", words.TELLS_EN, entry["description"]["en"]),
                    ("tells_zh", words.TELLS_ZH, entry["description"]["zh"]),
                ):
                    self.fields[field] = words_field(view.say(label), value, nothing_more)
            with box("lm-grid"):
                categories = {code: view.say(name) for code, name in CATEGORIES.items()}
                self.fields["category"] = choice_field(
                    view.say(words.CATEGORY), categories, entry["category"], nothing_more
                )
                kinds = {code: view.say(name) for code, name in words.KINDS.items()}
                self.fields["kind"] = choice_field(
                    view.say(words.SHOWN_AS), kinds, entry["kind"], nothing_more
                )
                self.fields["unit"] = words_field(
                    view.say(words.UNIT), entry.get("unit", ""), nothing_more
                )

    def _buttons(self) -> None:
        say = self.view.say
        with box("lm-row").style("margin-top: 12px"):
            action(say(words.PREVIEW), self._preview, icon="o_visibility")
            action(say(words.SAVE_DRAFT), lambda: self._save("draft"))
            action(say(words.SAVE_REVIEW), lambda: self._save("review"))
            action(say(words.SAVE_APPROVE), lambda: self._save("approved"), is_primary=True)

    # ---- what is written

    @property
    def written(self) -> str:
        """The text as it stands in the field."""
        return str(self.area.value or "").strip()

    def entry(self, state: str = "draft") -> Document:
        """What the form says, as the catalogue writes it; one name stands for both languages."""
        said = {name: str(field.value or "").strip() for name, field in self.fields.items()}
        sentence = {"en": "", "zh": ""}
        try:
            value = self.begun.read(self.written)
            sentence = {"en": self._sentence(value, "en"), "zh": self._sentence(value, "zh")}
        except Rejected:
            pass  # the check below the text has told it

        def both(one: str, other: str) -> str:
            return said[one] or said[other]

        return {
            "code": said["code"] or _code_of(both("name_en", "name_zh")),
            "name": {"en": both("name_en", "name_zh"), "zh": both("name_zh", "name_en")},
            "description": {
                "en": both("tells_en", "tells_zh") or sentence["en"],
                "zh": both("tells_zh", "tells_en") or sentence["zh"],
            },
            "category": said["category"], "unit": said["unit"], "kind": said["kind"],
            "value": self.written, "state": state,
        }  # fmt: skip

    def _sentence(self, value: Value, language: Any) -> str:
        known = self.begun.tags

        def name(code: str, of: Any) -> str:
            return known[code].name.in_(of) if code in known else code

        return say_value(value, language, name)

    def _begin_from(self, written: str, kind: str) -> None:
        self.fields["kind"].set_value(kind)
        self.area.set_value(written)

    def _later(self) -> None:
        self.turn += 1
        turn = self.turn

        async def work() -> None:
            await asyncio.sleep(PATIENCE_SECONDS)
            if turn == self.turn and not self.area.is_deleted:
                self._check()

        with self.area:
            ui.timer(0.01, work, once=True)

    def _check(self) -> None:
        """Say what the text means, or which of its words is wrong."""
        self.told.clear()
        if not self.written:
            return
        with self.told:
            try:
                value = self.begun.read(self.written)
                self._fit(value)
                told = self._sentence(value, self.view.language)
                say_note(self.view.say(words.GOOD, sentence=told), kind="lm-good lm-slim")
            except Rejected as error:
                say_wrong(self.view, self.written, error)

    def _fit(self, value: Value) -> None:
        """Show the tag as what its value gives, where it was to be shown as something else."""
        fits = kinds_for(value, kinds_of(self.begun.tags.values()))
        if self.fields["kind"].value not in fits:
            self.fields["kind"].set_value(fits[0] if fits[0] != "count" else "number")

    # ---- deeds

    async def _preview(self) -> None:
        view, limner = self.view, self.view.limner
        entry = self.entry()
        entry["code"] = entry["code"] or "preview_of_it"
        entry["name"] = {key: said or "–" for key, said in entry["name"].items()}
        entry["description"] = {key: said or "–" for key, said in entry["description"].items()}
        self.shown.clear()
        with self.shown, card(view, words.DISTRIBUTION):
            ui.linear_progress(show_value=False).props("rounded size=8px indeterminate")
        found = await run.io_bound(_previewed, limner, entry)
        if found is None or self.shown.is_deleted:
            return
        self.shown.clear()
        self._tell(found, self.shown)

    def _tell(self, found: Filled | LimnerError, where: Element) -> None:
        view, write = self.view, self.view.numbers
        with where:
            if isinstance(found, LimnerError):
                place = found.place if isinstance(found, Rejected) else None
                say_wrong(view, self.written if place else "", found)
                return
            with card(view, words.DISTRIBUTION):
                seen = found.statistics
                told = (
                    view.say(
                        words.ONE_ANSWER, known=write.count(seen.known),
                        customers=write.count(seen.customers), coverage=write.share(seen.coverage, 0),
                        typical=typical(view, found.tag, seen),
                    )
                    if seen.known
                    else view.say(words.ONE_NOBODY, customers=write.count(seen.customers))
                )  # fmt: skip
                text(told)
                spread(view, found.tag, seen)
                text(
                    view.say(
                        words.PREVIEW_L,
                        day=write.day(found.as_of),
                        seconds=write.decimal(found.seconds),
                    ),
                    "lm-quiet",
                )

    async def _save(self, state: str) -> None:
        view, limner = self.view, self.view.limner
        entry = self.entry(state)
        done = await attempt(
            view, EDIT, lambda doer: save_tag(limner, entry, doer.name, doer.at), self.said
        )
        if done is None:
            return
        code = done[0].code
        if state == "approved" and view.as_of is not None:
            begin_fill(view, code)
        else:
            ui.navigate.to(view.href(f"/tags/{code}"))


def _code_of(name: str) -> str:
    """A code made from a name; of one that is not written in letters a digest."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60]
    if not name:
        return ""
    return plain if plain[:1].isalpha() and name.isascii() else f"tag_{stable_id(name)[:8]}"


def _previewed(limner: Any, entry: Document) -> Filled | LimnerError:
    try:
        return preview(limner, entry)
    except LimnerError as error:
        return error


PAGE = Page("/tags/new", "tags", words.DEFINE, EDIT, read, draw)
