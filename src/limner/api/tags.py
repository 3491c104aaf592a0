"""Tags over HTTP: which there are, what they mean, their versions, and keeping one's own."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query

from limner.api import shapes
from limner.api.signed import SignIn, check_page, plain, sees_personal
from limner.app import Limner
from limner.app.opaque import opaque_name
from limner.app.tag_history import tag_history
from limner.app.tags import all_tags, save_tag, set_state, tag_of, tag_versions
from limner.app.tags.filling import values_of
from limner.core.clock import parse_day
from limner.govern.roles import demand
from limner.store.models import User
from limner.understand.tags.tag import Tag, write_tag

MOST_VALUES = 10_000
_EXAMPLE = {
    "code": "basket_90d",
    "name": {"en": "Basket, 90 days", "zh": "近90天客单价"},
    "description": {"en": "What one order comes to.", "zh": "平均每单金额。"},
    "category": "consumption",
    "unit": "currency",
    "kind": "money",
    "value": "revenue_90d / orders_90d",
    "state": "draft",
}


def routes(limner: Limner, signed_in: SignIn) -> APIRouter:
    """The routes of tags."""
    router = APIRouter(prefix="/api", tags=["tags"])
    signed = Annotated[User, Depends(signed_in)]

    @router.get("/tags", summary="List every tag, in whatever state")
    def listed(user: signed) -> list[dict[str, Any]]:
        return [_document(tag) for tag in all_tags(limner)]

    @router.post("/tags", summary="Keep a tag of one's own", status_code=201)
    def save(
        user: signed, entry: Annotated[dict[str, Any], Body(examples=[_EXAMPLE])]
    ) -> dict[str, Any]:
        demand(user.role, "tags.edit")
        return _document(save_tag(limner, entry, user.name, datetime.now(UTC)))

    @router.get("/tags/{code}", summary="Show one tag, with what it says in words and its versions")
    def one(user: signed, code: str) -> dict[str, Any]:
        tag = tag_of(limner, code)
        versions = [
            {"version": each.version, "at": each.at, "by": each.by, "entry": each.entry}
            for each in tag_versions(limner, code)
        ]
        found: dict[str, Any] = plain({**_document(tag), "versions": versions})
        return found

    @router.get("/tags/{code}/values", summary="A page of customers with their value of a tag")
    def values(
        user: signed,
        code: str,
        as_of: Annotated[shapes.Day, Query(description=shapes.DAY)] = None,
        page: int = 1,
        size: int = 1_000,
    ) -> dict[str, Any]:
        check_page(page, size, MOST_VALUES)
        found = values_of(limner, code, parse_day(as_of) if as_of else None)
        shown = found.slice((page - 1) * size, size).to_pylist()
        if not sees_personal(user):
            shown = [
                {**row, "customer_id": opaque_name(limner, row["customer_id"])} for row in shown
            ]
        told: dict[str, Any] = plain(
            {
                "tag": code,
                "total": found.num_rows,
                "known": found.num_rows - found[code].null_count,
                "page": page,
                "pages": max(1, -(-found.num_rows // size)),
                "values": [{"customer_id": r["customer_id"], "value": r[code]} for r in shown],
            }
        )
        return told

    @router.get("/tags/{code}/history", summary="A tag over everybody at the end of every month")
    def history(user: signed, code: str) -> dict[str, Any]:
        return tag_history(limner, code)

    @router.post("/tags/{code}/state", summary="Move a tag to draft, review, approved or retired")
    def state(
        user: signed, code: str, state: Annotated[str, Body(embed=True, examples=["review"])]
    ) -> dict[str, Any]:
        demand(user.role, "tags.edit")
        return _document(set_state(limner, code, state, user.name, datetime.now(UTC)))

    return router


def _document(tag: Tag) -> dict[str, Any]:
    """A tag as the catalogue writes it, with what follows from it."""
    return {
        **write_tag(tag),
        "nature": tag.nature,
        "tempo": tag.tempo,
        "owner": tag.owner,
        "state": tag.state,
        "version": tag.version,
        "says": {"en": tag.rule_text("en"), "zh": tag.rule_text("zh")},
    }
