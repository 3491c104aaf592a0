"""Addresses hold every state, and nobody is led away by one."""

from __future__ import annotations

import pytest

from limner.console.view import address, local_path


def test_an_address_encodes_its_parameters_and_ends_with_the_language() -> None:
    made = address("/customers", lang="zh", rule="a = 'b' and c > 1", q="", page=2)
    assert made == "/customers?rule=a%20%3D%20%27b%27%20and%20c%20%3E%201&page=2&lang=zh"
    assert address("/") == "/"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "",
     "/sign-in", "/sign-out", "/a\r\nSet-Cookie: x", "evil"],
)  # fmt: skip
def test_after_signing_in_one_stays_on_this_site(target: str) -> None:
    assert local_path(target) == "/"


def test_after_signing_in_one_goes_where_one_wanted() -> None:
    assert local_path("/customers?rule=a%20%3E%201") == "/customers?rule=a%20%3E%201"
