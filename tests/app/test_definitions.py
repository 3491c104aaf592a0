"""Definitions as files: read with their lines, compared, applied all or nothing, exported alike."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.app import Limner
from limner.app.definitions import (
    apply_changes,
    export_definitions,
    from_document,
    plan_changes,
    read_definitions,
    read_text,
    write_definitions,
)
from limner.app.definitions.export import as_yaml
from limner.core.errors import Forbidden, Rejected
from limner.govern import audit, users
from limner.store.models import DefinitionVersion, Segment

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TAG = """
- code: basket
  name: {en: Basket, zh: 客单}
  description: {en: What an order comes to., zh: 每单金额。}
  category: consumption
  unit: currency
  kind: money
  value: VALUE
"""
GOOD = "- {code: good, name: {en: Good, zh: 好}, rule: RULE}\n"


def text(rule: str = "orders_365d > 2", value: str = "revenue_365d / orders_365d") -> str:
    return "tags:" + TAG.replace("VALUE", value) + "segments:\n" + GOOD.replace("RULE", rule)


@pytest.fixture
def shop(limner: Limner) -> Limner:
    rows = [{"customer_id": "c1", "orders_365d": 3, "revenue_365d": 9.0, "city": "Leiden"}]
    limner.lake.replace("profiles", pa.Table.from_pylist(rows))
    return limner


def apply(limner: Limner, told: str, prune: bool = False, by: str = "ann") -> list[tuple[str, ...]]:
    changes = plan_changes(limner, read_text(told, "a.yaml"), prune, by)
    apply_changes(limner, changes, by, NOW)
    return [(change.kind, change.code, change.deed) for change in changes]


def versions(limner: Limner, kind: str, code: str) -> list[int]:
    with limner.store.reading() as session:
        rows = session.query(DefinitionVersion).filter_by(kind=kind, code=code)
        return sorted(row.version for row in rows)


def refused(limner: Limner, told: str, prune: bool = False) -> Rejected:
    with pytest.raises(Rejected) as caught:
        plan_changes(limner, read_text(told, "a.yaml"), prune, "ann")
    return caught.value


def test_applied_again_nothing_changes(shop: Limner) -> None:
    assert apply(shop, text()) == [("tag", "basket", "added"), ("segment", "good", "added")]
    assert apply(shop, text()) == []
    assert apply(shop, text("ORDERS_365d>2".lower()), prune=True) == [], "spelling is no change"


def test_exported_and_applied_again_nothing_changes(shop: Limner, tmp_path: Path) -> None:
    apply(shop, text(rule="basket > 2 and segment('rfm:champions')"))
    apply(shop, "tags: [{code: orders_365d, owner: bob}]")
    document = export_definitions(shop)
    assert [len(document[name]) for name in ("tags", "segments")] == [2, 1]
    write_definitions(document, tmp_path / "defs")
    for again in (read_definitions([tmp_path / "defs"]), from_document(document),
                  read_text(as_yaml(document))):  # fmt: skip
        assert plan_changes(shop, again, prune=True) == []


def test_elsewhere_the_export_makes_the_same(shop: Limner, tmp_path: Path) -> None:
    apply(shop, text())
    other = Limner.open(tmp_path / "other")
    profiles = shop.lake.fetch(shop.lake.table("profiles"))
    other.lake.replace("profiles", profiles)
    apply_changes(other, plan_changes(other, from_document(export_definitions(shop))), "bob", NOW)
    assert export_definitions(other) == export_definitions(shop)


def test_a_version_counts_up_only_with_the_meaning(shop: Limner) -> None:
    apply(shop, text())
    named = text().replace("en: Good", "en: Better")
    (change,) = plan_changes(shop, read_text(named))
    assert change.fields == {"name.en": ("Good", "Better")} and change.version == 1
    apply(shop, named)
    assert versions(shop, "segment", "good") == [1]
    apply(shop, text(rule="orders_365d > 3", value="revenue_365d / 2"))
    assert versions(shop, "segment", "good") == [1, 2] == versions(shop, "tag", "basket")
    apply(shop, "segments: []\n", prune=True)
    apply(shop, text(rule="orders_365d > 9", value="revenue_365d / 2"))
    assert versions(shop, "segment", "good") == [1, 2, 3], "one that was gone counts on"


def test_pruning_takes_what_the_named_kinds_lack(shop: Limner) -> None:
    apply(shop, text())
    assert apply(shop, "segments:\n", prune=True) == [("segment", "good", "removed")]
    assert [tag["code"] for tag in export_definitions(shop)["tags"]] == ["basket"]
    assert apply(shop, "segments: []") == []
    assert apply(shop, "tags: []", prune=True) == [("tag", "basket", "removed")]


def test_what_is_needed_is_not_removed(shop: Limner) -> None:
    apply(shop, text(rule="basket > 2"))
    error = refused(shop, "tags: []", prune=True)
    assert error.code == "definition-needed" and "'good' is made of it" in error.message
    apply(shop, "segments: [{code: best, name: Best, rule: segment('good') and orders_365d > 5}]")
    best = "segments: [{code: best, name: Best, rule: segment('good') and orders_365d > 5}]"
    error = refused(shop, best, prune=True)
    assert (
        error.code == "definition-needed"
        and "a.yaml, line 1: segment 'good' would go" in error.message
    )
    error = refused(shop, "tags: []\nsegments:\n" + GOOD.replace("RULE", "basket > 2"), prune=True)
    assert error.code == "definition-needed" and "tag 'basket' would go" in error.message
    assert apply(shop, "{tags: [], segments: []}", prune=True), "all of it together may go"


def test_definitions_may_name_each_other(shop: Limner) -> None:
    told = text(rule="segment('vip') and basket > 2") + "- {code: vip, name: VIP, rule: orders_365d > 9}\n"  # fmt: skip
    assert len(apply(shop, told)) == 3
    circle = told.replace("rule: orders_365d > 9", "rule: segment('good')")
    assert refused(shop, circle).code == "segment-circle"
    two = "tags:" + TAG.replace("VALUE", "other + 1") + TAG.replace("VALUE", "basket + 1").replace("basket\n", "other\n")  # fmt: skip
    assert refused(shop, two).code == "tag-circle"


def test_all_or_nothing(shop: Limner, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = plan_changes(shop, read_text(text()), by="ann")
    from limner.app.definitions import own_segment

    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    from dataclasses import replace

    from limner.app.definitions import changes as module

    broken = {**module.TABLE, "segment": replace(module.TABLE["segment"], keep=fail)}
    monkeypatch.setattr(module, "TABLE", broken)
    with pytest.raises(RuntimeError):
        apply_changes(shop, changes, "ann", NOW)
    monkeypatch.undo()
    assert export_definitions(shop) == {"tags": [], "segments": []}
    assert audit.entries(shop.store, actor="ann") == []
    assert own_segment.stands is module.TABLE["segment"].stands


def test_a_change_in_between_is_noticed(shop: Limner) -> None:
    apply(shop, text())
    changes = plan_changes(shop, read_text(text(rule="orders_365d > 5")))
    with shop.store.session() as session:
        session.get_one(Segment, "good").rule = "orders_365d > 7"
    with pytest.raises(Rejected, match="changed by somebody"):
        apply_changes(shop, changes, "ann", NOW)


def test_whoever_wrote_a_tag_does_not_approve_it_alone(shop: Limner) -> None:
    for name in ("ann", "bob"):
        users.create(shop.store, name, "correct horse battery", "analyst", NOW)
    with pytest.raises(Forbidden, match="state: review"):
        apply(shop, text(), by="ann")
    draft = "tags:" + TAG.replace("VALUE", "revenue_365d / 2").rstrip() + "\n  state: review\n"
    apply(shop, draft, by="ann")
    apply(shop, draft.replace("review", "approved"), by="bob")
    assert versions(shop, "tag", "basket") == [1]


def test_every_change_is_in_the_audit(shop: Limner) -> None:
    apply(shop, text())
    apply(shop, text(rule="orders_365d > 5"))
    newest = audit.entries(shop.store)[0]
    assert (newest.action, newest.subject, newest.actor) == ("segment.applied", "good", "ann")
    assert newest.detail["rule"] == {"old": "orders_365d > 2", "new": "orders_365d > 5"}


def test_a_tag_that_is_read_keeps_its_kind_unless_all_that_reads_it_is_changed_too(
    shop: Limner,
) -> None:
    apply(shop, text(rule="basket > 2"))
    words = TAG.replace("VALUE", "case when orders_365d > 1 then 'often' else 'once' end")
    words = "tags:" + words.replace("kind: money", "kind: text")
    error = refused(shop, words)
    assert (
        error.code == "definition-needed" and "of another kind, and segment 'good'" in error.message
    )
    assert len(apply(shop, words + "segments:\n" + GOOD.replace("RULE", "basket = 'often'"))) == 2
    twice = TAG.replace("VALUE", "basket * 2").replace("basket\n", "twice\n")
    assert "this is text; a number" in refused(shop, "tags:" + twice).message


WRONG = [
    ("segments:\n- code: x\n  name: X\n  rule: nope > 1\n", 4, "rule-column", "'nope'"),
    ("segments:\n- code: x\n  name: X\n  rule: [1]\n", 4, "segment-malformed", "field rule"),
    ("segments:\n- code: X Y\n  name: X\n  rule: orders_365d > 1\n", 2, "segment-malformed", "'X Y'"),
    ("segments:\n- code: x\n  title: X\n  rule: orders_365d > 1\n", 3, "segment-malformed", "title"),
    ("segments:\n- code: x\n  name: {en: X}\n  rule: orders_365d > 1\n", 3, "segment-malformed", "zh"),
    ("segments:\n- code: x\n  name: \"X\\0\"\n  rule: orders_365d > 1\n", 3, "segment-malformed", "name"),
    ("segments:\n- code: x\n  name: X\n  state: on\n  rule: orders_365d > 1\n", 4, "segment-malformed", "draft"),
    ("tags:\n- code: basket\n  category: shoes\n", 3, "tag-malformed", "consumption"),
    ("tags:\n- code: email\n  name: X\n", 2, "tag-code-taken", "portrait"),
    ("tags:\n- code: orders_365d\n  value: count(orders)\n", 3, "tag-shipped", "another code"),
    ("tags:\n- code: orders_365d\n  state: retired\n", 3, "tag-needed", "cannot be"),
    ("segments:\n- code: x\n  name: X\n  rule: distance(store '99') < 5\n", 4, "store-unknown", "'99'"),
    ("tags:" + TAG.replace("money", "number").replace("VALUE", "distance(store '99')"), 8, "store-unknown", "'99'"),
    ("tags:" + TAG.replace("VALUE", "category_top + 1"), 8, "tag-expression", "this is text"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "line", "code", "said"), WRONG)
def test_an_error_names_file_line_field_and_value(
    shop: Limner, told: str, line: int, code: str, said: str
) -> None:
    error = refused(shop, told)
    assert error.code == code
    assert f"a.yaml, line {line}: " in error.message and said in error.message


SHAPES = [
    ("segments:\n- code: x\n  code: y\n", "line 3", "definition-twice"),
    ("segments:\n- {code: x}\n- {code: x}\n", "line 3", "definition-twice"),
    ("segments:\n- name: x\n", "line 2", "definition-code"),
    ("segments: 7\n", "line 1", "definitions-shape"),
    ("segment: []\n", "line 1", "definitions-shape"),
    ("- x\n", "line 1", "definitions-shape"),
    ("segments: [\n", "line 2", "definitions-yaml"),
    ("segments:\n- {code: a, name: 2020-13-45}\n", "line 2", "definitions-yaml"),
    ("segments: " + "[" * 3_000, "too deeply", "definitions-yaml"),
    ("segments:\n- code: 12\n", "line 2: an entry of segments has the code 12", "definition-code"),
    ("segments: !!python/object:os.system {}\n", "", "definitions-yaml"),
]


@pytest.mark.parametrize(("told", "line", "code"), SHAPES)
def test_a_file_of_another_shape_is_refused_with_its_line(told: str, line: str, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_text(told, "a.yaml")
    assert caught.value.code == code and line in caught.value.message


def test_files_are_read_from_below_a_directory(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.yaml").write_text("segments: [{code: a}]\n---\nsegments: [{code: b}]\n")
    (tmp_path / "deep" / "b.yml").write_text("tags: [{code: c}]\n")
    (tmp_path / "note.txt").write_text("nothing")
    found = read_definitions([tmp_path])
    assert [(one.kind, one.code) for one in found.entries] == [("segment", "a"), ("segment", "b"), ("tag", "c")]  # fmt: skip
    for nothing in (tmp_path / "gone", tmp_path / "note.txt", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(Rejected):
            read_definitions([nothing])


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(told: str) -> None:
    try:
        found = read_text(told, "a.yaml")
    except Rejected as error:
        assert error.code.startswith("definition")
    else:
        assert found.entries == ()


def test_a_document_without_a_file_is_read_alike() -> None:
    document: Any = {"segments": [{"code": "x"}, {"code": "x"}]}
    for wrong in (document, [], {"x": []}, {"tags": 1}, {"tags": ["x"]}):
        with pytest.raises(Rejected):
            from_document(wrong)
