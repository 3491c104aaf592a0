"""One customer's tags by category; for each why it has its value, and how it came to be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from nicegui import ui

from limner.app.tags import CORRECT, HandValue, hand_values, tags_in_force
from limner.app.why import Counted, Why, why
from limner.console.customer_correct import correction, value_of
from limner.console.customer_course import later_course
from limner.console.customer_identity import origin_of
from limner.console.customer_known import CODES, Known
from limner.console.customer_now import SEES, Now, read_now, version
from limner.console.fresh import Watch, keep_fresh
from limner.console.happenings import sentence
from limner.console.names import (
    channel_name,
    code_name,
    column_name,
    group_meaning,
    shown,
    value_name,
)
from limner.console.parts import Column, box, card, link, table, text
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import customers as words
from limner.console.words import one_customer as one_words
from limner.understand.tags.source import PROPERTIES, SOURCES
from limner.understand.tags.tag import CATEGORIES, Tag
from limner.understand.tags.value import ByHand, Distance, Expression, Measured, Score, Trait

Document = dict[str, Any]
PRIVATE = ("page_url", "referrer", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Opened:
    """The tag that the address asks about, and what its value rests on."""

    tag: Tag
    why: Why


@dataclass(frozen=True, slots=True)
class Tags:
    """All tags there are, what people set of this customer, the tag that is opened, and what holds now.

    `values`: what the portrait says, with what people set in its place; without a portrait what holds
    now.
    """

    tags: tuple[Tag, ...]
    hands: dict[str, HandValue]
    values: Document
    opened: Opened | None
    now: Now


def read(view: View, known: Known) -> Tags:
    """The tags, and all about the one that the address asks for."""
    limner = view.limner
    tags = tags_in_force(limner)
    hands = {one.tag: one for one in hand_values(limner, None, known.customer_id)}
    now = read_now(view, known)
    values = dict(known.profile) if known.portrait is not None else _told(now)
    for tag in tags:
        if tag.code in hands:
            values[tag.code] = value_of(hands[tag.code], tag)
        elif isinstance(tag.value, ByHand) and view.may(CORRECT):
            values.setdefault(tag.code, None)
    asked = next((tag for tag in tags if tag.code == view.param("tag")), None)
    return Tags(tags, hands, values, _asked(view, known, asked, now), now)


def _asked(view: View, known: Known, tag: Tag | None, now: Now) -> Opened | None:
    """What a tag's value rests on: of the last build's, or of what holds now where no build knows them."""
    if tag is None:
        return None
    if known.portrait is not None and view.as_of is not None:
        return Opened(tag, why(view.limner, known.built_as, tag, view.as_of))
    if known.portrait is None and known.person is not None and now.live is not None:
        anchors = known.person.anchors
        found = why(view.limner, known.customer_id, tag, now.live.as_of, anchors=anchors)
        return Opened(tag, found)
    return None


def _told(now: Now) -> Document:
    """What events tell of somebody whom no build knows: the tags that have a value."""
    return {code: value for code, value in now.values.items() if value is not None}


def draw(view: View, known: Known, seen: Tags, again: Callable[[], Awaitable[None]]) -> None:
    """Draw the side."""
    if known.portrait is None:
        if seen.now.live is None:
            nothing(view.say(words.NO_PORTRAIT), view.say(words.NO_PORTRAIT_WHY))
            return
        with box("lm-two lm-tags-side" if seen.opened else ""):
            if seen.opened:
                with box("lm-tag-panel"):
                    _opened(view, known, seen, seen.opened, again)
            with box():
                watch = keep_fresh(
                    view, SEES, lambda by: version(by, known), lambda by: read(by, known), _live_only, seen
                )  # fmt: skip
        watch.seen = seen.now.version
        return
    with box("lm-two lm-tags-side" if seen.opened else ""):
        if seen.opened:
            with box("lm-tag-panel"):
                _opened(view, known, seen, seen.opened, again)
        with card(view, words.TAGS, one_words.TAGS_L):
            _days(view, seen)
            _list(view, known, seen)


def _live_only(view: View, seen: Tags) -> None:
    """The tags of somebody whom no build knows, by category."""
    if seen.now.live is None:
        return
    today = view.numbers.day(seen.now.live.as_of)
    with card(view, words.TAGS, view.say(one_words.TAGS_LIVE, today=today)):
        for category, name in CATEGORIES.items():
            mine = [t for t in seen.tags if t.category == category]
            mine = [t for t in mine if seen.values.get(t.code) is not None]
            if mine:
                text(view.say(name), "lm-group-title", tag="h3")
                with box("lm-tags"):
                    for tag in mine:
                        with box("lm-tag-row", tag="a") as row:
                            row.props["href"] = view.here(tag=tag.code)
                            if seen.opened and seen.opened.tag.code == tag.code:
                                row.props("aria-current=true")
                            text(view.say(tag.name), tag="span")
                            text(value_name(view, tag, seen.values[tag.code]), tag="b")


def _days(view: View, seen: Tags) -> None:
    """Which day the values are of."""
    live, write = seen.now.live, view.numbers
    if view.as_of is None:
        return
    if live is None:
        text(view.say(one_words.BUILT_DAY, day=write.day(view.as_of)), "lm-quiet")
        return
    told = view.say(one_words.TAGS_DAYS, built=write.day(view.as_of), today=write.day(live.as_of))
    text(told, "lm-quiet").style("margin-bottom: 8px")


def _now_beside(view: View, known: Known, seen: Tags, places: dict[str, Any]) -> None:
    """Keep what holds now beside each tag of which the build says something else."""
    tags = {tag.code: tag for tag in seen.tags}

    def show(by: View, now: Now) -> None:
        for code, place in places.items():
            built, value = seen.values.get(code), now.values.get(code)
            is_other = now.live is not None and code not in seen.hands
            is_other = is_other and shown_differs(by, tags[code], built, value)
            said = by.say(one_words.TAG_NOW, value=value_name(by, tags[code], value))
            place.set_text(said if is_other else "")

    show(view, seen.now)
    watch = Watch(view, SEES, lambda by: version(by, known), lambda by: read_now(by, known), show)
    watch.seen = seen.now.version


def shown_differs(view: View, tag: Tag, built: Any, value: Any) -> bool:
    """Whether two values of a tag are read as different ones."""
    return value_name(view, tag, built) != value_name(view, tag, value)


def _list(view: View, known: Known, seen: Tags) -> None:
    """All tags that the portrait has, by category, narrowed down while one types."""
    profile, rows = seen.values, []
    places: dict[str, Any] = {}
    found = ui.input(placeholder=view.say(one_words.FIND_TAG)).props("outlined dense clearable")
    found.classes("lm-q").props["aria-label"] = view.say(one_words.FIND_TAG)
    groups = []
    for category, name in CATEGORIES.items():
        mine = [tag for tag in seen.tags if tag.category == category and tag.code in profile]
        if mine:
            with box() as group:
                text(view.say(name), "lm-group-title", tag="h3")
                with box("lm-tags"):
                    made = [_row(view, tag, profile, seen, places) for tag in mine]
            groups.append((group, made))
            rows += made
    with box() as none:
        nothing(view.say(one_words.NO_SUCH_TAG), "")
    none.set_visibility(False)
    _now_beside(view, known, seen, places)
    _groups(view, profile)

    def narrow() -> None:
        needle = str(found.value or "").strip().casefold()
        for row, said in rows:
            row.set_visibility(needle in said)
        for group, made in groups:
            group.set_visibility(any(needle in said for _, said in made))
        none.set_visibility(not any(needle in said for _, said in rows))

    found.on_value_change(narrow)


def _row(
    view: View, tag: Tag, profile: Document, seen: Tags, places: dict[str, Any]
) -> tuple[Any, str]:
    name = view.say(tag.name)
    with box("lm-tag-row", tag="a") as row:
        row.props["href"] = view.here(tag=tag.code)
        if seen.opened and seen.opened.tag.code == tag.code:
            row.props("aria-current=true")
        text(name, tag="span")
        mark = " ✎" if tag.code in seen.hands else ""
        with box("lm-tag-values"):
            text(value_name(view, tag, profile[tag.code]) + mark, tag="b")
            places[tag.code] = text("", "lm-tag-now", tag="span")
    said = f"{name} {tag.code} {view.say(tag.description)}"
    return row, said.casefold()


def _groups(view: View, profile: Document) -> None:
    """What is worked out over all customers together."""
    groups = [(code, kind) for code, kind in CODES.items() if profile.get(code)]
    if not groups:
        return
    text(view.say(words.OTHER), "lm-group-title", tag="h3")
    text(view.say(one_words.WHY_GROUP), "lm-quiet")
    with box("lm-tags"):
        for code, kind in groups:
            with box("lm-tag-head").style("padding: 8px 0"):
                with box():
                    text(column_name(view, code))
                    text(group_meaning(view, f"{kind}:{profile[code]}"), "lm-quiet").style(
                        "font-size: 12px"
                    )
                text(code_name(view, kind, profile[code]), tag="b")


def _opened(
    view: View, known: Known, seen: Tags, opened: Opened, again: Callable[[], Awaitable[None]]
) -> None:
    """Everything about one tag of this customer."""
    tag, profile = opened.tag, seen.values
    with card(view, classes="lm-why"):
        with box("lm-spread"):
            text(view.say(tag.name), "lm-card-title", tag="h2")
            link("✕", view.here(tag=""), "lm-close").props["aria-label"] = view.say(words.CLEAR)
        text(value_name(view, tag, profile.get(tag.code)), "lm-figure-value lm-why-value")
        text(view.say(tag.description), "lm-quiet")
        text(tag.rule_text(view.language), "lm-tag-rule").style("padding: 8px 0 0")
        with box("lm-row"):
            text(tag.text, "lm-code lm-quiet")
        correction(view, known, tag, seen.hands.get(tag.code), again)
        later_course(view, known, tag, seen.tags)
        text(view.say(one_words.WHY), "lm-group-title", tag="h3")
        _why(view, known, seen, opened)


def _why(view: View, known: Known, seen: Tags, opened: Opened) -> None:
    value, found = opened.tag.value, opened.why
    if isinstance(value, Trait):
        origin = origin_of(
            view, known.portrait.provenance.get("traits") if known.portrait else None
        )
        text(view.say(one_words.WHY_TRAIT, origin=origin or "–"))
    elif isinstance(value, ByHand):
        if opened.tag.code not in seen.hands:
            text(view.say(one_words.WHY_HAND_NONE))
    elif isinstance(value, Score):
        link(view.say(one_words.WHY_SCORE), view.here(side="expected", tag=""), icon="o_insights")
    elif isinstance(value, Expression):
        text(view.say(one_words.WHY_PARTS), "lm-quiet")
        tags = {tag.code: tag for tag in seen.tags}
        for code in found.parts:
            with box("lm-tag-row", tag="a") as row:
                row.props["href"] = view.here(tag=code)
                part = tags.get(code)
                text(view.say(part.name) if part else column_name(view, code), tag="span")
                worth = seen.values.get(code)
                text(value_name(view, part, worth) if part else str(worth), tag="b")
    else:
        _counted(view, opened)


def _counted(view: View, opened: Opened) -> None:
    value, found, write = opened.tag.value, opened.why, view.numbers
    if not found.counted:
        nothing(view.say(one_words.WHY_NONE), view.say(one_words.WHY_NONE_WHY))
        return
    says = one_words.WHY_ROWS if found.total > len(found.counted) else one_words.WHY_ALL
    told = view.say(says, total=write.count(found.total), shown=write.count(len(found.counted)))
    text(told, "lm-quiet")
    if found.tally:
        heaviest = found.tally[0][1] or 1.0
        table(view, [Column("value", _measured_name(view, opened)), Column("weight", _weight_name(view, opened), is_number=True)], [
            {"value": _said(view, opened, name), "weight": write.decimal(weight, 2), "weight__sort": weight,
             "weight__bar": weight / heaviest}
            for name, weight in found.tally
        ])  # fmt: skip
    is_share = isinstance(value, Measured) and value.part is not None
    columns = [
        Column("when", view.say(words.WHEN)),
        Column("what", view.say(one_words.EVENT), is_wrapped=True),
    ]
    if found.column or isinstance(value, Distance):
        columns.append(Column("value", _measured_name(view, opened), is_number=True))
    if is_share:
        columns.append(Column("part", view.say(one_words.IN_PART)))
    table(view, columns, [_row_told(view, opened, one) for one in found.counted], size=12)


def _row_told(view: View, opened: Opened, one: Counted) -> Document:
    line = one.line
    what = sentence(view, one.event)
    if line is not None:
        what = str(line.get("name") or line.get("category") or line.get("product_id") or "–")
    return {
        "when": view.numbers.moment(one.event["time"]), "when__sort": one.event["time"].isoformat(),
        "what": what,
        "value": _said(view, opened, one.value),
        "value__sort": one.value if isinstance(one.value, int | float) else str(one.value or ""),
        "part": "" if one.is_part is None else "✓" if one.is_part else "–",
    }  # fmt: skip


def _measured_name(view: View, opened: Opened) -> str:
    value, column = opened.tag.value, opened.why.column
    if not isinstance(value, Measured) or column is None:
        return ""
    known = SOURCES[value.rows.source].columns.get(column)
    return view.say(known) if known else column


def _weight_name(view: View, opened: Opened) -> str:
    """What weighs a favourite: a column, or else the rows."""
    value = opened.tag.value
    if not isinstance(value, Measured):
        return ""
    source = SOURCES[value.rows.source]
    return view.say(source.columns.get(value.by or "", source.words))


def _said(view: View, opened: Opened, value: Any) -> str:
    """What was measured of a row, as far as the role may see it."""
    column = opened.why.column or ""
    if (column.startswith(f"{PROPERTIES}.") or column in PRIVATE) and not view.may("personal.read"):
        return "•••"
    if value is None:
        return "–"
    if column == "channel":
        return channel_name(view, str(value))
    if column in ("weekday", "hour"):
        return shown(view, column, int(value))
    if isinstance(value, date):
        return view.numbers.day(value)
    if column in ("revenue", "discount", "coupon_discount", "list_price") and not isinstance(
        value, str
    ):
        return view.numbers.money(value)
    return view.numbers.decimal(value, 2) if isinstance(value, int | float) else str(value)
