"""Ids for eyes that may not see personal data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import ibis

from limner.app.limner import Limner
from limner.app.secret import own_secret

HIDDEN = "~"  # what a hidden id begins with
# A customer may be called by an address or, where nothing surer is known, by a telephone number.
_PERSONAL = r"@|(^|:)\+[0-9]{6,}$"


def opaque(limner: Limner, customer_id: ibis.Value) -> ibis.Value:
    """A column of ids; an address or a telephone number becomes `~` and a keyed digest of it."""
    key = ibis.literal(own_secret(limner.settings.home, "mask"))
    digest = (key + customer_id).hexdigest("sha256").substr(0, 20)
    hidden = ibis.literal(HIDDEN) + digest
    return ibis.cases((customer_id.re_search(_PERSONAL), hidden), else_=customer_id)


def opaque_name(limner: Limner, customer_id: str) -> str:
    """One id, hidden just as `opaque` hides a column of them."""
    return opaquely(limner)(customer_id)


def opaquely(limner: Limner) -> Callable[[str], str]:
    """What hides ids one by one, for many of them."""
    key = own_secret(limner.settings.home, "mask")

    def hidden(customer_id: str) -> str:
        if not re.search(_PERSONAL, customer_id):
            return customer_id
        return HIDDEN + hashlib.sha256((key + customer_id).encode()).hexdigest()[:20]

    return hidden
