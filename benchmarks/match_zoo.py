"""Made tables with the truth known: people, firms, goods, in several languages and states of decay.

Every table is a function of a seed.  `TUNED` are those that choices were made on; `HELD_OUT` were
looked at only afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

Row = dict[str, Any]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Specimen:
    """Tables and, over all their rows in order, who each is."""

    files: list[pa.Table]
    truth: list[int]


_GIVEN = {
    "en": "james mary john patricia robert jennifer michael linda william elizabeth david barbara richard susan joseph jessica thomas sarah charles karen christopher nancy daniel lisa matthew betty anthony margaret mark sandra donald ashley steven kimberly paul emily andrew donna joshua michelle kenneth carol kevin amanda brian dorothy george melissa edward deborah ronald stephanie",
    "de": "hans peter wolfgang klaus jürgen michael thomas andreas stefan christian sabine petra monika ursula claudia susanne heike katrin birgit anja lukas leon finn jonas maximilian felix anna lea lena laura julia hannah günther björn jörg käthe",
    "fr": "jean pierre michel andré philippe rené louis alain jacques bernard marie monique françoise isabelle nathalie sylvie catherine martine christine jacqueline camille léa manon chloé inès hugo théo lucas enzo jules élodie zoé",
    "zh": "伟 芳 娜 秀英 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀兰 霞 平 刚 桂英 建国 建华 志强 海燕 晓明 雪梅 文博 子轩 浩然 梓涵 欣怡 思远 佳琪 一鸣 俊杰 雨桐 玉兰 国强 丽华 婷婷 宇航 嘉怡 晨曦 鹏飞 春梅 红梅 志伟",
}  # fmt: skip
_FAMILY = {
    "en": "smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts",
    "de": "müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer richter klein wolf schröder neumann schwarz zimmermann braun krüger hofmann hartmann lange schmitt werner krause lehmann köhler herrmann walter könig mayer huber kaiser fuchs peters lang scholz weiß",
    "fr": "martin bernard dubois thomas robert richard petit durand leroy moreau simon laurent lefebvre michel garcia david bertrand roux vincent fournier morel girard andré lefèvre mercier dupont lambert bonnet françois martinez legrand garnier faure rousseau blanc guérin",
    "zh": "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 欧阳 司马",
}  # fmt: skip
_STREETS = {
    "en": "oak maple cedar pine elm washington lake hill walnut spring north ridge church willow mill sunset railroad jefferson center highland forest jackson meadow river park",
    "de": "haupt schul garten bahnhof dorf berg kirch wald linden ring goethe schiller mozart beethoven wiesen birken buchen rosen",
    "fr": "de la paix|victor hugo|de la république|du moulin|des écoles|pasteur|jean jaurès|de l'église|gambetta|du château|des lilas|de la gare|voltaire|du général leclerc",
    "zh": "建国 中山 人民 解放 朝阳 和平 长江 黄河 文化 新华 南京 北京 胜利 幸福 光明 迎宾 滨河 学府",
}  # fmt: skip
_CITIES = {
    "en": "springfield franklin clinton greenville bristol fairview salem madison georgetown arlington ashland dover oxford jackson burlington manchester milton newport auburn centerville",
    "de": "berlin hamburg münchen köln frankfurt stuttgart düsseldorf dortmund essen leipzig bremen dresden hannover nürnberg duisburg bochum wuppertal bielefeld",
    "fr": "paris marseille lyon toulouse nice nantes strasbourg montpellier bordeaux lille rennes reims saint-étienne toulon grenoble dijon",
    "zh": "北京市朝阳区 北京市海淀区 上海市浦东新区 上海市徐汇区 广州市天河区 深圳市南山区 杭州市西湖区 成都市武侯区 武汉市洪山区 南京市鼓楼区 西安市雁塔区 重庆市渝中区",
}  # fmt: skip
_KEYS = "qwertyuiop asdfghjkl zxcvbnm"
_HOMOPHONE = dict(zip("伟芳敏静丽强军杰明平刚建志海晓文子浩欣思佳俊玉国婷宇嘉晨红张李陈", "玮方民婧莉墙均捷铭萍钢健智海小纹梓皓新斯嘉骏钰郭亭雨佳辰虹章里程", strict=True))  # fmt: skip
_TRADITIONAL = str.maketrans("张刘陈杨赵黄吴孙马罗郑谢韩冯萧邓许吕欧阳伟丽军杰涛静兰强华国艳飞鹏红", "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂歐陽偉麗軍傑濤靜蘭強華國艷飛鵬紅")  # fmt: skip


def _pick(rng: Rng, listed: str, skew: float = 1.6) -> str:
    """One of the words, the first ones oftener."""
    words = listed.split("|") if "|" in listed else listed.split()
    return words[int(len(words) * rng.random() ** skew)]


def _made_up(rng: Rng) -> str:
    """A surname that nobody has listed."""
    return "".join(_pick(rng, "ba ber cal dor el fen gar hol is ker lan mor nel os par ros sten tor vel win zan", 1) for _ in range(2)) + _pick(rng, "son ton ley man er ski wood field ov by", 1)  # fmt: skip


def person(rng: Rng, language: str) -> Row:
    """Somebody who lives somewhere."""
    zh = language == "zh"
    given = _pick(rng, _GIVEN[language], 1.2)
    family = _made_up(rng) if not zh and rng.random() < 0.45 else _pick(rng, _FAMILY[language])
    born = date(1940, 1, 1) + timedelta(days=int(rng.integers(0, 24000)))
    number = int(rng.integers(1, 240))
    phone = f"1{_pick(rng, '38 39 58 86 77 50 35', 1)}{rng.integers(0, 10**8):08d}" if zh else f"{rng.integers(200, 989)}{rng.integers(200, 999)}{rng.integers(0, 10**4):04d}"  # fmt: skip
    ascii_ = _ascii(given) + "." + _ascii(family) if not zh else f"u{rng.integers(10**5, 10**9)}"
    mail = f"{ascii_}{rng.integers(1, 99)}@{_pick(rng, 'gmail.com yahoo.com outlook.com qq.com 163.com web.de orange.fr', 1)}"
    return {
        "given": given, "family": family, "born": born, "number": number,
        "street": _pick(rng, _STREETS[language], 1), "city": _pick(rng, _CITIES[language], 1.3),
        "zip": f"{rng.integers(10000, 99999)}", "phone": phone, "email": mail, "sex": "MF"[int(rng.random() < 0.5)],
        "id": f"{rng.integers(10**8, 10**9)}", "unit": int(rng.integers(101, 2900)), "language": language,
    }  # fmt: skip


def _ascii(text: str) -> str:
    from limner.unify.match.writing import plain

    return plain(text).replace(" ", "").replace("'", "")


def typo(rng: Rng, text: str) -> str:
    """One slip of a finger: a letter changed, lost, doubled or swapped."""
    if len(text) < 2:
        return text
    i = int(rng.integers(0, len(text) - 1))
    kind = rng.integers(0, 4)
    if kind == 0:
        near = _KEYS + "0123456789"
        letter = str(rng.integers(0, 10)) if text[i].isdigit() else near[int(rng.integers(0, 26))]
        if ord(text[i]) > 0x3000:
            letter = _HOMOPHONE.get(text[i], text[i])
        return text[:i] + letter.strip() + text[i + 1 :]
    if kind == 1:
        return text[:i] + text[i + 1 :]
    if kind == 2:
        return text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    return text[:i] + text[i] + text[i:]


def worn(rng: Rng, one: Row, damage: float, missing: float) -> Row:
    """Another record of the same person, `damage` of its fields changed, `missing` of them lost."""
    row = dict(one)
    for key in ("given", "family", "street", "city", "phone", "email", "zip", "id"):
        if rng.random() < damage:
            row[key] = typo(rng, str(row[key]))
        if rng.random() < missing:
            row[key] = None
    if rng.random() < damage * 0.5 and row["given"] and row["family"]:
        kind = rng.random()
        if kind < 0.35:
            row["given"], row["family"] = row["family"], row["given"]
        elif kind < 0.6 and one["language"] == "zh":
            row["family"] = str(row["family"]).translate(_TRADITIONAL)
            row["given"] = str(row["given"]).translate(_TRADITIONAL)
        elif kind < 0.8:
            row["given"] = str(row["given"])[:1]
    if rng.random() < damage:
        born = one["born"]
        kind = rng.random()
        if kind < 0.35 and born.day <= 12:
            row["born"] = date(born.year, born.day, born.month)
        elif kind < 0.8:
            row["born"] = born + timedelta(days=int(rng.choice([1, -1, 10, 365, -365, 30])))
        else:
            row["born"] = date(born.year, 1, 1)
    if rng.random() < missing:
        row["born"] = None
    if rng.random() < damage * 0.4:
        row["street"], row["number"], row["zip"] = _pick(rng, _STREETS[one["language"]], 1), int(rng.integers(1, 240)), f"{rng.integers(10000, 99999)}"  # moved  # fmt: skip
    if rng.random() < damage * 0.4:
        row["phone"] = f"{rng.integers(10**9, 10**10)}"
    return row


def population(rng: Rng, size: int, language: str, copies: Callable[[Rng], int], damage: float, missing: float) -> list[tuple[int, Row]]:  # fmt: skip
    """Records of people, some of whom are there several times."""
    rows: list[tuple[int, Row]] = []
    who = 0
    while len(rows) < size:
        one = person(rng, language)
        rows.append((who, one))
        rows += [(who, worn(rng, one, damage, missing)) for _ in range(copies(rng))]
        who += 1
    order = rng.permutation(len(rows))
    return [rows[int(i)] for i in order]


def _table(rows: list[Row]) -> pa.Table:
    return pa.table({k: pa.array([None if r[k] is None else str(r[k]) for r in rows], pa.string()) for k in rows[0]})  # fmt: skip


def _specimen(rows: list[tuple[int, Row]], shown: Callable[[int, Row], Row]) -> Specimen:
    return Specimen([_table([shown(i, r) for i, (_, r) in enumerate(rows)])], [w for w, _ in rows])


def _few(rng: Rng) -> int:
    return int(rng.choice([0, 0, 0, 1, 1, 2]))


def _title(text: Any) -> Any:
    return None if text is None else str(text).title()


def _chinese(rng: Rng, row: Row) -> Row:
    digits = str(row["phone"] or "")
    phone = (
        f"+86 {digits}"
        if rng.random() < 0.2
        else f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"
        if rng.random() < 0.3
        else digits
    )
    long = f"{row['city'] or ''}{row['street'] or ''}路{row['number']}号{row['unit'] // 100}栋{row['unit']}室"
    short = f"{str(row['city'] or '').replace('市', '').replace('区', '')}{row['street'] or ''}路{row['number']}-{row['unit'] // 100}-{row['unit']}"
    born = row["born"]
    return {
        "会员编号": f"V{rng.integers(10**6, 10**7)}",
        "姓名": (row["family"] or "") + (row["given"] or "") or None,
        "手机号": phone or None,
        "生日": None if born is None else f"{born.year}年{born.month}月{born.day}日" if rng.random() < 0.3 else born.isoformat(),
        "性别": "男" if row["sex"] == "M" else "女",
        "地址": short if rng.random() < 0.4 else long,
    }  # fmt: skip


def chinese_members(seed: int = 1, size: int = 3000) -> Specimen:
    """Members of a Chinese chain, addresses written in two ways."""
    rng = np.random.default_rng(seed)
    return _specimen(population(rng, size, "zh", _few, 0.15, 0.05), lambda i, r: _chinese(rng, r))


def german_one_column(seed: int = 2, size: int = 2500) -> Specimen:
    """German customers: the whole name in a column, the whole address in another."""
    rng = np.random.default_rng(seed)

    def shown(i: int, r: Row) -> Row:
        name = f"{_title(r['given']) or ''} {_title(r['family']) or ''}".strip()
        if rng.random() < 0.15:
            name = f"{_title(r['family']) or ''}, {_title(r['given']) or ''}"
        street = (
            f"{_title(r['street']) or ''}{'str.' if rng.random() < 0.5 else 'straße'} {r['number']}"
        )
        return {"Kundennr": 10000 + i, "Kunde": name or None, "Anschrift": f"{street}, {r['zip'] or ''} {_title(r['city']) or ''}", "Geb.-Datum": r["born"] and r["born"].strftime("%d.%m.%Y"), "Telefon": r["phone"] and f"+49 {r['phone']}"}  # fmt: skip

    return _specimen(population(rng, size, "de", _few, 0.15, 0.05), shown)


def french_clients(seed: int = 3, size: int = 2500) -> Specimen:
    """French clients in separate columns, without birth dates."""
    rng = np.random.default_rng(seed)

    def shown(i: int, r: Row) -> Row:
        return {"Nom": r["family"] and str(r["family"]).upper(), "Prénom": _title(r["given"]), "Adresse": f"{r['number']} {'rue' if rng.random() < 0.7 else 'R.'} {r['street'] or ''}", "Code postal": r["zip"], "Ville": _title(r["city"]), "Courriel": r["email"], "Date création": "2020-01-01"}  # fmt: skip

    return _specimen(population(rng, size, "fr", _few, 0.15, 0.1), shown)


def loyalty_and_crm(seed: int = 4, size: int = 4000) -> Specimen:
    """A loyalty programme and a CRM with other headers; each person once in either, most in both."""
    rng = np.random.default_rng(seed)
    people = [person(rng, "en") for _ in range(size)]
    left = [(i, one) for i, one in enumerate(people) if rng.random() < 0.7]
    right = [(i, worn(rng, one, 0.2, 0.08)) for i, one in enumerate(people) if rng.random() < 0.7]
    right = [right[int(i)] for i in rng.permutation(len(right))]
    crm = [{"crm_id": f"C{10**6 + n}", "first_name": _title(r["given"]), "last_name": _title(r["family"]), "dob": r["born"] and r["born"].isoformat(), "street_address": f"{r['number']} {_title(r['street'])} {_pick(rng, 'Street St Ave Road', 1)}", "city": _title(r["city"]), "zip": r["zip"], "phone": r["phone"] and f"({r['phone'][:3]}) {r['phone'][3:6]}-{r['phone'][6:]}", "email": r["email"]} for n, (_, r) in enumerate(left)]  # fmt: skip
    card = [{"card_no": f"{4 * 10**9 + n * 7}", "cust_nm": f"{str(r['family'] or '').upper()}, {str(r['given'] or '').upper()}", "birth_dt": r["born"] and r["born"].strftime("%m/%d/%Y"), "addr1": f"{r['number']} {str(r['street'] or '').upper()}", "zip5": r["zip"], "tel": r["phone"], "mail": r["email"]} for n, (_, r) in enumerate(right)]  # fmt: skip
    return Specimen([_table(crm), _table(card)], [w for w, _ in left] + [w for w, _ in right])


_TRADE = "systems foods logistics software trading consulting energy media partners technologies solutions industries medical textiles steel"


def _firm(rng: Rng, zh: bool) -> Row:
    if zh:
        base = "".join(
            _pick(rng, "华 腾 鑫 盛 天 海 龙 恒 信 达 瑞 丰 科 创 联 宏 金 明 东 安", 1)
            for _ in range(int(rng.integers(2, 4)))
        )
        return {"name": _pick(rng, "北京 上海 深圳 广州 杭州", 1) + base + _pick(rng, "科技 贸易 网络 食品 机械 医药", 1), "form": "有限公司", "vat": "91" + "".join(str(d) for d in rng.integers(0, 10, 16)), "city": _pick(rng, _CITIES["zh"], 1), "street": _pick(rng, _STREETS["zh"], 1) + f"路{rng.integers(1, 300)}号"}  # fmt: skip
    return {"name": f"{_made_up(rng)} {_pick(rng, _TRADE, 1)}", "form": _pick(rng, "GmbH|Ltd|Limited|Inc.|S.A.|GmbH & Co. KG|AG|LLC", 1), "vat": f"DE{rng.integers(10**8, 10**9)}", "city": _pick(rng, _CITIES["de"], 1), "street": f"{_title(_pick(rng, _STREETS['de'], 1))}str. {rng.integers(1, 150)}"}  # fmt: skip


def firms(seed: int = 5, size: int = 2000, zh: bool = False) -> Specimen:
    """Firms: legal forms written or left out, a tax number often missing, branches of one name."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, Row]] = []
    for who in range(int(size * 0.62)):
        one = _firm(rng, zh)
        rows.append((who, one))
        for _ in range(_few(rng)):
            other = dict(one)
            kind = rng.random()
            if kind < 0.3:
                other["form"] = "" if not zh else _pick(rng, "有限责任公司 公司 股份有限公司", 1)
            elif kind < 0.45:
                other["name"] = typo(rng, one["name"])
            elif kind < 0.55 and not zh:
                other["name"] = one["name"].split()[0]
            if rng.random() < 0.4:
                other["vat"] = None
            elif rng.random() < 0.1:
                other["vat"] = typo(rng, one["vat"])
            if rng.random() < 0.2:
                other["street"] = typo(rng, one["street"])
            rows.append((who, other))
    order = rng.permutation(len(rows))
    heads = ("公司名称", "税号", "城市", "地址") if zh else ("company", "vat_no", "city", "address")

    def shown(i: int, r: Row) -> Row:
        name = r["name"] + r["form"] if zh else f"{_title(r['name'])} {r['form']}".strip()
        return dict(zip(heads, (name, r["vat"], _title(r["city"]), r["street"]), strict=True))

    return _specimen([rows[int(i)] for i in order], shown)


