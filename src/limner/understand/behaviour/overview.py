"""The shop at a glance: the figures of the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr.types import Table

from limner.core.event import ORDER_COMPLETED, ORDER_REFUNDED
from limner.core.statistics import wilson
from limner.understand.columns import numbers
from limner.understand.tags.source import Facts, event_rows, line_rows, with_products


@dataclass(frozen=True, slots=True)
class OverviewQueries:
    """What the overview needs from the engine, to be fetched before `overview` is written."""

    months: Table  # month, sales (refunds taken off), orders, customers, new_customers
    departments: Table  # name, sales
    weekday_hour: Table  # weekday (0 = Monday), hour, orders


def overview_queries(facts: Facts, as_of: date, timezone: str) -> OverviewQueries:
    """The overview's expressions over all that happened by the end of `as_of`."""
    wanted = ["revenue", "day", "hour", "weekday"]
    rows = event_rows(facts, (ORDER_COMPLETED, ORDER_REFUNDED), wanted, as_of, timezone)
    rows = rows.mutate(month=rows.day.strftime("%Y-%m"), is_order=rows.event == ORDER_COMPLETED)
    began = (
        rows.filter(rows.is_order).group_by("customer_id").aggregate(month=lambda t: t.month.min())
    )
    new = began.group_by("month").aggregate(new_customers=began.count())
    months = rows.group_by("month").aggregate(
        sales=rows.revenue.sum().round(2),
        orders=rows.is_order.sum(),
        customers=rows.customer_id.nunique(where=rows.is_order),
    )
    joined = months.left_join(new, months.month == new.month)
    months = joined.select(
        months.month, months.sales, months.orders, months.customers,
        new_customers=new.new_customers.fill_null(0),
    ).order_by("month")  # fmt: skip
    lines = line_rows(facts, ["revenue"], as_of, timezone)
    by_product = lines.group_by("product_id").aggregate(revenue=lines.revenue.sum())
    named = with_products(by_product, facts, ["department"])
    departments = named.group_by(name=named.department).aggregate(
        sales=named.revenue.sum().round(2)
    )
    orders = rows.filter(rows.is_order)
    return OverviewQueries(
        months,
        departments.order_by(ibis.desc("sales"), "name"),
        orders.group_by(["weekday", "hour"]).aggregate(orders=orders.count()).order_by("weekday", "hour"),
    )  # fmt: skip


def overview(
    profiles: pa.Table,
    months: pa.Table,
    departments: pa.Table,
    weekday_hour: pa.Table,
    as_of: date,
    currency: str,
) -> dict[str, Any]:
    """The document `overview`.

    `profiles` has the tags and `lifecycle_stage`.  The repeat rate is the share of customers with
    an order who came on two days or more; its interval is Wilson's at 95 %.
    `slipped_this_month` are the customers now slipping whose last order was in the month before.
    """
    by_month, by_hour = months.to_pylist(), weekday_hour.to_pylist()
    sales, orders = sum(m["sales"] for m in by_month), sum(m["orders"] for m in by_month)
    visits = numbers(profiles, "shopping_days")
    bought, repeated = int((visits > 0).sum()), int((visits > 1).sum())
    named = [d for d in departments.to_pylist() if d["name"] is not None]
    brought = sum(d["sales"] for d in departments.to_pylist())
    stage = np.array(profiles["lifecycle_stage"].to_pylist(), dtype=object)
    slipping = (stage == "slipping") & (numbers(profiles, "recency_days") <= 30)
    year = numbers(profiles, "revenue_365d")
    return {
        "as_of": as_of.isoformat(),
        "currency": currency,
        "customers": bought,
        "orders": int(orders),
        "sales": round(float(sales), 2),
        "basket_mean": float(sales / orders) if orders else None,
        "repeat_rate": repeated / bought if bought else None,
        "repeat_rate_interval": list(wilson(repeated, bought)) if bought else None,
        "active_90d": int((numbers(profiles, "orders_90d") > 0).sum()),
        "months": by_month,
        "departments": [{**d, "share": d["sales"] / brought if brought else 0.0} for d in named],
        "weekday_hour": by_hour,
        "slipped_this_month": {
            "customers": int(slipping.sum()),
            "revenue_365d": round(float(year[slipping].sum()), 2),
        },
    }
