"""Devices, systems, browsers and robots of real user agents."""

import pytest
from crawlerdetect import CrawlerDetect

from limner.collect.enrich.agent import is_bot, read_agent

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
SAFARI_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1"
IPAD = "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1"
PIXEL = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
GALAXY_TAB = "Mozilla/5.0 (Linux; Android 13; SM-X900) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
WECHAT_ANDROID = "Mozilla/5.0 (Linux; Android 12; M2012K11AC Build/SKQ1.211006.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0.5304.141 Mobile Safari/537.36 XWEB/5075 MMWEBSDK/20230405 MMWEBID/1234 MicroMessenger/8.0.35.2360(0x2800235D) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
WECHAT_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN"
MINI_PROGRAM = WECHAT_IPHONE + " miniProgram/wx1234567890abcdef"
HARMONY_PHONE = "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.300"
HARMONY_2 = "Mozilla/5.0 (Linux; Android 10; HarmonyOS; NOH-AN00; HMSCore 6.4.0.312) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/92.0.4515.105 HuaweiBrowser/12.0.4.302 Mobile Safari/537.36"
HARMONY_PAD = "Mozilla/5.0 (Tablet; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 HuaweiBrowser/5.0.4.300"
DOUYIN = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 aweme_27.1.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/zh"
WEIBO = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Weibo (iPhone13,2__weibo__12.10.1__iphone__os16.1)"
APPLE_TV = "AppleTV11,1/11.1"
SMART_TV = "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) 76.0.3809.146/6.0 TV Safari/537.36"
ANDROID_SDK = "Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A.230805.001)"
EDGE = CHROME + " Edg/131.0.0.0"
QQ_BROWSER = "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.71 Core/1.94.202.400 QQBrowser/11.9.5355.400 Safari/537.36"

PEOPLE = [
    # user agent, device, system, browser, app
    (CHROME, "desktop", "Windows", "Chrome", None),
    (EDGE, "desktop", "Windows", "Edge", None),
    (SAFARI_MAC, "desktop", "Mac OS X", "Safari", None),
    (QQ_BROWSER, "desktop", "Windows", "QQ Browser", None),
    (IPHONE, "mobile", "iOS", "Mobile Safari", None),
    (IPAD, "tablet", "iOS", "Mobile Safari", None),
    (PIXEL, "mobile", "Android", "Chrome Mobile", None),
    (GALAXY_TAB, "tablet", "Android", "Chrome", None),
    (WECHAT_ANDROID, "mobile", "Android", "WeChat", "WeChat"),
    (WECHAT_IPHONE, "mobile", "iOS", "WeChat", "WeChat"),
    (MINI_PROGRAM, "mobile", "iOS", "WeChat", "WeChat"),
    (HARMONY_PHONE, "mobile", "HarmonyOS", None, None),
    (HARMONY_2, "mobile", "HarmonyOS", None, None),
    (HARMONY_PAD, "tablet", "HarmonyOS", None, None),
    (DOUYIN, "mobile", "iOS", "Douyin", "Douyin"),
    (WEIBO, "mobile", "iOS", "Weibo", "Weibo"),
    (SMART_TV, "tv", None, None, None),
    (APPLE_TV, "tv", None, None, None),
    (ANDROID_SDK, "mobile", "Android", None, None),
]
ROBOTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Mozilla/5.0 (compatible; 360Spider; http://www.so.com/help/help_3_2.html)",
    "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
    "curl/8.5.0",
    "python-requests/2.32.3",
]


@pytest.mark.parametrize(("written", "device", "system", "browser", "app"), PEOPLE)
def test_people(
    written: str, device: str, system: str | None, browser: str | None, app: str | None
) -> None:
    agent = read_agent(written)
    assert not agent.is_bot
    assert (agent.device, agent.app) == (device, app)
    if system is not None:
        assert agent.os is not None and agent.os["name"] == system
    if browser is not None:
        assert agent.browser is not None and agent.browser["name"] == browser


def test_a_mini_program_is_told_from_a_page_in_the_same_app() -> None:
    assert read_agent(MINI_PROGRAM).is_mini_program
    assert not read_agent(WECHAT_IPHONE).is_mini_program


def test_a_steered_browser_is_told_from_a_robot() -> None:
    steered = read_agent(ROBOTS[-3])
    assert (steered.is_steered, steered.is_bot) == (True, False)
    disguised = read_agent(ROBOTS[0] + " HeadlessChrome/131.0.0.0")
    assert (disguised.is_steered, disguised.is_bot) == (True, True)


@pytest.mark.parametrize("written", ROBOTS)
def test_robots(written: str) -> None:
    assert is_bot(written)


def test_both_engines_agree_with_the_library_itself() -> None:
    library = CrawlerDetect()
    odd = ["", "x", "Mozilla/5.0", "()", "Yandex", "YandexSearch/1.0", "x" * 2000, "机器人", "\x00"]
    for written in [*ROBOTS, *(each[0] for each in PEOPLE), *odd]:
        assert is_bot(written) == library.is_crawler(written), written


@pytest.mark.parametrize("written", ["", " ", "(" * 3000, "\x00\ud7ff", "😀" * 900])
def test_nonsense_is_nobody_in_particular(written: str) -> None:
    assert read_agent(written).device is None
