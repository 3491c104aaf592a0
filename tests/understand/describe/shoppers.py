"""Made-up customers whose differences are known."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pyarrow as pa

from limner.core.words import Words
from limner.understand.describe.feature import Feature, features_of

CITIES = np.array(["Shanghai", "Beijing", "Xi'an", "Chengdu"], dtype=object)


def shoppers(seed: int, n: int = 600, tags: int = 12) -> pa.Table:
    """Customers whose tags have nothing to do with one another; one in ten values is unknown."""
    rng = np.random.default_rng(seed)
    columns: dict[str, object] = {"customer_id": [f"c{i}" for i in range(n)]}
    for place in range(tags):
        if place % 3 == 2:
            values = CITIES[rng.integers(0, 4, n)]
            columns[f"t{place}"] = pa.array(
                [None if rng.random() < 0.1 else v for v in values], pa.string()
            )
        else:
            drawn = rng.gamma(2, 30, n) if place % 3 else rng.poisson(4, n).astype(float)
            drawn[rng.random(n) < 0.1] = np.nan
            columns[f"t{place}"] = pa.array(drawn, from_pandas=True)
    return pa.table(columns)


def features(table: pa.Table) -> list[Feature]:
    """All of its columns as features."""
    tags = [
        SimpleNamespace(code=code, name=Words(code, f"标签{code}"), category="c", kind="number")
        for code in table.column_names
        if code != "customer_id"
    ]
    return features_of(table, tags)
