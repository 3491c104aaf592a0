"""Tencent Ads (腾讯广告, formerly 广点通): a customer file of mobile numbers as text.

Source: Tencent Marketing API, "客户文件人群" (developers.e.qq.com/docs/audience_management/file): a TXT
file, user id type `HASH_MOBILE_PHONE`: the eleven digits of the number, hashed to 32 hexadecimal
digits (MD5) of either case.
"""

from __future__ import annotations

from collections.abc import Sequence

from limner.act.ad_platforms.platform import (
    Contact,
    Platform,
    Written,
    chinese_mobile,
    lines_of,
    md5,
    phones_of,
)
from limner.core.words import Words


def hashed(phone: str) -> str | None:
    """The MD5 of a Chinese mobile number; None for any other number."""
    mobile = chinese_mobile(phone)
    return None if mobile is None else md5(mobile)


def write(contacts: Sequence[Contact]) -> Written:
    """The number package (号码包)."""
    found, people = phones_of(contacts, hashed)
    return Written(lines_of(found), people)


PLATFORM = Platform(
    name="tencent",
    words=Words("Tencent Ads", "腾讯广告（原广点通）"),
    hint=Words(
        "Audience management, customer file; the id type is mobile phone, MD5.",
        "人群管理 → 客户文件人群；号码类型选“手机号 MD5（HASH_MOBILE_PHONE）”。",
    ),
    ending="txt",
    media="text/plain; charset=utf-8",
    takes=("phone",),
    minimum=0,
    write=write,
)
