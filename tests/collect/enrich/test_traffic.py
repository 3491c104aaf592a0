"""Which channel brought a visit: the default grouping, link by link."""

import pytest

from limner.collect.enrich.traffic import CHANNELS, SITES, grouped, is_own, kind_of_site, read_link

LINKS = [
    # source, medium, campaign, site before, channel
    (None, None, None, None, "direct"),
    ("(direct)", "(none)", None, None, "direct"),
    ("google", "cpc", None, None, "paid_search"),
    ("Google", "CPC", "Spring", "www.google.com", "paid_search"),
    ("baidu", "cpc", None, None, "paid_search"),
    ("百度", "ppc", None, None, "paid_search"),
    ("google", "organic", None, None, "organic_search"),
    ("sogou", None, None, None, "organic_search"),
    ("facebook", "paid-social", None, None, "paid_social"),
    ("weibo", "cpm", None, None, "paid_social"),
    ("news.example", "cpm", None, None, "display"),
    ("xiaohongshu", "social", None, None, "organic_social"),
    ("微信", None, "春季上新", None, "organic_social"),
    ("wechat", "moments_cpc", None, None, "paid_social"),
    ("youtube", "cpc", None, None, "paid_video"),
    ("bilibili", None, None, None, "organic_video"),
    ("newsletter", "email", "weekly", None, "email"),
    ("edm", "e-mail", None, None, "email"),
    ("sms", "sms", None, None, "sms"),
    ("crm", "短信", None, None, "sms"),
    ("shareasale", "affiliate", None, None, "affiliates"),
    ("partner", "referral", None, None, "referral"),
    ("firebase", "push_notification", None, None, "push"),
    ("app", "web-push", None, None, "push"),
    ("spotify", "audio", None, None, "audio"),
    ("criteo", "retargeting", None, None, "paid_other"),
    ("google", "cpc", "Cross-network sale", None, "cross_network"),
    ("google", "cpc", "shopping-de", None, "paid_shopping"),
    ("taobao", None, None, None, "organic_shopping"),
    ("flyer", "qr", None, None, "unassigned"),
    (None, None, None, "www.google.co.jp", "organic_search"),
    (None, None, None, "www.baidu.com", "organic_search"),
    (None, None, None, "m.sm.cn", "organic_search"),
    (None, None, None, "www.so.com", "organic_search"),
    (None, None, None, "cn.bing.com", "organic_search"),
    (None, None, None, "tieba.baidu.com", "organic_social"),
    (None, None, None, "weibo.cn", "organic_social"),
    (None, None, None, "mp.weixin.qq.com", "organic_social"),
    (None, None, None, "www.xiaohongshu.com", "organic_social"),
    (None, None, None, "www.douyin.com", "organic_social"),
    (None, None, None, "link.zhihu.com", "organic_social"),
    (None, None, None, "l.instagram.com", "organic_social"),
    (None, None, None, "www.youtube.com", "organic_video"),
    (None, None, None, "www.bilibili.com", "organic_video"),
    (None, None, None, "v.qq.com", "organic_video"),
    (None, None, None, "item.jd.com", "organic_shopping"),
    (None, None, None, "mail.google.com", "email"),
    (None, None, None, "mail.qq.com", "email"),
    (None, None, None, "blog.example", "referral"),
    (None, None, None, "notgoogle.com", "referral"),
    (None, None, None, "netflix.com.example", "referral"),
    (None, None, "spring", "www.zhihu.com", "organic_social"),
    (None, None, "spring", "blog.example", "referral"),
]


@pytest.mark.parametrize(("source", "medium", "campaign", "site", "channel"), LINKS)
def test_the_grouping(
    source: str | None, medium: str | None, campaign: str | None, site: str | None, channel: str
) -> None:
    assert grouped(source, medium, campaign, site) == channel
    assert channel in CHANNELS


def test_every_channel_is_reached_by_some_link() -> None:
    assert {link[-1] for link in LINKS} == set(CHANNELS)


def test_no_site_is_of_two_kinds() -> None:
    sites = [site for group in SITES.values() for site in group]
    assert len(sites) == len(set(sites))


def test_a_link_is_read_whatever_its_query_holds() -> None:
    link = read_link("https://www.shop.example:8443/p?UTM_Source=baidu&utm_term=%E8%8C%B6&gclid=x")
    assert (link.host, link.utm_source, link.utm_term) == ("shop.example", "baidu", "茶")
    assert link.click == ("google", "cpc")
    assert read_link("https://shop.example/?utm_source=&utm_medium").utm_source is None


@pytest.mark.parametrize("url", ["", "x", "//", "http://[", "https://a?" + "&".join("ab=1" for _ in range(500)), "http://\x00?utm_source=%"])  # fmt: skip
def test_an_address_that_is_none_says_nothing(url: str) -> None:
    assert read_link(url).utm_medium is None


def test_the_shops_own_pages_bring_nobody() -> None:
    assert is_own("shop.example", "shop.example", ())
    assert is_own("pay.shop.example", "shop.example", ())
    assert is_own("checkout.example", "shop.example", ("checkout.example",))
    assert is_own("shop.example", "m.shop.example", ())
    assert not is_own("othershop.example", "shop.example", ())
    assert not is_own("x.example", "", ("",))


def test_the_longest_name_decides() -> None:
    assert kind_of_site("baidu.com") == "search"
    assert kind_of_site("tieba.baidu.com") == "social"