def _plain_english(i: int, r: Row) -> Row:
    return {"id": i, "fname": r["given"], "lname": r["family"], "birthday": r["born"], "address": f"{r['number']} {r['street']} street", "town": r["city"], "postal_code": r["zip"], "mobile": r["phone"], "e-mail": r["email"], "sex": r["sex"]}  # fmt: skip


def very_dirty(seed: int = 6, size: int = 3000) -> Specimen:
    """Three fields of ten damaged."""
    return _specimen(
        population(np.random.default_rng(seed), size, "en", _few, 0.3, 0.1), _plain_english
    )


def very_clean(seed: int = 7, size: int = 2000) -> Specimen:
    """Copies that are hardly touched."""
    return _specimen(
        population(np.random.default_rng(seed), size, "en", _few, 0.01, 0.0), _plain_english
    )


def holes(seed: int = 8, size: int = 3000) -> Specimen:
    """A fifth of everything missing."""
    return _specimen(
        population(np.random.default_rng(seed), size, "en", _few, 0.1, 0.2), _plain_english
    )


def families(seed: int = 9, size: int = 3000, language: str = "en") -> Specimen:
    """Households of one surname, address and telephone, with twins; some people twice."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, Row]] = []
    who = 0
    while len(rows) < size:
        head = person(rng, language)
        home = [head]
        for _ in range(int(rng.integers(0, 5))):
            other = person(rng, language)
            other |= {
                k: head[k] for k in ("family", "number", "street", "city", "zip", "phone", "unit")
            }
            home.append(other)
        if len(home) > 2 and rng.random() < 0.3:
            home[-1]["born"] = home[-2]["born"]  # twins
        for one in home:
            rows.append((who, one))
            if rng.random() < 0.35:
                rows.append((who, worn(rng, one, 0.12, 0.05)))
            who += 1
    order = rng.permutation(len(rows))
    chosen = [rows[int(i)] for i in order]
    if language == "zh":
        return _specimen(chosen, lambda i, r: _chinese(rng, r))
    return _specimen(chosen, _plain_english)


def no_duplicates(seed: int = 10, size: int = 3000, language: str = "en") -> Specimen:
    """Everybody once."""
    rng = np.random.default_rng(seed)
    rows = population(rng, size, language, lambda r: 0, 0, 0)
    return _specimen(rows, _plain_english if language != "zh" else lambda i, r: _chinese(rng, r))


def mostly_duplicates(seed: int = 11, size: int = 2000) -> Specimen:
    """Six records of each on average."""
    return _specimen(population(np.random.default_rng(seed), size, "en", lambda r: int(r.integers(2, 9)), 0.15, 0.05), _plain_english)  # fmt: skip


def tiny(seed: int = 12, size: int = 50) -> Specimen:
    """Fifty rows."""
    return _specimen(
        population(np.random.default_rng(seed), size, "en", _few, 0.12, 0.05), _plain_english
    )


def large(seed: int = 13, size: int = 100_000) -> Specimen:
    """A hundred thousand rows."""
    return _specimen(
        population(np.random.default_rng(seed), size, "en", _few, 0.12, 0.05), _plain_english
    )


def goods(seed: int = 14, size: int = 2000) -> Specimen:
    """Two shops' catalogues: titles worded differently, prices near one another."""
    rng = np.random.default_rng(seed)
    left, right, truth_left, truth_right = [], [], [], []
    for who in range(size):
        brand = _pick(
            rng,
            "Sony Canon Nikon Panasonic LG Samsung Philips Bosch Dyson Apple Lenovo Asus Bose JBL Garmin",
            1,
        )
        model = "".join("ABCDEFGHKLMNPRSTVWXZ"[int(j)] for j in rng.integers(0, 20, 2)) + str(
            rng.integers(10, 9999)
        )
        kind = _pick(
            rng,
            "Digital Camera|LCD Television|Wireless Headphones|Vacuum Cleaner|Laptop Computer|Portable Speaker|Coffee Machine|Washing Machine|GPS Watch|Home Theater System",
            1,
        )
        colour = _pick(rng, "Black White Silver Blue Red", 1)
        size_ = f"{rng.integers(10, 65)}{_pick(rng, 'inch GB mm L', 1)}"
        price = float(rng.integers(20, 2000)) + 0.99
        if rng.random() < 0.8:
            left.append(
                {
                    "id": f"a{who}",
                    "name": f"{brand} {kind} {size_} - {model}/ {colour} Finish",
                    "price": f"${price}",
                }
            )
            truth_left.append(who)
        if rng.random() < 0.8:
            words = [
                brand,
                model if rng.random() < 0.85 else model[:-1],
                kind,
                size_ if rng.random() < 0.5 else "",
                colour if rng.random() < 0.5 else "",
            ]
            other = " ".join(w for w in (words[i] for i in rng.permutation(5)) if w)
            right.append(
                {
                    "id": f"b{who * 3}",
                    "title": other.lower(),
                    "list_price": None
                    if rng.random() < 0.3
                    else f"{price * float(rng.choice([1, 1, 0.97, 1.1])):.2f}",
                }
            )
            truth_right.append(who)
    return Specimen([_table(left), _table(right)], truth_left + truth_right)  # fmt: skip


