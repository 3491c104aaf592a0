"""Signing in and out: two forms that work without a line of script."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from nicegui import app as nicegui_app
from nicegui import run

from limner.app import Limner
from limner.console.ended import EndedSessions
from limner.console.gate import begin_session, end_session
from limner.console.view import address, local_path
from limner.core.errors import LimnerError
from limner.govern import audit, users


def register(limner: Limner, ended: EndedSessions) -> None:
    """Add the two routes."""

    async def sign_in(request: Request) -> Response:
        form = await request.form()
        name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        target = local_path(str(form.get("next", "")))
        language = request.state.language
        try:
            user = await run.io_bound(
                users.sign_in, limner.store, name[:200], password[:1000], datetime.now(UTC)
            )
        except LimnerError as error:
            back = address(
                "/sign-in", error=error.code, name=name[:200], next=target, lang=language
            )
            return RedirectResponse(back, 303)
        if user is None:  # the server is stopping
            return RedirectResponse("/sign-in", 303)
        begin_session(request, user)
        return RedirectResponse(target, 303)

    async def sign_out(request: Request) -> Response:
        viewer = request.state.viewer
        end_session(request, ended)
        await run.io_bound(
            audit.record,
            limner.store,
            viewer.name,
            "user.signed_out",
            viewer.name,
            {},
            datetime.now(UTC),
        )
        return RedirectResponse(address("/sign-in", lang=request.state.language), 303)

    nicegui_app.post("/sign-in", include_in_schema=False)(sign_in)
    nicegui_app.post("/sign-out", include_in_schema=False)(sign_out)
