"""Parts that a described segment and a comparison share: bars, the tree, shares, the table of tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from nicegui import ui

from limner.app.groups import demand_visible
from limner.app.segments import segments_in_force
from limner.console import charts_described as charts
from limner.console.charts import Look
from limner.console.form_parts import choice_field
from limner.console.names import channel_name, code_name, column_name, pick, shown
from limner.console.parts import Column, box, card, chart, exports, table, text
from limner.console.view import View
from limner.console.words import described as words
from limner.console.words import frame as frame_words
from limner.core.errors import LimnerError
from limner.core.rule import columns_of, parse
from limner.core.words import Words
from limner.understand.wording import say

Document = dict[str, Any]
_BARS = 12


def demand_asked(view: View) -> None:
    """Refuse an address whose rules ask by personal data that the viewer may not see.

    Raises: `Forbidden` naming the word.
    """
    asked = [view.param(name) for name in ("code", "a", "b", "inside")]
    for group in (*asked, *view.param("of").split(",")):
        if group:
            demand_visible(view.limner, group, view.may("personal.read"))


def segment_path(code: str, more: str = "") -> str:
    """The address of a segment's page."""
    return f"/segments/{quote(code, safe=':')}{more}"


def segment_options(view: View) -> dict[str, str]:
    """Every segment in force by code, under its name; own ones first."""
    found = {}
    for segment in segments_in_force(view.limner):
        kind, _, code = segment.code.partition(":")
        found[segment.code] = (
            code_name(view, kind, code) if kind == "cluster" else view.say(segment.name)
        )
    own = [code for code in found if ":" not in code]
    return {code: found[code] for code in (*own, *(c for c in found if ":" in c))}


def apart(view: View, rows: Sequence[Document], lede: Words | str) -> None:
    """The numbers that differ most, as indexes."""
    kept = [r for r in rows if r["is_number"] and r["is_significant"] and r["lift"] is not None]
    kept = kept[:_BARS]
    with card(view, words.APART, lede, words.APART_M):
        if not kept:
            text(view.say(words.NOTHING_SURE), "lm-quiet")
            return
        options = charts.indexes(
            [pick(view, r, "name") for r in kept], [100 * r["lift"] for r in kept],
            [True] * len(kept), Look(view.language, view.numbers.currency),
        )  # fmt: skip
        chart(view, options, view.say(words.APART)).style(f"height: {40 + 30 * len(kept)}px")


def by_value(view: View, rows: Sequence[Document], model: Document | None) -> None:
    """The index of each value of one tag, which the address names; at first one beyond the rule."""
    if not rows:
        return
    chosen = next((r for r in rows if r["code"] == view.param("tag")), None)
    of_rule = {one["code"] for one in (model or {}).get("left_out", [])}
    telling = [r for r in rows if r["is_significant"] and r["code"] not in of_rule]
    chosen = chosen or next((r for r in telling if not r["is_number"]), (telling or rows)[0])
    names = [value_name(view, chosen, value) for value in chosen["values"]]
    title = view.say(words.TGI_OF, name=pick(view, chosen, "name"))
    with card(view, title, words.TGI_L, words.TGI_M):
        options = {r["code"]: pick(view, r, "name") for r in rows}

        def go(event: Any) -> None:
            if event.value and event.value != chosen["code"]:
                ui.navigate.to(view.here(tag=event.value))

        with box().style("max-width: 320px; margin-bottom: 8px"):
            choice_field(view.say(words.CHOOSE_TAG), options, chosen["code"], lambda: None,
                         is_searched=True).on_value_change(go)  # fmt: skip
        drawn = charts.indexes(
            names, [v["tgi"] for v in chosen["values"]], [v["is_significant"] for v in chosen["values"]],
            Look(view.language, view.numbers.currency),
        )  # fmt: skip
        chart(view, drawn, title).style(f"height: {40 + 28 * len(names)}px")