def papers(seed: int = 15, size: int = 1500) -> Specimen:
    """Citations: title, authors, venue, year."""
    rng = np.random.default_rng(seed)
    words = "query optimization distributed database systems learning efficient indexing streams parallel mining graph data semantic web transaction recovery spatial temporal approximate join adaptive caching views integration xml schema privacy clustering retrieval"
    rows: list[tuple[int, Row]] = []
    for who in range(int(size * 0.6)):
        title = " ".join(_pick(rng, words, 1) for _ in range(int(rng.integers(4, 9))))
        authors = [
            (_pick(rng, _GIVEN["en"], 1), _made_up(rng)) for _ in range(int(rng.integers(1, 4)))
        ]
        year, venue = int(rng.integers(1985, 2015)), _pick(rng, "SIGMOD VLDB ICDE KDD PODS EDBT", 1)
        for _ in range(1 + _few(rng)):
            named = ", ".join(
                (
                    f"{g[0].upper()}. {f.title()}"
                    if rng.random() < 0.5
                    else f"{g.title()} {f.title()}"
                )
                for g, f in authors
            )
            rows.append(
                (
                    who,
                    {
                        "key": None,
                        "title": typo(rng, title) if rng.random() < 0.3 else title.title(),
                        "authors": named,
                        "venue": {
                            "SIGMOD": "SIGMOD Conference",
                            "VLDB": "Very Large Data Bases",
                        }.get(venue, venue)
                        if rng.random() < 0.3
                        else venue,
                        "year": year if rng.random() < 0.93 else None,
                    },
                )
            )
    order = rng.permutation(len(rows))
    return _specimen([rows[int(i)] for i in order], lambda i, r: {**r, "key": f"p{i}"})  # fmt: skip


