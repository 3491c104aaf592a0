"""Building a segment: blocks and text are one rule, and its size is counted while one works."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from nicegui import run, ui
from nicegui.element import Element

from limner.app.drafting import Choices, read_rule
from limner.app.segments import Count, count
from limner.console.block_editors import Editors
from limner.console.block_fields import small
from limner.console.block_parts import Joint
from limner.console.blocks import NEW, AsText, Block, Group, blocks_of
from limner.console.form_parts import LOOK, action
from limner.console.parts import box, card, link, text
from limner.console.view import View, address
from limner.console.words import builder as words
from limner.core.errors import LimnerError, Rejected
from limner.core.rule import Rule, parse, to_text
from limner.core.words import Words
from limner.understand.segments.term import terms

NO_NAMES: Mapping[str, str] = MappingProxyType({})

PATIENCE_SECONDS = 0.4  # after the last key before anything is worked out
# Drawing anew takes the focus away: it is held by the block's place and the field's name, and put back.
_NAME = "element.ariaLabel || element.closest('label')?.ariaLabel || element.textContent"
_HOLD = f"""(event) => {{
  const element = event.target, block = element.closest('[data-place]'), name = {_NAME};
  if (block) window.lmHeld = {{place: block.dataset.place, name, nth: window.lmNamed(block, name).indexOf(element)}};
}}"""
_NAMED = f"""window.lmNamed = (block, name) => [...block.querySelectorAll('input, button, [tabindex="0"]')].filter(
  (element) => element.closest('[data-place]') === block && (!name || ({_NAME}) === name));"""
_PUT_BACK = """setTimeout(() => {
  const held = window.lmHeld, active = document.activeElement;
  const block = held && document.querySelector(`[data-place="${held.place}"]`);
  if (!block || (active && active !== document.body)) return;
  const found = window.lmNamed(block, held.name);
  (found[held.nth] || found[0] || window.lmNamed(block, '')[0])?.focus();
}, 60);"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a text came to: its rule and size, or why it is none.

    With an error there is a rule still when only a word or a value in it is wrong.
    """

    rule: Rule | None
    size: Count | None
    error: LimnerError | None


class Builder:
    """The blocks, the text and the size of one rule; `own`: the code of the segment it is to be."""

    def __init__(
        self, view: View, choices: Choices, rule_text: str, first: Outcome, own: str
    ) -> None:
        self.view, self.choices, self.own = view, choices, own
        self.text = rule_text
        self.tree = blocks_of(first.rule)
        self.first = first
        self.turn = 0
        self.is_written = False  # the text was changed last, not the blocks
        self.is_at_work = False
        self.heard: list[Callable[[], None]] = []
        self.outcome = first
        self.editors = Editors(view, choices, self._blocks_changed, self._redraw)

    @property
    def is_sound(self) -> bool:
        """Whether the text is a rule."""
        return self.outcome.error is None

    def draw(self) -> None:
        """Blocks on the one side; size, words and text on the other."""
        view = self.view
        self.answer = text("", "lm-answer lm-b-answer", tag="h1").props("aria-live=polite")
        self.took = text("", "lm-quiet lm-b-took")
        with box("lm-two lm-form lm-b-page"):
            with card(view, words.BLOCKS, words.BLOCKS_L):
                self.blocks = box("lm-b-tree").on("focusin", js_handler=_HOLD)
                self.unfinished = text(view.say(words.UNFINISHED), "lm-quiet")
            with box("lm-aside"):
                with card(view, words.SAYS):
                    self.said = text("", "lm-break")
                    self.links = box("lm-list")
                with card(view, words.TEXT, words.TEXT_L):
                    self.area = ui.textarea(value=self.text, on_change=self._text_changed)
                    self.area.props(LOOK + " autogrow spellcheck=false").classes("lm-q lm-code")
                    self.area.props["aria-label"] = view.say(words.TEXT)
                    self.wrong = box()
        ui.run_javascript(_NAMED)
        self._draw_blocks()
        self._show(self.first)

    # ---- the two sides

    def _blocks_changed(self) -> None:
        """A block says something else: the text follows."""
        rule = self.tree.rule()
        self.text = to_text(rule) if rule is not None else ""
        self.area.set_value(self.text)
        self.unfinished.set_visibility(not self.tree.is_whole())
        self._later()

    def _text_changed(self) -> None:
        """Somebody writes: the blocks follow once it is a rule."""
        written = str(self.area.value or "").strip()
        if written == self.text:
            return
        self.text = written
        self._later(is_written=True)

    def _later(self, is_written: bool = False) -> None:
        """Work out what the text comes to, once nobody types; never two at a time."""
        self.turn, self.is_written = self.turn + 1, is_written
        self.answer.classes(add="lm-b-stale")
        if not self.is_at_work:
            self.is_at_work = True
            with self.area:
                ui.timer(0.01, self._work, once=True)

    async def _work(self) -> None:
        try:
            while True:
                turn = self.turn
                await asyncio.sleep(PATIENCE_SECONDS)
                if self.area.is_deleted:
                    return
                if turn != self.turn:
                    continue
                self.took.set_text(self.view.say(words.WORKING))
                found = await run.io_bound(work_out, self.view, self.text, self.own)
                if found is None or self.area.is_deleted:
                    return
                if turn == self.turn:
                    break
        finally:
            self.is_at_work = False
        if self.is_written and (found.error is None or found.rule is not None):
            self.tree = blocks_of(found.rule)
            self._draw_blocks()
        self._show(found)
        kept = {**self.view.params, "rule": self.text, "lang": self.view.language}
        kept = {name: value for name, value in kept.items() if name not in self.view.path_names}
        ui.navigate.history.replace(address(self.view.path, **kept))

    def _show(self, found: Outcome) -> None:
        """The size, the sentence, or what is wrong and where."""
        view, write = self.view, self.view.numbers
        self.outcome = found
        self.answer.classes(remove="lm-b-stale")
        self.wrong.clear()
        self.links.clear()
        self.unfinished.set_visibility(not self.tree.is_whole())
        for heard in self.heard:
            heard()
        if found.error is not None:
            self.answer.set_text(view.say(words.ANSWER_WRONG))
            self.took.set_text("")
            with self.wrong:
                say_wrong(view, self.text, found.error, self.editors.columns())
            self.said.set_text(view.say(words.ANSWER_WRONG))
            return
        size = found.size
        said = self.choices.vocabulary.say(found.rule, view.language) if found.rule else ""
        self.said.set_text(said or view.say(words.EMPTY))
        if size is None:
            self.answer.set_text(view.say(words.NO_PORTRAITS))
            return
        share = size.customers / size.everyone if size.everyone else 0.0
        if found.rule is None:
            answer = view.say(words.ANSWER_ALL, count=write.count(size.everyone))
        else:
            answer = view.say(
                words.ANSWER, count=write.count(size.customers), share=write.share(share)
            )
        self.answer.set_text(answer)
        day = write.day(view.as_of) if view.as_of else "–"
        took = view.say(words.TOOK, day=day, ms=write.count(size.seconds * 1000))
        self.took.set_text(took if found.rule else "")
        if found.rule is not None:
            with self.links:
                self._links()

    def _links(self) -> None:
        """What one can do with who the rule holds for, saved or not."""
        view = self.view
        link(
            view.say(words.SEE_CUSTOMERS),
            view.href("/customers", rule=self.text),
            icon="o_person_search",
        )
        frozen = view.href("/audiences", rule=self.text)
        link(view.say(words.AUDIENCE), frozen, icon="o_ac_unit")
        if view.may("campaigns.edit"):
            link(
                view.say(words.CAMPAIGN),
                view.href("/campaigns/new", rule=self.text),
                icon="o_campaign",
            )

    # ---- the blocks

    def _draw_blocks(self) -> None:
        self.blocks.clear()
        with self.blocks:
            self._group(self.tree, None, "1")

    def _redraw(self, place: str = "", name: str = "") -> None:
        """Draw the blocks anew, and give the focus back, or to the block at a place."""
        self._draw_blocks()
        held = json.dumps({"place": place, "name": name, "nth": 0})
        begin = f"window.lmHeld = {held}; " if place else ""
        self.blocks.client.run_javascript(begin + _PUT_BACK)

    def _group(self, group: Group, within: Group | None, at: str) -> None:
        say = self.view.say
        with self._placed("lm-b-group" + (" lm-b-not" if group.is_not else ""), words.GROUP, at):
            with box("lm-b-head"):
                self._joint(group)
                if within is not None:
                    self._moves(within, group, at)
            if not group.parts:
                text(say(words.EMPTY if self.is_sound else words.ANSWER_WRONG), "lm-quiet")
            for place, part in enumerate(group.parts):
                if place:
                    text(say(words.AND if group.joint == "and" else words.OR), "lm-b-joint")
                inner = f"{at}.{place + 1}"
                if isinstance(part, Group):
                    self._group(part, group, inner)
                    continue
                with self._placed("lm-b-leaf", words.CONDITION, inner):
                    with box("lm-b-line" + (" lm-b-text" if isinstance(part, AsText) else "")):
                        self.editors.draw(part)
                    self._moves(group, part, inner)
            self._adders(group, at)

    def _placed(self, classes: str, name: Words, at: str) -> Element:
        """The box of a block, with a name for those who listen."""
        made = box(classes).props("role=group")
        made.props["data-place"] = at
        made.props["aria-label"] = self.view.say(
            name, place=at.removeprefix("1.") if at != "1" else ""
        )
        return made

    def _joint(self, group: Group) -> None:
        """How the parts belong together: buttons that are pressed or not."""
        say = self.view.say
        with box("lm-b-joints").props("role=group") as joints:
            joints.props["aria-label"] = say(words.JOINT)

            def toggle(label: Words, is_on: bool, done: Callable[[], None]) -> None:
                button = box("lm-b-toggle", tag="button").props("type=button")
                button.props["aria-pressed"] = "true" if is_on else "false"
                with button:
                    text(say(label), tag="span")
                button.on("click", done)

            def join(joint: Joint) -> Callable[[], None]:
                def put() -> None:
                    group.joint = joint
                    self._reshaped()

                return put

            def turn() -> None:
                group.is_not = not group.is_not
                self._reshaped()

            toggle(words.NONE_OF, group.is_not, turn)
            toggle(words.ALL_OF, group.joint == "and", join("and"))
            toggle(words.ONE_OF, group.joint == "or", join("or"))

    def _moves(self, group: Group, part: Block, at: str) -> None:
        """Up, down and away, by pointer, finger and keyboard."""
        say, place = self.view.say, next(at for at, one in enumerate(group.parts) if one is part)
        around = at.rpartition(".")[0]

        def move(by: int, label: str) -> Callable[[], None]:
            def put() -> None:
                group.parts.insert(place + by, group.parts.pop(place))
                self._reshaped(f"{around}.{place + by + 1}", label)

            return put

        def drop() -> None:
            group.parts.pop(place)
            self._reshaped(around)

        with box("lm-b-moves"):
            if place:
                small("arrow_upward", say(words.UP), move(-1, say(words.UP)))
            if place < len(group.parts) - 1:
                small("arrow_downward", say(words.DOWN), move(1, say(words.DOWN)))
            small("close", say(words.REMOVE), drop)

    def _adders(self, group: Group, at: str) -> None:
        say = self.view.say
        with box("lm-b-add"):
            text(say(words.ADD), "lm-b-word")
            for code in NEW:
                adder = self._adder(group, code, at)
                action(say(words.KINDS[code]), adder, icon=words.ICONS[code])

    def _adder(self, group: Group, code: str, at: str) -> Callable[[], None]:
        def add() -> None:
            group.parts.append(NEW[code]())
            self._reshaped(f"{at}.{len(group.parts)}")

        return add

    def _reshaped(self, place: str = "", name: str = "") -> None:
        self._redraw(place, name)
        self._blocks_changed()


def work_out(view: View, rule_text: str, own: str = "") -> Outcome:
    """The rule of a text and how many customers it holds for, or why it is no rule."""
    limner = view.limner
    try:
        rule = None
        if rule_text.strip():
            rule = read_rule(limner, rule_text, view.may("personal.read"), own or None)
        if limner.lake.version("profiles") is None:
            return Outcome(rule, None, None)
        size = count(limner, to_text(rule) if rule is not None else "customer_id is not null")
        return Outcome(rule, size, None)
    except LimnerError as error:
        return Outcome(_shape(rule_text), None, error)


def _shape(rule_text: str) -> Rule | None:
    """The rule of a text whose words are not all known; None for what is no rule."""
    try:
        return parse(rule_text, terms=terms())
    except LimnerError:
        return None


def say_wrong(
    view: View, rule_text: str, error: LimnerError, known: Mapping[str, str] = NO_NAMES
) -> Element:
    """What is wrong with a text, with the word marked where it stands.

    `known`: names by the word for them, of which the nearest are told.
    """
    place = error.place if isinstance(error, Rejected) else None
    start, end = place or (0, 0)
    with box("lm-error").props("role=alert") as said:
        if error.code in words.ERRORS:
            text(view.say(words.ERRORS[error.code]))
        text(_told(view, rule_text[start:end].strip(), error, known), "lm-quiet")
        if place is not None and rule_text:
            with box("lm-code lm-code-block lm-b-marked"):
                text(rule_text[:start], tag="span")
                text(rule_text[start:end] or "␣", "lm-b-mark", tag="mark")
                text(rule_text[end:], tag="span")
    return said


def _told(view: View, word: str, error: LimnerError, known: Mapping[str, str]) -> str:
    """What is wrong, in the error's own words or in Chinese."""
    is_ended = error.code == "rule-malformed" and not word
    hint = words.HINTS_ZH.get("rule-ended" if is_ended else error.code)
    if view.language == "en" or hint is None:
        return error.message
    near = [f"{one}（{known[one]}）" for one in get_close_matches(word, known, n=3, cutoff=0.5)]
    return hint.format(
        word=word, close=words.CLOSE_ZH.format(names="、".join(near)) if near else ""
    )
