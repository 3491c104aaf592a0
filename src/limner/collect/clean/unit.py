"""Amounts with a unit, brought to one unit: `2斤`, `1.5 kg` and `800` become grams."""

from __future__ import annotations

from limner.collect.clean.rule import Found, Reading, Rewrite, Rule, only_keys, wrong
from limner.collect.clean.text import half_width
from limner.collect.values import quoted
from limner.core.words import Words

# How much of the first unit of its row each unit is.
# Source: International System of Units (BIPM, 9th edition, 2019); pound, ounce, inch, gallon: NIST
# SP 811 (2008), appendix B.8; 斤, 两, 公斤: the State Council's order on legal units of measurement
# (1984-02-27) and the 500 g jin of 1959.
UNITS: dict[str, dict[str, float]] = {
    "mass": {
        "g": 1, "克": 1, "gram": 1, "grams": 1, "mg": 0.001, "毫克": 0.001, "kg": 1000, "千克": 1000, "公斤": 1000,
        "kilo": 1000, "kilos": 1000, "斤": 500, "市斤": 500, "两": 50, "t": 1_000_000, "吨": 1_000_000,
        "lb": 453.59237, "lbs": 453.59237, "磅": 453.59237, "oz": 28.349523125, "盎司": 28.349523125,
    },
    "volume": {
        "ml": 1, "毫升": 1, "cl": 10, "dl": 100, "l": 1000, "升": 1000, "litre": 1000, "liter": 1000,
        "fl oz": 29.5735295625, "gal": 3785.411784,
    },
    "length": {
        "cm": 1, "厘米": 1, "公分": 1, "mm": 0.1, "毫米": 0.1, "m": 100, "米": 100, "公尺": 100, "km": 100_000,
        "千米": 100_000, "公里": 100_000, "in": 2.54, "inch": 2.54, "英寸": 2.54, "ft": 30.48, "英尺": 30.48,
    },
    "money": {
        "yuan": 1, "元": 1, "圆": 1, "块": 1, "角": 0.1, "毛": 0.1, "jiao": 0.1, "分": 0.01, "fen": 0.01,
        "万": 10_000, "万元": 10_000, "unit": 1, "dollar": 1, "dollars": 1, "euro": 1, "euros": 1, "cent": 0.01,
        "cents": 0.01, "pence": 0.01,
    },
    "pieces": {
        "pcs": 1, "piece": 1, "pieces": 1, "个": 1, "件": 1, "只": 1, "pair": 2, "pairs": 2, "双": 2, "对": 2,
        "dozen": 12, "打": 12,
    },
}  # fmt: skip
_SHAPE = quoted("^[¥￥$€£]?\\s*([-+]?[0-9][0-9., ]*)\\s*([^0-9].*)?$")


def _unit(argument: object, where: str) -> Rewrite:
    parts = only_keys(
        {"to": argument} if isinstance(argument, str) else argument, ("to", "from"), where
    )
    to, bare = _known(parts.get("to"), f"{where}.to"), parts.get("from")
    units = next(units for units in UNITS.values() if to in units)
    given = to if bare is None else _known(bare, f"{where}.from")
    if given not in units:
        raise wrong(f"{where}.from", bare, f"it measures something else than {to}")
    factors = {name: factor / units[to] for name, factor in units.items()}
    whens = " ".join(f"WHEN {quoted(name)} THEN {factor!r}" for name, factor in factors.items())

    def parted(x: str, body: str) -> str:
        """SQL of a body over `p.n` and `p.u`: amount and unit as they are written."""
        parts = f"regexp_extract(trim({half_width(x)}), {_SHAPE}, ['n', 'u'])"
        return f"list_transform([{parts}], lambda p: {body})[1]"

    unit = "lower(trim(p.u))"

    def write(x: str, reading: Reading, found: Found) -> str:
        factor = f"CASE {unit} WHEN '' THEN {factors[given]!r} {whens} END"
        converted = reading.shown(f"round(({reading.number('p.n')}) * ({factor}), 9)")
        # What is in the wanted unit and says no unit stays as it is written.
        body = f"CASE WHEN {unit} <> '' THEN {converted} END" if given == to else converted
        return f"coalesce({parted(x, body)}, {x})"

    def refuses(x: str, reading: Reading, found: Found) -> str:
        listed = ", ".join(quoted(name) for name in ("", *factors))
        return f"({parted(x, f'{unit} NOT IN ({listed})')})"

    return Rewrite(
        write, refuses, "unit-unknown",
        f"has a unit that cannot be brought to {to}; it may be {', '.join(factors)}",
        is_settled=given == to,
    )  # fmt: skip


def _known(name: object, where: str) -> str:
    every = [each for units in UNITS.values() for each in units]
    if not isinstance(name, str) or name.lower() not in every:
        raise wrong(where, name, f"it may be {', '.join(every)}")
    return name.lower()


UNIT = Rule("unit", Words("unit of measurement", "计量单位"), {"to": "g", "from": "kg"}, _unit)
