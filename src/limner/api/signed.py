"""Who asks: a user of the console, by HTTP Basic, with what their role may do."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from limner.app import Limner
from limner.core.errors import Forbidden, Malformed
from limner.govern import users
from limner.govern.roles import demand, may
from limner.store.models import User

SignIn = Callable[..., User]
_READS = ("GET", "HEAD")
_LAST_PAGE = 10**9


def sign_in_with(limner: Limner) -> SignIn:
    """What gives a route the user who asks, or refuses."""
    basic = HTTPBasic(realm="Limner", auto_error=False, scheme_name="basic")

    def signed_in(
        request: Request, credentials: Annotated[HTTPBasicCredentials | None, Depends(basic)]
    ) -> User:
        if credentials is None:
            raise Forbidden("not-signed-in", "sign in with HTTP Basic: curl --user NAME ...")
        origin = request.headers.get("origin")
        host = request.headers.get("host", "")
        if request.method not in _READS and origin and origin.partition("://")[2] != host:
            # A browser that knows the password would send it along with another site's form.
            raise Forbidden("origin-foreign", "this request was sent from another site")
        user = users.sign_in(
            limner.store, credentials.username, credentials.password, datetime.now(UTC)
        )
        demand(user.role, "reports.read")
        return user

    return signed_in


def sees_personal(user: User) -> bool:
    """Whether the user's role may see personal data."""
    return may(user.role, "personal.read")


def plain(document: Any) -> Any:
    """A document as JSON knows it: days and moments as ISO 8601."""
    return json.loads(json.dumps(document, default=_text))


def _text(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def check_page(page: int, size: int, most: int) -> None:
    """Refuse a page that cannot be.

    Raises: `Malformed` naming the parameter.
    """
    if not 1 <= page <= _LAST_PAGE:
        raise Malformed("page-malformed", f"page is {page}; it can be 1 to {_LAST_PAGE}", "page")
    if not 1 <= size <= most:
        raise Malformed("size-malformed", f"size is {size}; it can be 1 to {most}", "size")
