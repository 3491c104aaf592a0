"""Ids for eyes that may not see personal data."""

from __future__ import annotations

import ibis

from limner.app.limner import Limner
from limner.app.secret import own_secret


def opaque(limner: Limner, customer_id: ibis.Value) -> ibis.Value:
    """A column of ids; one that is an address becomes `~` and a keyed digest of it."""
    key = ibis.literal(own_secret(limner.settings.home, "mask"))
    digest = (key + customer_id).hexdigest("sha256").substr(0, 20)
    return ibis.cases((customer_id.contains("@"), ibis.literal("~") + digest), else_=customer_id)
