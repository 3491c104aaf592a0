"""One way to write names, dates, places and firms, so that what is meant alike looks alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from pypinyin import lazy_pinyin


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split(" "))


_VOID = _words(
    "null none nil nan na n/a #n/a unknown undefined unspecified missing not-set (none) "
    "(null) <null> \\n - -- . ? x xx xxx tbd 无 空 未知 暂无 没有 不详 未填 未填写 unbekannt inconnu "
    "desconocido test"
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_SPECIAL = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"}
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@lru_cache(maxsize=1 << 18)
def plain(written: str) -> str:
    """Text in lower case and Unicode's compatibility form, without accents; `` for what says nothing.

    >>> plain("  ＭÜLLER—Lüdenscheidt "), plain("N/A")
    ('muller—ludenscheidt', '')
    """
    text = written.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower())
        text = "".join(c for c in text if not unicodedata.combining(c)).translate(_SPECIAL)
        text = unicodedata.normalize("NFC", text)
    text = text.lower().strip()
    if text in _VOID or not any(map(str.isalnum, text)):
        return ""
    return text


@lru_cache(maxsize=1 << 18)
def tokens(written: str) -> tuple[str, ...]:
    """The words of a text; every Chinese character is a word."""
    text = _HAN.sub(r" \g<0> ", plain(written)).replace("'", "").replace("’", "")
    return tuple(re.findall(r"[^\W_]+", text))


def has_han(written: str) -> bool:
    """Whether a text has Chinese characters."""
    return bool(_HAN.search(written))


@lru_cache(maxsize=1 << 18)
def sound(written: str) -> str:
    """How a text is spoken: Chinese in pinyin, other words as they are, without gaps.

    Traditional and simplified writing, and characters that sound alike, give the same.

    >>> sound("張偉"), sound("张伟"), sound("Zhang Wei")
    ('zhangwei', 'zhangwei', 'zhangwei')
    """
    text = plain(written)
    if has_han(text):
        text = "".join(lazy_pinyin(text))
    return re.sub(r"[\W_]+", "", text)


@lru_cache(maxsize=1 << 18)
def narrow(written: str) -> str:
    """A text in which every character is one byte, as the engine's edit distances count bytes."""
    if written.isascii():
        return written
    return "".join(
        c if c.isascii() else chr(161 - 128 + (ord(c) * 2654435761 >> 7) % 94) for c in written
    )


# ---- names of people

_TITLES = _words(
    "mr mrs ms miss dr prof sir herr frau mme mlle m sr sra srta don dona jr ii iii phd md "
    "ing mag dipl monsieur madame"
)
_PARTICLES = _words(
    "von van de der den del della di da du la le dos das ter zu al bin ibn el st mc mac o"
)
_COMPOUND = _words(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 夏侯 皇甫 尉迟 公孙 公孫 慕容 令狐 司徒 长孙 宇文 东方 西门 南宫"
)


@lru_cache(maxsize=1 << 18)
def split_name(written: str) -> tuple[str, str]:
    """Given name and surname of a full name, in plain writing.

    `Li, Ming`, `Ming Li`, `李明` and `Dr. Jean de la Tour` are understood.

    >>> split_name("Garcia Marquez, Ana"), split_name("欧阳明"), split_name("Dr. Jean de la Tour")
    (('ana', 'garcia marquez'), ('明', '欧阳'), ('jean', 'de la tour'))
    """
    text = plain(written)
    if has_han(text) and not re.search(r"[a-z]", text):
        text = re.sub(r"(先生|女士|小姐)$", "", re.sub(r"[\W_]+", "", text))
        head = 2 if text[:2] in _COMPOUND and len(text) > 2 else 1
        return text[head:], text[:head]
    if "," in text:
        last, _, first = text.partition(",")
        return _joined(_named(first)), _joined(_named(last))
    words = _named(text)
    if len(words) < 2:
        return "", _joined(words)
    cut = len(words) - 1
    while cut > 1 and words[cut - 1] in _PARTICLES:
        cut -= 1
    return _joined(words[:cut]), _joined(words[cut:])


