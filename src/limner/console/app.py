"""The console on a web server: pages, sign-in, exports, and what happens when something fails."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI, Request, Response
from nicegui import Client, background_tasks, core, run, ui
from nicegui import app as nicegui_app
from nicegui.language import Language as PageLanguage
from nicegui.storage import Storage

from limner.app import Limner, reading
from limner.app.secret import own_secret
from limner.console import document_downloads, downloads, sessions, states
from limner.console.ended import EndedSessions
from limner.console.frame import frame
from limner.console.gate import IDLE_SECONDS, LANGUAGE, LONGEST_SECONDS, Gate, is_same_origin
from limner.console.numbers import Numbers
from limner.console.pages import TABLE
from limner.console.pages.sign_in import draw_sign_in
from limner.console.registry import Page
from limner.console.theme import FAVICON
from limner.console.view import View
from limner.console.words import frame as words
from limner.core.errors import LimnerError

log = structlog.get_logger()
PATIENCE_SECONDS = 0.6  # what takes longer shows the shape of the page first
LOCALES: dict[str, PageLanguage] = {"en": "en-US", "zh": "zh-CN"}


@dataclass(frozen=True, slots=True)
class Nothing:
    """A page that has nothing to show yet; `is_imported` tells which step comes next."""

    is_imported: bool


class BilingualPage(ui.page):
    """A page whose `lang`, and whose words that come from NiceGUI, follow the request."""

    def resolve_language(self) -> PageLanguage:
        """The locale of the request that is being answered."""
        return LOCALES[LANGUAGE.get()]


def view_of(limner: Limner, request: Request) -> View:
    """What a request asks to see, and for whom; reads the date of the last build."""
    settings = limner.settings
    return View(
        limner=limner,
        viewer=request.state.viewer,
        language=request.state.language,
        numbers=Numbers(request.state.language, settings.currency, settings.timezone),
        path=request.url.path,
        params={
            **{k: v for k, v in request.query_params.items() if k != "lang"},
            **request.path_params,
        },
        as_of=reading.as_of(limner),
        renew=request.state.renew,
        path_names=frozenset(request.path_params),
    )


def mount(limner: Limner, parent: FastAPI) -> None:
    """Put the console onto a FastAPI app, at its root.

    NiceGUI holds one app for each process, so one process serves one installation.
    """
    Storage.path = limner.settings.home / "sessions"
    ended = EndedSessions(limner.settings.home / "ended-sessions.json", LONGEST_SECONDS)
    nicegui_app.add_middleware(Gate, limner=limner, ended=ended)
    core.sio.eio.cors_allowed_origins = is_same_origin
    for page in TABLE:
        BilingualPage(page.path, response_timeout=60)(_route(limner, page))
    BilingualPage("/sign-in")(draw_sign_in)
    sessions.register(limner, ended)
    downloads.register(limner, view_of)
    document_downloads.register(limner, view_of)
    nicegui_app.add_exception_handler(404, _missing(limner))
    ui.run_with(
        parent,
        title="Limner",
        favicon=FAVICON,
        tailwind=False,
        dark=False,
        show_welcome_message=False,
        storage_secret=own_secret(limner.settings.home, "session"),
        session_middleware_kwargs={
            "session_cookie": "limner_session", "same_site": "lax", "max_age": IDLE_SECONDS,
        },
    )  # fmt: skip


def _route(limner: Limner, page: Page) -> Callable[..., Awaitable[None]]:
    async def show(request: Request) -> None:
        view = await run.io_bound(view_of, limner, request)
        if view is None:  # the server is stopping
            return
        with frame(view, page.section, view.say(page.title)) as main:
            await _fill(view, page, main)

    return show


async def _fill(view: View, page: Page, main: ui.element) -> None:
    """Draw the page; when reading takes long, first its shape."""
    if not view.may(page.permission):
        states.forbidden(view)
        return
    reading_it = background_tasks.create(run.io_bound(_attempt, page, view))
    done, _ = await asyncio.wait({reading_it}, timeout=PATIENCE_SECONDS)
    if not done:
        states.loading(view)
        await ui.context.client.connected(timeout=60)
    outcome = await reading_it
    if ui.context.client.id not in Client.instances:  # whoever asked has gone on
        return
    main.clear()
    with main:
        if isinstance(outcome, Nothing):
            states.empty(view, outcome.is_imported)
        elif isinstance(outcome, LimnerError):
            states.failed(view, outcome)
        elif isinstance(outcome, Exception):
            _draw_broken(view, outcome)
        else:
            try:
                page.draw(view, outcome)
            except Exception as error:  # a document of an older build, say: the page still answers
                main.clear()
                _draw_broken(view, error)


def _attempt(page: Page, view: View) -> Any:
    try:
        document = page.read(view)
        return Nothing(reading.has_events(view.limner)) if document is None else document
    except Exception as error:
        return error


def _draw_broken(view: View, error: Exception) -> None:
    code = secrets.token_hex(4)
    log.error("page-broken", code=code, path=view.path, exc_info=error)
    states.broken(view, code)


def _missing(limner: Limner) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        if request.url.path.startswith("/_nicegui"):
            return Response(status_code=404)
        view = await run.io_bound(view_of, limner, request)
        with Client(BilingualPage(""), request=request) as client:
            if view is not None:
                with frame(view, "", view.say(words.MISSING_TITLE)):
                    states.missing(view)
        return client.build_response(request, 404)

    return handle


def serve(
    limner: Limner, host: str = "127.0.0.1", port: int = 8000, parent: FastAPI | None = None
) -> None:
    """Serve the console until interrupted; `parent` may already answer other paths."""
    parent = parent or FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    mount(limner, parent)
    uvicorn.run(parent, host=host, port=port, log_level="warning", server_header=False)
