"""The segments: own rules, lifecycle stages, kinds of shoppers, and what tells them apart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from nicegui import ui

from limner.app import reading
from limner.app.drafting import idle_segments
from limner.app.segments import drop_segment
from limner.console import deeds
from limner.console.charts import Look
from limner.console.charts_learn import sizes
from limner.console.customer_segments import segment_href
from limner.console.form_parts import confirm
from limner.console.names import code_name, column_name, group_meaning, pick, segment_name
from limner.console.parts import (
    Column,
    answer,
    box,
    card,
    chart,
    link,
    next_steps,
    say_note,
    table,
    text,
)
from limner.console.registry import Page
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import frame as frame_words
from limner.console.words import segments as words
from limner.core.errors import LimnerError

Document = dict[str, Any]
_ROOM = 160


def read(view: View) -> Document | None:
    """All segments with their sizes; None before the first build."""
    rows = reading.segments(view.limner)
    if not any(row["customers"] for row in rows):
        return None
    return {
        "rows": rows,
        "idle": idle_segments(view.limner),
        "lifecycle": reading.report(view.limner, "lifecycle"),
        "clusters": reading.report(view.limner, "clusters"),
        "overview": reading.report(view.limner, "overview") or {},
    }


def draw(view: View, document: Document) -> None:
    """Draw the page."""
    look = Look(view.language, view.numbers.currency)
    kinds = _by_kind(document["rows"])
    groups = kinds.get("rfm") or kinds.get("stage") or document["rows"]
    everyone = sum(row["customers"] for row in groups) or 1
    revenue = sum(row.get("revenue") or 0 for row in groups) or 1
    answer(view, frame_words.SEGMENTS, _sentence(view, groups[0], everyone, revenue))
    with card(view, words.SAVED, words.SAVED_L):
        own = [row for row in document["rows"] if row["rule"]]
        if view.may("segments.edit"):
            with box("lm-row"):
                link(
                    view.say(words.BUILD), view.href("/segments/new"), "lm-button lm-primary", "add"
                )
        if own:
            _table(view, own, everyone, revenue, document["idle"], has_rule=True)
        else:
            nothing(view.say(words.NO_SAVED), view.say(words.NO_SAVED_WHY))
    with box("lm-two"):
        for kind, title, lede in (
            ("stage", words.STAGES, _rhythm(view, document)),
            ("rfm", words.RFM, ""),
        ):
            rows = kinds.get(kind)
            if rows:
                with card(view, title, lede):
                    _picture(view, rows, everyone, revenue, look)
    if document["clusters"]:
        _clusters(view, document["clusters"], kinds.get("cluster", []), everyone, revenue)
    with card(view, words.SEGMENT, words.EXPORT_NOTE):
        _table(view, [row for row in document["rows"] if not row["rule"]], everyone, revenue)
    next_steps(view, [
        (view.say(words.NEXT_RULE), view.href("/customers")),
        *([(view.say(words.BUILD), view.href("/segments/new"))] if view.may("segments.edit") else []),
        (view.say(words.NEXT_CAMPAIGN), view.href("/campaigns")),
    ])  # fmt: skip


def _rhythm(view: View, document: Document) -> str:
    """How the build decided the stages, in its own words."""
    told = (document["lifecycle"] or {}).get("rhythm")
    return str(told[view.language]) if isinstance(told, dict) else view.say(words.STAGES_L)


def _by_kind(rows: list[Document]) -> dict[str, list[Document]]:
    kinds: dict[str, list[Document]] = {}
    for row in rows:
        kinds.setdefault(row["segment"].partition(":")[0], []).append(row)
    return kinds


def _sentence(view: View, top: Document, everyone: float, revenue: float) -> str:
    return view.say(
        words.ANSWER,
        name=segment_name(view, top),
        share=view.numbers.share(top["customers"] / everyone, 0),
        revenue=view.numbers.share((top.get("revenue") or 0) / revenue, 0),
    )


def _picture(view: View, rows: list[Document], everyone: float, revenue: float, look: Look) -> None:
    options = sizes(
        [segment_name(view, row) for row in rows],
        [row["customers"] / everyone for row in rows],
        [(row.get("revenue") or 0) / revenue for row in rows],
        look,
    )
    chart(view, options, view.say(words.SEGMENT), "lm-tall" if len(rows) > 7 else "")


def _clusters(
    view: View, clusters: Document, rows: list[Document], everyone: float, revenue: float
) -> None:
    write = view.numbers
    told = view.say(
        words.CLUSTERS_L,
        k=clusters.get("k", "–"),
        ari=write.fixed(clusters.get("stability_ari"), 2),
    )
    tiles = "gap: 20px; margin-top: 8px"
    with card(view, words.CLUSTERS, told, words.CLUSTERS_M), box("lm-tags").style(tiles):
        for group in clusters.get("groups", []):
            with box().style("min-width: 0"):
                link(code_name(view, "cluster", group["code"]),
                     view.href("/customers", segment=f"cluster:{group['code']}"), "lm-card-title")  # fmt: skip
                share = write.share(group["customers"] / everyone, 0)
                brings = write.share((group.get("revenue") or 0) / revenue, 0)
                text(
                    f"{view.say(words.CUSTOMERS)} {write.count(group['customers'])} ({share})",
                    "lm-quiet",
                )
                text(f"{view.say(words.OF_REVENUE)} {brings}", "lm-quiet")
                with box("lm-row").style("margin-top: 8px; gap: 4px"):
                    for trait in group.get("tells_apart", [])[:4]:
                        text(_trait(view, trait), "lm-chip").style(
                            "font-size: 12px; min-height: 26px"
                        )
    verdict = pick(view, clusters.get("beside") or {}, "verdict")
    if verdict:
        say_note(verdict, kind="lm-good")
    candidates = clusters.get("candidates") or []
    if candidates:
        with card(
            view, view.say(words.CHOSEN, k=clusters.get("k", "–")), words.CHOSEN_L, words.CLUSTERS_M
        ):
            table(view, [
                Column("k", view.say(words.K), is_number=True),
                Column("silhouette", view.say(words.SILHOUETTE), is_number=True),
                Column("stability", view.say(words.STABILITY), is_number=True),
                Column("smallest", view.say(words.SMALLEST), is_number=True),
                Column("eligible", view.say(words.ELIGIBLE)),
            ], [
                {
                    "k": write.count(c["k"]), "k__sort": c["k"],
                    "silhouette": write.fixed(c.get("silhouette")),
                    "stability": write.fixed(c.get("stability_ari"), 2),
                    "smallest": write.share(c.get("smallest_share")),
                    "eligible": view.say(frame_words.YES if c.get("eligible") else frame_words.NO),
                }
                for c in candidates
            ])  # fmt: skip


def _trait(view: View, trait: Document) -> str:
    name = pick(view, trait, "name") or column_name(view, trait["tag"])
    return view.say(words.LIFT, name=name, lift=view.numbers.decimal(trait["lift"], 1))


def _kind(view: View, segment: str) -> str:
    kind = words.KINDS.get(segment.partition(":")[0])
    return view.say(kind) if kind else ""


def _table(
    view: View, rows: list[Document], everyone: float, revenue: float,
    idle: Mapping[str, str] = MappingProxyType({}), has_rule: bool = False,
) -> None:  # fmt: skip
    write = view.numbers
    columns = [
        Column("segment", view.say(words.SEGMENT)),
        *([] if has_rule else [Column("kind", view.say(words.KIND))]),
        Column("customers", view.say(words.CUSTOMERS), is_number=True),
        Column("share", view.say(words.OF_CUSTOMERS), is_number=True),
        Column("revenue", view.say(words.REVENUE), is_number=True),
        Column("of_revenue", view.say(words.OF_REVENUE), is_number=True),
    ]
    rule = words.RULE if has_rule else words.MEANING
    columns.append(Column("rule", view.say(rule), is_wrapped=True))
    is_dropped = has_rule and view.may("segments.edit")
    if is_dropped:
        columns.append(Column("drop", ""))
    cells = []
    for row in rows:
        brought = row.get("revenue") or 0
        name, state = segment_name(view, row), idle.get(row["segment"])
        cells.append({
            "segment": view.say(words.IDLE[state], name=name) if state else name,
            "segment__href": segment_href(view, row["segment"]),
            "customers": write.count(row["customers"]), "customers__sort": row["customers"],
            "share": write.share(row["customers"] / everyone), "share__sort": row["customers"],
            "revenue": write.money(brought), "revenue__sort": brought,
            "of_revenue": write.share(brought / revenue), "of_revenue__sort": brought,
            "of_revenue__bar": brought / revenue,
            "rule": _short(row["rule"] or group_meaning(view, row["segment"])),
            "kind": _kind(view, row["segment"]),
            **({"drop__acts": [["edit", view.say(words.EDIT)], ["drop", view.say(words.DROP)]]} if is_dropped else {}),
        })  # fmt: skip

    def act(place: int, name: str) -> None:
        if name == "edit":
            ui.navigate.to(view.href(f"/segments/{quote(rows[place]['segment'], safe='')}/edit"))
        else:
            _ask_drop(view, rows[place])

    table(view, columns, cells, on_act=act)


def _short(rule: str) -> str:
    """A rule as far as a row of a table has room for it; its page tells all of it."""
    return rule if len(rule) <= _ROOM else rule[: _ROOM - 1].rstrip() + "…"


def _ask_drop(view: View, row: Document) -> None:
    code = row["segment"]

    async def drop() -> None:
        outcome = await deeds.do(
            view, "segments.edit", lambda doer: drop_segment(view.limner, code, doer.name, doer.at)
        )
        if isinstance(outcome, LimnerError):
            ui.notify(outcome.message, type="negative")
        else:
            ui.navigate.to(view.here())

    name = segment_name(view, row)
    title, label = view.say(words.DROP_TITLE, name=name), view.say(words.DROP)
    confirm(view, title, view.say(words.DROP_L), label, drop, is_dangerous=True).open()


PAGE = Page("/segments", "segments", frame_words.SEGMENTS, "reports.read", read, draw)
