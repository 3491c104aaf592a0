from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.errors import Malformed
from limner.core.money import Money

AMOUNTS = st.decimals(-(10**9), 10**9, places=4)


@given(AMOUNTS, AMOUNTS)
def test_sums_are_exact(one: Decimal, other: Decimal) -> None:
    total = Money(one, "CNY") + Money(other, "CNY")
    assert total.amount == one + other
    assert total - Money(other, "CNY") == Money(one, "CNY")
    assert (Money(one, "CNY") < Money(other, "CNY")) == (one < other)


def test_currencies_do_not_mix() -> None:
    yuan, dollars = Money.of(1, "CNY"), Money.of(1, "USD")
    for attempt in (lambda: yuan + dollars, lambda: yuan - dollars, lambda: yuan < dollars,
                    lambda: yuan <= dollars):  # fmt: skip
        with pytest.raises(Malformed, match="CNY and USD"):
            attempt()
    assert yuan != dollars


@pytest.mark.parametrize("code", ["", "usd", "US", "US$$", "元"])
def test_a_currency_is_a_code(code: str) -> None:
    with pytest.raises(Malformed, match="ISO 4217"):
        Money.of(1, code)


def test_rounding_is_at_the_minor_unit_half_to_even() -> None:
    assert str(Money.of("2.345", "USD")) == "2.34 USD"
    assert str(Money.of("2.355", "USD")) == "2.36 USD"
    assert str(Money.of("1234.5", "JPY")) == "1,234 JPY"
    assert str(Money.of("0.1235", "KWD")) == "0.124 KWD"
    assert Money.of(0.1, "USD") + Money.of(0.2, "USD") == Money.of("0.3", "USD")
    assert Money.of(3, "USD") * 0.1 == Money.of("0.3", "USD")
