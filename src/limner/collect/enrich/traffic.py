"""What brought a visitor: the default channel grouping, from the link's words or the site before.

The first line of the grouping that holds decides.  Names and rules are those of Google Analytics
4; its lists of sites are long and its own, so ours are the sites that send shops visitors, Chinese
ones among them.  An app that shows pages in its own browser counts as the site it belongs to,
since such apps send no referrer (GA4 calls those visits direct).

Source: Google Analytics Help, "Default channel group" (answer 9756891).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

import msgspec

from limner.core.touch import DIRECT
from limner.core.words import Words

CHANNELS: dict[str, Words] = {
    "direct": Words("Direct", "直接访问"),
    "cross_network": Words("Cross-network", "跨网络广告"),
    "paid_shopping": Words("Paid shopping", "付费购物"),
    "paid_search": Words("Paid search", "付费搜索"),
    "paid_social": Words("Paid social", "付费社交"),
    "paid_video": Words("Paid video", "付费视频"),
    "display": Words("Display", "展示广告"),
    "paid_other": Words("Other paid", "其他付费"),
    "organic_shopping": Words("Organic shopping", "自然购物"),
    "organic_social": Words("Organic social", "自然社交"),
    "organic_video": Words("Organic video", "自然视频"),
    "organic_search": Words("Organic search", "自然搜索"),
    "email": Words("E-mail", "邮件"),
    "affiliates": Words("Affiliates", "联盟营销"),
    "referral": Words("Referral", "外链引荐"),
    "audio": Words("Audio", "音频"),
    "sms": Words("SMS", "短信"),
    "push": Words("Mobile push", "移动推送"),
    "unassigned": Words("Unassigned", "未归类"),
}

# kind -> the sites of it.  A site stands for its subdomains; `google.` for all its countries.
SITES: dict[str, tuple[str, ...]] = {
    "search": (
        "google.", "bing.com", "yahoo.", "duckduckgo.com", "ecosia.org", "qwant.com", "startpage.com",
        "search.brave.com", "yandex.", "naver.com", "daum.net", "seznam.cz", "ask.com", "aol.com",
        "baidu.com", "sogou.com", "so.com", "sm.cn", "haosou.com", "360.cn", "quark.cn",
        "youdao.com", "soso.com", "so.toutiao.com", "petalsearch.com", "coccoc.com",
    ),
    "social": (
        "facebook.com", "fb.com", "fb.me", "instagram.com", "threads.net", "threads.com", "twitter.com",
        "t.co", "x.com", "linkedin.com", "lnkd.in", "pinterest.", "reddit.com", "tumblr.com", "snapchat.com",
        "quora.com", "whatsapp.com", "wa.me", "telegram.org", "t.me", "messenger.com", "discord.com",
        "bsky.app", "vk.com", "line.me", "kakao.com", "tiktok.com",
        "weibo.com", "weibo.cn", "t.cn", "weixin.qq.com", "wechat.com", "mp.weixin.qq.com", "qzone.qq.com",
        "xiaohongshu.com", "xhslink.com", "douyin.com", "iesdouyin.com", "kuaishou.com", "zhihu.com",
        "douban.com", "tieba.baidu.com", "toutiao.com", "hupu.com", "jianshu.com", "work.weixin.qq.com",
        "qq.com",
    ),
    "video": (
        "youtube.com", "youtu.be", "vimeo.com", "dailymotion.com", "twitch.tv", "netflix.com", "hulu.com",
        "bilibili.com", "b23.tv", "youku.com", "iqiyi.com", "v.qq.com", "mgtv.com", "ixigua.com", "huya.com",
        "douyu.com",
    ),
    "shopping": (
        "amazon.", "ebay.", "etsy.com", "walmart.com", "shopping.google.com", "shopzilla.com", "aliexpress.com",
        "alibaba.com", "taobao.com", "tmall.com", "jd.com", "pinduoduo.com", "yangkeduo.com", "vip.com",
        "suning.com", "smzdm.com", "etao.com", "rakuten.co.jp", "mercadolibre.com", "shopee.", "lazada.",
    ),
    "email": (
        "mail.google.com", "mail.yahoo.com", "outlook.live.com", "outlook.office.com", "mail.qq.com",
        "mail.163.com", "mail.126.com", "mail.aliyun.com", "mail.proton.me",
    ),
}  # fmt: skip
# What people write as utm_source for a site of a kind, beside the site's own name.
_SOURCES: dict[str, tuple[str, ...]] = {
    "search": ("google", "bing", "yahoo", "baidu", "sogou", "so", "360", "haosou", "shenma", "yandex", "naver", "duckduckgo", "百度", "搜狗"),
    "social": (
        "facebook", "fb", "instagram", "ig", "twitter", "x", "linkedin", "pinterest", "reddit", "tiktok", "snapchat",
        "weibo", "weixin", "wechat", "wx", "moments", "xiaohongshu", "xhs", "red", "douyin", "kuaishou", "zhihu", "qq",
        "qzone", "微信", "微博", "小红书", "抖音", "快手", "知乎", "朋友圈",
    ),
    "video": ("youtube", "vimeo", "bilibili", "youku", "iqiyi", "twitch", "哔哩哔哩", "优酷", "爱奇艺"),
    "shopping": ("amazon", "ebay", "etsy", "taobao", "tmall", "jd", "pinduoduo", "smzdm", "aliexpress", "淘宝", "天猫", "京东", "拼多多"),
    "email": (),
}  # fmt: skip
# Parameters that advertisers' systems add to links: the medium they stand for, and the source.
CLICK_IDS: dict[str, tuple[str, str]] = {
    "gclid": ("google", "cpc"),
    "gbraid": ("google", "cpc"),
    "wbraid": ("google", "cpc"),
    "dclid": ("google", "display"),
    "msclkid": ("bing", "cpc"),
    "bd_vid": ("baidu", "cpc"),
    "qz_gdt": ("qq", "cpc"),
    "gdt_vid": ("qq", "cpc"),
    "clickid_douyin": ("douyin", "cpc"),
    "ttclid": ("tiktok", "cpc"),
    "twclid": ("twitter", "cpc"),
    "li_fat_id": ("linkedin", "cpc"),
    "yclid": ("yandex", "cpc"),
}

_PAID = re.compile(r".*cp.*|ppc|retargeting|paid.*")
_SHOP = re.compile(r".*(?:[^a-df-z]|^)shop(?:ping)?.*|.*shopping.*")
_EMAIL = frozenset(["email", "e-mail", "e_mail", "e mail", "edm", "邮件"])
_SOCIAL = frozenset(["social", "social-network", "social-media", "sm", "social network", "social media"])  # fmt: skip
_DISPLAY = frozenset(["display", "banner", "expandable", "interstitial", "cpm"])
_NONE = frozenset(["(none)", "(not set)", ""])
_SMS = frozenset(["sms", "短信"])


class Link(msgspec.Struct, frozen=True):
    """What a page's address says: its host and the words that campaigns put there."""

    host: str
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None
    utm_id: str | None = None
    click: tuple[str, str] | None = None


