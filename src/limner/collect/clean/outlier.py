"""Outliers: what lies far from the rest is flagged, capped or set aside.

Quartiles, median and deviations are values of the column itself (quantiles of type 1), so that
capping changes none of them and doing it twice is doing it once.
Source: Tukey (1977), Exploratory Data Analysis, 2C-2E, for fences by interquartile range; Leys et al.
(2013), J. Exp. Soc. Psychol. 49(4), for the median absolute deviation; Hyndman and Fan (1996).
"""

from __future__ import annotations

from typing import Literal, cast

from limner.collect.clean.rule import Fence, Rule, number, only_keys, wrong
from limner.core.errors import Malformed
from limner.core.words import Words

# A group of fewer values says too little of its own spread: the whole column's fence holds for it.
LEAST_OF_GROUP = 10
_WAYS = ("range", "iqr", "mad")


def _outliers(argument: object, where: str) -> Fence:
    parts = only_keys(argument, (*_WAYS, "by", "then"), where)
    ways = [way for way in _WAYS if way in parts]
    if len(ways) != 1:
        raise Malformed(
            "clean-rule", f"{where} has {ways or 'none'} of {', '.join(_WAYS)}; write one"
        )
    then, by = parts.get("then"), parts.get("by")
    if then not in ("flag", "cap", "quarantine"):
        raise wrong(f"{where}.then", then, "it may be flag, cap or quarantine")
    if by is not None and (ways == ["range"] or not isinstance(by, str)):
        raise wrong(f"{where}.by", by, "write the column of the groups; a range has none")
    if ways == ["range"]:
        ends = parts["range"]
        if not isinstance(ends, list) or len(ends) != 2 or ends == [None, None]:
            raise wrong(f"{where}.range", ends, "write [lowest, highest]; one may be null")
        low, high = (
            None if end is None else number(end, f"{where}.range", "write two numbers")
            for end in ends
        )
        if low is not None and high is not None and low > high:
            raise wrong(f"{where}.range", ends, "the lowest comes first")
        return Fence("range", then, low, high)
    way = cast(Literal["iqr", "mad"], ways[0])
    width = number(parts[way], f"{where}.{way}", "write a number of at least 1, such as 3")
    if width < 1:
        raise wrong(f"{where}.{way}", width, "write a number of at least 1, such as 3")
    return Fence(way, then, width=width, by=by if isinstance(by, str) else None)


def fences(fence: Fence, values: str) -> str:
    """SQL of the fences of a relation of `key` and `n`: rows of key, is_all, low and high.

    There is one row for each group that is large enough and varies, and one for all.
    """
    spread = fence.width

    def of(group: str, keys: str, having: str) -> str:
        if fence.how == "iqr":
            return (
                f"SELECT {keys}, q[1] - {spread!r} * (q[2] - q[1]) AS low, q[2] + {spread!r} * (q[2] - q[1]) AS high"
                f" FROM (SELECT {keys}, quantile_disc(n, [0.25, 0.75]) AS q FROM ({group}) GROUP BY ALL {having})"
                " WHERE q[2] > q[1]"
            )
        medians = f"SELECT {keys}, quantile_disc(n, 0.5) AS m FROM ({group}) GROUP BY ALL {having}"
        return (
            f"SELECT key, is_all, m - {spread!r} * d AS low, m + {spread!r} * d AS high FROM ("
            f" SELECT {keys}, m, quantile_disc(abs(n - m), 0.5) AS d FROM ({group}) JOIN ({medians})"
            " USING (key, is_all) GROUP BY ALL) WHERE d > 0"
        )

    whole = of(f"SELECT '' AS key, true AS is_all, n FROM ({values})", "key, is_all", "")
    if fence.by is None:
        return whole
    group = f"SELECT key, false AS is_all, n FROM ({values}) WHERE key IS NOT NULL"
    return f"{of(group, 'key, is_all', f'HAVING count(*) >= {LEAST_OF_GROUP}')} UNION ALL {whole}"


OUTLIERS = Rule("outliers", Words("outliers", "异常值"), {"iqr": 3, "then": "cap"}, _outliers)