def _named(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+", text.replace("'", "").replace("’", ""))
    kept = [w for w in words if w not in _TITLES]
    return kept or words


def _joined(words: Sequence[str]) -> str:
    return " ".join(words)


def name(written: str) -> str:
    """A given name or surname in plain writing, without titles and punctuation."""
    return _joined(_named(_HAN.sub(r"\g<0>", plain(written))))


# ---- dates

_MONTHS = {
    m[:3]: n % 12 + 1
    for words in (
        "january february march april may june july august september october november december",
        "januar februar maerz april mai juni juli august september oktober november dezember",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for n, m in enumerate(words.split())
} | {"mar": 3, "mrz": 3, "jui": 7, "juin": 6, "juil": 7}


@lru_cache(maxsize=1 << 18)
def parts_of_date(written: str) -> tuple[str, ...] | None:
    """The digits of a date in the order written, a month's name made a number; None if it is none."""
    text = plain(re.sub(r"[T ]\d{1,2}:\d\d.*$", "", written.strip()))
    named = re.search(r"[a-z]{3,}", text)
    if named:
        word = named[0]
        month = _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])
        if month is None:
            return None
        text = text.replace(word, f" m{month:02d} ")
        found = re.findall(r"m\d\d|\d+", text)
        # A model number such as M877 has the shape of a month: a date has one month and two numbers.
        if len(found) != 3 or sum(p.startswith("m") for p in found) != 1:
            return None
        return tuple(found)
    found = re.findall(r"\d+", text)
    if len(found) == 1 and len(found[0]) == 8 and re.fullmatch(r"\d{8}", text):
        return tuple(found)
    if len(found) == 3 and sum(map(len, found)) <= 8 and not re.search(r"[a-z]", text):
        return tuple(found)
    return None


def date_reader(samples: Sequence[str]) -> tuple[str, float]:
    """The order in which a column writes day and month (`dm` or `md`), and the share it explains."""
    votes = {"dm": 0, "md": 0}
    good = 0
    for sample in samples:
        parts = parts_of_date(sample)
        if parts is None:
            continue
        days = {order: as_date(sample, order) for order in votes}
        good += any(days.values())
        if days["dm"] != days["md"]:
            votes["dm"] += days["dm"] is not None and days["md"] is None
            votes["md"] += days["md"] is not None and days["dm"] is None
    order = "md" if votes["md"] > votes["dm"] else "dm"
    return order, good / max(1, len(samples))


@lru_cache(maxsize=1 << 18)
def as_date(written: str, order: str) -> str | None:
    """A date as YYYYMMDD; digits that make no date stay digits, so that a typo still compares.

    None when it has not the shape of a date.  Years of two digits above 30 are of last century.
    """
    parts = parts_of_date(written)
    if parts is None:
        return None
    if len(parts) == 1:
        whole = parts[0]
        if not 1850 <= int(whole[:4]) <= 2100 and 1850 <= int(whole[4:]) <= 2100:
            a, b, y = whole[:2], whole[2:4], whole[4:]
            d, m = (a, b) if order == "dm" else (b, a)
            return _checked(y, m, d)
        return _checked(whole[:4], whole[4:6], whole[6:])
    month = next((p[1:] for p in parts if p.startswith("m")), None)
    if month:
        rest = [p for p in parts if not p.startswith("m")]
        year, day = (rest[0], rest[1]) if len(rest[0]) == 4 else (rest[1], rest[0])
        return _checked(year, month, day)
    if len(parts[0]) == 4:
        return _checked(*parts)
    a, b, year = parts
    day, month = (a, b) if order == "dm" else (b, a)
    return _checked(year, month, day)


def _checked(year: str, month: str, day: str) -> str | None:
    if len(year) == 2:
        year = ("19" if int(year) > 30 else "20") + year
    if len(year) != 4 or len(month) > 2 or len(day) > 2:
        return None
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return None
    return f"{year}{month:>02}{day:>02}"


# ---- places and firms

_SHORT = {
    "st": "street", "str": "street", "strasse": "street", "rd": "road", "ave": "avenue", "av": "avenue", "blvd": "boulevard", "bd": "boulevard",
    "dr": "drive", "ln": "lane", "ct": "court", "crt": "court", "pl": "place", "cres": "crescent", "cr": "crescent", "cct": "circuit",
    "crct": "circuit", "hwy": "highway", "pkwy": "parkway", "sq": "square", "ter": "terrace", "tce": "terrace", "cl": "close", "pde": "parade", "gr": "grove",
    "apt": "apartment", "fl": "floor", "ste": "suite", "n": "north", "s": "south", "e": "east", "w": "west", "pt": "point", "mt": "mount",
    "chem": "chemin", "imp": "impasse", "rte": "route", "all": "allee", "pza": "plaza", "avda": "avenida", "c": "calle", "nr": "number", "no": "number",
    "vlge": "village", "retrmnt": "retirement", "cnr": "corner", "platz": "place", "weg": "way", "wy": "way",
}  # fmt: skip
_ZH_ADDRESS = re.compile(
    r"省|市|自治区|特别行政区|维吾尔|壮族|回族|区|县|镇|乡|街道|号楼|栋|幢|座|单元|室|号|路|街|弄|楼"
)
_ZH_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_LEGAL = _words(
    "ltd limited llc llp lp inc incorporated corp corporation co company plc gmbh ag kg "
    "kgaa ohg ug se ev eg mbh haftungsbeschrankt sarl sas sasu sa eurl sci snc sl slu srl "
    "spa bv nv ab oy as aps pty pte kk holding holdings group gruppe groupe the und and et "
    "y"
)
_ZH_LEGAL = re.compile(r"(?:股份)?(?:有限)?(?:责任)?公司|集团|股份|有限|\(.*?\)|（.*?）|厂$")