_NOWHERE = Link("")


@lru_cache(maxsize=50_000)
def read_link(url: str) -> Link:
    """The host of an address and what its query says of a campaign; an empty one for no address."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        asked = parts.query
        if not asked:
            return Link(host)
        said = {key.lower(): value for key, value in parse_qsl(asked, max_num_fields=200)}
    except ValueError:
        return _NOWHERE
    click = next((found for key, found in CLICK_IDS.items() if key in said), None)
    source, medium, campaign, term, content, number = (
        said.get(f"utm_{name}") or None
        for name in ("source", "medium", "campaign", "term", "content", "id")
    )
    return Link(host, source, medium, campaign, term, content, number, click)


@lru_cache(maxsize=20_000)
def grouped(source: str | None, medium: str | None, campaign: str | None, site: str | None) -> str:
    """The channel of a visit, a key of `CHANNELS`.

    `source`, `medium` and `campaign` are the link's own words, `site` the host before this page.
    Letter case does not matter.

    >>> grouped("baidu", "cpc", None, None), grouped(None, None, None, "mp.weixin.qq.com")
    ('paid_search', 'organic_social')
    """
    said, how, name = (source or "").lower(), (medium or "").lower(), (campaign or "").lower()
    if not said and not how and not name:
        if not site:
            return DIRECT
        kind = kind_of_site(site)
        return f"organic_{kind}" if kind and kind != "email" else kind or "referral"
    kind = _kind_of_source(said) or (kind_of_site(site) if site and not said else None)
    is_paid = _PAID.fullmatch(how) is not None
    is_shopping = kind == "shopping" or _SHOP.fullmatch(name) is not None
    rules = (
        (said == "(direct)" and how in _NONE, DIRECT),
        ("cross-network" in name, "cross_network"),
        (is_shopping and is_paid, "paid_shopping"),
        (kind == "search" and is_paid, "paid_search"),
        (kind == "social" and is_paid, "paid_social"),
        (kind == "video" and is_paid, "paid_video"),
        (how in _DISPLAY, "display"),
        (is_paid, "paid_other"),
        (said in _EMAIL or how in _EMAIL, "email"),
        (said in _SMS or how in _SMS, "sms"),
        (how in ("affiliate", "affiliates"), "affiliates"),
        (is_shopping, "organic_shopping"),
        (kind == "social" or how in _SOCIAL, "organic_social"),
        (kind == "video" or "video" in how, "organic_video"),
        (kind == "search" or how == "organic", "organic_search"),
        (kind == "email", "email"),
        (how in ("referral", "app", "link"), "referral"),
        (how == "audio", "audio"),
        (how.endswith("push") or "mobile" in how or "notification" in how or said == "firebase", "push"),
        (not how and bool(site), "referral"),
    )  # fmt: skip
    return next((channel for holds, channel in rules if holds), "unassigned")


@lru_cache(maxsize=20_000)
def kind_of_site(host: str) -> str | None:
    """What kind of site a host is, a key of `SITES`; the longest name that fits decides."""
    host = host.lower().removeprefix("www.")
    found: tuple[int, str | None] = (0, None)
    for kind, sites in SITES.items():
        for site in sites:
            if len(site) > found[0] and _is_of(host, site):
                found = (len(site), kind)
    return found[1]


@lru_cache(maxsize=20_000)
def is_own(host: str, page_host: str, own: tuple[str, ...]) -> bool:
    """Whether a link's host is the shop itself: the page's own site or one of the source's."""
    # www., m. and pay. of one shop link to each other and to the bare name.
    return page_host.endswith(f".{host}") or any(
        _is_of(host, one) for one in (page_host, *own) if one
    )


def _is_of(host: str, site: str) -> bool:
    if site.endswith("."):  # the same name in every country
        return host.startswith(site) or f".{site}" in f".{host}"
    return host == site or host.endswith(f".{site}")


def _kind_of_source(said: str) -> str | None:
    if not said:
        return None
    for kind, names in _SOURCES.items():
        if said in names:
            return kind
    return kind_of_site(said) if "." in said else None
