"""How far from a place customers were last seen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

from ibis.expr.types import Column, Table, Value

from limner.core.errors import Rejected
from limner.core.rule import in_engine
from limner.understand.tags.source import Facts, chosen_events
from limner.understand.tags.value import Distance

EARTH_KM = 6371.0088  # mean radius, IUGG


def distances(asked: Mapping[str, Distance], facts: Facts, as_of: date, timezone: str) -> Table:
    """The kilometres of each customer who was ever located, to the metre, by the names of `asked`.

    Raises: `Rejected` when a store is asked for and there is no table of stores.
    """
    events = chosen_events(facts, [((), ())], ["latitude", "longitude"], as_of, timezone)
    events = events.filter(events.latitude.notnull(), events.longitude.notnull())
    order = ["time", "event_id"]
    seen = events.group_by("customer_id").aggregate(
        latitude=events.latitude.last(order_by=order),
        longitude=events.longitude.last(order_by=order),
    )
    places: dict[str, tuple[str | Value, str | Value]] = {}
    for number, (name, distance) in enumerate(asked.items()):
        if distance.store is None:
            places[name] = (_degrees(distance.latitude), _degrees(distance.longitude))
            continue
        if facts.stores is None:
            raise Rejected("tag-stores", f"{name} needs the table of stores; import one")
        store = facts.stores.filter(facts.stores.store_id == distance.store)
        of_store = (f"latitude of {number}", f"longitude of {number}")
        seen = seen.cross_join(
            store.aggregate(
                **{of_store[0]: store.latitude.max(), of_store[1]: store.longitude.max()}
            )
        )
        places[name] = of_store
    return seen.select(
        "customer_id",
        **{
            name: _kilometres(seen, *(seen[at] if isinstance(at, str) else at for at in place))
            for name, place in places.items()
        },
    )


def _kilometres(seen: Table, latitude: Value, longitude: Value) -> Column:
    """The great-circle distance to where a customer was seen, by the haversine formula.

    Source: R. W. Sinnott, Virtues of the Haversine, Sky and Telescope 68(2), 1984.
    """
    pi = in_engine(math.pi)
    one, two = (x * pi / 180 for x in (seen.latitude, latitude))
    wide = two - one
    across = longitude * pi / 180 - seen.longitude * pi / 180
    up, along = (wide / 2).sin(), (across / 2).sin()
    a = up * up + one.cos() * two.cos() * (along * along)
    # Not `least`: the engine's takes no notice of what is missing.
    km = (a > 1).ifelse(1.0, a).sqrt().asin() * in_engine(2 * EARTH_KM)
    return (km * 1000 + 0.5).floor() / 1000


def _degrees(angle: float | None) -> Value:
    assert angle is not None  # noqa: S101  a point has both
    return in_engine(angle)
