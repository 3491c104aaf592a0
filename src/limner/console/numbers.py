"""Figures as readers of each language write them (CLDR, through Babel)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_day_names
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)

from limner.core.words import Language

LOCALES: dict[Language, str] = {"en": "en_US", "zh": "zh_CN"}
NOTHING = "–"
Figure = float | int | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How one language writes figures; `currency` is ISO 4217, times are shown in `timezone`.

    A figure that is not known is a dash, never a zero.
    """

    language: Language
    currency: str = "USD"
    timezone: str = "UTC"

    @property
    def locale(self) -> str:
        """The CLDR locale, such as `zh_CN`."""
        return LOCALES[self.language]

    def count(self, value: Figure) -> str:
        """A whole number with its thousands apart."""
        return NOTHING if value is None else format_decimal(round(value), locale=self.locale)

    def decimal(self, value: Figure, places: int = 1) -> str:
        """A number with at most `places` decimals."""
        if value is None:
            return NOTHING
        return format_decimal(value, format="#,##0." + "#" * places, locale=self.locale)

    def fixed(self, value: Figure, places: int = 3) -> str:
        """A number with exactly `places` decimals, for columns that are compared."""
        if value is None:
            return NOTHING
        return format_decimal(value, format="#,##0." + "0" * places, locale=self.locale)

    def money(self, value: Figure) -> str:
        """An amount: cents below a thousand, whole units from there on."""
        if value is None:
            return NOTHING
        exact = abs(value) < 1000
        text = format_currency(
            value if exact else round(value),
            self.currency,
            format=None if exact else "¤#,##0;-¤#,##0",
            locale=self.locale,
            currency_digits=exact,
        )
        return str(text)

    def compact_money(self, value: Figure) -> str:
        """An amount short enough for a headline: $4.6M, US$459.8万."""
        if value is None:
            return NOTHING
        if abs(value) < 10_000:
            return self.money(value)
        return format_compact_currency(value, self.currency, locale=self.locale, fraction_digits=1)

    def compact(self, value: Figure) -> str:
        """A count short enough for a headline: 1.5M, 147万."""
        if value is None:
            return NOTHING
        if abs(value) < 100_000:
            return self.count(value)
        return format_compact_decimal(value, locale=self.locale, fraction_digits=1)

    def share(self, value: Figure, places: int = 1) -> str:
        """A share of one as a percentage with `places` decimals."""
        if value is None:
            return NOTHING
        pattern = "#,##0." + "0" * places + "%" if places else "#,##0%"
        return format_percent(value, format=pattern, locale=self.locale)

    def signed_share(self, value: Figure, places: int = 1) -> str:
        """A change as a percentage that always shows its sign."""
        if value is None:
            return NOTHING
        return ("+" if value > 0 else "") + self.share(value, places)

    def interval(self, pair: list[float | None] | None, kind: str = "share") -> str:
        """A 95 % interval as `low to high`, in the unit of `kind` (a method of this class)."""
        if not pair or pair[0] is None or pair[1] is None:
            return NOTHING
        write = getattr(self, kind)
        between = " 至 " if self.language == "zh" else " to "
        return f"{write(pair[0])}{between}{write(pair[1])}"

    def day(self, value: date | str | None) -> str:
        """A day: Dec 31, 2017 or 2017年12月31日."""
        if value is None or value == "":
            return NOTHING
        day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
        pattern = "long" if self.language == "zh" else "medium"
        return format_date(day, format=pattern, locale=self.locale)

    def month(self, value: str, is_short: bool = False) -> str:
        """A month written as `2017-01`; the short form leaves the year out but in January."""
        day = date.fromisoformat(value + "-01")
        if self.language == "zh":
            pattern = "M月" if is_short and day.month > 1 else "y年M月"
        else:
            pattern = "MMM" if is_short and day.month > 1 else "MMM y"
        return format_date(day, format=pattern, locale=self.locale)

    def moment(self, value: datetime | None) -> str:
        """A moment in the business's time zone, to the minute."""
        if value is None:
            return NOTHING
        pattern = "y年M月d日 HH:mm" if self.language == "zh" else "MMM d, y, HH:mm"
        zone = ZoneInfo(self.timezone)
        return format_datetime(value, pattern, tzinfo=zone, locale=self.locale)

    def clock(self, value: datetime) -> str:
        """The hour and minute of a moment in the business's time zone."""
        return format_time(value, "HH:mm", tzinfo=ZoneInfo(self.timezone), locale=self.locale)

    def second(self, value: datetime | str) -> str:
        """A moment in the business's time zone, to the second, with its year."""
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        pattern = "y年M月d日 HH:mm:ss" if self.language == "zh" else "MMM d, y, HH:mm:ss"
        return format_datetime(at, pattern, tzinfo=ZoneInfo(self.timezone), locale=self.locale)

    def weekdays(self, width: Literal["abbreviated", "wide"] = "abbreviated") -> list[str]:
        """The names of the days, Monday first."""
        names = get_day_names(width, context="stand-alone", locale=self.locale)
        return [names[index] for index in range(7)]
