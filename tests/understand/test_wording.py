from limner.core.rule import parse
from limner.core.words import Words
from limner.understand.wording import say

NAMES = {"a": Words("visits", "到店次数"), "b": Words("stage", "阶段")}


def test_rules_read_as_sentences() -> None:
    rule = parse("a >= 3 and (b in ('new', 'lost') or a is not null) and not (a between 1 and 2)")
    assert say(rule, NAMES, "en") == (
        "visits is at least 3 and (stage is one of new, lost or visits is known) "
        "and not (visits is from 1 to 2)"
    )
    assert say(rule, NAMES, "zh") == (
        "到店次数不小于3且(阶段属于new、lost或到店次数已知)且并非（到店次数在1到2之间）"
    )
    assert say(
        parse("c is null and contains(b, 'x') and b like 'y%' and d = true"), NAMES, "en"
    ) == ("c is unknown and stage contains x and stage looks like y% and d is yes")
