"""Amounts of several currencies, brought into one by the rates that the rule gives."""

from __future__ import annotations

from limner.collect.clean.rule import Exchange, Rule, number, only_keys, wrong
from limner.core.errors import Malformed
from limner.core.money import Money
from limner.core.words import Words

# What people write for an ISO 4217 code.
NAMES = {
    "RMB": "CNY", "人民币": "CNY", "元": "CNY", "￥": "CNY", "¥": "CNY", "美元": "USD", "US$": "USD", "$": "USD",
    "欧元": "EUR", "€": "EUR", "英镑": "GBP", "£": "GBP", "日元": "JPY", "港币": "HKD", "港元": "HKD", "HK$": "HKD",
}  # fmt: skip


def _currency(argument: object, where: str) -> Exchange:
    parts = only_keys(argument, ("to", "rates", "amounts"), where)
    to, rates, amounts = parts.get("to"), parts.get("rates"), parts.get("amounts")
    if not isinstance(to, str):
        raise wrong(f"{where}.to", to, "write an ISO 4217 code such as CNY")
    if not isinstance(rates, dict) or not rates:
        raise wrong(
            f"{where}.rates", rates, f"write what one unit is worth in {to}, such as {{USD: 7.1}}"
        )
    if not isinstance(amounts, list) or not amounts or not all(isinstance(a, str) for a in amounts):
        raise wrong(f"{where}.amounts", amounts, "write the columns of amounts, as a list")
    for code in (to, *rates):
        try:
            Money.of(0, code if isinstance(code, str) else repr(code))
        except Malformed as error:
            raise Malformed("clean-rule", f"{where}: {error.message}") from None
    read = {
        str(code): number(rate, f"{where}.rates.{code}", "write a number above 0")
        for code, rate in rates.items()
    }
    for code, rate in read.items():
        if rate <= 0:
            raise wrong(f"{where}.rates.{code}", rate, "write a number above 0")
    if read.pop(to, 1.0) != 1.0:
        raise wrong(f"{where}.rates.{to}", rates[to], f"one {to} is worth 1 {to}")
    return Exchange(to, read, tuple(amounts))


CURRENCY = Rule(
    "currency", Words("currency", "币种换算"),
    {"to": "CNY", "rates": {"USD": 7.1}, "amounts": ["amount"]}, _currency,
)  # fmt: skip
