"""Google Ads Customer Match: a customer data file as CSV.

Source: Google Ads Help, "Formatting guidelines for uploading hashed data" (headers `Email` and
`Phone`, several of each are allowed, UTF-8), and Google Data Manager API, "Format user data"
(e-mails in lower case without spaces; of gmail.com and googlemail.com without dots before the @ and
without what stands from `+` to it, of others with both; phones in E.164 with `+`; SHA-256 in
hexadecimal digits).
"""

from __future__ import annotations

from collections.abc import Sequence

from limner.act.ad_platforms.platform import Contact, Platform, Written, sha256, table_of
from limner.core.words import Words

_PLAIN = ("gmail.com", "googlemail.com")


def spelled(email: str) -> str:
    """An e-mail as Google compares it.

    >>> spelled("ann.li+news@gmail.com"), spelled("ann.li+news@shop.example")
    ('annli@gmail.com', 'ann.li+news@shop.example')
    """
    local, _, domain = email.rpartition("@")
    if domain not in _PLAIN:
        return email
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def write(contacts: Sequence[Contact]) -> Written:
    """The customer data file."""
    return table_of(contacts, "Email", "Phone", lambda email: sha256(spelled(email)), sha256)


PLATFORM = Platform(
    name="google",
    words=Words("Google Ads Customer Match", "Google Ads 目标客户匹配"),
    hint=Words(
        "Audience manager, Your data segments, Customer list; choose that the data is hashed.",
        "受众群体管理器 → 您的数据细分 → 客户名单；选择上传经过哈希处理的数据。",
    ),
    ending="csv",
    media="text/csv; charset=utf-8",
    takes=("email", "phone"),
    minimum=0,
    write=write,
)
