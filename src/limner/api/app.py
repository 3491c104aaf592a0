"""The API: what the console and the command line do, for scripts, behind the same users.

Every refusal and every fault has one shape: `{"code": ..., "message": ...}`.
"""

from __future__ import annotations

from types import ModuleType

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from limner.api import audiences, customers, definitions, describing, segments, tags
from limner.api.signed import sign_in_with
from limner.app import Limner
from limner.core.errors import Broken, LimnerError, Malformed

log = structlog.get_logger()
TABLE: tuple[ModuleType, ...] = (tags, segments, audiences, customers, definitions)


def build_api(limner: Limner) -> FastAPI:
    """The API of an installation, as an app that other routes can be added to."""
    app = FastAPI(title="Limner", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(LimnerError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(UnicodeEncodeError, _unwritable)
    app.add_exception_handler(Exception, _broken)
    signed_in = sign_in_with(limner)
    for module in TABLE:
        app.include_router(module.routes(limner, signed_in))
    app.include_router(describing.routes(app, signed_in))
    return app


async def _refused(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, LimnerError):
        return await _broken(request, error)
    is_unknown_caller = error.code in ("not-signed-in", "sign-in-refused", "sign-in-locked")
    headers = {"WWW-Authenticate": 'Basic realm="Limner"'} if is_unknown_caller else None
    return JSONResponse(error.as_json(), 401 if is_unknown_caller else error.status, headers)


async def _http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse(
        {"code": f"http-{status}", "message": str(getattr(error, "detail", ""))}, status
    )


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    where = ".".join(str(part) for part in first.get("loc", ()))
    refusal = Malformed(
        "request-malformed", f"{where}: {first.get('msg', '')}; got {first.get('input')!r}"
    )
    return JSONResponse(refusal.as_json(), refusal.status)


async def _unwritable(request: Request, error: Exception) -> JSONResponse:
    refusal = Malformed("request-malformed", "the request holds halves of characters; send UTF-8")
    return JSONResponse(refusal.as_json(), refusal.status)


async def _broken(request: Request, error: Exception) -> JSONResponse:
    log.error("request-broken", path=request.url.path, exc_info=error)
    fault = Broken("broken", "something went wrong on our side; it was written to the log")
    return JSONResponse(fault.as_json(), fault.status)
