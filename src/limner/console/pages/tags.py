"""The tags: which there are, how far they can be trusted, and whether they come true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from nicegui import ui

from limner.app import reading
from limner.app.tags import (
    EDIT,
    Corrected,
    Observed,
    all_tags,
    corrections,
    faults,
    is_shipped,
    latest,
)
from limner.console import charts_tags as charts
from limner.console.charts import Look
from limner.console.parts import (
    Column,
    Figure,
    answer,
    box,
    card,
    chart,
    chips,
    figures,
    link,
    next_steps,
    table,
)
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.takeaway import takeaway
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import tags as words
from limner.understand.tags.tag import CATEGORIES, NATURES, STATES, TEMPOS, Tag
from limner.understand.tags.value import ByHand, Score, Trait

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """All tags, what the last build saw of each, and its report on their quality."""

    tags: tuple[Tag, ...]
    observed: dict[str, Observed]
    quality: Document
    corrected: list[Corrected]
    faults: dict[str, str]

    @property
    def alarmed(self) -> dict[str, Document]:
        """The first alarm of each tag that has one."""
        found: dict[str, Document] = {}
        for alarm in self.quality.get("alarms", []):
            found.setdefault(alarm["tag"], alarm)
        return found


def read(view: View) -> Seen:
    """The tags and what is known of them."""
    limner = view.limner
    return Seen(
        all_tags(limner), latest(limner), reading.report(limner, "portrait") or {},
        corrections(limner), faults(limner),
    )  # fmt: skip


_SHOWS: dict[str, Callable[[Seen, Tag], bool]] = {
    "": lambda seen, tag: True,
    "force": lambda seen, tag: tag.state == "approved" and tag.code not in seen.faults,
    "own": lambda seen, tag: not is_shipped(tag.code),
    "look": lambda seen, tag: tag.code in seen.alarmed or tag.code in seen.faults,
    "empty": lambda seen, tag: tag.code in seen.observed and not seen.observed[tag.code].known,
}


def draw(view: View, seen: Seen) -> None:
    """Draw the page."""
    answer(view, frame_words.TAGS, _sentence(view, seen))
    _numbers(view, seen)
    names = {
        "": view.say(words.ALL), "force": view.say(words.IN_FORCE), "own": view.say(words.OWN),
        "look": view.say(words.LOOK_AT), "empty": view.say(words.EMPTY_ONES),
    }  # fmt: skip
    with box("lm-spread").style("margin-bottom: 12px; align-items: center"):
        chips(view, "show", names)
        if view.may(EDIT):
            link(view.say(words.DEFINE), view.href("/tags/new"), "lm-button lm-primary", "o_add")
    if seen.alarmed:
        _alarms(view, seen)
    shows = _SHOWS.get(view.param("show"), _SHOWS[""])
    shown = [tag for tag in seen.tags if shows(seen, tag)]
    _list(view, seen, shown)
    _agreement(view, seen)
    if seen.corrected:
        _corrected(view, seen)
    next_steps(view, [
        (view.say(words.NEXT_SEGMENT), view.href("/customers")),
        (view.say(words.NEXT_QUALITY), view.href("/quality")),
        (view.say(words.NEXT_GLOSSARY), view.href("/glossary")),
    ])  # fmt: skip


def _in_force(seen: Seen) -> list[Tag]:
    return [tag for tag in seen.tags if _SHOWS["force"](seen, tag)]


def _sentence(view: View, seen: Seen) -> str:
    write = view.numbers
    seen_ones = [seen.observed[tag.code] for tag in _in_force(seen) if tag.code in seen.observed]
    customers = max((one.customers for one in seen_ones), default=0)
    coverage = sum(one.coverage for one in seen_ones) / len(seen_ones) if seen_ones else None
    alarms = (
        view.say(words.ALARMS, count=write.count(len(seen.alarmed)))
        if seen.alarmed
        else view.say(words.NO_ALARM)
    )
    return view.say(
        words.ANSWER, tags=write.count(len(_in_force(seen))), coverage=write.share(coverage, 0),
        customers=write.count(customers), alarms=alarms,
    )  # fmt: skip


def _numbers(view: View, seen: Seen) -> None:
    write = view.numbers
    in_force = _in_force(seen)
    with_values = [t for t in in_force if t.code in seen.observed and seen.observed[t.code].known]
    better = sum(row["verdict"] == "better" for row in seen.quality.get("agreement", []))
    judged = len(seen.quality.get("agreement", []))
    shown = [
        Figure(words.IN_FORCE, write.count(len(in_force)), words.ANSWER_FORCE_M),
        Figure(words.WITH_VALUES, write.count(len(with_values)), words.WITH_VALUES_M),
        Figure(words.LOOK_AT, write.count(len(seen.alarmed)), words.DRIFT_M),
    ]
    if judged:
        shown.append(Figure(words.COME_TRUE, f"{better} / {judged}", words.AGREES_M))
    figures(view, shown)


def _alarms(view: View, seen: Seen) -> None:
    known = {tag.code: tag for tag in seen.tags}

    def cells(alarm: Document) -> Document:
        tag = known.get(alarm["tag"])
        is_drift = alarm["kind"] == "drift"
        size = (
            view.numbers.fixed(alarm["size"], 2) if is_drift else view.numbers.share(alarm["size"])
        )
        return {
            "tag": tag.name.in_(view.language) if tag else alarm["tag"],
            "tag__href": view.href(f"/tags/{alarm['tag']}"),
            "kind": view.say(words.ALARM_KINDS[alarm["kind"]]),
            "size": size, "size__sort": alarm["size"],
            "why": alarm["why"][view.language],
        }  # fmt: skip

    with card(view, words.TO_LOOK_AT, words.TO_LOOK_AT_L, words.DRIFT_M):
        table(view, [
            Column("tag", view.say(words.TAG)), Column("kind", view.say(words.NATURE)),
            Column("size", view.say(words.SIZE), is_number=True),
            Column("why", view.say(words.WHY), is_wrapped=True),
        ], [cells(alarm) for alarm in seen.quality["alarms"]], size=10)  # fmt: skip


def _list(view: View, seen: Seen, tags: list[Tag]) -> None:
    """The tags by category, narrowed down while one types."""
    found = ui.input(placeholder=view.say(words.FIND), value=view.param("q"))
    found.props("outlined dense clearable").classes("lm-q").style("max-width: 420px")
    found.props["aria-label"] = view.say(words.FIND)
    groups = []
    for category, name in CATEGORIES.items():
        mine = [tag for tag in tags if tag.category == category]
        if not mine:
            continue
        with (
            box().style("margin-top: 16px") as group,
            card(view, f"{view.say(name)} · {len(mine)}"),
        ):
            holder = box()
        groups.append((group, holder, mine))
    with box() as none:
        nothing(view.say(words.NO_MATCH), view.say(words.NO_MATCH_WHY))

    def narrow() -> None:
        wanted = str(found.value or "").strip().lower()
        left = 0
        for group, holder, mine in groups:
            fits = [tag for tag in mine if wanted in _searched(tag)]
            left += len(fits)
            group.set_visibility(bool(fits))
            holder.clear()
            if fits:
                with holder:
                    _table(view, seen, fits)
        none.set_visibility(not left)

    narrow()
    found.on_value_change(narrow)
    with box("lm-row").style("margin: 16px 0"):
        takeaway(view, f"tags-{view.as_of or 'all'}", "tags", lambda: as_table(seen, tags))


def _searched(tag: Tag) -> str:
    return " ".join((tag.code, tag.name.en, tag.name.zh, tag.text)).lower()


def _table(view: View, seen: Seen, tags: list[Tag]) -> None:
    write = view.numbers

    def cells(tag: Tag) -> Document:
        one = seen.observed.get(tag.code)
        newest = seen.quality.get("newest", {}).get(tag.code, "")
        drift, sort = _drift(view, seen, tag, one)
        return {
            "tag": tag.name.in_(view.language), "tag__href": view.href(f"/tags/{tag.code}"),
            "code": tag.code,
            "coverage": write.share(one.coverage, 0) if one else "–",
            "coverage__bar": one.coverage if one else None,
            "coverage__sort": one.coverage if one else -1,
            "fresh": _fresh(view, tag, newest), "fresh__sort": newest or "",
            "drift": drift, "drift__sort": sort,
            "nature": view.say(NATURES[tag.nature]), "tempo": view.say(TEMPOS[tag.tempo]),
            "state": view.say(words.FAULT_SHORT if tag.code in seen.faults else STATES[tag.state]),
        }  # fmt: skip

    table(view, [
        Column("tag", view.say(words.TAG)),
        Column("coverage", view.say(words.COVERAGE), is_number=True),
        Column("fresh", view.say(words.FRESH)), Column("drift", view.say(words.DRIFT), is_number=True),
        Column("nature", view.say(words.NATURE)), Column("tempo", view.say(words.TEMPO)),
        Column("state", view.say(words.STATE)), Column("code", view.say(words.CODE)),
    ], [cells(tag) for tag in tags])  # fmt: skip


def _fresh(view: View, tag: Tag, newest: str | None) -> str:
    if isinstance(tag.value, Trait | Score | ByHand):
        return view.say(words.BY_RECORD) if isinstance(tag.value, Trait) else "–"
    if newest == "":
        return "–"
    return view.numbers.day(newest) if newest else view.say(words.NEVER)


def _drift(view: View, seen: Seen, tag: Tag, one: Observed | None) -> tuple[str, float]:
    if one is None or one.psi is None:
        return "–", -1.0
    told = view.numbers.fixed(one.psi, 2)
    if tag.code in seen.alarmed:
        told += f" · {view.say(words.MOVED)}"
    return told, one.psi


def _agreement(view: View, seen: Seen) -> None:
    rows = seen.quality.get("agreement") or []
    if not rows:
        if seen.observed:
            with card(view, words.AGREES):
                nothing(view.say(words.AGREES), view.say(words.AGREES_NONE))
        return
    known = {tag.code: tag for tag in seen.tags}
    write = view.numbers

    def name(code: str) -> str:
        return known[code].name.in_(view.language) if code in known else code

    def cells(row: Document) -> Document:
        return {
            "tag": name(row["tag"]), "tag__href": view.href(f"/tags/{row['tag']}"),
            "customers": write.count(row["customers"]), "customers__sort": row["customers"],
            "hit": write.share(row["hit_rate"]), "hit__bar": row["hit_rate"],
            "hit__sort": row["hit_rate"] or 0,
            "between": write.interval(row["hit_interval"]),
            "chance": write.share(row["chance"]), "popular": write.share(row["popular"]),
            "last": write.share(row["last"]),
            "over": write.signed_share(row["over_popular"][0]),
            "over__sort": row["over_popular"][0],
            "verdict": view.say(words.VERDICTS[row["verdict"]]),
        }  # fmt: skip

    with card(view, words.AGREES, view.say(words.AGREES_L, days=rows[0]["days"]), words.AGREES_M):
        look = Look(view.language, view.numbers.currency)
        options = charts.beside(
            [name(row["tag"]) for row in rows],
            [
                (view.say(label), [row[field] for row in rows])
                for label, field in ((words.HIT, "hit_rate"), (words.POPULAR, "popular"),
                                     (words.LAST, "last"), (words.CHANCE, "chance"))
            ],
            look,
        )  # fmt: skip
        chart(view, options, view.say(words.AGREES), "lm-tall")
        table(view, [
            Column("tag", view.say(words.TAG)),
            Column("customers", view.say(words.OF), is_number=True),
            Column("hit", view.say(words.HIT), is_number=True),
            Column("between", view.say(words.INTERVAL)),
            Column("popular", view.say(words.POPULAR), is_number=True),
            Column("last", view.say(words.LAST), is_number=True),
            Column("chance", view.say(words.CHANCE), is_number=True),
            Column("over", view.say(words.OVER), is_number=True),
            Column("verdict", view.say(words.VERDICT), is_wrapped=True),
        ], [cells(row) for row in rows])  # fmt: skip
        takeaway(
            view, f"favourites-{view.as_of or 'all'}", "tags", lambda: pa.Table.from_pylist(rows)
        )


def _corrected(view: View, seen: Seen) -> None:
    known = {tag.code: tag for tag in seen.tags}
    write = view.numbers
    with card(view, words.CORRECTED, words.CORRECTED_L):
        table(view, [
            Column("tag", view.say(words.TAG)),
            Column("corrections", view.say(words.CORRECTIONS), is_number=True),
            Column("disagreed", view.say(words.DISAGREED), is_number=True),
            Column("last", view.say(words.LAST_ONE)),
        ], [
            {
                "tag": known[one.tag].name.in_(view.language) if one.tag in known else one.tag,
                "tag__href": view.href(f"/tags/{one.tag}"),
                "corrections": write.count(one.corrections), "corrections__sort": one.corrections,
                "disagreed": write.count(one.disagreed), "disagreed__sort": one.disagreed,
                "last": write.moment(one.last_at), "last__sort": str(one.last_at),
            }
            for one in seen.corrected
        ])  # fmt: skip


def as_table(seen: Seen, tags: list[Tag]) -> pa.Table:
    """The list of tags for a file."""
    rows = []
    for tag in tags:
        one = seen.observed.get(tag.code)
        rows.append({
            "code": tag.code, "name_en": tag.name.en, "name_zh": tag.name.zh, "category": tag.category,
            "nature": tag.nature, "tempo": tag.tempo, "kind": tag.kind, "unit": tag.unit,
            "state": tag.state, "version": tag.version, "owner": tag.owner, "definition": tag.text,
            "customers": one.customers if one else None, "known": one.known if one else None,
            "coverage": one.coverage if one else None, "distinct": one.distinct if one else None,
            "mean": one.mean if one else None, "psi": one.psi if one else None,
            "newest": seen.quality.get("newest", {}).get(tag.code),
        })  # fmt: skip
    return pa.Table.from_pylist(rows)


PAGE = Page("/tags", "tags", frame_words.TAGS, "reports.read", read, draw)
