"""Pieces of the audiences' pages: what parts are called, and how groups overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from limner.app import reading
from limner.app.audiences import audiences, overlap
from limner.app.groups import demand_visible
from limner.console.charts import Look
from limner.console.charts_overlap import height_of
from limner.console.charts_overlap import overlap as picture
from limner.console.form_parts import action, labelled, say_failure
from limner.console.names import segment_name
from limner.console.parts import Column, box, card, chart, table, text
from limner.console.view import View
from limner.console.words import audiences as words
from limner.core.errors import LimnerError
from limner.understand.audiences import Overlap
from limner.understand.audiences.overlap import FEWEST, MOST

Document = dict[str, Any]
_BETWEEN = "|"


def part_name(view: View, part: str) -> str:
    """What a part is called."""
    return view.say(words.PART_NAMES[part]) if part in words.PART_NAMES else part


def parts_told(view: View, parts: Mapping[str, int]) -> str:
    """Parts with their sizes, in a line."""
    return " · ".join(
        view.say(words.PART, name=part_name(view, part), count=view.numbers.count(size))
        for part, size in parts.items()
    )


def group_names(view: View) -> dict[str, str]:
    """Every segment and audience that can be chosen: its name by its code."""
    found = {row["segment"]: segment_name(view, row) for row in reading.segments(view.limner)}
    return found | {card.audience: card.name for card in audiences(view.limner)}


def asked_groups(view: View, always: Sequence[str] = ()) -> list[str]:
    """The groups that the address asks to compare."""
    written = [each for each in view.param("groups").split(_BETWEEN) if each]
    return list(dict.fromkeys([*always, *written]))[:MOST]


def read_overlap(view: View, groups: Sequence[str]) -> Overlap | LimnerError | None:
    """How the groups overlap, or why that cannot be said; None for fewer than two."""
    if len(groups) < FEWEST:
        return None
    try:
        for group in groups:
            demand_visible(view.limner, group, view.may("personal.read"))
        return overlap(view.limner, groups)
    except LimnerError as error:
        return error


def draw_overlap(
    view: View, found: Overlap | LimnerError | None, names: Mapping[str, str],
    groups: Sequence[str], always: Sequence[str] = (),
) -> None:  # fmt: skip
    """The card in which groups are chosen and compared; `always`: those that cannot be left out."""
    title = words.BESIDE if always else words.OVERLAP
    with card(view, title, words.OVERLAP_L, words.OVERLAP_M):
        _choice(view, names, [group for group in groups if group not in always], always)
        if isinstance(found, LimnerError):
            say_failure(view, found)
        elif found is None:
            if groups and not always:
                text(view.say(words.OVERLAP_TOO_FEW), "lm-quiet")
        else:
            _compared(view, found, [names.get(group, group) for group in groups])


def _choice(
    view: View, names: Mapping[str, str], chosen: Sequence[str], always: Sequence[str]
) -> None:
    options = {code: name for code, name in names.items() if code not in always}
    options |= {group: group for group in chosen if group not in options}
    with box("lm-row lm-end"):
        with box().style("flex: 1; min-width: 220px"), labelled(view.say(words.GROUPS)):
            field = ui.select(options, value=list(chosen), multiple=True, with_input=True)
            field.props("outlined dense use-chips options-dense").classes("lm-q")
            field.props["aria-label"] = view.say(words.GROUPS)

        def compare() -> None:
            ui.navigate.to(view.here(groups=_BETWEEN.join(field.value[: MOST - len(always)])))

        action(view.say(words.COMPARE), compare, icon="o_join_inner")


def _compared(view: View, found: Overlap, names: Sequence[str]) -> None:
    write = view.numbers
    called = dict(zip(found.sizes, names, strict=True))
    most = max(found.pairs, key=lambda pair: (pair.both, pair.jaccard or 0))
    if most.both:
        told = view.say(
            words.LARGEST_OVERLAP, left=called[most.left], right=called[most.right],
            both=write.count(most.both), share=write.share(most.jaccard, 0),
        )  # fmt: skip
    else:
        told = view.say(words.NO_OVERLAP)
    text(told, "lm-consequence").style("margin: 12px 0")
    if found.exact:
        look = Look(view.language, write.currency)
        with box("lm-wide-scroll").style("overflow-x: auto"):
            drawn = chart(view, picture(found, names, look), told)
            drawn.style(f"height: {height_of(found)}px; min-width: 460px")
    between = view.say(words.AND)
    table(view, [
        Column("pair", view.say(words.PAIR)),
        Column("both", view.say(words.BOTH), is_number=True),
        Column("jaccard", view.say(words.JACCARD), is_number=True),
    ], [
        {
            "pair": called[pair.left] + between + called[pair.right],
            "both": write.count(pair.both), "both__sort": pair.both,
            "jaccard": write.share(pair.jaccard), "jaccard__sort": pair.jaccard or 0,
            "jaccard__bar": pair.jaccard or 0,
        }
        for pair in found.pairs
    ])  # fmt: skip
    box().style("height: 16px")
    table(view, [
        Column("just", view.say(words.JUST), is_wrapped=True),
        Column("customers", view.say(words.SIZE), is_number=True),
    ], [
        {"just": between.join(called[each] for each in groups),
         "customers": write.count(count), "customers__sort": count}
        for groups, count in found.exact
    ], size=10)  # fmt: skip
