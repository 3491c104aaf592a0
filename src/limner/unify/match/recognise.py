"""What each column of a table holds, from its header and from its values."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from limner.unify.match import writing
from limner.unify.match.vocabulary import Role, role_of_header

_SAMPLE = 3000
_NUMBERS, _ANOTHER = "numbers the rows", "another number in every row"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_URL = re.compile(
    r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}(?::\d+)?(?:[/?#]\S*)?"
)
_PHONE = re.compile(r"[+(]?[\d\s().\-/+]{6,22}(?:\s*(?:x|ext\.?)\s*\d+)?")
_ZH_NAME = re.compile(r"[\u3400-\u9fff·]{2,4}")
_ZH_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉"
    "阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文欧歐司"
)
_STREET = re.compile(
    r"\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|place|close|way|blvd|boulevard|rue|calle|avenida|chemin|allee|weg|platz|"
    r"crescent|circuit|terrace|strasse|via|plaza|impasse|highway|hwy|parkway)\b|\w+(?:strasse|str|weg|gasse|platz)\b"
)
_ZH_PLACE = re.compile(r"[省市区县路街号镇村栋室巷弄]")
_LEGAL = re.compile(
    r"\b(?:ltd|limited|llc|inc|corp|gmbh|ag|kg|sarl|sas|sa|srl|bv|plc|ltda|sl|ug|ohg|co)\b\.?|公司|集团|有限|厂"
)
_FIRST = frozenset(
    [
        "james",
        "mary",
        "john",
        "robert",
        "michael",
        "william",
        "david",
        "richard",
        "joseph",
        "thomas",
        "charles",
        "maria",
        "anna",
        "peter",
        "paul",
        "hans",
        "thomas",
        "andreas",
        "stefan",
        "julia",
        "laura",
        "sarah",
        "emma",
        "sophie",
        "marie",
        "jean",
        "pierre",
        "michel",
        "claude",
        "louis",
        "jose",
        "juan",
        "carlos",
        "luis",
        "ana",
        "carmen",
        "antonio",
        "manuel",
        "daniel",
        "christian",
        "martin",
        "lisa",
        "jessica",
        "jennifer",
        "elizabeth",
        "patricia",
        "susan",
        "karen",
        "nancy",
        "george",
        "edward",
        "henry",
        "oliver",
        "jack",
        "harry",
        "emily",
        "olivia",
        "isabella",
        "mia",
        "lukas",
        "leon",
        "felix",
        "max",
        "jonas",
        "nicolas",
        "camille",
        "lea",
        "manon",
        "hugo",
        "lucas",
        "sofia",
        "lucia",
        "pablo",
        "wei",
        "li",
        "ming",
        "jing",
    ]
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its role; `why` says in a few words what showed it; shares are 0..1."""

    name: str
    role: Role
    why: str
    filled: float
    distinct: float
    order: str = "dm"

    @property
    def numbers_rows(self) -> bool:
        """Whether the column is the rows' own id."""
        return self.role == "ignored" and self.why in (_NUMBERS, _ANOTHER)


@dataclass(frozen=True, slots=True)
class _Profile:
    values: list[str]
    filled: float
    distinct: float
    rows: int
    kinds: int

    def share(self, test: re.Pattern[str], whole: bool = True) -> float:
        """The share of values that look like something."""
        if not self.values:
            return 0.0
        found = test.fullmatch if whole else test.search
        return sum(bool(found(v)) for v in self.values) / len(self.values)

    @property
    def is_unique(self) -> bool:
        return self.distinct > 0.9999


def recognise(rows: pa.Table, others: int = 0) -> list[Column]:
    """The role of every column of a table of text; `ignored` ones say why they are no evidence."""
    return [_recognise(name, texts_of(rows[name])) for name in rows.column_names]


