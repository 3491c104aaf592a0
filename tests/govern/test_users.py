from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from limner.core.errors import Forbidden, Malformed, Unknown
from limner.govern import audit, users
from limner.govern.users import FAILURES_ALLOWED, LOCKED_FOR
from limner.store import Store

NOW = datetime(2018, 1, 1, tzinfo=UTC)
GOOD = "correct horse"


@pytest.fixture(autouse=True)
def _cheap_hashing(monkeypatch) -> None:
    """The real cost of a hash is the library's business; here it would be a minute."""
    monkeypatch.setattr(users, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))
    users._nobody.cache_clear()


def refusal(store: Store, name: str, password: str, at: datetime = NOW) -> str:
    with pytest.raises(Forbidden) as caught:
        users.sign_in(store, name, password, at)
    return caught.value.code


def test_someone_who_was_added_can_sign_in(store: Store) -> None:
    users.create(store, " Ann ", GOOD, "marketer", NOW, language="zh")
    user = users.sign_in(store, "Ann", GOOD, NOW)
    assert (user.name, user.role, user.language) == ("Ann", "marketer", "zh")
    assert GOOD not in user.password_hash
    assert user.password_hash.startswith("$argon2id$")


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(store: Store) -> None:
    users.create(store, "Ann", GOOD, "viewer", NOW)
    assert refusal(store, "Ann", "wrong") == refusal(store, "Eve", GOOD) == "sign-in-refused"


def test_an_unknown_name_costs_a_hash_as_well(store: Store, monkeypatch) -> None:
    verified: list[str] = []
    monkeypatch.setattr(users, "_fits", lambda hashed, password: bool(verified.append(hashed)))
    refusal(store, "Eve", GOOD)
    assert verified[0].startswith("$argon2id$")


def test_failures_lock_and_time_unlocks(store: Store) -> None:
    users.create(store, "Ann", GOOD, "viewer", NOW)
    for _ in range(FAILURES_ALLOWED):
        assert refusal(store, "Ann", "wrong") == "sign-in-refused"
    assert refusal(store, "Ann", GOOD) == "sign-in-locked"
    assert refusal(store, "Ann", GOOD, NOW + LOCKED_FOR - timedelta(seconds=1)) == "sign-in-locked"
    assert users.sign_in(store, "Ann", GOOD, NOW + LOCKED_FOR).name == "Ann"
    assert [e.action for e in audit.entries(store)][:2] == ["user.signed_in", "user.locked"]


def test_a_success_forgets_earlier_failures(store: Store) -> None:
    users.create(store, "Ann", GOOD, "viewer", NOW)
    for _ in range(3):
        for _ in range(FAILURES_ALLOWED - 1):
            refusal(store, "Ann", "wrong")
        users.sign_in(store, "Ann", GOOD, NOW)


def test_a_new_password_replaces_the_old_and_unlocks(store: Store) -> None:
    users.create(store, "Ann", GOOD, "viewer", NOW)
    for _ in range(FAILURES_ALLOWED):
        refusal(store, "Ann", "wrong")
    users.set_password(store, "Ann", "battery staple", NOW)
    assert refusal(store, "Ann", GOOD) == "sign-in-refused"
    users.sign_in(store, "Ann", "battery staple", NOW)


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaa", "ababababab", "ANN-MILLER"])
def test_weak_passwords_are_refused_and_not_repeated(store: Store, password: str) -> None:
    with pytest.raises(Malformed) as caught:
        users.create(store, "Ann-Miller", password, "viewer", NOW)
    assert caught.value.code == "password-weak"
    assert not password or password not in str(caught.value)
    assert users.everyone(store) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\nb"])
def test_a_name_must_be_one(store: Store, name: str) -> None:
    with pytest.raises(Malformed, match="user's name"):
        users.create(store, name, GOOD, "viewer", NOW)


def test_a_name_is_taken_once(store: Store) -> None:
    users.create(store, "Ann", GOOD, "viewer", NOW)
    with pytest.raises(Malformed, match="already") as caught:
        users.create(store, "Ann", GOOD, "viewer", NOW)
    assert caught.value.code == "user-exists"


def test_an_unknown_role_or_language_is_named(store: Store) -> None:
    with pytest.raises(Unknown, match="boss"):
        users.create(store, "Ann", GOOD, "boss", NOW)
    with pytest.raises(Malformed, match="fr"):
        users.create(store, "Ann", GOOD, "viewer", NOW, language="fr")


def test_the_last_owner_stays(store: Store) -> None:
    users.create(store, "Ann", GOOD, "owner", NOW)
    with pytest.raises(Malformed, match="last owner"):
        users.remove(store, "Ann", NOW)
    with pytest.raises(Malformed, match="last owner"):
        users.set_role(store, "Ann", "viewer", NOW)
    users.create(store, "Bob", GOOD, "owner", NOW)
    users.set_role(store, "Ann", "viewer", NOW)
    users.remove(store, "Ann", NOW)
    assert [user.name for user in users.everyone(store)] == ["Bob"]


def test_nobody_cannot_be_changed(store: Store) -> None:
    for change in (
        lambda: users.remove(store, "Eve", NOW),
        lambda: users.set_password(store, "Eve", GOOD, NOW),
        lambda: users.set_role(store, "Eve", "owner", NOW),
    ):
        with pytest.raises(Unknown, match="Eve"):
            change()


def test_every_deed_is_in_the_audit_without_a_password(store: Store) -> None:
    users.create(store, "Ann", GOOD, "owner", NOW, by="root")
    users.set_password(store, "Ann", "battery staple", NOW)
    users.create(store, "Bob", GOOD, "owner", NOW)
    users.remove(store, "Ann", NOW)
    entries = audit.entries(store)
    assert [e.action for e in reversed(entries)] == [
        "user.created", "user.password_changed", "user.created", "user.removed",
    ]  # fmt: skip
    assert entries[-1].actor == "root"
    assert not any(word in str(e.detail) for e in entries for word in (GOOD, "battery"))


def test_made_up_passwords_are_good_and_differ() -> None:
    made = {users.new_password() for _ in range(20)}
    assert len(made) == 20
    assert all(users.check_password(password) for password in made)


def test_a_language_is_chosen_for_someone_and_written_down(store: Store) -> None:
    users.create(store, "Ann", GOOD, "marketer", NOW)
    users.set_language(store, "Ann", "zh", NOW, "boss")
    assert users.everyone(store)[0].language == "zh"
    newest = audit.entries(store)[0]
    assert (newest.actor, newest.action) == ("boss", "user.language_changed")
    with pytest.raises(Malformed, match="xx"):
        users.set_language(store, "Ann", "xx", NOW)
    with pytest.raises(Unknown):
        users.set_language(store, "Nobody", "zh", NOW)
