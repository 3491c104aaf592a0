"""Audiences and uploaded lists over HTTP."""

import os
import re
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from fastapi.responses import Response

from limner.api import shapes
from limner.api.signed import SignIn, plain, sees_personal
from limner.app import Limner
from limner.app import audiences as deeds
from limner.app.groups import demand_visible
from limner.app.hashed_export import FORMATS, PURPOSE, export_audience
from limner.app.lists import drop_list, lists, upload_list
from limner.app.present import read_as_of
from limner.core.errors import Malformed, Rejected
from limner.govern.roles import demand
from limner.store.models import User
from limner.understand.audiences import Making

_LARGEST = 64 * 2**20  # bytes of an uploaded list
_LONGEST_FILE = 60  # characters of its name; of Chinese ones a file system takes some 80


def routes(limner: Limner, signed_in: SignIn) -> APIRouter:
    """The routes of audiences and lists."""
    router = APIRouter(prefix="/api", tags=["audiences"])
    signed = Annotated[User, Depends(signed_in)]

    @router.get("/audiences", summary="List the audiences, the newest first")
    def listed(user: signed) -> list[shapes.Audience]:
        return [_shaped(card) for card in deeds.audiences(limner)]

    @router.post("/audiences", summary="Freeze whom a rule or segment holds for", status_code=201)
    def create(user: signed, wanted: shapes.AudienceWanted) -> shapes.Audience:
        demand(user.role, "segments.edit")
        _check(limner, wanted, user)
        card = deeds.create_audience(
            limner, wanted.name, wanted.rule, user.name, datetime.now(UTC),
            exclusions=wanted.exclusions, split=wanted.split, sample=wanted.sample,
            seed=wanted.seed, as_of=read_as_of(limner, wanted.as_of),
        )  # fmt: skip
        return _shaped(card)

    @router.post("/audiences/preview", summary="Say how large an audience would be")
    def preview(user: signed, wanted: shapes.AudienceWanted) -> shapes.Preview:
        _check(limner, wanted, user)
        making = Making(tuple(wanted.exclusions), wanted.split, wanted.sample, wanted.seed)
        day = read_as_of(limner, wanted.as_of)
        seen = deeds.preview_audience(limner, wanted.name, wanted.rule, making, day)
        return shapes.Preview(**asdict(seen))

    @router.get("/audiences/overlap", summary="Say how 2 to 6 groups overlap")
    def overlap(
        user: signed, group: Annotated[list[str], Query(description="rules or codes; repeat it")]
    ) -> shapes.Overlap:
        for each in group:
            demand_visible(limner, each, sees_personal(user))
        return shapes.Overlap(**plain(asdict(deeds.overlap(limner, group))))

    @router.get("/audiences/{code}", summary="Show one audience")
    def one(user: signed, code: str) -> shapes.Audience:
        return _shaped(deeds.audience(limner, code))

    @router.delete("/audiences/{code}", summary="Let an audience go", status_code=204)
    def drop(user: signed, code: str) -> None:
        demand(user.role, "segments.edit")
        deeds.drop_audience(limner, code, user.name, datetime.now(UTC))

    @router.get(
        "/audiences/{code}/export",
        summary="Export an audience, for platforms hashed and only who agreed",
        response_class=Response,
    )
    def export(
        user: signed,
        code: str,
        format: Annotated[str, Query(description=", ".join(FORMATS))] = "csv",
        part: str | None = None,
        purpose: str = PURPOSE,
    ) -> Response:
        demand(user.role, "customers.export")
        done = export_audience(
            limner, code, format, user.name, datetime.now(UTC), part=part, purpose=purpose,
            sees_personal=sees_personal(user),
        )  # fmt: skip
        left_out = ", ".join(f"{reason}={count}" for reason, count in done.left_out.items())
        headers = {
            "Content-Disposition": f'attachment; filename="{done.file}"',
            "X-Limner-People": str(done.people),
            "X-Limner-Left-Out": left_out,
        }
        return Response(done.content, media_type=done.media, headers=headers)

    @router.get("/lists", summary="List the uploaded lists", tags=["lists"])
    def all_lists(user: signed) -> list[shapes.CustomerList]:
        return [shapes.CustomerList(**asdict(card)) for card in lists(limner)]

    @router.post("/lists", summary="Upload a list", tags=["lists"], status_code=201)
    def upload(
        user: signed,
        file: Annotated[UploadFile, File(description="CSV, TXT or XLSX")],
        name: Annotated[str, Form()],
        kind: Annotated[str, Form()] = "mixed",
        column: Annotated[str | None, Form()] = None,
        country: Annotated[str | None, Form()] = None,
    ) -> shapes.Uploaded:
        demand(user.role, "segments.edit")
        demand(user.role, "personal.read")  # its counts tell whose addresses are known
        content = file.file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise Malformed(
                "list-too-large", f"the file has more than {_LARGEST:,} bytes; split it"
            )
        with tempfile.TemporaryDirectory() as scratch:
            kept = Path(scratch) / _harmless(file.filename or "")
            kept.write_bytes(content)
            try:
                done = upload_list(
                    limner, kept, name, user.name, datetime.now(UTC), kind=kind, column=column,
                    country=country,
                )  # fmt: skip
            except Rejected as error:
                told = error.message.replace(f"{kept.parent}{os.sep}", "")
                raise type(error)(error.code, told, error.field) from error
        return shapes.Uploaded(**asdict(done))

    @router.delete("/lists/{code}", summary="Let a list go", tags=["lists"], status_code=204)
    def drop_one(user: signed, code: str) -> None:
        demand(user.role, "segments.edit")
        drop_list(limner, code, user.name, datetime.now(UTC))

    return router


def _harmless(file: str) -> str:
    """A file's name as any system takes it, its ending kept; nobody's path."""
    plain = re.sub(r"[^\w. -]", "_", re.split(r"[/\\]", file)[-1])
    return plain[-_LONGEST_FILE:] if plain.strip(" .") else "list.csv"


def _check(limner: Limner, wanted: shapes.AudienceWanted, user: User) -> None:
    for each in (wanted.rule, *wanted.exclusions):
        demand_visible(limner, each, sees_personal(user))


def _shaped(card: deeds.AudienceCard) -> shapes.Audience:
    document: dict[str, Any] = card.as_json()
    return shapes.Audience(**document)
