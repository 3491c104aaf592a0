"""What stands between a customer and us: the newest word, arms with their chance, moves."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from tests.small_shop import fill

from limner.app import Limner
from limner.app.consents import import_changes
from limner.app.dealings import Move, agreements, arms, moves, suppressed
from limner.govern.consent import ConsentChange
from limner.govern.suppression import suppress

MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))


def test_the_newest_word_counts_and_all_of_it_is_kept_with_its_proof(limner: Limner) -> None:
    fill(limner)
    said = [
        ConsentChange("u1", "marketing", "email", True, MAY, "form 7"),
        ConsentChange("ann.li@shop.example", "marketing", "email", False, JULY, "link in a letter"),
        ConsentChange("u1", "marketing", "sms", True, JUNE, "till 3"),
        ConsentChange("u9", "marketing", "sms", False, JULY, "another customer's"),
    ]
    import_changes(limner, said, "ann", "file", JULY)
    email, sms = agreements(limner, "u1", datetime.now(UTC))
    assert (email.medium, email.is_granted, email.proof) == ("email", False, "link in a letter")
    assert [change.is_granted for change in email.history] == [False, True]
    assert (sms.is_granted, sms.at) == (True, JUNE)
    (then,) = [one for one in agreements(limner, "u1", JUNE) if one.medium == "email"]
    assert then.is_granted and len(then.history) == 1


def test_an_address_on_the_list_is_told_with_its_reason(limner: Limner) -> None:
    suppress(limner.store, ["Ann.LI@shop.example"], "complaint", MAY)
    assert suppressed(limner, ["ann.li@shop.example", "u1", ""]) == {
        "ann.li@shop.example": "complaint"
    }


def test_arms_come_with_the_campaigns_name_and_the_chance_that_was_drawn(limner: Limner) -> None:
    limner.lake.append("campaigns", pa.Table.from_pylist([
        {"campaign_id": "c1", "name": "Spring", "is_randomised": True},
        {"campaign_id": "c2", "name": "Posted to all", "is_randomised": False},
    ]))  # fmt: skip
    limner.lake.append("exposures", pa.Table.from_pylist([
        {"campaign_id": "c1", "customer_id": "u1", "time": JUNE, "arm": "control", "propensity": 0.2},
        {"campaign_id": "c2", "customer_id": "u1", "time": JULY, "arm": "treated"},
        {"campaign_id": "c1", "customer_id": "u2", "time": JUNE, "arm": "treated", "propensity": 0.8},
    ]))  # fmt: skip
    newest, first = arms(limner, "u1")
    assert (newest.name, newest.is_randomised, newest.propensity) == ("Posted to all", False, None)
    assert (first.name, first.arm, first.propensity, first.is_randomised) == (
        "Spring", "control", 0.2, True,
    )  # fmt: skip
    assert arms(limner, "nobody") == []


@pytest.mark.parametrize("properties", [None, "{", "[]", "{}"])
def test_an_event_that_names_no_segment_is_no_move(properties: str | None) -> None:
    assert moves([{"event": "Segment Entered", "time": MAY, "properties": properties}]) == []


def test_moves_are_told_newest_first() -> None:
    said = json.dumps({"segment": "slipping"})
    rows = [
        {"event": "Segment Entered", "time": MAY, "properties": said},
        {"event": "Segment Exited", "time": JUNE, "properties": said},
        {"event": "Order Completed", "time": JULY, "properties": said},
    ]
    assert moves(rows) == [Move("slipping", JUNE, False), Move("slipping", MAY, True)]
