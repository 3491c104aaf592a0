"""Ocean Engine (巨量引擎: Douyin, Toutiao): a data source file for its DMP, as a ZIP of one text file.

Each line is the base64 of a protocol buffer of up to 10,000 ids; one id is its type (6, mobile number
as SHA-256) and its 64 hexadecimal digits in lower case.  The ZIP may have up to 50 MB.
Source: Ocean Engine open platform, "数据源文件上传" (open.oceanengine.com/labels/7/docs/1696710568556544)
and its appendix "DMP上传数据格式" (`message DmpData { repeated IdItem idList = 1 }`, `message IdItem
{ optional uint32 timestamp = 1; required DataType dataType = 2; required string id = 3; }`); protocol
buffers' wire format: protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Sequence

from limner.act.ad_platforms.platform import (
    Contact,
    Platform,
    Written,
    chinese_mobile,
    lines_of,
    phones_of,
    sha256,
)
from limner.core.batches import batches
from limner.core.words import Words

_IDS_A_LINE = 10_000
_MOBILE_HASH_SHA256 = 6
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say; the same people give the same bytes


def hashed(phone: str) -> str | None:
    """The SHA-256 of a Chinese mobile number; None for any other number."""
    mobile = chinese_mobile(phone)
    return None if mobile is None else sha256(mobile)


def message(ids: Sequence[str]) -> bytes:
    """A `DmpData` message of hashed mobile numbers.

    >>> message(["ab"]).hex()
    '0a0610061a026162'
    """
    return b"".join(_field(1, _kind() + _field(3, each.encode())) for each in ids)


def _kind() -> bytes:
    return bytes([2 << 3, _MOBILE_HASH_SHA256])


def _field(number: int, content: bytes) -> bytes:
    """A field of bytes; all of ours are shorter than 128, so that their length is one byte."""
    return bytes([number << 3 | 2, len(content)]) + content


def write(contacts: Sequence[Contact]) -> Written:
    """The data source file."""
    found, people = phones_of(contacts, hashed)
    lines = [base64.b64encode(message(some)).decode() for some in batches(found, _IDS_A_LINE)]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("audience.txt", _EPOCH), lines_of(lines))
    return Written(packed.getvalue(), people)


PLATFORM = Platform(
    name="oceanengine",
    words=Words("Ocean Engine (Douyin)", "巨量引擎（抖音）"),
    hint=Words(
        "DMP, upload of a data source file: ids are mobile numbers as SHA-256.",
        "DMP 数据源文件上传：匹配类型为手机号 SHA256（MOBILE_HASH_SHA256）。",
    ),
    ending="zip",
    media="application/zip",
    takes=("phone",),
    minimum=0,
    write=write,
)
