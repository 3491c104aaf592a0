"""TikTok Ads: a customer file as CSV.

Source: TikTok Business Help Center, "How to create a Custom Audience with a customer file" (September
2025: CSV or TXT, headers `Email_SHA256` and `Phone_SHA256`, at least 1,000 entries, e-mails in lower
case, phones in E.164 with `+`) and "List of supported IDs and formats for a customer file" (August
2025: what stands from `+` to the @ of an e-mail is left out, each header up to three times).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from limner.act.ad_platforms.platform import Contact, Platform, Written, sha256, table_of
from limner.core.words import Words


def spelled(email: str) -> str | None:
    """An e-mail as TikTok compares it; None for one that begins with neither letter nor digit.

    >>> spelled("ann.li+news@shop.example"), spelled("_ann@shop.example")
    ('ann.li@shop.example', None)
    """
    plain = re.sub(r"\+[^@]*@", "@", email)
    return plain if plain[:1].isalnum() else None


def _hashed(email: str) -> str | None:
    plain = spelled(email)
    return None if plain is None else sha256(plain)


def write(contacts: Sequence[Contact]) -> Written:
    """The customer file."""
    return table_of(contacts, "Email_SHA256", "Phone_SHA256", _hashed, sha256)


PLATFORM = Platform(
    name="tiktok",
    words=Words("TikTok Custom Audiences", "TikTok 自定义受众"),
    hint=Words(
        "Ads Manager, Tools, Audience Manager, Create audience, Customer file.",
        "广告管理平台 → 工具 → 受众管理 → 创建受众 → 客户文件。",
    ),
    ending="csv",
    media="text/csv; charset=utf-8",
    takes=("email", "phone"),
    minimum=1_000,
    write=write,
)
