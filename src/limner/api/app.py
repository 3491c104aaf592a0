"""The API: reports for scripts, behind the same users as the console.

Every refusal and every fault has one shape: `{"code": ..., "message": ...}`.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from starlette.exceptions import HTTPException

from limner.app import Limner, reading
from limner.core.errors import Broken, Forbidden, LimnerError, Malformed, Unknown
from limner.govern import users
from limner.govern.roles import demand
from limner.store.models import User

log = structlog.get_logger()
MOST_ROWS = 500


def build_api(limner: Limner) -> FastAPI:
    """The API of an installation, as an app that other routes can be added to."""
    app = FastAPI(title="Limner", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(LimnerError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _broken)
    basic = HTTPBasic(realm="Limner", auto_error=False)

    def signed_in(credentials: Annotated[HTTPBasicCredentials | None, Depends(basic)]) -> User:
        if credentials is None:
            raise Forbidden("not-signed-in", "sign in with HTTP Basic: curl --user NAME ...")
        user = users.sign_in(
            limner.store, credentials.username, credentials.password, datetime.now(UTC)
        )
        demand(user.role, "reports.read")
        return user

    signed = Annotated[User, Depends(signed_in)]  # evaluated when the routes are made

    @app.get("/api/reports/{name}")
    def report(name: str, user: signed) -> dict[str, Any]:
        found = reading.report(limner, name)
        if found is None:
            raise Unknown("report-unknown", f"the last build made no report {name!r}")
        return found

    @app.get("/api/segments")
    def segments(user: signed) -> list[dict[str, Any]]:
        return reading.segments(limner)

    @app.get("/api/customers")
    def customers(user: signed, rule: str = "", q: str = "", segment: str = "",
                  sort: str = reading.Ask().sort, page: int = 1, size: int = 100) -> dict[str, Any]:  # fmt: skip
        if not 1 <= size <= MOST_ROWS:
            raise Malformed("size-malformed", f"size is {size}; it can be 1 to {MOST_ROWS}")
        found = reading.customers_page(
            limner, reading.Ask(rule, q, segment, sort), page, size, sees_personal=_sees(user)
        )
        if found is None:
            raise Unknown("portraits-missing", "there are no portraits yet; run limner build")
        return {"total": found.total, "page": found.page, "pages": found.pages, "rows": found.rows}

    return app


def _sees(user: User) -> bool:
    try:
        demand(user.role, "personal.read")
    except Forbidden:
        return False
    return True


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


async def _broken(request: Request, error: Exception) -> JSONResponse:
    log.error("request-broken", path=request.url.path, exc_info=error)
    fault = Broken("broken", "something went wrong on our side; it was written to the log")
    return JSONResponse(fault.as_json(), fault.status)
