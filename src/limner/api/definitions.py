"""Definitions over HTTP: what the command line's apply and export do."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from limner.api import shapes
from limner.api.signed import SignIn, plain, sees_personal
from limner.app import Limner
from limner.app.definitions import (
    Definitions,
    apply_changes,
    export_definitions,
    from_document,
    plan_changes,
    read_text,
)
from limner.app.definitions.export import as_yaml
from limner.app.definitions.kinds import TABLE
from limner.app.groups import demand_visible
from limner.core.errors import Malformed
from limner.govern.roles import demand
from limner.store.models import User

_LARGEST = 8 * 2**20
_YAML = ("application/yaml", "application/x-yaml", "text/yaml")
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "tags": {"type": "array", "items": {"type": "object"}},
                        "segments": {"type": "array", "items": {"type": "object"}},
                    },
                },
                "example": {
                    "segments": [
                        {
                            "code": "good",
                            "name": {"en": "Good customers", "zh": "优质客户"},
                            "rule": "revenue_365d > 500",
                        }
                    ]
                },
            },
            "application/yaml": {"schema": {"type": "string"}},
        },
    }
}


def routes(limner: Limner, signed_in: SignIn) -> APIRouter:
    """The routes of definitions."""
    router = APIRouter(prefix="/api", tags=["definitions"])
    signed = Annotated[User, Depends(signed_in)]

    @router.post(
        "/apply",
        summary="Make tags and segments what a document says, or say what would change",
        openapi_extra=_BODY,
    )
    async def apply(
        user: signed, request: Request, dry_run: bool = False, prune: bool = False
    ) -> shapes.Applied:
        wanted = _read(request, await request.body())
        return await run_in_threadpool(_apply, limner, user, wanted, dry_run, prune)

    @router.get("/export", summary="People's own tags and segments, as JSON or YAML")
    def export(user: signed, format: str = "json") -> Any:
        document = export_definitions(limner)
        if format == "yaml":
            return Response(as_yaml(document), media_type="application/yaml")
        if format != "json":
            raise Malformed("export-format", f"format is {format!r}; take json or yaml", "format")
        return plain(document)

    return router


def _read(request: Request, body: bytes) -> Definitions:
    """The definitions of a request's body, JSON or YAML by its content type."""
    if len(body) > _LARGEST:
        raise Malformed("apply-too-large", f"the body has more than {_LARGEST:,} bytes; split it")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed("apply-body", "the body is not text in UTF-8") from None
    if kind in _YAML:
        return read_text(text, "the body")
    if kind != "application/json":
        raise Malformed(
            "apply-body", f"the content type is {kind!r}; send application/json or {_YAML[0]}"
        )
    try:
        return from_document(json.loads(text))
    except RecursionError:
        raise Malformed(
            "apply-body", "the body is nested too deeply; take parts of it out"
        ) from None
    except json.JSONDecodeError as error:
        raise Malformed("apply-body", f"the body is no JSON: {error}") from None


def _apply(
    limner: Limner, user: User, wanted: Definitions, is_dry: bool, prune: bool
) -> shapes.Applied:
    for kind in sorted(wanted.kinds):
        demand(user.role, TABLE[kind].permission)
    for one in wanted.entries:
        if isinstance(rule := one.entry.get("rule"), str):
            demand_visible(limner, rule, sees_personal(user))
    changes = plan_changes(limner, wanted, prune, user.name)
    is_done = bool(changes) and not is_dry
    if is_done:
        apply_changes(limner, changes, user.name, datetime.now(UTC))
    told = [shapes.Change(**plain(change.as_json())) for change in changes]
    return shapes.Applied(changes=told, applied=is_done)
