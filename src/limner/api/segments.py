"""Segments over HTTP: listed, counted, described, exported, kept."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from limner.api import shapes
from limner.api.signed import SignIn, check_page, plain, sees_personal
from limner.app import Limner
from limner.app.described import describe_segment
from limner.app.drafting import save_segment
from limner.app.export import as_file
from limner.app.groups import demand_visible, export_members, members_page, segment_list, size_of
from limner.app.present import read_as_of
from limner.app.segments import drop_segment
from limner.core.clock import parse_day
from limner.govern.roles import demand
from limner.store.models import User

MOST_IDS = 10_000
Expression = Annotated[
    str,
    Query(description="a rule, or the code of a segment or audience", examples=["rfm:champions"]),
]
Day = Annotated[shapes.Day, Query(description=shapes.DAY)]
AsOf = Annotated[shapes.AsOf, Query(description=shapes.AS_OF)]


def routes(limner: Limner, signed_in: SignIn) -> APIRouter:
    """The routes of segments."""
    router = APIRouter(prefix="/api", tags=["segments"])
    signed = Annotated[User, Depends(signed_in)]  # evaluated when the routes are made

    @router.get("/segments", summary="List every segment with its rule and size")
    def segments(user: signed, as_of: AsOf = None) -> list[dict[str, Any]]:
        return segment_list(limner, read_as_of(limner, as_of))

    @router.post("/segments", summary="Keep a rule as a segment", status_code=201)
    def save(user: signed, wanted: shapes.SegmentWanted) -> shapes.Kept:
        demand(user.role, "segments.edit")
        demand_visible(limner, wanted.rule, sees_personal(user))
        code = save_segment(limner, wanted.name, wanted.rule, user.name, datetime.now(UTC))
        return shapes.Kept(code=code)

    @router.delete("/segments/{code}", summary="Let a segment of one's own go", status_code=204)
    def drop(user: signed, code: str) -> None:
        demand(user.role, "segments.edit")
        drop_segment(limner, code, user.name, datetime.now(UTC))

    @router.get("/segments/count", summary="Count whom a rule or segment holds for")
    def count(user: signed, expression: Expression, as_of: AsOf = None) -> shapes.Count:
        demand_visible(limner, expression, sees_personal(user))
        return shapes.Count(**size_of(limner, expression, read_as_of(limner, as_of)))

    @router.get("/segments/members", summary="List the ids of whom a rule or segment holds for")
    def members(
        user: signed, expression: Expression, as_of: AsOf = None, page: int = 1, size: int = 1_000
    ) -> shapes.Members:
        check_page(page, size, MOST_IDS)
        sees = sees_personal(user)
        demand_visible(limner, expression, sees)
        day = read_as_of(limner, as_of)
        return shapes.Members(**members_page(limner, expression, page, size, day, sees))

    @router.get("/segments/describe", summary="Describe a segment against everybody else")
    def describe(user: signed, expression: Expression, as_of: Day = None) -> dict[str, Any]:
        demand_visible(limner, expression, sees_personal(user))
        day = parse_day(as_of) if as_of else None
        found: dict[str, Any] = plain(describe_segment(limner, expression, day))
        return found

    @router.get(
        "/segments/export",
        summary="Export the portraits of whom a rule or segment holds for",
        response_class=Response,
    )
    def export(
        user: signed, expression: Expression, format: str = "csv", as_of: AsOf = None
    ) -> Response:
        demand(user.role, "customers.export")
        sees = sees_personal(user)
        demand_visible(limner, expression, sees)
        now = datetime.now(UTC)
        day = read_as_of(limner, as_of)
        rows = export_members(limner, expression, user.name, now, day, sees_personal=sees)
        media, content = as_file(rows, format)
        named = f'attachment; filename="segment.{format}"'
        return Response(content, media_type=media, headers={"Content-Disposition": named})

    return router
