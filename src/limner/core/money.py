"""Amounts of money, which never lose their currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from limner.core.errors import Malformed

# ISO 4217 minor units that differ from two; every other currency has two.
_MINOR_UNITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3}


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in one currency; sums and comparisons across currencies are refused.

    Units: the currency's main unit (dollars, yuan), as a `Decimal`; `currency` is an ISO 4217 code.
    Raises: `Malformed` when two currencies meet or the code is not three capital letters.

    >>> Money.of(2, "CNY") + Money.of("0.5", "CNY")
    Money(amount=Decimal('2.5'), currency='CNY')
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise Malformed(
                "currency-malformed",
                f"currency {self.currency!r} is not an ISO 4217 code such as CNY or USD",
            )

    @classmethod
    def of(cls, amount: int | float | str | Decimal, currency: str) -> Money:
        """Money from a plain number; a float is read by its shortest decimal form."""
        return cls(Decimal(str(amount)), currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise Malformed(
                "currency-mixed",
                f"cannot put {self.currency} and {other.currency} together; convert one first",
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, factor: int | float | Decimal) -> Money:
        return Money(self.amount * Decimal(str(factor)), self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def rounded(self) -> Money:
        """The amount at the currency's minor unit (ISO 4217), half to even."""
        places = _MINOR_UNITS.get(self.currency, 2)
        step = Decimal(1).scaleb(-places)
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_EVEN), self.currency)

    def __str__(self) -> str:
        return f"{self.rounded().amount:,} {self.currency}"
