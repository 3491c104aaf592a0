"""The API's description: OpenAPI, and a page of it that loads nothing from elsewhere."""

import html
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse

from limner.api.signed import SignIn
from limner.store.models import User

_METHODS = ("get", "post", "put", "patch", "delete")
_REFUSALS = {
    "400": "what was asked for is wrong",
    "401": "not signed in",
    "403": "the role may not",
    "404": "there is no such thing",
    "503": "busy, try again",
}
_INTRO = (
    "What the console and the command line do, for scripts. Sign in with HTTP Basic as a user of the "
    "console: the role decides what may be done and seen, and personal data is masked as it is there. "
    'Whatever goes wrong has one shape: {"code": ..., "message": ...}.'
)


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an app's routes under /api, made once."""
    if app.openapi_schema:
        return app.openapi_schema
    document: dict[str, Any] = get_openapi(
        title="Limner", version="1", description=_INTRO, routes=app.routes
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)  # a request of the wrong shape is refused in our own one
    schemas["Refusal"] = {
        "title": "Refusal",
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
    }
    reference = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    for path in document["paths"].values():
        for method in _METHODS:
            if method in path:
                answers = path[method]["responses"]
                answers.pop("422", None)
                for status, words in _REFUSALS.items():
                    answers[status] = {"description": words, "content": reference}
    app.openapi_schema = document
    return document


def routes(app: FastAPI, signed_in: SignIn) -> APIRouter:
    """The routes of the description, for whoever may sign in."""
    router = APIRouter(prefix="/api", include_in_schema=False)
    signed = Annotated[User, Depends(signed_in)]

    @router.get("/openapi.json")
    def openapi(user: signed) -> JSONResponse:
        return JSONResponse(described(app))

    @router.get("/docs")
    def docs(user: signed) -> HTMLResponse:
        policy = (
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        )
        headers = {"Content-Security-Policy": policy, "X-Frame-Options": "DENY"}
        return HTMLResponse(page(described(app)), headers=headers)

    return router


def page(document: dict[str, Any]) -> str:
    """An OpenAPI document as a page for people: routes by group, each opening on its details."""
    groups: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            if method in _METHODS:
                group = (route.get("tags") or ["other"])[-1]
                groups.setdefault(group, []).append(_route(document, path, method, route))
    parts = [
        f"<section><h2 id='{_safe(group)}'>{_safe(group.capitalize())}</h2>{''.join(shown)}</section>"
        for group, shown in sorted(groups.items())
    ]
    links = " ".join(f"<a href='#{_safe(group)}'>{_safe(group)}</a>" for group in sorted(groups))
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Limner API</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<style>{_STYLE}</style></head><body><main><h1>Limner API</h1>"
        f"<p>{_safe(document['info']['description'])}</p>"
        "<pre>curl --user NAME https://HOST/api/segments/count?expression=rfm:champions</pre>"
        "<p><a href='/api/openapi.json'>openapi.json</a> describes it for programs.</p>"
        f"<nav>{links}</nav>{''.join(parts)}</main></body></html>"
    )


def _route(document: dict[str, Any], path: str, method: str, route: dict[str, Any]) -> str:
    rows = [
        (
            p["name"], p["in"], _kind(document, p.get("schema", {})),
            "required" if p.get("required") else _default(p.get("schema", {})),
            p.get("description") or p.get("schema", {}).get("description", ""),
        )
        for p in route.get("parameters", [])
    ]  # fmt: skip
    body = route.get("requestBody", {}).get("content", {})
    for media, content in body.items():
        schema = _resolved(document, content.get("schema", {}))
        wanted = schema.get("required", [])
        for name, field in schema.get("properties", {}).items():
            is_needed = "required" if name in wanted else _default(field)
            told = field.get("description", "")
            rows.append((name, media, _kind(document, field), is_needed, told))
    table = ""
    if rows:
        cells = "".join(
            "<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        heads = "".join(f"<th>{h}</th>" for h in ("name", "in", "type", "", "what it is"))
        table = f"<div class='wide'><table><tr>{heads}</tr>{cells}</table></div>"
    example = _example(document, body)
    answers: dict[str, Any] = route["responses"]
    answer: dict[str, Any] = next((a for s, a in answers.items() if s.startswith("2")), {})
    given = answer.get("content", {}).get("application/json", {}).get("schema", {})
    shape = _shape(document, given)
    return (
        f"<details><summary><b class='{method}'>{method.upper()}</b> <code>{_safe(path)}</code> "
        f"<span>{_safe(route.get('summary', ''))}</span></summary>{table}"
        + (f"<h4>Body</h4><pre>{_safe(example)}</pre>" if example else "")
        + (f"<h4>Answer</h4><pre>{_safe(shape)}</pre>" if shape else "")
        + "</details>"
    )


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"].get(name, schema) if name else schema
    return found


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """The type of a field in a word or two."""
    if options := schema.get("anyOf"):
        kinds = [_kind(document, one) for one in options if one.get("type") != "null"]
        return " or ".join(kinds)
    if "$ref" in schema:
        return str(_resolved(document, schema).get("title", "object"))
    if schema.get("type") == "array":
        return f"list of {_kind(document, schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


def _shape(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """What an answer looks like: the fields and their types."""
    if schema.get("type") == "array":
        inner = _shape(document, schema.get("items", {}))
        return f"list of {inner}" if inner else ""
    fields = _resolved(document, schema).get("properties", {})
    return (
        json.dumps({name: _kind(document, field) for name, field in fields.items()}, indent=2)
        if fields
        else ""
    )


def _example(document: dict[str, Any], body: dict[str, Any]) -> str:
    content = body.get("application/json")
    if content is None:
        return ""
    if "example" in content:
        return json.dumps(content["example"], ensure_ascii=False, indent=2)
    fields = _resolved(document, content.get("schema", {})).get("properties", {})
    made = {name: field["examples"][0] for name, field in fields.items() if field.get("examples")}
    return json.dumps(made, ensure_ascii=False, indent=2) if made else ""


def _default(schema: dict[str, Any]) -> str:
    value = schema.get("default")
    return "" if value in (None, "", [], {}) else f"default {value}"


def _safe(text: object) -> str:
    return html.escape(str(text), quote=True)


_STYLE = """
body{font:16px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;color:#1c2430;background:#f6f7f9;margin:0}
main{max-width:960px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:28px;margin:8px 0 16px}h2{font-size:18px;margin:32px 0 8px}h4{margin:16px 0 4px;font-size:14px}
details{background:#fff;border:1px solid #dfe3e8;border-radius:8px;margin:8px 0;padding:0 16px}
summary{padding:12px 0;cursor:pointer;overflow-wrap:anywhere}summary span{color:#5b6573}
summary b{display:inline-block;min-width:64px;color:#0a66a8}summary b.delete{color:#b3261e}summary b.post{color:#8a5a00}
pre{background:#f0f2f5;border-radius:6px;padding:12px;overflow-x:auto;font-size:13px}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:14px;width:100%;margin-bottom:12px}
td,th{text-align:left;padding:4px 12px 4px 0;vertical-align:top;border-bottom:1px solid #eef0f3}
nav a{margin-right:16px}a{color:#0a66a8}code{font-size:14px}
"""
