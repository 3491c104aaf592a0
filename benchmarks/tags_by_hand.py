"""The rivals of the tag build: the same figures as one DuckDB query and as pandas, by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa

# As of 2017-12-31 in America/New_York, which is the zone of the session.
SQL = """
WITH orders AS MATERIALIZED (
    SELECT customer_id, time, time::DATE AS day, hour(time) AS hour, isodow(time) - 1 AS weekday,
           revenue, store_id, channel
    FROM {events}
    WHERE event = 'Order Completed' AND customer_id IS NOT NULL AND time < '2018-01-01'::TIMESTAMPTZ
), by_order AS (
    SELECT customer_id,
        date_diff('day', max(day), DATE '2017-12-31') AS recency_days,
        date_diff('day', min(day), DATE '2017-12-31') AS tenure_days,
        min(day) AS first_order_on, max(day) AS last_order_on,
        count(*) FILTER (time >= '2017-12-02'::TIMESTAMPTZ) AS orders_30d,
        count(*) FILTER (time >= '2017-10-03'::TIMESTAMPTZ) AS orders_90d,
        count(*) FILTER (time >= '2017-01-01'::TIMESTAMPTZ) AS orders_365d,
        coalesce(sum(revenue) FILTER (time >= '2017-12-02'::TIMESTAMPTZ), 0) AS revenue_30d,
        coalesce(sum(revenue) FILTER (time >= '2017-10-03'::TIMESTAMPTZ), 0) AS revenue_90d,
        coalesce(sum(revenue) FILTER (time >= '2017-01-01'::TIMESTAMPTZ), 0) AS revenue_365d,
        coalesce(sum(revenue) FILTER (time >= '2017-07-05'::TIMESTAMPTZ
                                      AND time < '2017-10-03'::TIMESTAMPTZ), 0) AS before,
        avg(revenue) AS basket_mean, max(revenue) AS basket_max,
        count(DISTINCT day) AS shopping_days, count(DISTINCT store_id) AS stores_count,
        avg((weekday >= 5)::INT) AS weekend_share, avg((hour >= 18)::INT) AS evening_share,
        arg_max(store_id, time) AS store_last, arg_min(channel, time) AS channel_first
    FROM orders GROUP BY customer_id
), gaps AS (
    SELECT customer_id, avg(gap) AS gap_days_mean, stddev_samp(gap) / avg(gap) AS gap_days_cv
    FROM (SELECT customer_id, day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap
          FROM (SELECT DISTINCT customer_id, day FROM orders))
    GROUP BY customer_id
), weekdays AS (
    SELECT customer_id, weekday AS weekday_top FROM orders GROUP BY 1, 2
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY count(*) DESC, weekday) = 1
), hours AS (
    SELECT customer_id, hour AS hour_top FROM orders GROUP BY 1, 2
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY count(*) DESC, hour) = 1
), stores AS (
    SELECT customer_id, store_id AS store_top FROM orders GROUP BY 1, 2
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY count(*) DESC, store_id) = 1
), bought AS MATERIALIZED (
    SELECT customer_id, b.*, department, category, brand, is_private_label
    FROM (SELECT customer_id, line.product_id AS product_id, sum(line.revenue) AS revenue,
                 sum(line.discount) AS discount, sum(line.coupon_discount) AS coupon_discount,
                 sum(line.quantity) FILTER (line.quantity <= 100
                                            AND time >= '2017-01-01'::TIMESTAMPTZ) AS quantity
          FROM (SELECT customer_id, time, unnest(products) AS line FROM {events}
                WHERE event = 'Order Completed' AND customer_id IS NOT NULL
                  AND time < '2018-01-01'::TIMESTAMPTZ)
          GROUP BY ALL) b
    LEFT JOIN {products} USING (product_id)
), by_line AS (
    SELECT customer_id,
        coalesce(sum(revenue) FILTER (is_private_label), 0) / nullif(sum(revenue), 0)
            AS private_label_share,
        sum(discount) / nullif(sum(revenue + discount), 0) AS discount_share,
        sum(coupon_discount) / nullif(sum(revenue + discount), 0) AS coupon_share,
        count(DISTINCT department) AS departments_count, count(*) AS products_count,
        coalesce(sum(quantity), 0) AS units_365d
    FROM bought GROUP BY customer_id
), departments AS (
    SELECT customer_id, department AS department_top FROM bought
    WHERE department IS NOT NULL GROUP BY 1, 2
    QUALIFY row_number() OVER (
        PARTITION BY customer_id ORDER BY round(sum(revenue), 6) DESC, department) = 1
), categories AS (
    SELECT customer_id, category AS category_top FROM bought
    WHERE category IS NOT NULL GROUP BY 1, 2
    QUALIFY row_number() OVER (
        PARTITION BY customer_id ORDER BY round(sum(revenue), 6) DESC, category) = 1
), brands AS (
    SELECT customer_id, brand AS brand_top FROM bought WHERE brand IS NOT NULL GROUP BY 1, 2
    QUALIFY row_number() OVER (
        PARTITION BY customer_id ORDER BY round(sum(revenue), 6) DESC, brand) = 1
), coupons AS (
    SELECT customer_id, count(*) AS redeemed FROM {events}
    WHERE event = 'Coupon Redeemed' AND time >= '2017-01-01'::TIMESTAMPTZ
      AND time < '2018-01-01'::TIMESTAMPTZ GROUP BY customer_id
)
SELECT c.user_id AS customer_id, by_order.* EXCLUDE (customer_id, before),
    (revenue_90d - before) / nullif(revenue_90d + before, 0) AS revenue_trend,
    gap_days_mean, gap_days_cv, weekday_top, hour_top, store_top, department_top, category_top,
    brand_top, by_line.* EXCLUDE (customer_id), units_365d / nullif(orders_365d, 0) AS units_mean,
    coalesce(redeemed, 0) AS coupons_redeemed_365d,
    traits ->> '$.household_size' AS household_size, traits ->> '$.age' AS age_band,
    traits ->> '$.income' AS income_band
