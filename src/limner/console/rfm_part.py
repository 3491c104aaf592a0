"""RFM by one's own rules on a page: the rules as fields, tried by the address, saved by a button."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from nicegui import ui

from limner.app.rfm_rules import save_rfm_rules, save_rfm_segments
from limner.console.charts import Look
from limner.console.charts_learn import sizes
from limner.console.described_parts import in_words
from limner.console.doing import attempt
from limner.console.form_parts import action, choice_field, words_field
from limner.console.names import pick
from limner.console.parts import Column, box, card, chart, exports, table, text
from limner.console.view import View
from limner.console.words import division as words
from limner.core.errors import Malformed
from limner.understand.division.rfm_rules import DIMENSION_WORDS, NAMES

Document = dict[str, Any]
_ROW = "grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 8px; margin-bottom: 8px; display: grid; align-items: end"


def tried(view: View) -> Document | None:
    """The rules that the address carries, which are only tried; None when it carries none.

    Raises: `Malformed` for what is no document.
    """
    written = view.param("rules")
    if not written:
        return None
    try:
        found = json.loads(written)
    except ValueError as error:
        raise Malformed("rfm-rules", f"the rules in the address are not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Malformed("rfm-rules", "the rules in the address are no document")
    return found


def sentence(view: View, found: Document) -> str:
    """The group that brings most."""
    best = max(found["groups"], key=lambda group: group["revenue"] or 0)
    return view.say(
        words.RFM_ANSWER, name=pick(view, best, "name"), share=view.numbers.share(best["share"], 0),
        revenue=view.numbers.share(best["share_of_revenue"], 0),
    )  # fmt: skip


def draw(view: View, found: Document, kept: Document, tags: dict[str, str]) -> None:
    """The groups, then the rules that made them."""
    write = view.numbers
    is_tried = bool(view.param("rules"))
    names = [pick(view, group, "name") for group in found["groups"]]
    with card(view, words.WAYS["rfm"]):
        options = sizes(names, [g["share"] for g in found["groups"]],
                        [g["share_of_revenue"] or 0 for g in found["groups"]],
                        Look(view.language, write.currency))  # fmt: skip
        chart(view, options, view.say(words.WAYS["rfm"])).style(f"height: {80 + 34 * len(names)}px")
    with card(view, words.RULES, words.RFM_L):
        said = view.say(words.TRIED if is_tried else words.USUAL)
        if not is_tried and kept["version"]:
            said = view.say(words.VERSION, version=kept["version"], by=kept["by"])
        text(said, "lm-quiet").style("margin-bottom: 12px")
        _form(view, found["rules"], tags)
    with card(view, words.GROUPS):
        exports(
            view,
            "/export/understood/rfm",
            rules=view.param("rules"),
            inside=view.param("inside"),
        )
        table(view, [
                Column("group", view.say(words.GROUP)),
                Column("customers", view.say(words.CUSTOMERS), is_number=True),
                Column("share", view.say(words.SHARE), is_number=True),
                Column("revenue", view.say(words.REVENUE), is_number=True),
                Column("of", view.say(words.OF_REVENUE), is_number=True),
                Column("rule", view.say(words.RULE), is_wrapped=True),
            ], [
                {
                    "group": pick(view, g, "name"),
                    "customers": write.count(g["customers"]), "customers__sort": g["customers"],
                    "share": write.share(g["share"]), "share__sort": g["share"],
                    "revenue": write.money(g["revenue"]), "revenue__sort": g["revenue"] or 0,
                    "of": write.share(g["share_of_revenue"]), "of__sort": g["share_of_revenue"] or 0,
                    "rule": in_words(view, g["rule"]),
                }
                for g in found["groups"]
            ])  # fmt: skip
        if found["without"]:
            text(view.say(words.WITHOUT, count=write.count(found["without"])), "lm-quiet")


def _form(view: View, rules: Document, tags: dict[str, str]) -> None:
    fields: dict[str, dict[str, Any]] = {}
    for name in NAMES:
        told = rules["dimensions"][name]
        with box().style(_ROW):
            text(view.say(DIMENSION_WORDS[name]), "lm-card-title")
            fields[name] = {
                "tag": choice_field(view.say(words.TAG), tags, told["tag"], _quiet, is_searched=True),
                "better": choice_field(
                    view.say(words.BETTER), {"less": view.say(words.LESS), "more": view.say(words.MORE)},
                    told["better"], _quiet,
                ),
                "ends": words_field(view.say(words.BOUNDS), _written(told), _quiet,
                                    hint=view.say(words.BOUNDS_HINT), code=True),
            }  # fmt: skip
    text(view.say(words.GROUPS), "lm-group-title")
    place, rows = box(), list(rules["groups"])
    shown: list[dict[str, Any]] = []

    def collect() -> list[Document]:
        return [
            {
                "code": row["code"],
                "name": {"en": row["en"].value, "zh": row["zh"].value},
                "where": row["where"].value,
            }
            for row in shown
        ]

    def draw_rows(groups: list[Document]) -> None:
        place.clear()
        shown.clear()
        with place:
            for at, group in enumerate(groups):
                with box().style(_ROW):
                    shown.append({
                        "code": group["code"],
                        "en": words_field(view.say(words.NAME_EN), group["name"]["en"], _quiet),
                        "zh": words_field(view.say(words.NAME_ZH), group["name"]["zh"], _quiet),
                        "where": words_field(view.say(words.WHERE), group["where"], _quiet, code=True),
                    })  # fmt: skip
                    action(view.say(words.REMOVE), _removing(collect, draw_rows, at))

    draw_rows(rows)

    def add() -> None:
        taken = {group["code"] for group in collect()}
        code = next(f"group_{n}" for n in range(1, 100) if f"group_{n}" not in taken)
        draw_rows([*collect(), {"code": code, "name": {"en": "", "zh": ""}, "where": ""}])

    action(view.say(words.ADD), add, icon="o_add")
    with box().style(_ROW + "; margin-top: 12px"):
        text(view.say(words.REST), "lm-card-title")
        rest = {
            "en": words_field(view.say(words.NAME_EN), rules["rest"]["en"], _quiet),
            "zh": words_field(view.say(words.NAME_ZH), rules["rest"]["zh"], _quiet),
        }

    def document() -> Document:
        return {
            "dimensions": {
                name: {"tag": one["tag"].value, "better": one["better"].value, **_ends(str(one["ends"].value))}
                for name, one in fields.items()
            },
            "groups": collect(), "rest": {key: field.value for key, field in rest.items()},
        }  # fmt: skip

    said = box()

    def try_it() -> None:
        ui.navigate.to(
            view.here(rules=json.dumps(document(), ensure_ascii=False, separators=(",", ":")))
        )

    async def save() -> None:
        done = await attempt(view, "segments.edit", lambda doer: save_rfm_rules(
            view.limner, document(), doer.name, doer.at), said)  # fmt: skip
        if done:
            ui.navigate.to(view.here(rules=""))

    async def write_out() -> None:
        done = await attempt(view, "segments.edit", lambda doer: save_rfm_segments(
            view.limner, view.language, doer.name, doer.at), said)  # fmt: skip
        if done:
            ui.navigate.to(view.href("/segments"))

    with box("lm-row").style("margin-top: 12px"):
        action(view.say(words.TRY), try_it, icon="o_play_arrow")
        if view.may("segments.edit"):
            action(view.say(words.SAVE_RULES), save, is_primary=True)
            if not view.param("rules"):
                action(view.say(words.SAVE_ALL), write_out, icon="o_bookmark_add")


def _quiet() -> None:
    """Fields are read when a button is pressed."""


def _removing(
    collect: Callable[[], list[Document]], draw_rows: Callable[[list[Document]], None], at: int
) -> Callable[[], None]:
    def remove() -> None:
        draw_rows([group for place, group in enumerate(collect()) if place != at])

    return remove


def _written(told: Document) -> str:
    if "parts" in told:
        return f"/{told['parts']}"
    return ", ".join(f"{bound:g}" for bound in told["bounds"])


def _ends(written: str) -> Document:
    """Bounds, or parts, as people write them; what is neither is left for the rules to refuse."""
    plain = written.strip().replace("，", ",")
    if plain.startswith("/"):
        return {"parts": int(plain[1:]) if plain[1:].strip().isdecimal() else plain}
    bounds: list[Any] = []
    for part in plain.split(","):
        try:
            bounds.append(float(part))
        except ValueError:
            bounds.append(part)
    return {"bounds": bounds}
