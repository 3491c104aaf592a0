from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.small_shop import send, work

from limner.app import Limner
from limner.app import tags as of
from limner.app.build import build, build_for_decision
from limner.app.drafting import save_segment
from limner.app.sources import add_source
from limner.app.tag_history import as_rows, history_kept, tag_history
from limner.core.errors import Forbidden, Malformed, Rejected, Unknown
from limner.govern import audit
from limner.govern.users import create

AT = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
MUG: dict[str, Any] = {
    "code": "mugs_60d", "name": {"en": "Mugs in 60 days", "zh": "近60天马克杯"},
    "description": {"en": "Mugs bought.", "zh": "购买的马克杯。"}, "category": "taste",
    "unit": "mugs", "kind": "count", "value": "count(lines where product_id = 'mug' in last 60 days)",
}  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with four customers' orders, built as of two days."""
    home = tmp_path_factory.mktemp("tags") / "home"
    limner = Limner.open(home)
    add_source(limner, "till", "http", {"channel": "pos"}, "ann", AT)
    events = []
    for customer, mugs in (("u1", 3), ("u2", 1), ("u3", 0), ("u4", 0)):
        for place in range(4):
            product = "mug" if place < mugs else "plate"
            events.append({
                "type": "track", "event": "Order Completed", "userId": customer,
                "timestamp": (AT - timedelta(days=10 * place)).isoformat(),
                "properties": {"order_id": f"{customer}-{place}", "revenue": 10.0, "currency": "USD",
                               "products": [{"product_id": product, "price": 10.0, "quantity": 1}]},
            })  # fmt: skip
    send(limner, "till", events, AT)
    work(limner, is_settled=True)
    build_for_decision(limner, AT.date() - timedelta(days=5))
    build(limner, AT.date())
    return home


@pytest.fixture
def limner(template: Path, tmp_path: Path) -> Iterator[Limner]:
    """A copy of that home."""
    shutil.copytree(template, tmp_path / "home")
    yield Limner.open(tmp_path / "home")


def text_in_force(limner: Limner, code: str) -> str | None:
    return next((tag.text for tag in of.tags_in_force(limner) if tag.code == code), None)


def test_a_draft_is_in_force_once_somebody_else_approved_it(limner: Limner) -> None:
    for name in ("ann", "bob"):
        create(limner.store, name, f"a long password of {name}", "analyst", AT)
    assert of.save_tag(limner, {**MUG, "state": "draft"}, "ann", AT).state == "draft"
    assert text_in_force(limner, "mugs_60d") is None
    assert of.set_state(limner, "mugs_60d", "review", "ann", AT).state == "review"
    with pytest.raises(Forbidden, match="somebody else approves it"):
        of.set_state(limner, "mugs_60d", "approved", "ann", AT)
    with pytest.raises(Forbidden):
        of.save_tag(limner, {**MUG, "state": "approved"}, "ann", AT)
    assert not of.may_approve(limner, "mugs_60d", "ann")
    assert of.set_state(limner, "mugs_60d", "approved", "bob", AT).version == 1
    assert text_in_force(limner, "mugs_60d") == MUG["value"]
    said = [entry.action for entry in audit.entries(limner.store) if entry.subject == "mugs_60d"]
    assert said == ["tag.approved", "tag.submitted", "tag.saved"]


def test_who_is_alone_approves_alone(limner: Limner) -> None:
    create(limner.store, "ann", "a long password of ann", "analyst", AT)
    create(limner.store, "bob", "a long password of bob", "viewer", AT)
    create(limner.store, "eve", "a long password of eve", "viewer", AT)  # may not define tags
    assert of.save_tag(limner, MUG, "ann", AT).state == "approved"


def test_who_runs_campaigns_approves_alone_though_others_could(limner: Limner) -> None:
    for name, role in (("ann", "owner"), ("mia", "marketer")):
        create(limner.store, name, f"a long password of {name}", role, AT)
    assert of.save_tag(limner, MUG, "mia", AT).state == "approved"


def test_the_version_counts_changes_of_meaning(limner: Limner) -> None:
    of.save_tag(limner, MUG, "ann", AT)
    renamed = {**MUG, "name": {"en": "Cups", "zh": "杯子"}}
    assert of.save_tag(limner, renamed, "ann", AT).version == 1
    longer = {**renamed, "value": MUG["value"].replace("60", "90"), "state": "draft"}
    assert of.save_tag(limner, longer, "ann", AT).version == 2
    assert text_in_force(limner, "mugs_60d") == MUG["value"]  # the change is not approved yet
    longest = {**longer, "value": MUG["value"].replace("60", "120")}
    assert of.save_tag(limner, longest, "ann", AT).version == 2  # still the same draft
    of.set_state(limner, "mugs_60d", "approved", "bob", AT)
    assert [v.version for v in of.tag_versions(limner, "mugs_60d")] == [2, 1]
    assert text_in_force(limner, "mugs_60d") == longest["value"]
    assert of.tag_versions(limner, "orders_90d")[0].by == "Limner"


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"code": "orders_30d"}, Malformed, "tag-shipped"),
        ({"code": "city"}, Malformed, "tag-code-taken"),
        ({"value": "count(lines where colour = 'red')"}, Unknown, "rule-column"),
        ({"value": "nobody_knows / 2"}, Unknown, None),
        ({"value": "mugs_60d + 1"}, Unknown, None),
        ({"value": "distance(store '99')", "kind": "number"}, Unknown, "store-unknown"),
        ({"name": {"en": "only"}}, Malformed, "tag-malformed"),
    ],
)
def test_what_cannot_be_is_refused(limner: Limner, change: dict[str, Any], error: type[Rejected], code: str | None) -> None:  # fmt: skip
    with pytest.raises(error) as raised:
        of.save_tag(limner, {**MUG, **change}, "ann", AT)
    assert code in (None, raised.value.code)
    assert {tag.code for tag in of.all_tags(limner)} == {
        tag.code for tag in of.tags_in_force(limner)
    }


