"""Audiences: frozen once, drawn alike, compared, exported only with leave, and gone when dropped."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from limner.app import Limner
from limner.app.audiences import (
    audience,
    audiences,
    create_audience,
    customers_of,
    drop_audience,
    members,
    overlap,
    preview_audience,
)
from limner.app.hashed_export import FORMATS, export_audience
from limner.core.errors import Malformed, Rejected, Unknown
from limner.govern import audit
from limner.govern.consent import ConsentChange, import_consents
from limner.govern.suppression import suppress
from limner.understand.audiences import Making

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SPLIT = {"treated": 0.5, "control": 0.5}


@pytest.fixture
def shop(limner: Limner) -> Limner:
    """300 customers; the first 200 agreed to e-mail, ten of them are suppressed."""
    rows = [{"customer_id": f"c{n}", "orders_365d": n, "city": "AB"[n % 2]} for n in range(300)]
    limner.lake.replace("profiles", pa.Table.from_pylist(rows))
    known = [{"kind": "email", "value": f"c{n}@shop.example", "customer_id": f"c{n}"} for n in range(300)]  # fmt: skip
    known += [{"kind": "phone", "value": f"+861380013{n:04d}", "customer_id": f"c{n}"} for n in range(300)]  # fmt: skip
    limner.lake.replace("identities", pa.Table.from_pylist(known))
    import_consents(
        limner.store,
        [ConsentChange(f"c{n}", "marketing", "email", True, NOW, "form") for n in range(200)],
    )
    suppress(limner.store, [f"c{n}@shop.example" for n in range(10)], "complaint", NOW)
    return limner


def ids(limner: Limner, table: Any) -> set[str]:
    return set(limner.lake.fetch(table)["customer_id"].to_pylist())


def test_it_is_frozen_and_stays(shop: Limner) -> None:
    card = create_audience(shop, "Spring", "orders_365d >= 100", "ann", NOW, split=SPLIT)
    assert (card.audience, card.size, card.by) == ("spring", 200, "ann")
    assert sum(card.parts.values()) == 200
    before = ids(shop, members(shop, "spring", "treated"))
    version = shop.lake.version("audiences")
    again = create_audience(shop, "Spring", "orders_365d >= 100", "bob", NOW, split=SPLIT)
    assert again == card and shop.lake.version("audiences") == version
    rows = [{"customer_id": f"c{n}", "orders_365d": 0, "city": "A"} for n in range(300)]
    shop.lake.replace("profiles", pa.Table.from_pylist(rows))
    assert ids(shop, members(shop, "Spring", "treated")) == before
    assert [entry.actor for entry in audit.entries(shop.store, action="audience.created")] == [
        "ann"
    ]


def test_another_making_needs_another_name(shop: Limner) -> None:
    create_audience(shop, "Spring", "orders_365d >= 100", "ann", NOW)
    for more in ({"split": SPLIT}, {"sample": 5}, {"seed": 1}, {"as_of": date(2020, 1, 1)}):
        with pytest.raises(Rejected, match="another name"):
            create_audience(shop, "Spring", "orders_365d >= 100", "ann", NOW, **more)


def test_made_again_after_it_was_dropped_it_is_the_same(shop: Limner) -> None:
    def made() -> dict[str, str]:
        create_audience(shop, "S", "orders_365d >= 100", "ann", NOW, split=SPLIT, sample=50)
        rows = shop.lake.fetch(members(shop, "s")).to_pylist()
        drop_audience(shop, "s", "ann", NOW)
        return {row["customer_id"]: row["part"] for row in rows}

    first = made()
    assert len(first) == 50 and made() == first
    assert audiences(shop) == []
    assert shop.lake.fetch(shop.lake.table("audiences")).num_rows == 0


def test_what_a_broken_making_left_is_cleared(shop: Limner) -> None:
    left = {"audience": "spring", "customer_id": "ghost", "part": "all", "at": NOW}
    shop.lake.append("audiences", pa.Table.from_pylist([left]))
    create_audience(shop, "Spring", "orders_365d >= 298", "ann", NOW)
    assert ids(shop, members(shop, "spring")) == {"c298", "c299"}


def test_exclusions_can_be_rules_segments_and_audiences(shop: Limner) -> None:
    from limner.app.drafting import save_segment

    save_segment(shop, "Big", "orders_365d >= 290", "ann", NOW)
    create_audience(shop, "First", "orders_365d = 100", "ann", NOW)
    out = ("city = 'A'", "big", "first")
    seen = preview_audience(shop, "x", "orders_365d >= 100", Making(out))
    assert (seen.matched, seen.excluded, seen.size) == (200, 105, 95)
    assert ids(shop, customers_of(shop, "first")) == {"c100"}
    assert audiences(shop)[0].audience == "first", "a preview freezes nothing"


def test_a_merged_member_counts_once_under_todays_name(shop: Limner) -> None:
    create_audience(shop, "Two", "orders_365d >= 298", "ann", NOW)
    merged = [{"kind": "user_id", "value": "c298", "customer_id": "c299"},
              {"kind": "user_id", "value": "c299", "customer_id": "c299"}]  # fmt: skip
    shop.lake.replace("identities", pa.Table.from_pylist(merged))
    assert shop.lake.fetch(members(shop, "two"))["customer_id"].to_pylist() == ["c299"]


def test_overlap_counts_each_exact_combination(shop: Limner) -> None:
    create_audience(shop, "Top", "orders_365d >= 200", "ann", NOW)
    found = overlap(shop, ["top", "orders_365d >= 100", "city = 'A'"])
    assert found.sizes == {"top": 100, "orders_365d >= 100": 200, "city = 'A'": 150}
    assert {frozenset(names): count for names, count in found.exact}[frozenset(found.sizes)] == 50
    for groups in (["top"], ["top", "top"], [f"orders_365d > {n}" for n in range(7)]):
        with pytest.raises(Malformed, match="2 to 6"):
            overlap(shop, groups)


@pytest.mark.parametrize(
    ("name", "rule", "code"),
    [("", "orders_365d > 1", "audience-name"), ("x", " ", "audience-rule"),
     ("x", "orders_365d > 999", "audience-empty"), ("x", "nope > 1", "rule-column")],
)  # fmt: skip
def test_what_cannot_be_is_refused(shop: Limner, name: str, rule: str, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        create_audience(shop, name, rule, "ann", NOW)
    assert caught.value.code == code


# ---- leaving as a file


def test_only_who_agreed_leaves_for_a_platform(shop: Limner) -> None:
    create_audience(shop, "All", "orders_365d >= 0", "ann", NOW)
    done = export_audience(shop, "all", "meta", "ann", NOW)
    assert (done.people, done.left_out) == (190, {"suppressed": 10, "no-consent": 100})
    told = {cell for row in csv.reader(io.StringIO(done.content.decode())) for cell in row}
    digest = {n: hashlib.sha256(f"c{n}@shop.example".encode()).hexdigest() for n in (5, 50, 250)}
    assert digest[50] in told and not {digest[5], digest[250]} & told
    assert "phone" not in told, "nobody agreed by sms, so no phone leaves"
    (noted,) = audit.entries(shop.store, action="audience.exported")
    assert noted.detail["people"] == 190 and "@" not in str(noted.detail)


def test_the_control_part_never_leaves_unasked(shop: Limner) -> None:
    split = {"treated": 0.75, "control": 0.25}
    card = create_audience(shop, "All", "orders_365d >= 0", "ann", NOW, split=split)
    done = export_audience(shop, "all", "google", "ann", NOW)
    held = ids(shop, members(shop, "all", "control"))
    may = {f"c{n}" for n in range(10, 200)}
    assert done.people == len(may - held)
    assert done.left_out["control"] == card.parts["control"]
    rows = export_audience(shop, "all", "csv", "ann", NOW)
    assert rows.people == 300, "a table for people has every part, in a column"


def test_another_purpose_asks_for_its_own_consent(shop: Limner) -> None:
    create_audience(shop, "All", "orders_365d >= 0", "ann", NOW)
    with pytest.raises(Rejected, match="no-consent"):
        export_audience(shop, "all", "meta", "ann", NOW, purpose="ads")


@pytest.mark.parametrize("wanted", FORMATS)
def test_too_few_people_leave_in_no_file(shop: Limner, wanted: str) -> None:
    create_audience(shop, "Few", "orders_365d >= 230", "ann", NOW)
    with pytest.raises(Rejected) as caught:
        export_audience(shop, "few", wanted, "ann", NOW)
    assert caught.value.code == "audience-too-small"
    assert "of 70 people" in caught.value.message
    assert audit.entries(shop.store, action="audience.exported") == []


def test_the_fewest_are_a_setting_and_a_platforms_own(shop: Limner) -> None:
    create_audience(shop, "All", "orders_365d >= 0", "ann", NOW)
    with pytest.raises(Rejected, match="1,000"):
        export_audience(shop, "all", "tiktok", "ann", NOW)
    shop.settings = replace(shop.settings, minimum_audience=200)
    with pytest.raises(Rejected, match="minimum_audience is 200"):
        export_audience(shop, "all", "google", "ann", NOW)


def test_tables_are_masked_without_the_right(shop: Limner) -> None:
    rows = [{"customer_id": f"p{n}@shop.example", "email": "x@y.example"} for n in range(120)]
    shop.lake.replace("profiles", pa.Table.from_pylist(rows))
    create_audience(shop, "All", "email is not null", "ann", NOW)
    hidden = export_audience(shop, "all", "csv", "ann", NOW).content.decode()
    assert "@" not in hidden and "email" not in hidden
    assert "@" in export_audience(shop, "all", "csv", "ann", NOW, sees_personal=True).content.decode()  # fmt: skip


def test_what_there_is_not_is_named(shop: Limner) -> None:
    create_audience(shop, "All", "orders_365d >= 0", "ann", NOW)
    with pytest.raises(Unknown, match="all"):
        audience(shop, "nope")
    with pytest.raises(Unknown, match="part"):
        export_audience(shop, "all", "csv", "ann", NOW, part="treated")
    with pytest.raises(Unknown, match="oceanengine"):
        export_audience(shop, "all", "myspace", "ann", NOW)


def test_a_minimum_that_is_no_number_is_refused(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(os.environ, "LIMNER_MINIMUM_AUDIENCE", "few")
    with pytest.raises(Malformed, match="minimum_audience"):
        Limner.open(tmp_path)
