from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.understand.incremental.test_equality import a_tag

from limner.core.errors import Rejected
from limner.core.rule import parse
from limner.understand.incremental.membership import NONE, Memberships, terms_as_tags
from limner.understand.incremental.reader import Reader
from limner.understand.segments.term import terms

RULES = {
    "readers": "count('Email Opened' in last 3 days) >= 2",
    "calm": "not segment('readers')",
    "vip": "segment('calm') and traits.level = 'gold' and points > 3",
    "unknown": "not (points > 3)",
    "listed": "list('friends') and not segment('nowhere')",
    "born": "born between '1990-01-01' and date '1990-12-31'",
    "loose": "traits.level in ('gold', 'silver') or traits.level > 3 or traits.level is null",
}


def made(**rules: str) -> Memberships:
    parsed = {code: parse(text, terms=terms()) for code, text in rules.items()}
    return Memberships(parsed, [a_tag("born", "by hand", "day")])


def test_segments_that_refer_to_others_follow_them() -> None:
    segments = made(**RULES)
    values: dict[str, Any] = {
        "count('Email Opened' in last 3 days)": 1, "traits.level": "gold", "points": 4,
        "list('friends')": True, "born": date(1990, 5, 1),
    }  # fmt: skip
    members = set(segments.of({}))
    assert members == {"calm", "loose"}
    moved = segments.update(members, values, values)
    assert members == segments.of(values) == {"calm", "vip", "listed", "born", "loose"}
    assert set(moved.entered) == {"vip", "listed", "born"}
    assert moved.left == ()
    values["count('Email Opened' in last 3 days)"] = 2
    moved = segments.update(members, values, ["count('Email Opened' in last 3 days)"])
    assert moved.entered == ("readers",)
    assert moved.left == ("calm", "vip")
    assert members == segments.of(values)
    assert segments.update(members, values, ["what no rule reads"]) is NONE


def test_what_is_missing_makes_a_rule_neither_true_nor_false() -> None:
    segments = made(**RULES)
    assert "unknown" not in segments.of({"points": None})
    assert "unknown" in segments.of({"points": 3})
    assert segments.of({}) == {"loose", "calm"}  # nothing says that anybody reads
    assert segments.of({"points": "many", "born": 1990}) == {"loose", "calm"}  # of another kind


def test_a_circle_of_segments_is_refused() -> None:
    with pytest.raises(Rejected, match="one -> two -> one"):
        made(one="segment('two')", two="not segment('one')")


def test_terms_without_a_name_are_read_like_tags_and_members_enter_live() -> None:
    rule = parse(RULES["readers"], terms=terms())
    (tag,) = terms_as_tags([rule, rule])
    reader, segments = Reader([tag], {}, {}, "Asia/Shanghai"), Memberships({"readers": rule}, [tag])
    state, members, entered = reader.new(), set[str](), []
    opened = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for hour in range(2):
        reader.fold(state, {"event_id": str(hour), "type": "track", "event": "Email Opened",
                            "time": opened + timedelta(hours=hour)})  # fmt: skip
        changed = reader.update(state, date(2026, 3, 1))
        entered.append(segments.update(members, state.values, changed).entered)
    assert entered == [(), ("readers",)]
    assert reader.next_change(state, date(2026, 3, 1)) == date(2026, 3, 4)
    changed = reader.update(state, date(2026, 3, 4))
    assert segments.update(members, state.values, changed).left == ("readers",)