@lru_cache(maxsize=1 << 18)
def address(written: str) -> str:
    """A street or address in plain words, abbreviations written out.

    >>> address("12 Main St., Apt. 4"), address("Hauptstr. 5"), address("北京市朝阳区建国路88号")
    ('12 main street apartment 4', 'haupt street 5', '北京朝阳建国88')
    """
    text = plain(written)
    if has_han(text):
        text = text.translate(_ZH_DIGITS)
        text = re.sub(r"[a-z]+(?=\d)", "", text) if re.search(r"[a-z]\d", text) else text
        return (
            re.sub(r"\s+", "", re.sub(r"(?<=\d)\W+(?=\d)", " ", _ZH_ADDRESS.sub(" ", text))) or text
        )
    words = re.findall(r"\d+[a-z]?\b|\d+|[^\W\d_]+", text.replace("'", "").replace("’", ""))
    found: list[str] = []
    for word in words:
        stem = re.fullmatch(r"(.{3,})(strasse|str|gasse|weg|platz|straat)", word)
        if stem and word not in _SHORT:
            found += [stem[1], _SHORT.get(stem[2], stem[2])]
        else:
            found.append(_SHORT.get(word, word))
    return " ".join(found)


@lru_cache(maxsize=1 << 18)
def firm(written: str) -> str:
    """A firm's name without its legal form.

    >>> firm("ACME Foods GmbH & Co. KG"), firm("北京大米科技有限公司")
    ('acme foods', '北京大米科技')
    """
    text = plain(written)
    if has_han(text):
        return re.sub(r"[\W_]+", "", _ZH_LEGAL.sub("", text)) or text
    text = re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", "", text)
    words = re.findall(r"[^\W_]+", text.replace("'", "").replace("’", ""))
    return " ".join([w for w in words if w not in _LEGAL] or words)


@lru_cache(maxsize=1 << 18)
def numbers(written: str) -> str:
    """The numbers in a text, in order."""
    return " ".join(re.findall(r"\d+", plain(written).translate(_ZH_DIGITS)))


@lru_cache(maxsize=1 << 18)
def digits(written: str) -> str:
    """The digits that a telephone number ends on: at most nine, without country code and trunk zero.

    >>> digits("+49 (0)171 123-4567"), digits("0171/1234567")
    ('711234567', '711234567')
    """
    text = re.sub(r"\D", "", unicodedata.normalize("NFKC", written))
    text = text.removeprefix("00").lstrip("0")
    if len(text) < 5 or len(set(text)) == 1:
        return ""
    return text[-9:]


@lru_cache(maxsize=1 << 18)
def code(written: str) -> str:
    """An identifier or postcode: letters and digits alone."""
    text = re.sub(r"[\W_]+", "", plain(written))
    if text and not text.strip("0"):
        return ""
    return text


def site(written: str) -> str:
    """An address in the web without its scheme, `www.`, query and closing slash.

    >>> site("https://www.Acme.co.uk/"), site("acme.co.uk?from=mail")
    ('acme.co.uk', 'acme.co.uk')
    """
    text = re.sub(r"^(?:[a-z]+://)?(?:www\d?\.)?", "", plain(written))
    return re.split(r"[?#]", text, maxsplit=1)[0].rstrip("/")


_GENDERS = {
    **dict.fromkeys(
        _words(
        "m male man mr herr masculin homme h monsieur masculino hombre sr mannlich 男 男性 先生"
    ), "m"),
    **dict.fromkeys(
        _words(
        "f female woman mrs ms miss frau w weiblich feminin femme mme madame mlle femenino "
        "mujer sra srta 女 女性 女士 小姐"
    ), "f"),
}  # fmt: skip


def gender(written: str) -> str:
    """`m`, `f`, or the word as it is."""
    text = re.sub(r"[\W_]+", "", plain(written))
    return _GENDERS.get(text, text)


def amount(written: str) -> float | None:
    """A number as people write it, with currency signs and thousands; None when it is none.

    >>> amount("$1,299.00"), amount("1.299,50 €"), amount("free")
    (1299.0, 1299.5, None)
    """
    text = re.sub(r"[^\d.,\-]", "", unicodedata.normalize("NFKC", written))
    if not re.search(r"\d", text) or len(re.sub(r"[\d.,\s\-$€£¥]", "", written)) > 4:
        return None
    if re.search(r",\d{1,2}$", text) and "." not in text[text.rfind(",") :]:
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    try:
        return float(text)
    except ValueError:
        return None
