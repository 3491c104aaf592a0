"""The schema of every lake table: the contract between the rooms.

Times are UTC at microseconds; `date` is the UTC day of `time` and the partition of `events`.
Money columns are in the row's `currency`.  JSON columns hold what has no column of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from limner.core.errors import Unknown
from limner.core.words import Words

TIME = pa.timestamp("us", tz="UTC")
TEXT = pa.string()
REAL = pa.float64()

PRODUCT_LINE = pa.struct(
    [
        ("product_id", TEXT),
        ("name", TEXT),
        ("category", TEXT),
        ("brand", TEXT),
        ("price", REAL),  # per unit, before discounts
        ("quantity", REAL),
        ("discount", REAL),  # all price reductions of the line together, >= 0
        ("coupon_discount", REAL),  # the part of `discount` that coupons gave
        ("revenue", REAL),  # what the line brought, after discounts
    ]
)


@dataclass(frozen=True, slots=True)
class Table:
    """A lake table: its columns, what identifies a row, and how it is split into files.

    `kind`: `fact` tables grow and never repeat a key; `snapshot` tables are replaced whole by
    each build.  An `is_open` table may carry columns beyond the schema (one per tag).
    """

    name: str
    words: Words
    schema: pa.Schema
    key: tuple[str, ...]
    kind: str
    partition: tuple[str, ...] = ()
    is_open: bool = False


def _table(
    name: str,
    en: str,
    zh: str,
    kind: str,
    key: tuple[str, ...],
    columns: list[tuple[str, pa.DataType]],
    partition: tuple[str, ...] = (),
    is_open: bool = False,
) -> Table:
    return Table(name, Words(en, zh), pa.schema(columns), key, kind, partition, is_open)


_ALL = (
    _table(
        "events", "everything customers did", "客户的全部行为", "fact", ("event_id",),
        [
            ("date", pa.date32()), ("event_id", TEXT), ("type", TEXT), ("event", TEXT),
            ("time", TIME), ("received_at", TIME), ("customer_id", TEXT), ("user_id", TEXT),
            ("anonymous_id", TEXT), ("source", TEXT), ("channel", TEXT), ("store_id", TEXT),
            ("order_id", TEXT), ("revenue", REAL), ("currency", TEXT),
            ("products", pa.list_(pa.field("element", PRODUCT_LINE))),
            ("campaign_id", TEXT), ("utm_source", TEXT), ("utm_medium", TEXT),
            ("utm_campaign", TEXT), ("utm_term", TEXT), ("utm_content", TEXT),
            ("latitude", REAL), ("longitude", REAL), ("city", TEXT),
            ("session_id", TEXT),  # visits end after 30 minutes without an event
            ("traffic_channel", TEXT),  # how the visit began: direct, organic_search, email ...
            ("device", TEXT),  # desktop | mobile | tablet | tv | server
            ("page_url", TEXT), ("referrer", TEXT),
            ("properties", TEXT), ("context", TEXT),
        ],
        partition=("date",),
    ),
    _table(
        "customers", "customer records as each source has them", "各来源的客户记录", "fact",
        ("source", "record_id"),
        [
            ("source", TEXT), ("record_id", TEXT), ("user_id", TEXT), ("email", TEXT),
            ("phone", TEXT), ("loyalty_card", TEXT), ("name", TEXT), ("gender", TEXT),
            ("birth_date", pa.date32()), ("country", TEXT), ("city", TEXT), ("address", TEXT),
            ("created_at", TIME), ("updated_at", TIME), ("traits", TEXT),
        ],
    ),
    _table(
        "products", "what is sold", "商品", "fact", ("product_id",),
        [
            ("product_id", TEXT), ("name", TEXT), ("brand", TEXT), ("category", TEXT),
            ("department", TEXT), ("manufacturer", TEXT), ("is_private_label", pa.bool_()),
            ("size", TEXT), ("price", REAL), ("source", TEXT),
        ],
    ),
    _table(
        "stores", "where it is sold", "门店", "fact", ("store_id",),
        [
            ("store_id", TEXT), ("name", TEXT), ("country", TEXT), ("region", TEXT),
            ("city", TEXT), ("latitude", REAL), ("longitude", REAL),
            ("opened_on", pa.date32()), ("source", TEXT),
        ],
    ),
    _table(
        "costs", "what marketing cost", "营销成本", "fact", ("cost_id",),
        [
            ("cost_id", TEXT), ("date", pa.date32()), ("kind", TEXT), ("campaign_id", TEXT),
            ("channel", TEXT), ("amount", REAL), ("currency", TEXT), ("source", TEXT),
        ],
    ),
    _table(
        "campaigns", "campaigns, Limner's own and imported ones", "营销活动", "fact",
        ("campaign_id",),
        [
            ("campaign_id", TEXT), ("name", TEXT), ("type", TEXT), ("channel", TEXT),
            ("starts_at", TIME), ("ends_at", TIME), ("offer", TEXT), ("margin", REAL),
            ("cost_per_contact", REAL), ("control_share", REAL), ("is_randomised", pa.bool_()),
            ("source", TEXT),
        ],
    ),
    _table(
        "coupons", "which coupon is good for which product", "优惠券适用商品", "fact",
        ("coupon_id", "campaign_id", "product_id"),
        [("coupon_id", TEXT), ("campaign_id", TEXT), ("product_id", TEXT), ("source", TEXT)],
    ),
    _table(
        "exposures", "who was in which arm of a campaign", "触达与对照", "fact",
        ("campaign_id", "customer_id"),
        [
            ("campaign_id", TEXT), ("customer_id", TEXT), ("time", TIME), ("channel", TEXT),
            ("arm", TEXT),  # treated | control
            ("propensity", REAL),  # probability of the arm it got; null when nobody randomised
            ("source", TEXT),
        ],
    ),
    _table(
        "decisions", "what was decided for whom, and why", "决策记录", "fact", ("decision_id",),
        [
            ("decision_id", TEXT), ("campaign_id", TEXT), ("customer_id", TEXT), ("time", TIME),
            ("policy", TEXT), ("action", TEXT),  # contact | control | skip
            ("propensity", REAL), ("score", REAL), ("expected_value", REAL), ("reasons", TEXT),
        ],
    ),
    _table(
        "messages", "what was sent or held back, and why", "消息记录", "fact", ("message_id",),
        [
            ("message_id", TEXT), ("campaign_id", TEXT), ("customer_id", TEXT), ("time", TIME),
            ("channel", TEXT), ("status", TEXT),  # sent | held
            ("reason", TEXT), ("receipt", TEXT), ("subject", TEXT),
        ],
    ),
    _table(
        "quarantine", "rows that could not be taken, with the reason", "隔离区", "fact", ("row_id",),
        [
            ("row_id", TEXT), ("source", TEXT), ("digest", TEXT), ("file", TEXT), ("kind", TEXT),
            ("line", pa.int64()), ("column", TEXT), ("value", TEXT), ("code", TEXT),
            ("reason", TEXT), ("row", TEXT), ("mapping", TEXT),
            ("status", TEXT),  # waiting | replayed | dropped
            ("at", TIME),
        ],
    ),
    _table(
        "quality", "data quality by source and column, before and after cleaning", "数据质量", "fact",
        ("source", "digest", "kind", "stage", "column"),
        [
            ("source", TEXT), ("digest", TEXT), ("file", TEXT), ("kind", TEXT), ("at", TIME),
            ("stage", TEXT),  # before | after
            ("column", TEXT), ("rows", pa.int64()), ("completeness", REAL), ("validity", REAL),
            ("uniqueness", REAL), ("outliers", pa.int64()), ("lowest", TEXT), ("highest", TEXT),
            ("newest", TIME),
        ],
    ),
    _table(
        "cleaning", "what each cleaning rule did to a source's column", "清洗记录", "fact",
        ("source", "digest", "kind", "position"),
        [
            ("source", TEXT), ("digest", TEXT), ("file", TEXT), ("kind", TEXT), ("at", TIME),
            ("position", pa.int64()), ("column", TEXT), ("rule", TEXT), ("argument", TEXT),  # JSON
            ("rows", pa.int64()), ("changed", pa.int64()), ("flagged", pa.int64()),
            ("quarantined", pa.int64()), ("told", TEXT),
            ("found", TEXT),  # JSON: what the rule learned from the whole file
        ],
    ),
    _table(
        "identities", "which identifier belongs to whom", "身份映射", "snapshot", ("kind", "value"),
        [
            ("kind", TEXT), ("value", TEXT), ("customer_id", TEXT), ("source", TEXT), ("rule", TEXT),
        ],
    ),
    _table(
        "profiles", "the portrait: one wide row per customer", "客户画像", "snapshot", ("customer_id",),
        [
            ("customer_id", TEXT), ("name", TEXT), ("email", TEXT), ("phone", TEXT),
            ("loyalty_card", TEXT), ("gender", TEXT), ("birth_date", pa.date32()),
            ("country", TEXT), ("city", TEXT), ("address", TEXT), ("traits", TEXT),
            ("provenance", TEXT),  # JSON: column -> {source, rule}
        ],
        is_open=True,
    ),
    _table(
        "memberships", "who is in which segment", "人群成员", "snapshot", ("segment", "customer_id"),
        [("segment", TEXT), ("customer_id", TEXT), ("as_of", pa.date32())],
    ),
    _table(
        "lists", "lists of customers that people uploaded", "上传名单", "fact",
        ("list", "kind", "value"),
        [("list", TEXT), ("kind", TEXT), ("value", TEXT), ("customer_id", TEXT), ("at", TIME)],
    ),
    _table(
        "audiences", "who was in a frozen audience, and in which part", "受众包", "fact",
        ("audience", "customer_id"),
        [("audience", TEXT), ("customer_id", TEXT), ("part", TEXT), ("at", TIME)],
    ),
    _table(
        "tag_statistics", "coverage and distribution of every tag, build by build", "标签统计", "fact",
        ("tag", "as_of", "version"),
        [
            ("tag", TEXT), ("as_of", pa.date32()), ("version", pa.int64()), ("at", TIME),
            ("customers", pa.int64()), ("known", pa.int64()), ("distinct", pa.int64()),
            ("mean", REAL), ("deviation", REAL),
            ("shape", TEXT),  # JSON: quantiles of a number, or the commonest values with their counts
            ("psi", REAL),  # population stability index against the statistics before
        ],
    ),
    _table(
        "scores", "what models expect, with reasons", "模型评分", "snapshot",
        ("model", "subject", "customer_id"),
        [
            ("model", TEXT), ("subject", TEXT), ("customer_id", TEXT), ("score", REAL),
            ("baseline", REAL), ("reasons", TEXT),  # JSON: [{feature, value, effect}]
            ("as_of", pa.date32()),
        ],
    ),
    _table(
        "recommendations", "what to offer next", "推荐", "snapshot", ("customer_id", "rank"),
        [
            ("customer_id", TEXT), ("rank", pa.int32()), ("product_id", TEXT), ("score", REAL),
            ("reason", TEXT), ("as_of", pa.date32()),
        ],
    ),
    _table(
        "reports", "documents a build computed once, as JSON", "报告", "snapshot", ("report",),
        [("report", TEXT), ("as_of", pa.date32()), ("body", TEXT)],
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _ALL}


def table(name: str) -> Table:
    """The declared table of a name.

    Raises: `Unknown` with the names there are.
    """
    try:
        return TABLES[name]
    except KeyError:
        raise Unknown(
            "table-unknown", f"there is no table {name!r}; there are {', '.join(TABLES)}"
        ) from None
