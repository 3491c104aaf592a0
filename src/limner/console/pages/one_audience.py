"""One audience: its parts, how it was made, beside other groups; taking it away, letting it go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from limner.act.ad_platforms import TABLE as PLATFORMS
from limner.app.audiences import AudienceCard, drop_audience
from limner.app.audiences import audience as of
from limner.app.export import TABLE as TABLES
from limner.app.hashed_export import Exported, export_audience
from limner.console.audience_parts import (
    asked_groups,
    draw_overlap,
    group_names,
    part_name,
    read_overlap,
)
from limner.console.charts import Look
from limner.console.charts_overview import bars
from limner.console.doing import attempt
from limner.console.form_parts import action, choice_field, confirm
from limner.console.parts import Figure, box, card, chart, figures, link, pairs, text
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import audiences as words
from limner.console.words import frame as frame_words
from limner.core.errors import LimnerError
from limner.understand.audiences import Overlap


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows."""

    card: AudienceCard
    names: dict[str, str]
    groups: list[str]
    overlap: Overlap | LimnerError | None


def read(view: View) -> Found:
    """The audience of the address.

    Raises: `Unknown` when there is none.
    """
    one = of(view.limner, view.param("audience"))
    groups = asked_groups(view, [one.audience])
    return Found(one, group_names(view), groups, read_overlap(view, groups))


def draw(view: View, found: Found) -> None:
    """Draw the page."""
    one, write = found.card, view.numbers
    with box("lm-crumb"):
        link(view.say(words.BACK), view.href("/audiences"), icon="arrow_back")
    told = view.say(
        words.ONE_ANSWER, name=one.name, size=write.count(one.size), day=write.day(one.as_of)
    )
    text(told, "lm-answer", tag="h1")
    figures(view, [
        Figure(words.SIZE, write.count(one.size), words.SIZE_M),
        Figure(words.MADE_BY, one.by, words.MADE_BY_M, write.moment(one.at)),
        Figure(words.SEED, str(one.making.seed), words.SEED_M),
    ])  # fmt: skip
    with box("lm-two"):
        if len(one.parts) > 1:
            with card(view, words.PARTS, words.PARTS_L):
                names = [part_name(view, part) for part in one.parts]
                look = Look(view.language, write.currency)
                options = bars(names, [float(n) for n in one.parts.values()], look, "count")
                chart(view, options, view.say(words.PARTS)).style(
                    f"height: {40 + 44 * len(names)}px"
                )
        with card(view, words.HOW):
            _made(view, found)
    _export(view, one)
    draw_overlap(view, found.overlap, found.names, found.groups, [one.audience])
    if view.may("segments.edit"):
        with box("lm-row").style("margin-top: 16px"):
            action(view.say(words.DROP), lambda: _ask_drop(view, one), is_dangerous=True)


def _made(view: View, found: Found) -> None:
    making, names = found.card.making, found.names
    sample = making.sample
    shown = [(view.say(words.OF), names.get(found.card.rule, found.card.rule))]
    shown += [(view.say(words.WITHOUT), names.get(one, one)) for one in making.exclusions]
    if sample is not None:
        write = view.numbers
        shown.append(
            (view.say(words.SAMPLED), write.share(sample) if sample < 1 else write.count(sample))
        )
    shown += [
        (part_name(view, part), view.numbers.share(share)) for part, share in making.split.items()
    ]
    pairs(shown)


def _export(view: View, one: AudienceCard) -> None:
    with card(view, words.EXPORT, words.EXPORT_L):
        if not view.may("customers.export"):
            text(view.say(words.MAY_NOT_EXPORT), "lm-quiet")
            return
        part = None
        if len(one.parts) > 1:
            options = {"": view.say(words.EVERY_PART)}
            options |= {name: part_name(view, name) for name in one.parts}
            part = choice_field(view.say(words.OF_PART), options, "", lambda: None)
        said = box().style("margin-top: 12px")

        def button(wanted: str, label: str) -> None:
            async def take() -> None:
                await _take(view, one, wanted, str(part.value) if part else "", said)

            action(label, take, icon="o_download")

        text(view.say(words.AS_TABLE), "lm-field-label").style("margin-top: 12px")
        names = {"csv": frame_words.EXPORT_CSV, "xlsx": frame_words.EXPORT_EXCEL,
                 "parquet": frame_words.EXPORT_PARQUET}  # fmt: skip
        with box("lm-row"):
            for kind in TABLES:
                button(kind, view.say(names[kind]))
        text(view.say(words.FOR_PLATFORM), "lm-field-label").style("margin-top: 12px")
        with box("lm-row"):
            for platform in PLATFORMS.values():
                button(platform.name, view.say(platform.words))


async def _take(view: View, one: AudienceCard, wanted: str, part: str, said: Any) -> None:
    def export(doer: Any) -> Exported:
        return export_audience(
            view.limner, one.audience, wanted, doer.name, doer.at, part=part or None,
            sees_personal=view.may("personal.read"),
        )  # fmt: skip

    done = await attempt(view, "customers.export", export, said)
    if done is None:
        return
    exported, write = done[0], view.numbers.count
    ui.download.content(exported.content, exported.file, exported.media)
    with said, box("lm-note lm-good").props("role=status"):
        text(
            view.say(words.EXPORTED, people=write(exported.people), file=exported.file),
            "lm-note-title",
        )
        reasons = [
            view.say(words.REASONS[reason], count=write(count))
            for reason, count in exported.left_out.items()
            if count
        ]
        if reasons:
            text(view.say(words.LEFT_OUT, reasons=", ".join(reasons)))
        if wanted in PLATFORMS:
            text(view.say(PLATFORMS[wanted].hint), "lm-quiet")


def _ask_drop(view: View, one: AudienceCard) -> None:
    async def drop() -> None:
        done = await attempt(
            view,
            "segments.edit",
            lambda doer: drop_audience(view.limner, one.audience, doer.name, doer.at),
        )
        if done is not None:
            ui.navigate.to(view.href("/audiences"))

    title, label = view.say(words.DROP_TITLE, name=one.name), view.say(words.DROP)
    confirm(view, title, view.say(words.DROP_L), label, drop, is_dangerous=True).open()


PAGE = Page(
    "/audiences/{audience}", "audiences", frame_words.AUDIENCES, "reports.read", read, draw
)  # fmt: skip
