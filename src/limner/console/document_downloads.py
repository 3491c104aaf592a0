"""Downloads of what was understood: every table of a described segment, a movement or a division; the card."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from fastapi import Request, Response
from fastapi.responses import JSONResponse
from nicegui import app as nicegui_app
from nicegui import run

from limner.app import Limner, division
from limner.app.described import compare_segments, describe_segment, persona_of
from limner.app.export import as_file
from limner.app.movement import movement_between
from limner.app.rfm_rules import rfm_division
from limner.console import rfm_part
from limner.console.described_parts import demand_asked
from limner.console.pages import division as division_page
from limner.console.pages import movement as movement_page
from limner.console.persona_card import as_html, card_of
from limner.console.view import View
from limner.core.errors import Forbidden, LimnerError, Unknown
from limner.govern import audit

Document = dict[str, Any]
Rows = Sequence[Document]


def _described(view: View) -> Rows:
    return _by_value(describe_segment(view.limner, view.param("code"))["tags"])


def _compared(view: View) -> Rows:
    return _by_value(compare_segments(view.limner, view.param("a"), view.param("b"))["tags"])


def _movement(view: View) -> Document:
    return movement_between(view.limner, movement_page.ask_of(view))


def _states(view: View) -> Rows:
    found = _movement(view)
    names = {row["code"]: row for row in found["states"]}
    return [*found["states"], *(
        {**row, "code": row["state"], "name_en": names[row["state"]]["name_en"],
         "name_zh": names[row["state"]]["name_zh"]}
        for row in found["over_time"]
    )]  # fmt: skip


def _flows(view: View) -> Rows:
    flows: Rows = _movement(view)["flows"]
    return flows


def _clusters(view: View) -> Rows:
    found = division.cluster_division(view.limner, division_page.clusters_ask(view))
    return [
        {**{key: group[key] for key in group if key not in ("tags", "tells_apart", "fidelity")},
         **{f"mean_{tag['code']}": tag["mean"] for tag in group["tags"]},
         **{f"rule_{key}": group["fidelity"][key] for key in ("precision", "recall", "held_out_jaccard")}}
        for group in found["groups"]
    ]  # fmt: skip


def _target(view: View) -> Rows:
    leaves: Rows = division.target_division(view.limner, division_page.target_ask(view))["leaves"]
    return leaves


def _rfm(view: View) -> Rows:
    rows: Rows = rfm_division(view.limner, rfm_part.tried(view), view.param("inside"))["groups"]
    return rows


def _membership(view: View) -> Rows:
    level = view.param("level") or next(iter(division.level_tags(view.limner)), "")
    rows: Rows = division.membership_analysis(view.limner, level, view.param("inside"))["levels"]
    return rows


TABLE: dict[str, Callable[[View], Rows]] = {
    "described": _described, "compared": _compared, "movement": _states, "flows": _flows,
    "clusters": _clusters, "target": _target, "rfm": _rfm, "membership": _membership,
}  # fmt: skip


def register(limner: Limner, view_of: Callable[[Limner, Request], View]) -> None:
    """Add the routes of these exports and of the card as one file."""

    async def understood(what: str, kind: str, request: Request) -> Response:
        made = await run.io_bound(_answer, view_of, limner, request, what, kind)
        return made or Response(status_code=503)

    async def card(request: Request) -> Response:
        made = await run.io_bound(_answer, view_of, limner, request, "persona", "html")
        return made or Response(status_code=503)

    nicegui_app.get("/export/understood/{what}.{kind}", include_in_schema=False)(understood)
    nicegui_app.get("/export/persona.html", include_in_schema=False)(card)


def _answer(
    view_of: Callable[[Limner, Request], View],
    limner: Limner,
    request: Request,
    what: str,
    kind: str,
) -> Response:
    view = view_of(limner, request)
    try:
        if not view.may("reports.read"):
            raise Forbidden("role-may-not", f"role {view.viewer.role} may not see reports")
        demand_asked(view)
        if what == "persona":
            card = card_of(view, persona_of(view.limner, view.param("code")))
            media, content = "text/html; charset=utf-8", as_html(card, view.language).encode()
        elif what in TABLE:
            media, content = as_file(as_rows(TABLE[what](view)), kind)
        else:
            raise Unknown("export-unknown", f"there is no export {what!r}; take {', '.join(TABLE)}")
    except LimnerError as error:
        return JSONResponse(error.as_json(), error.status)
    audit.record(view.limner.store, view.viewer.name, "document.exported", f"{what}.{kind}",
                 {k: v for k, v in view.params.items() if k not in ("what", "kind")}, datetime.now(UTC))  # fmt: skip
    name = f"{what}-{view.as_of or 'all'}.{kind}"
    return Response(
        content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def as_rows(rows: Rows) -> pa.Table:
    """Documents as a table: columns in the order they are first seen, nested parts as JSON."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    flat = [{name: _plain(row.get(name)) for name in names} for row in rows]
    columns = {}
    for name in names:
        values = [row[name] for row in flat]
        mixed = {type(value) for value in values if value is not None}
        if len(mixed) > 1 and not mixed <= {int, float}:
            values = [None if value is None else str(value) for value in values]
        elif mixed == {int, float}:
            values = [None if value is None else float(value) for value in values]
        columns[name] = pa.array(values)
    return pa.table(columns)


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _by_value(tags: Rows) -> list[Document]:
    """A row for each tag, and below it one for each of its values."""
    found: list[Document] = []
    for tag in tags:
        found.append({key: value for key, value in tag.items() if key != "values"})
        for value in tag["values"]:
            found.append({
                "code": tag["code"], "name_en": tag["name_en"], "name_zh": tag["name_zh"],
                **{f"value_{key}" if key.startswith("name_") else key: one for key, one in value.items()},
            })  # fmt: skip
    return found
