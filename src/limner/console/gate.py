"""The gate: who asks, in which language; nobody passes unsigned but to the sign-in page and assets.

The session is a signed cookie (HttpOnly, SameSite=Lax) that names the user; its key lies in the
home directory, readable by its owner only.  Signing out, changing the password and losing the role
count from the next request on, whatever an old cookie says.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from functools import partial
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from nicegui import run
from starlette.middleware.base import BaseHTTPMiddleware

from limner.app import Limner
from limner.console.ended import EndedSessions
from limner.console.view import Viewer, address
from limner.core.errors import Forbidden
from limner.core.words import LANGUAGES, Language
from limner.store.models import User

IDLE_SECONDS = 12 * 3600
LONGEST_SECONDS = 7 * 24 * 3600
OPEN_PATHS = ("/sign-in", "/favicon.ico")
# What the page may load: itself.  Vue compiles its templates in the browser, hence unsafe-eval.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LANGUAGE: ContextVar[Language] = ContextVar("language", default="en")


def is_same_origin(origin: str | None, environ: Mapping[str, str]) -> bool:
    """Whether a browser's `Origin` is the host that was asked; no origin means no browser page."""
    if origin is None:
        return True
    hosts = {
        environ.get("HTTP_HOST"),
        environ.get("HTTP_X_FORWARDED_HOST", "").split(",")[0].strip(),
    }
    return urlsplit(origin).netloc in hosts - {"", None}


def stamp(user: User) -> str:
    """A fingerprint of the password's hash: a session made before a change is no longer good."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]


def begin_session(request: Request, user: User) -> None:
    """Sign someone in on this browser, under a session of its own."""
    request.session.clear()
    request.session.update(
        id=secrets.token_hex(16),
        user_id=user.user_id,
        stamp=stamp(user),
        since=int(time.time()),
        nonce=secrets.token_hex(16),
    )


def end_session(request: Request, ended: EndedSessions) -> None:
    """Sign out: the cookie is emptied and its session is never accepted again."""
    nonce = request.session.get("nonce")
    if isinstance(nonce, str):
        ended.add(nonce, int(time.time()))
    request.session.clear()
    request.session["id"] = secrets.token_hex(16)


def session_user(
    limner: Limner, session: Mapping[str, object], ended: EndedSessions
) -> User | None:
    """The user whom a session names, while it is good."""
    since, user_id = session.get("since"), session.get("user_id")
    if not isinstance(since, int) or not isinstance(user_id, int):
        return None
    if time.time() - since > LONGEST_SECONDS:
        return None
    if session.get("nonce") in ended:
        return None
    with limner.store.reading() as store:
        user = store.get(User, user_id)
    return user if user is not None and stamp(user) == session.get("stamp") else None


def remember_language(limner: Limner, user_id: int, language: Language) -> None:
    """Keep the language someone chose for their next visit."""
    with limner.store.session() as store:
        user = store.get(User, user_id)
        if user is not None:
            user.language = language


def choose_language(asked: str | None, kept: str | None, accepted: str) -> Language:
    """The language of the address, else the one kept, else what the browser asks for first."""
    for candidate in (asked, kept):
        for language in LANGUAGES:
            if candidate == language:
                return language
    first = accepted.split(",")[0].strip().lower()
    return "zh" if first.startswith("zh") else "en"


class Gate(BaseHTTPMiddleware):
    """Lets requests of signed-in people through and puts who they are on the request."""

    def __init__(
        self, app: Callable[..., Awaitable[None]], limner: Limner, ended: EndedSessions
    ) -> None:
        super().__init__(app)
        self.limner = limner
        self.ended = ended

    async def dispatch(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """The response of the page, or the way to the sign-in page."""
        response = await self._answer(request, call_next)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.url.path.startswith("/_nicegui"):
            response.headers["Cache-Control"] = "no-store"
        return response

    async def _answer(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        path = request.url.path
        if path.startswith(("/_nicegui/", "/_nicegui_ws/")):
            return await call_next(request)
        if request.method != "GET" and not is_same_origin(
            request.headers.get("origin"),
            {"HTTP_HOST": request.headers.get("host", ""),
             "HTTP_X_FORWARDED_HOST": request.headers.get("x-forwarded-host", "")},
        ):  # fmt: skip
            refusal = Forbidden("origin-foreign", "this form was sent from another site")
            return JSONResponse(refusal.as_json(), refusal.status)
        user = None
        session = dict(request.session)
        if "user_id" in session:
            user = await run.io_bound(session_user, self.limner, session, self.ended)
        asked = request.query_params.get("lang")
        kept = user.language if user else str(request.session.get("language", ""))
        language = choose_language(asked, kept, request.headers.get("accept-language", ""))
        LANGUAGE.set(language)
        request.state.language = language
        request.state.viewer = None
        request.state.renew = partial(self._renewed, session, language)
        if user is not None:
            request.state.viewer = Viewer(user.user_id, user.name, user.role, language)
            if asked and language != user.language:
                await run.io_bound(remember_language, self.limner, user.user_id, language)
        elif asked:
            request.session["language"] = language
        if user is None and path not in OPEN_PATHS:
            return _to_the_door(request, language)
        return await call_next(request)

    def _renewed(self, session: Mapping[str, object], language: Language) -> Viewer | None:
        """Who a session belongs to by now, while it is good."""
        user = session_user(self.limner, session, self.ended)
        return Viewer(user.user_id, user.name, user.role, language) if user else None


def _to_the_door(request: Request, language: Language) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        wanted = "" if target == "/" else target
        return RedirectResponse(address("/sign-in", next=wanted, lang=language), 303)
    refusal = Forbidden("not-signed-in", "sign in first, at /sign-in")
    return JSONResponse(refusal.as_json(), 401)