def nameless_headers(seed: int = 16, size: int = 2500) -> Specimen:
    """Headers that say nothing."""
    rng = np.random.default_rng(seed)

    def shown(i: int, r: Row) -> Row:
        return {"col1": 5000 + i, "col2": _title(r["given"]), "col3": _title(r["family"]), "col4": r["born"] and r["born"].strftime("%d/%m/%Y"), "col5": f"{r['number']} {r['street']} Road", "col6": r["city"], "col7": r["phone"], "col8": r["email"]}  # fmt: skip

    return _specimen(population(rng, size, "en", _few, 0.15, 0.05), shown)


TUNED: dict[str, Callable[[], Specimen]] = {
    "Chinese members": chinese_members, "German, one column": german_one_column, "loyalty and CRM": loyalty_and_crm, "firms": firms, "very dirty": very_dirty,
    "families and twins": families, "no duplicates": no_duplicates, "tiny": tiny, "goods of two shops": goods, "mostly duplicates": mostly_duplicates, "Chinese families": lambda: families(29, 3000, "zh"), "Chinese firms": lambda: firms(25, 2000, zh=True),
}  # fmt: skip
HELD_OUT: dict[str, Callable[[], Specimen]] = {
    "French clients": french_clients, "very clean": very_clean, "a fifth missing": holes,
    "no duplicates, Chinese": lambda: no_duplicates(30, 3000, "zh"), "citations": papers, "nameless headers": nameless_headers, "very dirty, others": lambda: very_dirty(36, 4000), "loyalty and CRM, others": lambda: loyalty_and_crm(34, 1500),
}  # fmt: skip
