"""The rivals of the tag build: the same figures as one DuckDB query and as pandas, by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa

# As of 2017-12-31 in America/New_York, which is the zone of the session.
SQL = """
WITH kept AS (
    SELECT customer_id, event_id, event, type, time, time::DATE AS day, hour(time) AS hour,
           isodow(time) - 1 AS weekday, revenue, store_id, channel, campaign_id, city, device,
           session_id, traffic_channel, utm_campaign, properties
    FROM {events} WHERE customer_id IS NOT NULL AND time < '2018-01-01'::TIMESTAMPTZ
), everybody AS (
    SELECT DISTINCT customer_id FROM (
        SELECT customer_id FROM kept UNION ALL SELECT user_id FROM {customers})
), orders AS (
    SELECT * FROM kept WHERE event = 'Order Completed'
), by_order AS (
    SELECT customer_id,
        date_diff('day', max(day), DATE '2017-12-31') AS recency_days,
        date_diff('day', min(day), DATE '2017-12-31') AS tenure_days,
        min(day) AS first_order_on, max(day) AS last_order_on,
        count(*) AS orders_total,
        arg_min(day, {{'time': time, 'id': event_id}}, 2)[2] AS second_order_on,
        count(*) FILTER (time >= '2017-12-02'::TIMESTAMPTZ) AS orders_30d,
        count(*) FILTER (time >= '2017-10-03'::TIMESTAMPTZ) AS orders_90d,
        count(*) FILTER (time >= '2017-01-01'::TIMESTAMPTZ) AS orders_365d,
        sum(revenue) FILTER (time >= '2017-01-01'::TIMESTAMPTZ) AS gross_365d,
        avg(revenue) AS basket_mean, max(revenue) AS basket_max,
        count(DISTINCT store_id) AS stores_count,
        avg((weekday >= 5)::INT) AS weekend_share, avg((hour >= 18)::INT) AS evening_share,
        count(*) FILTER (channel <> 'pos' AND time >= '2017-01-01'::TIMESTAMPTZ)
            / nullif(count(*) FILTER (time >= '2017-01-01'::TIMESTAMPTZ), 0) AS online_share,
        arg_max(store_id, time) AS store_last,
        arg_min(channel, time) AS channel_first, arg_max(channel, time) AS channel_last
    FROM orders GROUP BY customer_id
), by_sale AS (
    SELECT customer_id, sum(amount) AS revenue_total,
        sum(amount) FILTER (time >= '2017-12-01'::TIMESTAMPTZ) AS revenue_this_month,
        sum(amount) FILTER (time >= '2017-12-02'::TIMESTAMPTZ) AS revenue_30d,
        sum(amount) FILTER (time >= '2017-10-03'::TIMESTAMPTZ) AS revenue_90d,
        sum(amount) FILTER (time >= '2017-01-01'::TIMESTAMPTZ) AS revenue_365d,
        sum(amount) FILTER (time >= '2017-07-05'::TIMESTAMPTZ
                            AND time < '2017-10-03'::TIMESTAMPTZ) AS before,
        sum(amount) FILTER (time >= '2017-07-01'::TIMESTAMPTZ
                            AND time < '2017-10-01'::TIMESTAMPTZ) AS revenue_last_quarter
    FROM (SELECT customer_id, time,
                 CASE WHEN event = 'Order Refunded' THEN -abs(revenue) ELSE revenue END AS amount
          FROM kept WHERE event IN ('Order Completed', 'Order Refunded'))
    GROUP BY customer_id
), by_event AS (
    SELECT customer_id, date_diff('day', max(day), DATE '2017-12-31') AS seen_days,
        count(DISTINCT day) FILTER (time >= '2017-12-02'::TIMESTAMPTZ) AS active_days_30d,
        count(DISTINCT session_id) FILTER (time >= '2017-12-02'::TIMESTAMPTZ) AS visits_30d,
        arg_max(utm_campaign, time) AS utm_campaign_last, arg_max(city, time) AS city_last,
        count(*) FILTER (type IN ('page', 'screen') AND time >= '2017-12-02'::TIMESTAMPTZ) AS pages_30d,
        count(*) FILTER (type IN ('page', 'screen') AND time >= '2017-10-03'::TIMESTAMPTZ) AS pages_90d,
        count(*) FILTER (type IN ('page', 'screen') AND device = 'mobile'
                         AND time >= '2017-10-03'::TIMESTAMPTZ) AS mobile_90d
    FROM kept GROUP BY customer_id
), by_other AS (
    SELECT customer_id,
        count(*) FILTER (event = 'Checkout Started' AND time >= '2017-12-02'::TIMESTAMPTZ) AS checkouts_30d,
        count(*) FILTER (event = 'Coupon Redeemed' AND time >= '2017-01-01'::TIMESTAMPTZ)
            AS coupons_redeemed_365d,
        count(DISTINCT campaign_id) FILTER (event = 'Coupon Redeemed') AS campaigns_redeemed,
        date_diff('day', max(day) FILTER (event = 'Coupon Redeemed'), DATE '2017-12-31')
            AS coupon_recency_days,
        count(*) FILTER (event = 'Coupon Applied' AND time >= '2017-12-02'::TIMESTAMPTZ)
            AS coupons_applied_30d,
        count(*) FILTER (event = 'Order Refunded' AND time >= '2017-01-01'::TIMESTAMPTZ) AS refunds_365d,
        count(*) FILTER (event = 'Feedback Received' AND properties ->> '$.type' = 'complaint'
                         AND time >= '2017-01-01'::TIMESTAMPTZ) AS complaints_365d,
        count(*) FILTER (event = 'Email Bounced' AND time >= '2017-10-03'::TIMESTAMPTZ)
            AS emails_bounced_90d,
        count(*) FILTER (event IN ('Unsubscribed', 'Email Unsubscribed', 'Email Marked as Spam')
                         AND time >= '2017-01-01'::TIMESTAMPTZ) AS unsubscribes_365d,
        count(*) FILTER (event = 'Email Opened' AND time >= '2017-12-02'::TIMESTAMPTZ)
            AS emails_opened_30d,
        count(*) FILTER (event IN ('Email Link Clicked', 'Email Clicked')
                         AND time >= '2017-12-02'::TIMESTAMPTZ) AS emails_clicked_30d,
        count(*) FILTER (event = 'Product Reviewed' AND time >= '2017-01-01'::TIMESTAMPTZ)
            AS reviews_365d,
        avg(try_cast(properties ->> '$.rating' AS DOUBLE)) FILTER (event = 'Product Reviewed')
            AS rating_mean,
        count(*) FILTER (event IN ('Product Shared', 'Cart Shared')
                         AND time >= '2017-01-01'::TIMESTAMPTZ) AS shares_365d,
        count(*) FILTER (event = 'Feedback Received' AND time >= '2017-01-01'::TIMESTAMPTZ)
            AS feedback_365d,
        arg_max(properties ->> '$.topic', time) FILTER (event = 'Feedback Received')
            AS feedback_topic_last,
        arg_max(properties ->> '$.query', time) FILTER (event = 'Products Searched') AS search_last
    FROM kept WHERE event <> 'Order Completed' GROUP BY customer_id
), checkouts AS (
    SELECT customer_id, count(*) AS checkouts_completed_30d
    FROM (SELECT customer_id, event, time, max(CASE WHEN event = 'Checkout Started' THEN time END)
                 OVER (PARTITION BY customer_id ORDER BY time, event_id
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS started
          FROM kept WHERE event IN ('Checkout Started', 'Order Completed')
                          AND time >= '2017-12-02'::TIMESTAMPTZ)
    WHERE event = 'Order Completed' AND time <= started + INTERVAL 24 HOURS GROUP BY customer_id
), days AS (
    SELECT DISTINCT customer_id, day FROM orders
), gaps AS (
    SELECT customer_id, count(*) AS shopping_days, avg(gap) AS gap_days_mean,
           stddev_samp(gap) / avg(gap) AS gap_days_cv
    FROM (SELECT customer_id, day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap
          FROM days)
    GROUP BY customer_id
), weekdays AS (
    SELECT customer_id, first(weekday ORDER BY n DESC, weekday) AS weekday_top
    FROM (SELECT customer_id, weekday, count(*) AS n FROM orders GROUP BY 1, 2) GROUP BY 1
), hours AS (
    SELECT customer_id, first(hour ORDER BY n DESC, hour) AS hour_top
    FROM (SELECT customer_id, hour, count(*) AS n FROM orders GROUP BY 1, 2) GROUP BY 1
), stores AS (
    SELECT customer_id, first(store_id ORDER BY n DESC, store_id) AS store_top
    FROM (SELECT customer_id, store_id, count(*) AS n FROM orders WHERE store_id IS NOT NULL
          GROUP BY 1, 2) GROUP BY 1
), channels AS (
    SELECT customer_id, first(channel ORDER BY n DESC, channel) AS channel_top
    FROM (SELECT customer_id, channel, count(*) AS n FROM orders WHERE channel IS NOT NULL
          GROUP BY 1, 2) GROUP BY 1
), devices AS (
    SELECT customer_id, first(device ORDER BY n DESC, device) AS device_top
    FROM (SELECT customer_id, device, count(*) AS n FROM kept
          WHERE device IS NOT NULL AND time >= '2017-10-03'::TIMESTAMPTZ GROUP BY 1, 2) GROUP BY 1
), visits AS (
    SELECT customer_id, first(traffic_channel ORDER BY n DESC, traffic_channel) AS traffic_channel_top
    FROM (SELECT customer_id, traffic_channel, count(*) AS n FROM kept
          WHERE type IN ('page', 'screen') AND traffic_channel IS NOT NULL
                AND time >= '2017-10-03'::TIMESTAMPTZ GROUP BY 1, 2) GROUP BY 1
), browsing AS (
    SELECT customer_id, first(hour ORDER BY n DESC, hour) AS browsing_hour_top
    FROM (SELECT customer_id, hour, count(*) AS n FROM kept WHERE type IN ('page', 'screen')
                AND time >= '2017-10-03'::TIMESTAMPTZ GROUP BY 1, 2) GROUP BY 1
), opening AS (
    SELECT customer_id, first(hour ORDER BY n DESC, hour) AS email_hour_top
    FROM (SELECT customer_id, hour, count(*) AS n FROM kept WHERE event = 'Email Opened'
                AND time >= '2017-07-05'::TIMESTAMPTZ GROUP BY 1, 2) GROUP BY 1
), lines AS (
    SELECT customer_id, event, time, line.product_id AS product_id, line.category AS own_category,
           line.quantity AS quantity, line.revenue AS revenue, line.discount AS discount,
           line.coupon_discount AS coupon_discount
    FROM (SELECT customer_id, event, time, unnest(products) AS line FROM {events}
          WHERE event IN ('Order Completed', 'Product Viewed', 'Product Clicked', 'Product Added')
                AND customer_id IS NOT NULL AND time < '2018-01-01'::TIMESTAMPTZ)
), by_line AS (
    SELECT customer_id, count(*) AS lines_total,
        sum(quantity) FILTER (quantity <= 100 AND time >= '2017-01-01'::TIMESTAMPTZ) AS units_365d,
        sum(revenue) FILTER (quantity <= 100 AND time >= '2017-01-01'::TIMESTAMPTZ) AS of_units_365d,
        sum(discount) / nullif(sum(revenue + coalesce(discount, 0)), 0) AS discount_share,
        sum(coupon_discount) / nullif(sum(revenue + coalesce(discount, 0)), 0) AS coupon_share,
        sum(revenue) FILTER (time >= '2017-01-01'::TIMESTAMPTZ) AS lines_365d,
        sum(revenue) FILTER (discount > 0 AND time >= '2017-01-01'::TIMESTAMPTZ) AS discounted_365d,
        sum(revenue) FILTER (coupon_discount > 0 AND time >= '2017-01-01'::TIMESTAMPTZ) AS couponed_365d,
        sum(discount) FILTER (time >= '2017-01-01'::TIMESTAMPTZ) AS discount_365d,
        sum(revenue) FILTER ((discount = 0 OR discount IS NULL)
                             AND time >= '2017-01-01'::TIMESTAMPTZ) AS full_price_revenue_365d
    FROM lines WHERE event = 'Order Completed' GROUP BY customer_id
), bought AS (
    SELECT customer_id, b.*, department, category, brand, is_private_label
    FROM (SELECT customer_id, product_id, count(*) AS n, sum(revenue) AS revenue,
                 sum(revenue) FILTER (time >= '2017-10-03'::TIMESTAMPTZ) AS revenue_90d,
                 count(*) FILTER (time >= '2017-01-01'::TIMESTAMPTZ) AS n_365d
          FROM lines WHERE event = 'Order Completed' GROUP BY ALL) b
    LEFT JOIN {products} USING (product_id)
), by_product AS (
    SELECT customer_id, count(DISTINCT product_id) AS products_count,
        coalesce(sum(revenue) FILTER (is_private_label), 0) / nullif(sum(revenue), 0)
            AS private_label_share,
        first(product_id ORDER BY n DESC, product_id) AS product_top
    FROM bought GROUP BY customer_id
), departments AS (
    SELECT customer_id, count(*) AS departments_count,
        first(department ORDER BY round(revenue, 6) DESC, department) AS department_top
    FROM (SELECT customer_id, department, sum(revenue) AS revenue FROM bought
          WHERE department IS NOT NULL GROUP BY 1, 2) GROUP BY 1
), categories AS (
    SELECT customer_id, count(*) AS categories_count,
        first(category ORDER BY round(revenue, 6) DESC, category) AS category_top,
        first(category ORDER BY round(revenue_90d, 6) DESC, category)
            FILTER (revenue_90d IS NOT NULL) AS category_top_90d,
        array_to_string((list(category ORDER BY n_365d DESC, category) FILTER (n_365d > 0))[:3], ', ')
            AS categories_favourite
    FROM (SELECT customer_id, category, sum(revenue) AS revenue, sum(revenue_90d) AS revenue_90d,
                 sum(n_365d) AS n_365d
          FROM bought WHERE category IS NOT NULL GROUP BY 1, 2) GROUP BY 1
), brands AS (
    SELECT customer_id, first(brand ORDER BY round(revenue, 6) DESC, brand) AS brand_top
    FROM (SELECT customer_id, brand, sum(revenue) AS revenue FROM bought
          WHERE brand IS NOT NULL GROUP BY 1, 2) GROUP BY 1
), looked AS (
    SELECT customer_id, event, coalesce(category, own_category) AS category, count(*) AS n
    FROM lines LEFT JOIN {products} USING (product_id)
    WHERE event <> 'Order Completed' AND time >= '2017-12-02'::TIMESTAMPTZ GROUP BY ALL
), wanted AS (
    SELECT customer_id,
        first(category ORDER BY viewed DESC, category) FILTER (viewed > 0) AS category_viewed,
        first(category ORDER BY carted DESC, category) FILTER (carted > 0) AS category_carted
    FROM (SELECT customer_id, category, sum(n) FILTER (event = 'Product Added') AS carted,
                 sum(n) FILTER (event <> 'Product Added') AS viewed
          FROM looked WHERE category IS NOT NULL GROUP BY 1, 2) GROUP BY 1
), expected AS (
    SELECT customer_id, max(score) FILTER (subject = 'type:Type A') AS coupon_chance_a,
           max(score) FILTER (subject = 'type:Type C') AS coupon_chance_c
    FROM {scores} WHERE model = 'coupon_redemption' GROUP BY customer_id
), said AS (
    SELECT user_id AS customer_id, traits ->> '$.household_size' AS household_size,
        traits ->> '$.age' AS age_band, traits ->> '$.income' AS income_band,
        traits ->> '$.home_ownership' AS home_ownership,
        traits ->> '$.marital_status' AS marital_status, traits ->> '$.kids_count' AS kids_count,
        traits ->> '$.household_comp' AS household_composition, traits ->> '$.language' AS language,
        traits ->> '$.member_level' AS member_level,
        try_cast(traits ->> '$.points' AS DOUBLE) AS points_balance
    FROM {customers}
), wide AS (
    SELECT everybody.customer_id, said.* EXCLUDE (customer_id),
        by_order.* EXCLUDE (customer_id, gross_365d, orders_total, orders_30d, orders_90d, orders_365d,
                            stores_count),
        coalesce(gross_365d, 0) AS gross_365d, coalesce(orders_total, 0) AS orders_total,
        coalesce(orders_30d, 0) AS orders_30d, coalesce(orders_90d, 0) AS orders_90d,
        coalesce(orders_365d, 0) AS orders_365d, coalesce(stores_count, 0) AS stores_count,
        coalesce(revenue_total, 0) AS revenue_total,
        coalesce(revenue_this_month, 0) AS revenue_this_month,
        coalesce(revenue_30d, 0) AS revenue_30d, coalesce(revenue_90d, 0) AS revenue_90d,
        coalesce(revenue_365d, 0) AS revenue_365d, coalesce(before, 0) AS before,
        coalesce(revenue_last_quarter, 0) AS revenue_last_quarter,
        seen_days, coalesce(active_days_30d, 0) AS active_days_30d,
        coalesce(visits_30d, 0) AS visits_30d, utm_campaign_last, city_last,
        coalesce(pages_30d, 0) AS pages_30d, mobile_90d / nullif(pages_90d, 0) AS mobile_share,
        coalesce(checkouts_30d, 0) AS checkouts_30d,
        coalesce(coupons_redeemed_365d, 0) AS coupons_redeemed_365d,
        coalesce(campaigns_redeemed, 0) AS campaigns_redeemed, coupon_recency_days,
        coalesce(coupons_applied_30d, 0) AS coupons_applied_30d,
        coalesce(refunds_365d, 0) AS refunds_365d, coalesce(complaints_365d, 0) AS complaints_365d,
        coalesce(emails_bounced_90d, 0) AS emails_bounced_90d,
        coalesce(unsubscribes_365d, 0) AS unsubscribes_365d,
        coalesce(emails_opened_30d, 0) AS emails_opened_30d,
        coalesce(emails_clicked_30d, 0) AS emails_clicked_30d,
        coalesce(reviews_365d, 0) AS reviews_365d, rating_mean,
        coalesce(shares_365d, 0) AS shares_365d, coalesce(feedback_365d, 0) AS feedback_365d,
        feedback_topic_last, search_last,
        coalesce(checkouts_completed_30d, 0) AS checkouts_completed_30d,
        coalesce(shopping_days, 0) AS shopping_days, gap_days_mean, gap_days_cv,
        weekday_top, hour_top, store_top, channel_top, device_top, traffic_channel_top,
        browsing_hour_top, email_hour_top, coalesce(lines_total, 0) AS lines_total,
        coalesce(units_365d, 0) AS units_365d, of_units_365d / nullif(units_365d, 0) AS unit_price_mean,
        discount_share, coupon_share,
        coalesce(discounted_365d, 0) / nullif(lines_365d, 0) AS discounted_share,
        coalesce(couponed_365d, 0) / nullif(lines_365d, 0) AS coupon_dependence,
        coalesce(discount_365d, 0) AS discount_365d,
        coalesce(full_price_revenue_365d, 0) AS full_price_revenue_365d,
        coalesce(products_count, 0) AS products_count, private_label_share, product_top,
        coalesce(departments_count, 0) AS departments_count, department_top,
        coalesce(categories_count, 0) AS categories_count, category_top, category_top_90d,
        categories_favourite, brand_top, category_viewed, category_carted,
        coupon_chance_a, coupon_chance_c
    FROM everybody LEFT JOIN said USING (customer_id) LEFT JOIN by_order USING (customer_id)
    LEFT JOIN by_sale USING (customer_id) LEFT JOIN by_event USING (customer_id)
    LEFT JOIN by_other USING (customer_id) LEFT JOIN checkouts USING (customer_id)
    LEFT JOIN gaps USING (customer_id) LEFT JOIN weekdays USING (customer_id)
    LEFT JOIN hours USING (customer_id) LEFT JOIN stores USING (customer_id)
    LEFT JOIN channels USING (customer_id) LEFT JOIN devices USING (customer_id)
    LEFT JOIN visits USING (customer_id) LEFT JOIN browsing USING (customer_id)
    LEFT JOIN opening USING (customer_id) LEFT JOIN by_line USING (customer_id)
    LEFT JOIN by_product USING (customer_id) LEFT JOIN departments USING (customer_id)
    LEFT JOIN categories USING (customer_id) LEFT JOIN brands USING (customer_id)
    LEFT JOIN wanted USING (customer_id) LEFT JOIN expected USING (customer_id)
)
SELECT * EXCLUDE (before),
    CASE WHEN kids_count <> '0' THEN 'with_children' WHEN age_band IN ('65+', '55-64') THEN 'older'
         WHEN age_band IS NOT NULL THEN 'no_children' END AS family_stage,
    ((age_band IS NOT NULL)::INT + (income_band IS NOT NULL)::INT + (household_size IS NOT NULL)::INT
     + (home_ownership IS NOT NULL)::INT + (marital_status IS NOT NULL)::INT) / 5
        AS profile_completeness,
    (revenue_90d - before) / nullif(abs(revenue_90d) + abs(before), 0) AS revenue_trend,
    lines_total / nullif(orders_total, 0) AS lines_mean,
    units_365d / nullif(orders_365d, 0) AS units_mean,
    1 - products_count / nullif(lines_total, 0) AS repeat_share,
    CASE WHEN discount_share >= 0.25 THEN 'bargain' WHEN discount_share >= 0.12 THEN 'mixed'
         WHEN discount_share IS NOT NULL THEN 'full_price' END AS price_attitude,
    pages_30d / nullif(visits_30d, 0) AS pages_per_visit,
    CASE WHEN weekend_share >= 0.5 THEN 'weekend' WHEN evening_share >= 0.5 THEN 'evening'
         WHEN weekend_share IS NOT NULL THEN 'daytime' END AS shopping_time,
    round(gap_days_mean - recency_days, 1) AS next_order_days,
    CASE WHEN recency_days <= 30 THEN 'active' WHEN recency_days <= 90 THEN 'cooling'
         WHEN recency_days <= 180 THEN 'asleep' WHEN recency_days IS NOT NULL THEN 'lost' END
        AS activity_stage,
    tenure_days <= 30 AS is_new,
    revenue_total * 30 / greatest(tenure_days + 1, 30) AS revenue_per_30d,
    revenue_90d / nullif(revenue_365d, 0) AS revenue_90d_share,
    revenue_total / nullif(shopping_days, 0) AS visit_value,
    CASE WHEN revenue_per_30d >= 300 THEN 'high' WHEN revenue_per_30d >= 100 THEN 'middle'
         WHEN revenue_per_30d IS NOT NULL THEN 'low' END AS value_tier,
    recency_days / nullif(gap_days_mean, 0) AS overdue,
    CASE WHEN overdue >= 4 THEN 'dormant' WHEN overdue >= 2 THEN 'late'
         WHEN overdue IS NOT NULL THEN 'on_time' END AS dormancy,
    gross_365d - revenue_365d AS refund_amount_365d,
    refund_amount_365d / nullif(gross_365d, 0) AS return_rate,
    emails_clicked_30d / nullif(emails_opened_30d, 0) AS email_click_rate,
    CASE WHEN orders_365d >= 100 THEN 'platinum' WHEN orders_365d >= 50 THEN 'gold'
         WHEN orders_365d >= 12 THEN 'silver' WHEN orders_365d > 0 THEN 'member' END AS loyalty_grade,
    CASE WHEN orders_365d >= 100 THEN 0 WHEN orders_365d >= 50 THEN 100 - orders_365d
         WHEN orders_365d >= 12 THEN 50 - orders_365d ELSE 12 - orders_365d END
        AS orders_to_next_grade,
    round(tenure_days / 365.25, 1) AS years_with_us
FROM wide
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
