from limner.core.rule import parse
from limner.core.words import Words
from limner.understand.wording import Named, say

NAMES = {"a": Words("visits", "到店次数"), "b": Words("stage", "阶段")}


def test_rules_read_as_sentences() -> None:
    rule = parse("a >= 3 and (b in ('new', 'lost') or a is not null) and not (a between 1 and 2)")
    assert say(rule, NAMES, "en") == (
        "visits is at least 3 and (stage is one of new, lost or visits is known) "
        "and not (visits is from 1 to 2)"
    )
    assert say(rule, NAMES, "zh") == (
        "到店次数不小于3且（阶段属于new、lost或到店次数已知）且并非（到店次数在1到2之间）"
    )
    assert say(
        parse("c is null and contains(b, 'x') and b like 'y%' and d = true"), NAMES, "en"
    ) == ("c is unknown and stage contains x and stage looks like y% and d is yes")


def test_values_are_said_as_their_kind_wants() -> None:
    names = {
        "share": Named(Words("coupon share", "用券占比"), "share"),
        "gap": Named(Words("gap", "间隔"), "days"),
        "weekday": Named(Words("weekday", "星期"), "weekday"),
        "vip": Named(
            Words("being in “VIP”", "属于人群“VIP”"), "",
            Words("is in “VIP”", "属于人群“VIP”"), Words("is not in “VIP”", "不属于人群“VIP”"),
        ),
    }  # fmt: skip
    rule = parse("share > 0.3 and gap >= 1 and weekday in (5, 6) and share between 0 and 0.125")
    assert say(rule, names, "en") == (
        "coupon share is more than 30% and gap is at least 1 day and weekday is one of Saturday, "
        "Sunday and coupon share is from 0% to 12.5%"
    )
    assert say(rule, names, "zh") == (
        "用券占比大于30%且间隔不小于1天且星期属于周六、周日且用券占比在0%到12.5%之间"
    )
    for text in ("not vip", "vip = false", "vip <> true"):
        assert say(parse(text), names, "en") == "is not in “VIP”"
    assert say(parse("not (vip = false)"), names, "zh") == "属于人群“VIP”"
    assert say(parse("city = 'New York' or n > 25000"), {}, "en") == (
        "city is “New York” or n is more than 25,000"
    )
