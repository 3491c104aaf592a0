import pytest

from limner.core.errors import Forbidden, Unknown
from limner.govern.roles import PERMISSIONS, ROLES, check_role, demand, may


def test_the_owner_may_everything_and_nobody_else_manages_users() -> None:
    assert ROLES["owner"] == set(PERMISSIONS)
    assert [role for role in ROLES if may(role, "users.manage")] == ["owner"]


def test_who_may_not_see_personal_data_can_neither_export_nor_query_it() -> None:
    for role, has in ROLES.items():
        if "personal.read" not in has:
            assert not has & {"customers.export", "sql.read", "campaigns.send"}, role


def test_every_role_may_read_reports_and_holds_only_real_permissions() -> None:
    for has in ROLES.values():
        assert "reports.read" in has
        assert has <= set(PERMISSIONS)


def test_a_role_that_does_not_exist_may_nothing() -> None:
    assert not any(may("intruder", permission) for permission in PERMISSIONS)


def test_a_slip_in_a_permissions_name_is_loud() -> None:
    with pytest.raises(Unknown, match="personal\\.raed"):
        may("owner", "personal.raed")


def test_a_refusal_names_who_may() -> None:
    demand("owner", "users.manage")
    with pytest.raises(Forbidden, match="owner may") as caught:
        demand("viewer", "users.manage")
    assert caught.value.code == "role-may-not"


def test_a_role_is_checked_by_name() -> None:
    assert check_role("viewer") == "viewer"
    with pytest.raises(Unknown, match="owner, marketer, analyst, viewer"):
        check_role("boss")


def test_only_an_owner_manages_sources_and_who_is_who_is_for_those_who_see_the_values() -> None:
    assert [role for role in ROLES if may(role, "sources.manage")] == ["owner"]
    for role in ROLES:
        assert not may(role, "identity.edit") or may(role, "personal.read"), role
    assert [role for role in ROLES if may(role, "plan.edit")] == ["owner", "marketer", "analyst"]