def texts_of(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as text."""
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_floating(column.type):
        whole = pc.all(pc.equal(pc.floor(column), column)).as_py()
        if whole:
            column = pc.cast(column, pa.int64(), safe=False)
    if pa.types.is_nested(column.type):
        texts = [None if v is None else str(v) for v in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
    return pc.cast(column, pa.string())


def _profile(column: pa.ChunkedArray) -> _Profile:
    trimmed = pc.utf8_trim_whitespace(column)
    counts = pc.value_counts(trimmed.combine_chunks().drop_null())
    values, numbers = counts.field("values").to_pylist(), counts.field("counts").to_pylist()
    kept = [(v, n) for v, n in zip(values, numbers, strict=True) if writing.plain(v)]
    filled = sum(n for _, n in kept)
    step = max(1, len(kept) // _SAMPLE)
    return _Profile(
        [v for v, _ in kept[::step]],
        filled / max(1, len(column)),
        len(kept) / max(1, filled),
        len(column),
        len(kept),
    )


def _recognise(name: str, column: pa.ChunkedArray) -> Column:
    seen = _profile(column)
    said = role_of_header(name)
    order, is_date = writing.date_reader(seen.values[:1000])

    def is_(role: str, why: str) -> Column:
        return Column(name, cast(Role, role), why, seen.filled, seen.distinct, order)

    if not seen.values or seen.filled < 0.005:
        return is_("ignored", "empty")
    if seen.kinds == 1 and seen.rows > 1:
        return is_("ignored", "the same in every row")
    if said == "truth":
        return is_("ignored", "its header says that it holds the answer")
    if said == "clerical":
        return is_("ignored", "says when or whence the row came")
    by_value = _by_value(seen, is_date)
    if said == "row_id" and by_value not in ("email", "phone_sure"):
        return is_("ignored", _NUMBERS)
    if said is not None and said != "row_id":
        agreed = _agreed(said, by_value, seen, is_date)
        if agreed:
            return is_(agreed, "header" if agreed == said else f"values under {said!r} header")
    if by_value == "row_id":
        return is_("ignored", _ANOTHER)
    if by_value == "timestamp":
        return is_("ignored", "a moment, as clerks' records have it")
    return is_(by_value.removesuffix("_sure"), "values")


def _agreed(said: str, by_value: str, seen: _Profile, is_date: float) -> str | None:
    """The role a header says, where its values can be that; else a nearer one; None when neither."""
    numeric = seen.share(re.compile(r"-?[\d.,]+"))
    words = sum(len(writing.tokens(v)) for v in seen.values) / len(seen.values)
    if by_value == "email":
        return "email"
    if by_value == "url":
        return "url"
    match said:
        case "birth_date":
            return "birth_date" if is_date > 0.5 else ("number" if numeric > 0.9 else None)
        case "date":
            return "date" if is_date > 0.5 else None
        case "email":
            return "email" if seen.share(re.compile(".*[@.].*")) > 0.3 else None
        case "url":
            return "url" if seen.share(re.compile(r".*\.[a-zA-Z]{2,}.*")) > 0.3 else None
        case "phone":
            return "phone" if seen.share(re.compile(r".*\d.*\d.*\d.*")) > 0.5 else None
        case "full_name":
            if by_value == "company" or seen.share(_LEGAL, whole=False) > 0.15:
                return "company"
            if numeric > 0.5:
                return None
            is_person = by_value == "full_name" or (
                words <= 3.2 and seen.share(re.compile(r"[^\d]+")) > 0.9
            )
            return "full_name" if is_person else "text"
        case "given_name" | "surname" | "middle_name":
            return said if numeric < 0.5 else None
        case "house_number":
            return said if seen.share(re.compile(r".*\d.*")) > 0.5 else None
        case "street":
            if numeric > 0.9:
                return "house_number"
            return said
        case "gender":
            return said if seen.kinds <= 30 else None
        case "company":
            return "company"
        case "text":
            return "text" if words >= 1.5 or seen.distinct > 0.3 else by_value
        case "identifier":
            return "identifier" if seen.kinds > 2 else "category"
    return said


def _by_value(seen: _Profile, is_date: float) -> str:
    if seen.share(_EMAIL) > 0.6:
        return "email"
    if seen.share(_URL) > 0.7:
        return "url"
    integers = seen.share(re.compile(r"-?\d+"))
    if is_date > 0.85:
        if seen.share(re.compile(r".*\d\d:\d\d.*")) > 0.8:
            return "timestamp"
        years = Counter(int(d[:4]) for v in seen.values if (d := writing.as_date(v, "dm")))
        if (years and integers < 0.5) or len(years) > 15:
            return "birth_date" if len(years) > 25 else "date"
    if seen.share(re.compile(r"1[3-9]\d{9}")) > 0.8:
        return "phone_sure"
    shaped = seen.share(_PHONE) * (seen.share(re.compile(r"(?:\D*\d){7,}.*")) > 0.7)
    if (
        shaped > 0.8
        and seen.share(re.compile(r"\+?\d[\d]*[\s().\-/]+[\d\s().\-/]+|\+\d{8,}|0\d{8,}|\(\d.*"))
        > 0.5
    ):
        return "phone"
    if seen.share(re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{20,}")) > 0.8:
        return "row_id" if seen.is_unique else "identifier"
    genders = {writing.gender(v) for v in seen.values}
    if genders <= {"m", "f", "u", "d", "x", "other"} and genders & {"m", "f"} and seen.kinds < 20:
        return "gender"
    if seen.share(_ZH_NAME) > 0.7 and sum(v[0] in _ZH_SURNAMES for v in seen.values) > 0.6 * len(
        seen.values
    ):
        return "full_name"
    if integers > 0.95:
        return _integer(seen)
    if seen.share(re.compile(r"[^\w]*-?\d[\d.,]*[^\w]*(?:[a-zA-Z]{3})?")) > 0.9:
        return "number"
    return _words(seen)


def _integer(seen: _Profile) -> str:
    lengths = Counter(len(v) for v in seen.values)
    steady = max(lengths.values()) / len(seen.values)
    if seen.is_unique and seen.rows > 20:
        whole = sorted(int(v) for v in seen.values)
        if whole[-1] - whole[0] < 20 * seen.rows or steady < 0.6:
            return "row_id"
        return "identifier"
    if seen.kinds <= 12 and seen.distinct < 0.1:
        return "category"
    years = sum(1900 <= int(v) <= 2035 for v in seen.values) / len(seen.values)
    if years > 0.95:
        return "number"
    if steady > 0.9 and 4 <= len(seen.values[0]) <= 6:
        return "postcode"
    if steady > 0.8 and len(seen.values[0]) >= 7:
        return "identifier"
    return "number"


def _words(seen: _Profile) -> str:
    lowered = [writing.plain(v) for v in seen.values]
    words = [writing.tokens(v) for v in seen.values]
    mean = sum(map(len, words)) / len(words)
    coded = seen.share(re.compile(r"[A-Za-z]{0,4}[\W_]?\d[\dA-Za-z\W_]{3,}"))
    if coded > 0.9 and mean < 2.5:
        return "row_id" if seen.is_unique and seen.rows > 20 else "identifier"
    if sum(bool(_LEGAL.search(v)) for v in lowered) > 0.3 * len(lowered):
        return "company"
    if sum(bool(_STREET.search(v)) for v in lowered) > 0.4 * len(lowered):
        return "street"
    if sum(len(_ZH_PLACE.findall(v)) >= 2 for v in lowered) > 0.5 * len(lowered):
        return "street"
    if seen.kinds <= 60 and seen.distinct < 0.1:
        return "category"
    first = sum(any(w in _FIRST for w in found) for found in words) / len(words)
    if 1.7 <= mean <= 3.2 and first > 0.15 and seen.share(re.compile(r"[^\d]+")) > 0.95:
        return "full_name"
    if mean < 1.3 and first > 0.15 and seen.share(re.compile(r"[^\d]+")) > 0.95:
        return "given_name"
    return "text" if mean > 2.2 else "word"
