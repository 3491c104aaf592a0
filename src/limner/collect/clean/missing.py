"""Missing values: left, given a default, or inferred, and then marked as inferred."""

from __future__ import annotations

from typing import Literal, cast

from limner.collect.clean.rule import Fill, Rule, only_keys, wrong
from limner.core.words import Words


def _missing(argument: object, where: str) -> Fill:
    if argument == "leave":
        return Fill("leave")
    parts = only_keys(argument, ("default", "infer", "by", "from"), where)
    if "default" in parts:
        value = parts["default"]
        if (
            isinstance(value, bool)
            or not isinstance(value, str | int | float)
            or not str(value).strip()
        ):
            raise wrong(f"{where}.default", value, "write a text or a number")
        if len(parts) > 1:
            raise wrong(where, argument, "a default takes nothing beside it")
        return Fill("default", str(value))
    how, by, other = parts.get("infer"), parts.get("by"), parts.get("from")
    if how not in ("median", "mode", "column"):
        raise wrong(f"{where}.infer", how, "it may be median, mode or column")
    if how == "column":
        if not isinstance(other, str) or by is not None:
            raise wrong(f"{where}.from", other, "write the column to take it from")
        return Fill("column", by=other)
    if other is not None or (by is not None and not isinstance(by, str)):
        raise wrong(f"{where}.by", by or other, "write the column of the groups")
    return Fill(cast(Literal["median", "mode"], how), by=by)


def fillings(fill: Fill, values: str) -> str:
    """SQL of what fills a relation of `key`, `value` and `n`: rows of key, is_all and value.

    Of values that are equally frequent the first in order is taken, so that it is always the same.
    """

    def of(key: str, is_all: str, where: str) -> str:
        if fill.how == "median":
            return (
                f"SELECT {key} AS key, {is_all} AS is_all, quantile_cont(n, 0.5) AS value"
                f" FROM ({values}) WHERE n IS NOT NULL {where} GROUP BY ALL"
            )
        return (
            f"SELECT key, {is_all} AS is_all, first(value ORDER BY times DESC, value) AS value FROM ("
            f"SELECT {key} AS key, value, count(*) AS times FROM ({values})"
            f" WHERE value IS NOT NULL {where} GROUP BY ALL) GROUP BY ALL"
        )

    whole = of("''", "true", "")
    return (
        whole
        if fill.by is None
        else f"{of('key', 'false', 'AND key IS NOT NULL')} UNION ALL {whole}"
    )


MISSING = Rule(
    "missing", Words("missing values", "缺失值"), {"infer": "median", "by": "city"}, _missing
)
