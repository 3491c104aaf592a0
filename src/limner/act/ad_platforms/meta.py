"""Meta Custom Audiences (Facebook, Instagram): a customer list as CSV.

Source: Meta Business Help, "How to format a customer list when creating a custom audience" (headers
`email` and `phone`, up to three columns of each, no lists of fewer than 100 people), and Marketing
API, "Customer information parameters" (e-mails trimmed and in lower case, phones as digits with the
country code and no symbols or leading zeros, then SHA-256 in hexadecimal digits).
"""

from __future__ import annotations

from collections.abc import Sequence

from limner.act.ad_platforms.platform import Contact, Platform, Written, digits, sha256, table_of
from limner.core.words import Words


def write(contacts: Sequence[Contact]) -> Written:
    """The customer list."""
    return table_of(contacts, "email", "phone", sha256, lambda phone: sha256(digits(phone)))


PLATFORM = Platform(
    name="meta",
    words=Words("Meta Custom Audiences", "Meta 自定义受众"),
    hint=Words(
        "Ads Manager, Audiences, Create audience, Customer list; say that the data is hashed.",
        "广告管理工具 → 受众 → 创建受众 → 顾客名单；选择“数据已做哈希处理”。",
    ),
    ending="csv",
    media="text/csv; charset=utf-8",
    takes=("email", "phone"),
    minimum=100,
    write=write,
)
