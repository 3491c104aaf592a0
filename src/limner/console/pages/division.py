"""Deeper division: by likeness, by RFM rules of one's own, towards a target, by membership."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from limner.app import division
from limner.app.kept import key_of
from limner.app.rfm_rules import rfm_division, rfm_rules
from limner.console import division_parts as parts
from limner.console import rfm_part
from limner.console.described_parts import demand_asked, segment_options
from limner.console.form_parts import choice_field
from limner.console.job_part import working
from limner.console.parts import answer, box, card, chips, next_steps, text
from limner.console.registry import Page
from limner.console.view import View
from limner.console.words import division as words
from limner.core.errors import Malformed

Document = dict[str, Any]


def clusters_ask(view: View) -> Document:
    """What the address asks of groups by likeness.

    Raises: `Malformed` for a number of groups that is none.
    """
    k, tags = view.param("k"), [code for code in view.param("tags").split(",") if code]
    if k and not k.isdecimal():
        raise Malformed("division-k", f"{k!r} is no number of groups", "k")
    return division.cluster_ask(
        view.limner, tags or division.USUAL_TAGS, view.param("method", "kmeans"),
        int(k) if k else None, view.param("inside"),
    )  # fmt: skip


def target_ask(view: View) -> Document:
    """What the address asks of a division towards a target."""
    depth = view.param("depth", "3")
    return division.target_ask(
        view.limner, view.param("target", "revenue_90d"), int(depth) if depth.isdecimal() else 3,
        view.param("inside"), [code for code in view.param("of").split(",") if code],
    )  # fmt: skip


def read(view: View) -> Document | None:
    """What the chosen way of dividing shows, if it is worked out; None before the first build."""
    if view.as_of is None:
        return None
    demand_asked(view)
    way = view.param("way", "clusters")
    found: Document = {"way": way, "segments": segment_options(view), "found": None, "ask": None}
    tags = {f.code: view.say(f.name) for f in division.number_tags(view.limner)}
    if way == "rfm":
        shown = rfm_division(view.limner, rfm_part.tried(view), view.param("inside"))
        return found | {"found": shown, "kept": rfm_rules(view.limner), "tags": tags}
    if way == "membership":
        levels = division.level_tags(view.limner)
        level = view.param("level") or next(iter(levels), "")
        if level:
            found["found"] = division.membership_analysis(view.limner, level, view.param("inside"))
        return found | {"levels": levels}
    if way == "target":
        ask = target_ask(view)
        return found | {"ask": ask, "found": division.target_kept(view.limner, ask), "tags": tags}
    ask = clusters_ask(view)
    return found | {
        "ask": ask,
        "found": division.cluster_kept(view.limner, ask),
        "tags": tags,
        "way": "clusters",
    }


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    way, found, ask = document["way"], document["found"], document["ask"]
    if way == "membership" and found is None:
        parts.no_levels(view)
        _controls(view, document)
        return
    sentences = {
        "clusters": parts.clusters_sentence, "rfm": rfm_part.sentence,
        "target": parts.target_sentence, "membership": parts.members_sentence,
    }  # fmt: skip
    said = sentences[way](view, found) if found else view.say(words.WAYS[way])
    answer(view, words.TITLE, said)
    _controls(view, document)
    if found is None:
        make = division.target_division if way == "target" else division.cluster_division
        working(view, key_of(way, ask), words.WORKING, words.WORKING_L,
                lambda progress: make(view.limner, ask, progress))  # fmt: skip
        return
    if way == "clusters":
        parts.clusters(view, found)
    elif way == "rfm":
        rfm_part.draw(view, found, document["kept"], document["tags"])
    elif way == "target":
        parts.target(view, found)
    else:
        parts.members(view, found)
    next_steps(view, [
        (view.say(words.NEXT_SEGMENTS), view.href("/segments")),
        (view.say(words.NEXT_MOVEMENT), view.href("/movement")),
    ])  # fmt: skip


def _controls(view: View, document: Document) -> None:
    with card(view):
        chips(view, "way", {way: view.say(name) for way, name in words.WAYS.items()}, "clusters")
        with box("lm-filter").style("margin-top: 12px; grid-template-columns: minmax(0, 360px)"):
            options = {"": view.say(words.EVERYONE), **document["segments"]}
            field = choice_field(view.say(words.INSIDE), options, view.param("inside"), lambda: None,
                                 is_searched=True)  # fmt: skip
            field.on_value_change(lambda event: ui.navigate.to(view.here(inside=event.value or "")))
        if document["way"] == "clusters":
            parts.clusters_form(view, document["tags"])
        elif document["way"] == "target":
            parts.target_form(view, document["tags"])
        elif document["way"] == "membership" and document["levels"]:
            parts.members_form(view, document["levels"])
        text(view.say(words.DEEPER), "lm-quiet").style("margin-top: 8px")


PAGE = Page("/division", "division", words.TITLE, "reports.read", read, draw)
