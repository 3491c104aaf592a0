"""Sampling an audience and splitting it at random, the same way however often it is made again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from limner.core.chance import chance
from limner.understand.audiences.making import WHOLE, Making


def draw(audience: str, making: Making, customers: Sequence[str]) -> pa.Table:
    """Who of the customers is in an audience, and in which part: columns `customer_id`, `part`.

    A customer's lot depends on the seed, the audience's code and the customer's id alone, so that
    who comes to the customers later or leaves them moves nobody from one part to another.  A share
    is drawn for each customer by itself (its size varies by chance); a count takes the lowest lots.
    Source: see `limner.core.chance`.
    """
    ids = np.asarray(sorted(set(customers)), dtype=object)
    taken = ids[_sampled(audience, making, ids.tolist())] if len(ids) else ids
    return pa.table(
        {
            "customer_id": pa.array(taken, pa.string()),
            "part": pa.array(_parts(audience, making, taken.tolist()), pa.string()),
        }
    )


def _sampled(audience: str, making: Making, ids: list[str]) -> np.ndarray:
    if making.sample is None:
        return np.ones(len(ids), dtype=bool)
    lots = chance(making.seed, audience, "sample", ids)
    if making.sample < 1:
        return np.asarray(lots < making.sample)
    chosen = np.zeros(len(ids), dtype=bool)
    chosen[np.argsort(lots, kind="stable")[: int(making.sample)]] = True
    return chosen


def _parts(audience: str, making: Making, ids: list[str]) -> list[str]:
    if not making.split:
        return [WHOLE] * len(ids)
    names = list(making.split)
    limits = np.cumsum(list(making.split.values()))[:-1]  # the last part takes what rounding leaves
    places = np.searchsorted(limits, chance(making.seed, audience, "part", ids), side="right")
    return [names[place] for place in places]
