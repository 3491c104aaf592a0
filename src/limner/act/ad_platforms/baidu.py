"""Baidu feed ads (百度信息流): a crowd package of mobile numbers as text.

Source: Baidu AI Cloud, "人群包接口" (cloud.baidu.com/doc/FEEDS/s/gjwvy9qfh): crowd type 4, 手机号md5, one
a line, at least 5,000 entries and at most 10 MB a file.  That a number is hashed as its eleven
digits is what Chinese platforms do that say so.
"""

from __future__ import annotations

from limner.act.ad_platforms.platform import Platform
from limner.act.ad_platforms.tencent import write
from limner.core.words import Words

PLATFORM = Platform(
    name="baidu",
    words=Words("Baidu feed ads", "百度信息流"),
    hint=Words(
        "Upload a crowd package; the type is mobile phone, MD5 (type 4).",
        "新建人群包并上传文件；人群类型选“手机号 md5”（类型 4）。",
    ),
    ending="txt",
    media="text/plain; charset=utf-8",
    takes=("phone",),
    minimum=5_000,
    write=write,
)
