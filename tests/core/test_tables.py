import pyarrow as pa
import pytest

from limner.core.errors import Unknown
from limner.core.tables import PRODUCT_LINE, TABLES, table


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_whole(name: str) -> None:
    declared = table(name)
    names = declared.schema.names
    assert declared.name == name
    assert len(set(names)) == len(names)
    assert set(declared.key) <= set(names)
    assert set(declared.partition) <= set(names)
    assert declared.kind in ("fact", "snapshot")
    assert declared.words.en and declared.words.zh
    assert all(name.isidentifier() and name == name.lower() for name in names)


def test_every_moment_is_utc() -> None:
    for declared in TABLES.values():
        for field in declared.schema:
            if pa.types.is_timestamp(field.type):
                assert (field.type.unit, field.type.tz) == ("us", "UTC"), field.name


def test_the_columns_of_the_design_are_there() -> None:
    assert {
        "event_id", "type", "event", "time", "received_at", "customer_id", "user_id", "anonymous_id",
        "source", "channel", "order_id", "revenue", "currency", "products", "campaign_id",
        "utm_source", "latitude", "longitude", "city", "properties", "context",
    } <= set(table("events").schema.names)  # fmt: skip
    line = {field.name for field in PRODUCT_LINE}
    assert {"product_id", "name", "category", "brand", "price", "quantity", "discount"} <= line


def test_a_table_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(Unknown, match="events, customers"):
        table("shops")
