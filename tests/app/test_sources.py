"""Sources and write keys: made, turned, ended, checked and audited."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from limner.app import Limner
from limner.app.sources import (
    add_source,
    change_settings,
    list_sources,
    revoke_key,
    rotate_key,
    set_enabled,
    source,
)
from limner.core.errors import Malformed, Unknown
from limner.govern import audit

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_source_that_sends_has_a_key_from_the_start(limner: Limner) -> None:
    card, key = add_source(limner, " web ", "http", {"channel": "web"}, "ann", NOW)
    assert key is not None and len(key) == 32
    assert (card.name, card.kind, card.is_enabled, card.settings) == (
        "web",
        "http",
        True,
        {"channel": "web"},
    )
    assert [one.write_key for one in card.keys] == [key]
    assert list_sources(limner) == [card]
    assert source(limner, "web") == card


@pytest.mark.parametrize("name", ["", " ", "*", "a/b", "a?b", "x" * 81, "a\nb"])
def test_a_name_that_cannot_be_one(limner: Limner, name: str) -> None:
    with pytest.raises(Malformed) as caught:
        add_source(limner, name, "http", {}, "ann", NOW)
    assert caught.value.code == "source-name"


def test_a_name_is_given_once(limner: Limner) -> None:
    add_source(limner, "官网", "http", {}, "ann", NOW)
    with pytest.raises(Malformed, match="官网"):
        add_source(limner, "官网", "http", {}, "ann", NOW)
    assert len(list_sources(limner)) == 1


def test_keys_are_rotated_and_then_revoked(limner: Limner) -> None:
    _, old = add_source(limner, "web", "http", {}, "ann", NOW)
    assert old is not None
    new = rotate_key(limner, "web", "ann", LATER)
    revoke_key(limner, old, "ann", LATER)
    revoke_key(limner, old, "ann", datetime(2027, 1, 1, tzinfo=UTC))  # the first time counts
    keys = source(limner, "web").keys
    assert [(one.write_key, one.revoked_at) for one in keys] == [(new, None), (old, LATER)]
    with pytest.raises(Unknown):
        revoke_key(limner, "0" * 32, "ann", NOW)
    with pytest.raises(Unknown, match="nosuch"):
        rotate_key(limner, "nosuch", "ann", NOW)


def test_what_was_done_is_in_the_audit_without_a_whole_key(limner: Limner) -> None:
    _, key = add_source(limner, "web", "http", {}, "ann", NOW)
    assert key is not None
    set_enabled(limner, "web", False, "bob", NOW)
    set_enabled(limner, "web", False, "bob", NOW)  # changes nothing
    set_enabled(limner, "web", True, "bob", NOW)
    change_settings(limner, "web", {"channel": "web"}, "bob", NOW)
    rotate_key(limner, "web", "bob", NOW)
    revoke_key(limner, key, "bob", NOW)
    entries = audit.entries(limner.store)
    assert [entry.action for entry in reversed(entries)] == [
        "source.added", "source.disabled", "source.enabled", "source.changed", "write_key.made",
        "write_key.revoked",
    ]  # fmt: skip
    assert key not in str([entry.detail for entry in entries])


def test_settings_are_checked_changed_and_taken_away(limner: Limner) -> None:
    add_source(limner, "web", "http", {"channel": "web"}, "ann", NOW)
    card = change_settings(limner, "web", {"requests_per_second": 50, "channel": None}, "ann", NOW)
    assert card.settings == {"requests_per_second": 50}
    for wrong in (
        {"chanel": "web"},
        {"requests_per_second": 0}, {"requests_per_second": "many"}, {"unplanned": "perhaps"},
        {"currency": "yuan"}, {"internal_ips": ["10.0.0.0/99"]},
    ):  # fmt: skip
        with pytest.raises(Malformed) as caught:
            change_settings(limner, "web", wrong, "ann", NOW)
        assert caught.value.field == next(iter(wrong))
    assert source(limner, "web").settings == {"requests_per_second": 50}
    with pytest.raises(Unknown):
        change_settings(limner, "nosuch", {}, "ann", NOW)


def test_what_limner_asks_has_no_key_and_its_kind_says_what_it_needs(
    limner: Limner, tmp_path: Path
) -> None:
    settings = {"path": str(tmp_path), "guess": True}
    card, key = add_source(limner, "till", "directory", settings, "ann", NOW)
    assert (card.settings, card.keys, key) == (settings, [], None)
    with pytest.raises(Malformed) as caught:
        rotate_key(limner, "till", "ann", NOW)
    assert caught.value.code == "source-has-no-keys"
    with pytest.raises(Malformed):
        add_source(limner, "other", "directory", {"guess": True}, "ann", NOW)
    with pytest.raises(Unknown, match="directory"):
        add_source(limner, "other", "fax", {}, "ann", NOW)
    assert [one.name for one in list_sources(limner)] == ["till"]
