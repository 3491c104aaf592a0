"""Downloads: tables as files, masked like the page they come from and written down in the audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from nicegui import app as nicegui_app
from nicegui import run

from limner.app import Limner, reading
from limner.app.export import as_file
from limner.console.view import View
from limner.core.errors import Forbidden, LimnerError
from limner.govern import audit


def register(limner: Limner, view_of: Callable[[Limner, Request], View]) -> None:
    """Add the route of the customers' export."""

    async def customers(kind: str, request: Request) -> Response:
        answer = await run.io_bound(_customers, limner, view_of(limner, request), kind)
        return answer or Response(status_code=503)

    nicegui_app.get("/export/customers.{kind}", include_in_schema=False)(customers)


def _customers(limner: Limner, view: View, kind: str) -> Response:
    try:
        if not view.may("customers.export"):
            raise Forbidden("role-may-not", f"role {view.viewer.role} may not export customers")
        rows = reading.customers_table(limner, ask_of(view), view.may("personal.read"))
        media, content = as_file(rows, kind)
    except LimnerError as error:
        return JSONResponse(error.as_json(), error.status)
    audit.record(
        limner.store, view.viewer.name, "customers.exported", f"customers.{kind}",
        {**view.params, "rows": rows.num_rows, "is_masked": not view.may("personal.read")},
        datetime.now(UTC),
    )  # fmt: skip
    stem = f"customers-{view.as_of or 'all'}"
    return Response(
        content,
        media_type=media,
        headers={"Content-Disposition": f'attachment; filename="{stem}.{kind}"'},
    )


def ask_of(view: View) -> reading.Ask:
    """Which customers the address asks for."""
    return reading.Ask(
        rule_text=view.param("rule"),
        search=view.param("q"),
        segment=view.param("segment"),
        sort=view.param("sort", reading.Ask().sort),
    )