def test_peoples_own_tags_are_read_as_what_they_are(limner: Limner) -> None:
    often = {
        **MUG,
        "code": "mug_lover",
        "kind": "text",
        "value": "case when mugs_60d > 2 then 'yes' end",
    }
    of.save_tag(limner, MUG, "ann", AT)
    of.save_tag(limner, often, "ann", AT)
    with pytest.raises(Malformed, match="this is text; a number") as raised:
        of.save_tag(limner, {**MUG, "code": "sum", "value": "mugs_60d + mug_lover"}, "ann", AT)
    assert raised.value.place == (11, 20)
    with pytest.raises(Rejected, match="is read by mug_lover"):
        of.save_tag(limner, {**MUG, "kind": "text", "value": "channel_top"}, "ann", AT)


def test_two_tags_cannot_read_each_other(limner: Limner) -> None:
    of.save_tag(limner, MUG, "ann", AT)
    of.save_tag(limner, {**MUG, "code": "mugs_twice", "value": "mugs_60d * 2"}, "ann", AT)
    with pytest.raises(Rejected, match="mugs_twice -> mugs_60d -> mugs_twice"):
        of.save_tag(limner, {**MUG, "value": "mugs_twice / 2"}, "ann", AT)


def test_a_tag_that_something_reads_is_not_retired(limner: Limner) -> None:
    with pytest.raises(Rejected, match="stages, groups and RFM"):
        of.retire_tag(limner, "recency_days", "ann", AT)
    with pytest.raises(Rejected, match="units_mean"):
        of.retire_tag(limner, "units_365d", "ann", AT)
    save_segment(limner, "Many stores", "stores_count >= 2", "ann", AT)
    with pytest.raises(Rejected, match="many_stores"):
        of.retire_tag(limner, "stores_count", "ann", AT)
    of.retire_tag(limner, "store_last", "ann", AT)
    assert text_in_force(limner, "store_last") is None
    of.set_state(limner, "store_last", "approved", "ann", AT)
    assert text_in_force(limner, "store_last") == "last(store_id of orders)"


def test_where_a_tag_comes_from_and_goes(limner: Limner) -> None:
    save_segment(limner, "Late ones", "dormancy = 'late'", "ann", AT)
    found = of.lineage(limner, "overdue")
    assert [node.code for node in found.of("tag")] == ["recency_days", "gap_days_mean"]
    assert [node.code for node in found.of("event")] == ["Order Completed"]
    assert [node.code for node in found.of("tag", is_reader=True)] == ["dormancy"]
    assert [node.code for node in found.of("segment", is_reader=True)] == ["late_ones"]
    assert ("recency_days", "overdue") in found.edges
    assert [n.code for n in of.lineage(limner, "coupon_chance_a").of("model")] == [
        "coupon_redemption"
    ]


def test_a_new_tag_is_filled_for_all_history_without_a_build(limner: Limner) -> None:
    shown = of.preview(limner, MUG)
    assert (shown.statistics.customers, shown.statistics.known) == (4, 4)
    assert not of.is_filled(limner, "mugs_60d")  # looking keeps nothing
    of.save_tag(limner, {**MUG, "state": "draft"}, "ann", AT)
    with pytest.raises(Rejected, match="approve it"):
        of.fill_tag(limner, "mugs_60d", "ann", AT)
    of.set_state(limner, "mugs_60d", "approved", "bob", AT)
    steps: list[str] = []
    of.fill_tag(limner, "mugs_60d", "ann", AT, lambda step, _: steps.append(step))
    assert steps == ["tag.compute", "tag.compute", "tag.fill", "tag.fill"]
    rows = of.values_of(limner, "mugs_60d").to_pylist()
    assert {row["customer_id"]: row["mugs_60d"] for row in rows} == {"u1": 3, "u2": 1, "u3": 0, "u4": 0}  # fmt: skip
    earlier = of.values_of(limner, "mugs_60d", AT.date() - timedelta(days=15)).to_pylist()
    assert [row["mugs_60d"] for row in earlier] == [1, 0, 0, 0]
    of.fill_tag(limner, "mugs_60d", "ann", AT)  # again: the column takes its own place
    assert limner.lake.fetch(limner.lake.table("profiles")).column_names.count("mugs_60d") == 1


