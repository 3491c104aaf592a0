"""The shelf of advertising platforms: one file each, its customer list hashed as it wants it."""

from __future__ import annotations

from limner.act.ad_platforms import baidu, google, meta, oceanengine, tencent, tiktok
from limner.act.ad_platforms.platform import Contact, Platform, Written
from limner.core.errors import Unknown

TABLE: dict[str, Platform] = {
    "meta": meta.PLATFORM,
    "google": google.PLATFORM,
    "tiktok": tiktok.PLATFORM,
    "tencent": tencent.PLATFORM,
    "oceanengine": oceanengine.PLATFORM,
    "baidu": baidu.PLATFORM,
}

__all__ = ["TABLE", "Contact", "Platform", "Written", "platform_named"]


def platform_named(name: str) -> Platform:
    """The platform of a name.

    Raises: `Unknown` with the names there are.
    """
    if name not in TABLE:
        raise Unknown(
            "platform-unknown", f"there is no platform {name!r}; there are {', '.join(TABLE)}"
        )
    return TABLE[name]
