"""Who asks: device, system and browser of a user-agent string, and whether it is a robot.

Robots are known by the patterns of `crawlerdetect`, matched by the engine of `ua-parser`: a
thousand patterns tried one after the other take Python milliseconds, that engine microseconds.
An iPad that asks for the desktop's page says that it is a Macintosh, and is taken for one.

Sources: https://github.com/ua-parser/uap-core, https://github.com/JayBizzle/Crawler-Detect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import ua_parser
import ua_parser_rs
from crawlerdetect.providers.crawlers import data as crawlers
from crawlerdetect.providers.exclusions import data as exclusions

_LONGEST = 1024  # no browser says more of itself
_KNOWN_AGENTS = 20_000

_TELEVISION = re.compile(
    r"smart-?tv|appletv|googletv|android tv|hbbtv|web0s|netcast|bravia|roku|crkey|\baft[a-z]|tizen.*\btv\b|large screen",
    re.IGNORECASE,
)
_TABLET = re.compile(
    r"ipad|tablet|kindle|silk/|playbook|^mozilla.*(?:android|harmonyos)(?!.*mobile)", re.IGNORECASE
)
_MOBILE = re.compile(r"mobi|iphone|ipod|\bphone\b|dalvik|okhttp|cfnetwork", re.IGNORECASE)
_DESKTOP = re.compile(r"windows nt|macintosh|x11|cros", re.IGNORECASE)
_SMALL_PROGRAM = re.compile(r"mini-?program|swan-baiduboxapp|toutiaomicroapp", re.IGNORECASE)
_HARMONY = re.compile(r"(?:open)?harmony(?:os)?[ /]?([\d.]*)", re.IGNORECASE)
_STEERED = re.compile(r"headless|phantomjs|selenium|puppeteer|playwright|cypress", re.IGNORECASE)

# Apps that show pages in a browser of their own, by what they add to its name: app, site of it.
IN_APP: dict[str, tuple[str, str]] = {
    "micromessenger": ("WeChat", "weixin.qq.com"),
    "wxwork": ("WeCom", "work.weixin.qq.com"),
    "weibo": ("Weibo", "weibo.com"),
    "xiaohongshu": ("Xiaohongshu", "xiaohongshu.com"),
    " discover/": ("Xiaohongshu", "xiaohongshu.com"),
    "aweme": ("Douyin", "douyin.com"),
    "musical_ly": ("TikTok", "tiktok.com"),
    "trill_": ("TikTok", "tiktok.com"),
    "kwai": ("Kuaishou", "kuaishou.com"),
    "zhihuhybrid": ("Zhihu", "zhihu.com"),
    "bilibili": ("Bilibili", "bilibili.com"),
    "baiduboxapp": ("Baidu", "baidu.com"),
    "alipayclient": ("Alipay", "alipay.com"),
    "dingtalk": ("DingTalk", "dingtalk.com"),
    "fban/": ("Facebook", "facebook.com"),
    "fbav/": ("Facebook", "facebook.com"),
    "instagram": ("Instagram", "instagram.com"),
    " line/": ("LINE", "line.me"),
    " qq/": ("QQ", "qq.com"),
}


@dataclass(frozen=True, slots=True)
class Agent:
    """What a user-agent string says.

    `device`: desktop | mobile | tablet | tv, None when it does not say.  `app` and `app_site`: the
    app whose own browser it is, and the site of that app.  `is_steered`: a program steers the
    browser, as shops do to try their own site and some robots do to hide.
    """

    device: str | None
    os: dict[str, str] | None
    browser: dict[str, str] | None
    app: str | None
    app_site: str | None
    is_mini_program: bool
    is_bot: bool
    is_steered: bool


@lru_cache(maxsize=_KNOWN_AGENTS)
def read_agent(written: str) -> Agent:
    """The device, system, browser and app behind a user-agent string, and whether it is a robot.

    >>> read_agent("Mozilla/5.0 (compatible; Baiduspider/2.0)").is_bot
    True
    """
    text = written[:_LONGEST]
    parsed = ua_parser.parse(text)
    lower = text.lower()
    app = next((found for sign, found in IN_APP.items() if sign in lower), (None, None))
    os = _named(parsed.os)
    if harmony := _HARMONY.search(text):
        os = {"name": "HarmonyOS"} | ({"version": harmony[1]} if harmony[1] else {})
    browser = _named(parsed.user_agent)
    if app[0] is not None:
        browser = {"name": app[0]}
    return Agent(
        _device(text), os, browser, app[0], app[1], bool(_SMALL_PROGRAM.search(text)),
        is_bot(_STEERED.sub("", text)), bool(_STEERED.search(text)),
    )  # fmt: skip


def is_bot(text: str) -> bool:
    """Whether a user-agent string is that of a robot, also of a browser that a program steers."""
    extractor, others, excluded = _robots()
    rest = excluded.sub("", text).strip()
    if not rest:
        return False
    return bool(extractor.extract(rest) or others.search(rest) or _STEERED.search(text))


@cache
def _robots() -> tuple[Any, re.Pattern[str], re.Pattern[str]]:
    """The patterns of robots in both engines: few need what only Python's has (look-around)."""
    quick: list[str] = []
    others = ["(?!)"]
    for pattern in crawlers:
        (others if "(?" in pattern.replace("(?:", "") else quick).append(pattern)
    extractor = ua_parser_rs.UserAgentExtractor(
        (f"(?i)({pattern})", "robot", None, None, None, None) for pattern in quick
    )
    return (
        extractor,
        re.compile("|".join(others), re.IGNORECASE),
        re.compile("|".join(exclusions), re.IGNORECASE),
    )


def _device(text: str) -> str | None:
    for device, sign in (
        ("tv", _TELEVISION), ("tablet", _TABLET), ("mobile", _MOBILE), ("desktop", _DESKTOP),
    ):  # fmt: skip
        if sign.search(text):
            return device
    return None


def _named(found: Any) -> dict[str, str] | None:
    if found is None or found.family == "Other":
        return None
    parts = [part for part in (found.major, found.minor) if part]
    return {"name": found.family} | ({"version": ".".join(parts)} if parts else {})
