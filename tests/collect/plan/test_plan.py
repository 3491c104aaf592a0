"""Events are judged by the plan's schemas: the nearest row decides, and breaches say where."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from limner.collect.plan.plan import Plan
from limner.core.errors import Malformed


@dataclass
class Row:
    source: str
    event: str
    json_schema: dict[str, Any] = field(default_factory=dict)
    on_breach: str = "warn"


ORDER = {
    "type": "object",
    "required": ["order_id"],
    "properties": {
        "order_id": {"type": "string"},
        "revenue": {"type": "number", "minimum": 0},
        "currency": {"enum": ["CNY", "USD"]},
        "products": {"items": {"properties": {"price": {"type": "number"}}}},
    },
    "additionalProperties": False,
}
NOTHING = {"not": {}}


def body(**item: Any) -> bytes:
    return json.dumps(item).encode()


def test_a_breach_says_where_and_what_in_both_languages() -> None:
    plan = Plan.load([Row("web", "Order Completed", ORDER, "quarantine")])
    said = {"revenue": -1, "currency": "RMB", "products": [{"price": "free"}], "fon": "138"}
    ruling = plan.judge("web", "track", "Order Completed", body(properties=said))
    assert ruling.mode == "quarantine" and ruling.is_planned
    told = {(b.path, b.message.en, b.message.zh) for b in ruling.breaches}
    assert told == {
        ("/", "order_id is missing", "缺少 order_id"),
        ("/", "fon is not in the plan", "方案中没有 fon"),
        ("/revenue", "is less than 0", "小于 0"),
        ("/currency", 'is none of ["CNY", "USD"]', '不在允许的取值 ["CNY", "USD"] 之内'),
        ("/products/0/price", "is not a number", "不是数字"),
    }
    assert "138" not in str(told)


def test_a_sound_event_passes_whatever_the_mode() -> None:
    plan = Plan.load([Row("web", "Order Completed", ORDER, "quarantine")])
    ruling = plan.judge("web", "track", "Order Completed", body(properties={"order_id": "1"}))
    assert (ruling.mode, ruling.breaches, ruling.is_planned) == ("allow", (), True)


@pytest.mark.parametrize(
    ("source", "type", "event", "mode"),
    [
        ("web", "track", "A", "quarantine"),  # the source's own row for the event
        ("app", "track", "A", "warn"),  # the row for all sources
        ("web", "track", "B", "allow"),  # no row for it but one for every track
        ("app", "identify", None, "warn"),
        ("app", "page", None, None),  # nobody planned pages
    ],
)
def test_the_nearest_row_decides(
    source: str, type: str, event: str | None, mode: str | None
) -> None:
    plan = Plan.load(
        [
            Row("web", "A", NOTHING, "quarantine"), Row("*", "A", NOTHING, "warn"),
            Row("web", "track", NOTHING, "allow"), Row("*", "identify", NOTHING, "warn"),
        ]
    )  # fmt: skip
    ruling = plan.judge(source, type, event, body(type=type))
    assert ruling.is_planned == (mode is not None)
    assert bool(ruling.breaches) == (mode is not None)
    assert ruling.mode == (mode or "allow")


def test_traits_of_an_identify_are_checked_wherever_they_stand() -> None:
    plan = Plan.load([Row("*", "identify", {"required": ["email"]})])
    at_root = body(type="identify", traits={"email": "a@b.cn"})
    in_context = body(type="identify", context={"traits": {"email": "a@b.cn"}})
    assert plan.judge("web", "identify", None, at_root).breaches == ()
    assert plan.judge("web", "identify", None, in_context).breaches == ()
    assert plan.judge("web", "identify", None, body(traits={})).mode == "warn"


def test_what_nobody_planned_is_the_sources_choice_and_about_tracks_alone() -> None:
    plan = Plan.load([Row("*", "A")], {"web": "quarantine", "app": "warn"})
    assert [plan.judge(s, "track", "B", b"{}").mode for s in ("web", "app", "pos")] == [
        "quarantine", "warn", "allow",
    ]  # fmt: skip
    assert plan.judge("web", "page", None, b"{}").mode == "allow"
    assert plan.judge("web", "track", "A", b"{}").mode == "allow"


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "strin"}, "/type"),
        ({"properties": {"a": {"minimum": "x"}}}, "/properties/a/minimum"),
        ({"pattern": "("}, "regex"),
        ({"$ref": "https://shop.example/schema.json"}, "Retrieval is disabled"),
        ({"$ref": "file:///etc/passwd"}, "Retrieval is disabled"),
        ([], "JSON object"),
    ],
)
def test_a_schema_that_is_none_is_refused_with_the_place(schema: Any, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        Plan.load([Row("*", "A", schema)])


def test_a_mode_that_is_none_is_refused() -> None:
    with pytest.raises(Malformed, match="on_breach is 'drop'"):
        Plan.load([Row("*", "A", {}, "drop")])


def test_a_pattern_that_never_ends_is_a_breach_and_not_a_halt() -> None:
    plan = Plan.load([Row("*", "A", {"properties": {"a": {"pattern": r"^(a+)+\1$"}}})])
    ruling = plan.judge("web", "track", "A", body(properties={"a": "a" * 60 + "!"}))
    assert ruling.mode == "warn"


def test_words_for_every_keyword() -> None:
    schema = {
        "properties": {
            "a": {"const": 1}, "b": {"maximum": 1}, "c": {"minLength": 3}, "d": {"maxLength": 1},
            "e": {"minItems": 2}, "f": {"maxItems": 0}, "g": {"pattern": "^x"}, "h": {"format": "email"},
            "i": {"uniqueItems": True}, "j": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "k": {"exclusiveMinimum": 5}, "l": {"exclusiveMaximum": 1}, "m": {"multipleOf": 2}, "n": False,
            "o": {"type": ["string", "null"]},
        },
    }  # fmt: skip
    said = {
        "a": 2, "b": 2, "c": "x", "d": "xx", "e": [1], "f": [1], "g": "y", "h": "y", "i": [1, 1], "j": 1,
        "k": 5, "l": 1, "m": 3, "n": 1, "o": 1,
    }  # fmt: skip
    plan = Plan.load([Row("*", "A", schema)])
    breaches = plan.check("web", "track", "A", said)
    assert {b.path for b in breaches} == {f"/{key}" for key in said}
    assert all(b.message.zh != b.message.en for b in breaches)
    assert {b.path: b.message.en for b in breaches}["/o"] == "is not null or text"