def test_a_tag_is_followed_through_all_history_by_what_had_happened_by_then(
    limner: Limner,
) -> None:
    of.save_tag(
        limner, {**MUG, "state": "draft"}, "ann", AT
    )  # to be looked at before it is approved
    found = tag_history(limner, "mugs_60d")
    assert [(m["day"], m["customers"], m["known"], m["mean"]) for m in found["months"]] == [
        ("2026-02-28", 4, 4, 0.5), ("2026-03-10", 4, 4, 1.0),
    ]  # fmt: skip
    assert history_kept(limner, "mugs_60d") == found, "it is worked out once"
    of.correct_tag(limner, "mugs_60d", "u2", 7, "ann", AT)
    assert history_kept(limner, "mugs_60d") is None
    assert [m["mean"] for m in tag_history(limner, "mugs_60d")["months"]] == [0.5, 2.5]
    names = tag_history(limner, "channel_top")
    assert names["months"][-1]["names"] == [["pos", 4]]
    assert as_rows(names).column_names == ["day", "customers", "known", "coverage", "commonest", "share"]  # fmt: skip
    for code in ("vip_care", "age_band"):
        with pytest.raises(Rejected, match="is made of no events"):
            tag_history(limner, code)


def test_people_set_and_correct_values_which_stand_until_dropped(limner: Limner) -> None:
    of.set_tag(limner, "vip_care", "u1", "personal", "ann", AT, "promised")
    said = of.correct_tag(limner, "orders_30d", "u2", "9", "ann", AT)
    assert (said.value, said.was) == (9, 3)
    build(limner, AT.date())
    row = {
        r["customer_id"]: r for r in limner.lake.fetch(limner.lake.table("profiles")).to_pylist()
    }
    assert (row["u1"]["vip_care"], row["u2"]["orders_30d"], row["u1"]["orders_30d"]) == ("personal", 9, 3)  # fmt: skip
    again = of.correct_tag(limner, "orders_30d", "u2", 8, "bob", AT)
    assert again.was == 3  # what was computed, not what was corrected before
    [told] = of.corrections(limner)
    assert (told.tag, told.corrections, told.disagreed) == ("orders_30d", 1, 1)
    assert {one.is_correction for one in of.hand_values(limner)} == {True, False}
    of.drop_correction(limner, "orders_30d", "u2", "ann", AT)
    of.fill_tag(limner, "orders_30d", "ann", AT)
    row = {
        r["customer_id"]: r for r in limner.lake.fetch(limner.lake.table("profiles")).to_pylist()
    }
    assert row["u2"]["orders_30d"] == 3
    with pytest.raises(Unknown, match="nobody set"):
        of.drop_correction(limner, "orders_30d", "u2", "ann", AT)


@pytest.mark.parametrize(
    ("code", "value"),
    [("orders_30d", "many"), ("orders_30d", 1.5), ("weekday_top", 7), ("repeat_share", 2),
     ("first_order_on", "soon"), ("basket_mean", "nan"), ("is_new", "maybe"), ("city_last", "")],
)  # fmt: skip
def test_a_value_that_is_not_of_the_kind_is_refused(
    limner: Limner, code: str, value: object
) -> None:
    with pytest.raises(Malformed, match=code):
        of.correct_tag(limner, code, "u1", value, "ann", AT)


def test_a_computed_tag_is_corrected_and_a_hand_tag_set(limner: Limner) -> None:
    with pytest.raises(Rejected, match="correct it"):
        of.set_tag(limner, "orders_30d", "u1", 3, "ann", AT)
    with pytest.raises(Rejected, match="set it"):
        of.correct_tag(limner, "vip_care", "u1", "x", "ann", AT)
    with pytest.raises(Unknown, match="nobody is known"):
        of.set_tag(limner, "vip_care", "u99", "x", "ann", AT)


def test_every_build_keeps_what_it_saw_of_every_tag(limner: Limner) -> None:
    seen = of.history(limner, "orders_30d")
    assert [one.as_of for one in seen] == [AT.date() - timedelta(days=5), AT.date()]
    assert [one.psi is None for one in seen] == [True, False]
    assert len(of.latest(limner)) == len(of.tags_in_force(limner))
    of.fill_tag(limner, "orders_30d", "ann", AT)  # the same day again takes the row's place
    assert len(of.history(limner, "orders_30d")) == 2


def test_a_build_stands_though_all_that_may_go_is_retired(limner: Limner) -> None:
    is_less = True
    while is_less:  # what is read by what was retired can go in the next round
        is_less = False
        for tag in of.tags_in_force(limner):
            try:
                of.retire_tag(limner, tag.code, "ann", AT)
                is_less = True
            except Rejected:
                continue
    left = {tag.code for tag in of.tags_in_force(limner)}
    assert len(left) < 30 and "recency_days" in left
    assert build(limner, AT.date())["tags"] == len(left)
