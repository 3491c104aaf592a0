"""The tracking plan as people edit it: checked, all or nothing, numbered, audited."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from limner.app import Limner
from limner.app.plan import (
    Wanted,
    infer_schema,
    list_plan,
    planned,
    read_plan,
    remove_planned,
    save_plan,
)
from limner.app.sources import add_source
from limner.core.errors import Malformed, Unknown
from limner.core.tables import table
from limner.govern import audit

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
ORDER = {"type": "object", "required": ["order_id"]}


@pytest.fixture
def limner(tmp_path: Path) -> Limner:
    limner = Limner.open(tmp_path / "home")
    add_source(limner, "web", "http", {}, "ann", NOW)
    return limner


def test_a_change_makes_a_version_and_the_same_again_does_not(limner: Limner) -> None:
    wanted = Wanted("web", "Order Completed", ORDER, "quarantine")
    (first,) = save_plan(limner, [wanted], "ann", NOW)
    (again,) = save_plan(limner, [wanted], "bob", NOW)
    (changed,) = save_plan(limner, [Wanted("web", "Order Completed", {}, "warn")], "bob", NOW)
    assert (first.version, again.version, changed.version) == (1, 1, 2)
    assert planned(limner, "web", "Order Completed").updated_by == "bob"
    remove_planned(limner, "web", "Order Completed", "ann", NOW)
    assert list_plan(limner) == []
    told = [(e.actor, e.action, e.detail["version"]) for e in audit.entries(limner.store)[:3]]
    assert told == [("ann", "plan.removed", 2), ("bob", "plan.saved", 2), ("ann", "plan.saved", 1)]
    assert audit.entries(limner.store)[2].detail["schema"] == ORDER


def test_all_or_nothing(limner: Limner) -> None:
    broken = {"properties": {"price": {"minimum": "low"}}}
    rows = [Wanted("*", "Product Viewed", {}), Wanted("*", "Product Added", broken)]
    with pytest.raises(Malformed, match="wrong at /properties/price/minimum"):
        save_plan(limner, rows, "ann", NOW)
    with pytest.raises(Unknown, match="no source 'app'; there is web"):
        save_plan(limner, [rows[0], Wanted("app", "Product Viewed", {})], "ann", NOW)
    assert list_plan(limner) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (Wanted("*", " ", {}), "no event's name"),
        (Wanted("*", "A", {}, "shout"), "on_breach is 'shout'"),
        (Wanted("*", "A", {"description": "x" * 70_000}), "65,536 are allowed"),
        (Wanted("*", "A", {"const": NOW}), "put it in quotes"),
        (Wanted("*", "A", {"$ref": "http://169.254.169.254/x"}), "Retrieval is disabled"),
    ],
)
def test_what_cannot_be_planned_is_told(limner: Limner, row: Wanted, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        save_plan(limner, [row], "ann", NOW)


def test_a_source_sees_its_own_rows_and_those_for_all(limner: Limner) -> None:
    add_source(limner, "app", "http", {}, "ann", NOW)
    rows = [Wanted("web", "A", {}), Wanted("app", "B", {}), Wanted("*", "C", {})]
    save_plan(limner, rows, "ann", NOW)
    assert [card.event for card in list_plan(limner, "web")] == ["A", "C"]
    with pytest.raises(Unknown, match="says nothing of 'B' from web"):
        planned(limner, "web", "B")


def test_a_schema_is_learned_from_the_lake(limner: Limner) -> None:
    base = {"type": "track", "event": "Product Viewed", "time": NOW, "received_at": NOW,
            "date": NOW.date(), "customer_id": "u1", "source": "web"}  # fmt: skip
    rows = [
        base | {"event_id": "1", "properties": '{"price": 1, "sku": "a"}'},
        base | {"event_id": "2", "properties": '{"price": 2.5}'},
        base | {"event_id": "3", "properties": '{"price": "x"}', "source": "app"},
    ]
    limner.lake.append("events", pa.Table.from_pylist(rows, schema=table("events").schema))
    schema, seen = infer_schema(limner, "Product Viewed", "web")
    assert seen == 2
    assert schema["properties"] == {"price": {"type": "number"}, "sku": {"type": "string"}}
    assert schema["required"] == ["price"]
    assert infer_schema(limner, "track")[1] == 3
    with pytest.raises(Unknown, match="is in the lake"):
        infer_schema(limner, "Nothing")


def test_a_file_says_which_entry_is_wrong() -> None:
    assert read_plan({"event": "A"}) == [Wanted("*", "A", {}, "warn", "")]
    with pytest.raises(Malformed, match="entry 2, onbreach is 'warn'"):
        read_plan([{"event": "A"}, {"event": "B", "onbreach": "warn"}])
    with pytest.raises(Malformed, match="entry 1, schema"):
        read_plan({"event": "A", "schema": [1]})
