"""Customers and reports over HTTP."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from limner.api import shapes
from limner.api.signed import SignIn, check_page, plain, sees_personal
from limner.app import Limner, reading
from limner.app.one_customer import customer_document
from limner.app.segments import rule_of
from limner.core.errors import Unknown
from limner.store.models import User

MOST_ROWS = 500


def routes(limner: Limner, signed_in: SignIn) -> APIRouter:
    """The routes of customers and reports."""
    router = APIRouter(prefix="/api", tags=["customers"])
    signed = Annotated[User, Depends(signed_in)]

    @router.get("/reports/{name}", summary="A report of the last build", tags=["reports"])
    def report(name: str, user: signed) -> dict[str, Any]:
        found = reading.report(limner, name)
        if found is None:
            raise Unknown("report-unknown", f"the last build made no report {name!r}")
        return found

    @router.get("/customers", summary="A page of customers who fit a rule")
    def customers(user: signed, rule: str = "", q: str = "", segment: str = "",
                  sort: str = reading.Ask().sort, page: int = 1, size: int = 100) -> shapes.CustomersPage:  # fmt: skip
        check_page(page, size, MOST_ROWS)
        if segment:
            rule_of(limner, segment)  # no page for a segment there is not
        found = reading.customers_page(
            limner,
            reading.Ask(rule, q, segment, sort),
            page,
            size,
            sees_personal=sees_personal(user),
        )
        if found is None:
            raise Unknown("portraits-missing", "there are no portraits yet; run limner build")
        rows = plain(found.rows) if page == found.page else []  # there are no more
        return shapes.CustomersPage(total=found.total, page=page, pages=found.pages, rows=rows)

    @router.get("/customers/{customer_id}", summary="One customer from all sides")
    def one(user: signed, customer_id: str) -> dict[str, Any]:
        found: dict[str, Any] = plain(
            customer_document(limner, customer_id, datetime.now(UTC), sees_personal(user))
        )
        return found

    return router
