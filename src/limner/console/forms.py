"""What people change in the console: saving a rule as a segment."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from nicegui import app as nicegui_app
from nicegui import run

from limner.app import Limner
from limner.app.segments import save_segment
from limner.console.view import address
from limner.core.errors import LimnerError
from limner.govern.roles import demand


def register(limner: Limner) -> None:
    """Add the routes."""

    async def save(request: Request) -> Response:
        form = await request.form()
        viewer = request.state.viewer
        try:
            demand(viewer.role, "segments.edit")
            await run.io_bound(
                save_segment, limner, str(form.get("name", "")), str(form.get("rule", "")),
                viewer.name, datetime.now(UTC),
            )  # fmt: skip
        except LimnerError as error:
            return JSONResponse(error.as_json(), error.status)
        return RedirectResponse(address("/segments", lang=request.state.language), 303)

    nicegui_app.post("/segments/save", include_in_schema=False)(save)