def value_name(view: View, row: Document, value: Document) -> str:
    """What a value or a band of a tag is called."""
    if not row["is_number"]:
        return pick(view, value, "name")
    if value["low"] is None:
        return "–"
    low, high = (
        shown(view, row["kind"], _as_shown(row["kind"], value[end])) for end in ("low", "high")
    )
    return low if low == high else f"{low} – {high}"


def model(view: View, document: Document | None) -> None:
    """The tree, how far it holds, and which tags it was not given."""
    if document is None:
        return
    write = view.numbers
    lede = pick(view, document, "skipped")
    if document["auc"] is not None:
        lede = view.say(words.MODEL_L, auc=write.share(document["auc"], 0),
                        interval=write.interval(document["auc_interval"]))  # fmt: skip
    with card(view, words.MODEL, lede, words.MODEL_M):
        if document["tree"] and document["tree"]["children"]:
            tree_list(view, document["tree"])
        line = document.get("line")
        if line and line["auc"] is not None:
            told = view.say(words.LINE, auc=write.share(line["auc"], 0),
                            interval=write.interval(line["auc_interval"]))  # fmt: skip
            text(told, "lm-quiet").style("margin-top: 10px")
        if document["left_out"]:
            text(view.say(words.LEFT_OUT), "lm-group-title")
            with box("lm-row").style("gap: 4px"):
                for one in document["left_out"]:
                    reason = view.say(words.REASONS[one["reason"]])
                    told = view.say(words.LEFT_ONE, name=pick(view, one, "name"), reason=reason)
                    text(told, "lm-chip").style(
                        "font-size: 12px; min-height: 24px; white-space: normal"
                    )


def tree_list(view: View, tree: Document, depth: int = 0, is_amount: bool = False) -> None:
    """A tree as indented conditions, each with its share as a bar."""
    write = view.numbers
    most = max(_means(tree)) or 1.0
    _branch(
        view,
        tree,
        depth,
        most,
        lambda mean: write.money(mean) if is_amount else write.share(mean, 0),
    )


def _branch(view: View, node: Document, depth: int, most: float, told: Any) -> None:
    with (
        box().style(f"margin-left: {14 * depth}px; padding: 5px 0; border-top: 1px solid #EEF0F2"),
        box("lm-spread"),
    ):
        text(in_words(view, node["condition"]) or view.say(words.EVERYONE)).style(
            "min-width: 0; overflow-wrap: anywhere"
        )
        with box("lm-row").style("gap: 8px; flex-wrap: nowrap"):
            text(
                f"{told(node['mean'])} · {view.numbers.count(node['customers'])}", "lm-quiet"
            ).style("font-variant-numeric: tabular-nums")
            with box("lm-bar", tag="span").props("aria-hidden=true").style("margin: 0"):
                box(tag="i").style(f"width: {100 * max(node['mean'], 0) / most:.0f}%")
    for child in node["children"]:
        _branch(view, child, depth + 1, most, told)


def _means(node: Document) -> list[float]:
    return [node["mean"], *(mean for child in node["children"] for mean in _means(child))]


def in_words(view: View, rule: str | None) -> str:
    """A rule in the reader's words; one that cannot be read stays as it is written."""
    if not rule:
        return ""
    try:
        read = parse(rule)
    except LimnerError:
        return rule
    names = {
        code: Words(column_name(view, code), column_name(view, code)) for code in columns_of(read)
    }
    return say(read, names, view.language)


def habits(view: View, document: Document | None, pair: tuple[str, str]) -> None:
    """Where, by which channel, what and when; `pair` names the group and the base."""
    if document is None:
        return
    look = Look(view.language, view.numbers.currency)
    with box("lm-two"):
        _shares(
            view,
            document["places"],
            words.PLACES[document["place_level"]],
            words.ORDERS_L,
            pair,
            look,
        )
        _shares(view, document["categories"], words.CATEGORIES, words.SALES_L, pair, look)
    with box("lm-two"):
        _shares(view, document["channels"], words.CHANNELS, words.ORDERS_L, pair, look)
        with card(view, words.WEEK, words.WEEK_L, words.TGI_M):
            if document["week"]:
                chart(view, charts.week(document["week"], look), view.say(words.WEEK), "lm-short")
            else:
                text(view.say(frame_words.NO_ROWS), "lm-quiet")


