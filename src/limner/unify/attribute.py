"""Whose event is it: the customer ids that events came with, in the light of the identities."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pyarrow.compute as pc


def renamed(identities: pa.Table) -> pa.Table:
    """The identifiers under which events came whose customer is called otherwise: kind, value,
    customer_id.  Few or none, since most events come under the name of their customer.
    """
    is_other = pc.and_(
        pc.not_equal(identities["rule"], "record"),
        pc.not_equal(identities["value"], identities["customer_id"]),
    )
    return identities.filter(is_other).select(["kind", "value", "customer_id"])


def attribute(events: ibis.Table, identities: ibis.Table | pa.Table) -> ibis.Table:
    """Events, each with the customer it belongs to as `customer_id`; nothing else changes.

    With identities in memory and nobody renamed these are the events themselves, at no cost.
    Other tables with a `customer_id` (exposures, decisions) are attributed in the same way.
    """
    if isinstance(identities, pa.Table):
        others = renamed(identities)
        if others.num_rows == 0:
            return events
        aliases = ibis.memtable(others)
    else:
        is_other = (identities.rule != "record") & (identities.value != identities.customer_id)
        aliases = identities.filter(is_other).select("kind", "value", "customer_id")
    aliases = aliases.rename(alias_kind="kind", alias_value="value", alias_of="customer_id")
    keyed = events.mutate(alias_kind=kind_of(events))
    joined = keyed.left_join(
        aliases,
        [keyed.alias_kind == aliases.alias_kind, keyed.customer_id == aliases.alias_value],
    )
    return joined.mutate(customer_id=ibis.coalesce(joined.alias_of, joined.customer_id)).select(
        *events.columns
    )


def kind_of(events: ibis.Table) -> ibis.Value:
    """The kind of identifier an event's customer id is: the id it equals, else what it looks like.

    The same rule as `identify` applies to the events' identifiers.
    """
    customer = events.customer_id
    if "user_id" not in events.columns:  # exposures and the like name their customer only
        is_user, is_anonymous, otherwise = ibis.literal(False), ibis.literal(False), "user_id"
    else:
        is_user = (customer == events.user_id).fill_null(False)
        is_anonymous = (customer == events.anonymous_id).fill_null(False)
        otherwise = "loyalty_card"
    return ibis.cases(
        (is_user, "user_id"),
        (is_anonymous, "anonymous_id"),
        (customer.contains("@"), "email"),
        (customer.re_search(r"^\+[0-9]+$"), "phone"),
        else_=otherwise,
    )