FROM {customers} c
LEFT JOIN by_order ON by_order.customer_id = c.user_id
LEFT JOIN gaps ON gaps.customer_id = c.user_id
LEFT JOIN weekdays ON weekdays.customer_id = c.user_id
LEFT JOIN hours ON hours.customer_id = c.user_id
LEFT JOIN stores ON stores.customer_id = c.user_id
LEFT JOIN by_line ON by_line.customer_id = c.user_id
LEFT JOIN departments ON departments.customer_id = c.user_id
LEFT JOIN categories ON categories.customer_id = c.user_id
LEFT JOIN brands ON brands.customer_id = c.user_id
LEFT JOIN coupons ON coupons.customer_id = c.user_id
"""


def by_pandas(frames: dict[str, pd.DataFrame], as_of: date, timezone: str) -> pa.Table:
    """The same figures with group-bys of pandas, from frames already in memory."""
    end = pd.Timestamp(as_of, tz=timezone) + pd.DateOffset(days=1)
    start = {days: end - pd.DateOffset(days=days) for days in (30, 90, 180, 365)}
    events = frames["events"]
    events = events[events["time"] < end]
    orders = events[events["event"] == "Order Completed"].copy()
    local = orders["time"].dt.tz_convert(timezone)
    orders["day"], orders["hour"] = local.dt.tz_localize(None).dt.normalize(), local.dt.hour
    orders["weekday"] = local.dt.weekday
    orders["weekend"], orders["evening"] = orders["weekday"] >= 5, orders["hour"] >= 18
    by = orders.groupby("customer_id")
    out = pd.DataFrame(index=pd.Index(frames["customers"]["customer_id"], name="customer_id"))
    today = pd.Timestamp(as_of)
    first, last = by["day"].min(), by["day"].max()
    out["recency_days"], out["tenure_days"] = (today - last).dt.days, (today - first).dt.days
    out["first_order_on"], out["last_order_on"] = first.dt.date, last.dt.date
    for days in (30, 90, 365):
        some = orders[orders["time"] >= start[days]].groupby("customer_id")["revenue"]
        out[f"orders_{days}d"], out[f"revenue_{days}d"] = some.size(), some.sum()
    before = orders[(orders["time"] >= start[180]) & (orders["time"] < start[90])]
    then = before.groupby("customer_id")["revenue"].sum().reindex(out.index).fillna(0)
    now = out["revenue_90d"].fillna(0)
    out["revenue_trend"] = (now - then) / (now + then).where(lambda total: total != 0)
    out["basket_mean"], out["basket_max"] = by["revenue"].mean(), by["revenue"].max()
    out["stores_count"] = by["store_id"].nunique()
    out["weekend_share"], out["evening_share"] = by["weekend"].mean(), by["evening"].mean()
    days = orders[["customer_id", "day"]].drop_duplicates().sort_values(["customer_id", "day"])
    out["shopping_days"] = days.groupby("customer_id").size()
    days["gap"] = days.groupby("customer_id")["day"].diff().dt.days
    gaps = days.groupby("customer_id")["gap"]
    out["gap_days_mean"], out["gap_days_cv"] = gaps.mean(), gaps.std() / gaps.mean()
    for code, column in (
        ("weekday_top", "weekday"),
        ("hour_top", "hour"),
        ("store_top", "store_id"),
    ):
        out[code] = _favourite(orders, column, None)
    in_time = orders.sort_values("time").groupby("customer_id")
    out["store_last"], out["channel_first"] = in_time["store_id"].last(), in_time["channel"].first()
    redeemed = events[(events["event"] == "Coupon Redeemed") & (events["time"] >= start[365])]
    out["coupons_redeemed_365d"] = redeemed.groupby("customer_id").size()

    lines = frames["lines"]
    columns = ["product_id", "department", "category", "brand", "is_private_label"]
    lines = lines[lines["time"] < end].merge(frames["products"][columns], "left", "product_id")
    lines["list_price"] = lines["revenue"] + lines["discount"]
    by = lines.groupby("customer_id")
    sums = by[["revenue", "discount", "coupon_discount", "list_price"]].sum()
    own = lines[lines["is_private_label"].eq(True)].groupby("customer_id")["revenue"].sum()
    out["private_label_share"] = own.reindex(out.index).fillna(0) / sums["revenue"]
    out["discount_share"] = sums["discount"] / sums["list_price"]
    out["coupon_share"] = sums["coupon_discount"] / sums["list_price"]
    out["departments_count"], out["products_count"] = (
        by["department"].nunique(),
        by["product_id"].nunique(),
    )
    few = lines[(lines["quantity"] <= 100) & (lines["time"] >= start[365])]
    out["units_365d"] = few.groupby("customer_id")["quantity"].sum()
    for code, column in (
        ("department_top", "department"), ("category_top", "category"), ("brand_top", "brand"),
    ):  # fmt: skip
        out[code] = _favourite(lines, column, "revenue")
    counted = [f"{what}_{days}d" for what in ("orders", "revenue") for days in (30, 90, 365)]
    counted += ["coupons_redeemed_365d", "units_365d"]
    out[counted] = out[counted].fillna(0)
    out["units_mean"] = out["units_365d"] / out["orders_365d"]
    return pa.Table.from_pandas(out.reset_index(), preserve_index=False)


def _favourite(frame: pd.DataFrame, column: str, weight: str | None) -> pd.Series[str]:
    by = frame.groupby(["customer_id", column])
    sums = by.size() if weight is None else by[weight].sum().round(6)
    ranked = sums.rename("weight").reset_index()
    ranked = ranked.sort_values(["customer_id", "weight", column], ascending=[True, False, True])
    return ranked.drop_duplicates("customer_id").set_index("customer_id")[column]
