from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

START = datetime(2017, 1, 1, tzinfo=UTC)
END = datetime(2018, 1, 1, tzinfo=UTC)
ZEROS = (
    "coupons_count", "coupon_products_count", "orders_30d", "orders_per_month", "revenue_30d",
    "revenue_90d", "revenue_per_month", "basket_mean", "coupon_product_lines_90d",
    "departments_count", "contacts_before", "coupons_redeemed", "discount_share",
    "private_label_share", "coupon_product_share", "recency_days", "redeemed_days_ago",
)  # fmt: skip


@pytest.fixture(scope="session")
def planted() -> Callable[..., pa.Table]:
    """`planted(mailings, contacts, strength, seed)`: rows whose true probabilities are known.

    The log-odds are -2 + strength x (coupon_share - 0.5) x 6; `truth` is the probability itself.
    """

    def make(
        mailings: int = 10, contacts: int = 300, strength: float = 1.0, seed: int = 0
    ) -> pa.Table:
        rng = np.random.default_rng(seed)
        parts = []
        for k in range(mailings + 1):
            is_next = k == mailings
            began = END if is_next else START + timedelta(days=40 + 30 * k)
            share = rng.random(contacts)
            truth = expit(-2 + strength * 6 * (share - 0.5))
            label = rng.random(contacts) < truth
            columns: dict[str, object] = dict.fromkeys(ZEROS, np.zeros(contacts))
            columns |= {
                "subject": ["type:A" if is_next else f"m{k:02d}"] * contacts,
                "customer_id": [f"c{i}" for i in rng.permutation(contacts * 2)[:contacts]],
                "campaign_type": ["A"] * contacts,
                "starts_at": [began] * contacts,
                "ends_at": [began + timedelta(days=20)] * contacts,
                "history_days": np.full(contacts, float((began - START).days)),
                "redeemed": pa.nulls(contacts, pa.bool_()) if is_next else label,
                "coupon_share": share,
                "orders_90d": rng.poisson(9, contacts).astype(float),
                "mailings_redeemed": (rng.random(contacts) < 0.2).astype(float),
                "truth": truth,
            }
            parts.append(pa.table(columns))
        return pa.concat_tables(parts)

    return make