def _shares(
    view: View,
    rows: Sequence[Document],
    title: Words,
    lede: Words,
    pair: tuple[str, str],
    look: Look,
) -> None:
    with card(view, title, lede, words.TGI_M):
        names = [
            channel_name(view, row["value"]) if title is words.CHANNELS else row["value"]
            for row in rows
        ]
        if not rows:
            text(view.say(frame_words.NO_ROWS), "lm-quiet")
        elif len(rows) == 1:
            text(view.say(words.ONE_VALUE, value=names[0]), "lm-quiet")
        else:
            options = charts.beside(rows, names, pair, look)
            chart(view, options, view.say(title)).style(f"height: {56 + 30 * len(rows)}px")


def tags_table(view: View, rows: Sequence[Document], path: str, **params: object) -> None:
    """Every tag with both figures, the difference, its size and how sure it is; exportable."""
    write = view.numbers
    with card(view, words.ALL_TAGS, words.ALL_TAGS_L, words.APART_M):
        exports(view, path, **params)
        cells = []
        for row in rows:
            q = row["q"]
            cells.append({
                "tag": pick(view, row, "name"),
                "value": _figure(view, row, "mean", "share"), "base": _figure(view, row, "mean_base", "share_base"),
                "difference": _difference(view, row),
                "lift": "–" if row.get("lift") is None else "×" + write.decimal(row["lift"], 2),
                "lift__sort": row.get("lift") or 0,
                "effect": view.say(words.SIZES[row["size"]]), "effect__sort": abs(row["effect"] or 0),
                "q": "–" if q is None else view.say(words.BELOW) if q < 0.001 else write.fixed(q),
                "q__sort": 1 if q is None else q,
                "sure": view.say(frame_words.YES if row["is_significant"] else frame_words.NO),
            })  # fmt: skip
        table(view, [
            Column("tag", view.say(words.TAG)),
            Column("value", view.say(words.VALUE), is_number=True),
            Column("base", view.say(words.BASE), is_number=True),
            Column("difference", view.say(words.DIFFERENCE), is_number=True, meaning=view.say(words.DIFFERENCE_M)),
            Column("lift", view.say(words.LIFT), is_number=True, meaning=view.say(words.LIFT_M)),
            Column("effect", view.say(words.EFFECT), meaning=view.say(words.EFFECT_M)),
            Column("q", view.say(words.Q), is_number=True, meaning=view.say(words.Q_M)),
            Column("sure", view.say(words.SURE)),
        ], cells, size=20)  # fmt: skip


def _figure(view: View, row: Document, number: str, share: str) -> str:
    if row["is_number"]:
        return (
            "–"
            if row[number] is None
            else shown(view, row["kind"], _as_shown(row["kind"], row[number]))
        )
    known = [v for v in row["values"] if v["value"] is not None]
    if not known:
        return "–"
    top = max(known, key=lambda value: value[share])
    return view.say(
        words.COMMONEST, value=pick(view, top, "name"), share=view.numbers.share(top[share], 0)
    )


def _difference(view: View, row: Document) -> str:
    if not row["is_number"] or row["interval"] is None:
        return "–"
    if row["kind"] in ("money", "share"):
        return view.numbers.interval(row["interval"], row["kind"])
    return view.numbers.interval(row["interval"], "decimal")


def _as_shown(kind: str, value: float) -> Any:
    """A mean or an edge as its kind is written: a day from days since 1970, the rest as it is."""
    if kind == "day":
        from datetime import date, timedelta

        return date(1970, 1, 1) + timedelta(days=round(value))
    return value
