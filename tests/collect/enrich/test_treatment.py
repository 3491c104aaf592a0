"""How a source's events are treated: settings are read or refused by name."""

from typing import Any

import pytest

from limner.collect.enrich.address import is_within, kept_address
from limner.collect.enrich.treatment import Treatment
from limner.core.errors import Malformed


def test_settings_of_others_are_left_alone() -> None:
    read = Treatment.read({"url": "x", "channel": " POS ", "currency": "cny", "internal_ips": "10.0.0.1"})  # fmt: skip
    assert (read.channel, read.currency) == ("pos", "CNY")
    assert Treatment.read({}) == Treatment()


@pytest.mark.parametrize(
    "settings",
    [
        {"keep_ip": "half"}, {"keep_bots": "yes"}, {"currency": "yuan"}, {"currency": 7}, {"internal_ips": ["10.0.0.0/99"]},
        {"internal_emails": [7]}, {"own_domains": {"a": 1}}, {"channel": []},
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(settings: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        Treatment.read(settings)
    assert refused.value.field in settings and "write" in refused.value.message


@pytest.mark.parametrize(
    ("written", "keep", "kept"),
    [
        ("203.0.113.77", "truncated", "203.0.113.0"),
        ("2001:db8:85a3:8d3::8a2e", "truncated", "2001:db8:85a3::"),
        ("::ffff:203.0.113.77", "truncated", "203.0.113.0"),
        ("203.0.113.77", "full", "203.0.113.77"),
        ("203.0.113.77", "none", None),
        ("unknown", "full", None),
        ("fe80::1%eth0", "truncated", "fe80::"),
    ],
)
def test_how_much_of_an_address_is_kept(written: str, keep: Any, kept: str | None) -> None:
    assert kept_address(written, keep) == kept


def test_networks() -> None:
    networks = Treatment.read({"internal_ips": ["10.0.0.0/8", "2001:db8::/32"]}).internal_ips
    assert is_within("10.1.2.3", networks) and is_within("2001:db8::5", networks)
    assert not is_within("11.1.2.3", networks) and not is_within("?", networks)
