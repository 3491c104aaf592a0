"""Whose event is it: the customer ids that events came with, in the light of the identities."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from limner.unify.limits import KINDS

# Rows without a `user_id` column name their customer (exposures, messages): by any of these.
_NAME = "name"


def attribute(rows: ibis.Table, identities: ibis.Table | pa.Table) -> ibis.Table:
    """Events, each with the customer it belongs to as `customer_id`; nothing else changes.

    With identities in memory and nobody renamed these are the events themselves, at no cost.
    Other tables with a `customer_id` (exposures, messages) are attributed by every name that a
    customer was ever given; where two kinds have one value, the surer kind's customer has it.
    """
    if isinstance(identities, pa.Table):
        others = identities.filter(pc.not_equal(identities["value"], identities["customer_id"]))
        if others.num_rows == 0:
            return rows
        identities = ibis.memtable(identities if "user_id" not in rows.columns else others)
    aliases = _names(identities) if "user_id" not in rows.columns else _anchors(identities)
    keyed = rows.mutate(alias_kind=kind_of(rows))
    joined = keyed.left_join(
        aliases,
        [keyed.alias_kind == aliases.alias_kind, keyed.customer_id == aliases.alias_value],
    )
    return joined.mutate(customer_id=ibis.coalesce(joined.alias_of, joined.customer_id)).select(
        *rows.columns
    )


def _anchors(identities: ibis.Table) -> ibis.Table:
    """The identifiers under which events stand whose customer is called otherwise."""
    is_other = identities.value != identities.customer_id
    return identities.filter(is_other).select(
        alias_kind="kind", alias_value="value", alias_of="customer_id"
    )


def _names(identities: ibis.Table) -> ibis.Table:
    """Every name of a customer that is not today's: the value of an identifier, also with its kind."""
    rank = identities.kind.cases(*((kind, at) for at, kind in enumerate(KINDS)), else_=len(KINDS))
    plain = identities.mutate(rank=rank)
    surest = plain.group_by("value").aggregate(alias_of=plain.customer_id.argmin(plain.rank))
    long = identities.select(
        alias_value=identities.kind + ":" + identities.value, alias_of=identities.customer_id
    )
    both = surest.select(alias_value=surest.value, alias_of=surest.alias_of).union(long)
    both = both.filter(both.alias_value != both.alias_of)
    return both.mutate(alias_kind=ibis.literal(_NAME))


def kind_of(events: ibis.Table) -> ibis.Value:
    """The kind of identifier an event's customer id is: the id it equals, else what it looks like.

    The same rule as a build applies to the events' identifiers.
    """
    if "user_id" not in events.columns:
        return ibis.literal(_NAME)
    customer = events.customer_id
    return ibis.cases(
        ((customer == events.user_id).fill_null(False), "user_id"),
        ((customer == events.anonymous_id).fill_null(False), "anonymous_id"),
        (customer.contains("@"), "email"),
        (customer.re_search(r"^\+[0-9]+$"), "phone"),
        else_="loyalty_card",
    )
