"""What was doubtful about an event that was taken all the same: every doubt with its words."""

from __future__ import annotations

import msgspec

from limner.collect.enrich.reason import REASONS
from limner.core.words import Words

NOTES: dict[str, Words] = {
    "identifier-void": Words("names nobody", "不能标识任何人"),
    "sent-at-unreadable": Words("sentAt is no time; the event's own time stands", "sentAt 无法识别，按事件自带时间"),
    "number-unreadable": Words("is no number and was left out", "不是数字，已忽略"),
    "currency-unclear": Words("is no ISO 4217 code; the source's currency was taken", "不是 ISO 4217 货币代码，按来源的默认货币处理"),
    "refund-without-amount": Words("the refund says no amount", "退款未说明金额"),
    "location-unreadable": Words("is no place on earth and was left out", "不是有效的经纬度，已忽略"),
    "products-unreadable": Words("is no list of products and was left out", "不是商品列表，已忽略"),
    "browser-steered": Words("a program steers this browser; is it a trial of the shop's own?", "浏览器由程序控制，可能是自家的测试"),
    "plan": Words("is not as planned", "与埋点方案不符"),
}  # fmt: skip
_MOST = 80


def note(code: str, where: str, seen: object = None) -> str:
    """One doubt: its code, the field, and the value where that helps."""
    if seen is None:
        return f"{code}: {where}"
    text = str(seen)
    return f"{code}: {where}={text if len(text) <= _MOST else text[:_MOST] + '…'}"


def note_void(where: str, seen: object) -> str:
    """The doubt about an identifier that names nobody; a value that may still be somebody's
    number or address is not repeated.
    """
    text = str(seen)
    is_private = "@" in text or any(letter in "123456789" for letter in text) or len(text) > 20
    return note("identifier-void", where, None if is_private else text)


def note_words(code: str, told: Words) -> str:
    """A doubt whose words are made for it, such as a breach of the plan: in both languages."""
    return f"{code}: {in_both(told)}"


def in_both(told: Words) -> str:
    """Words as one text, for `say` and `reason_in` to take apart again."""
    return msgspec.json.encode({"en": told.en, "zh": told.zh}).decode()


def say(written: str, with_values: bool = True) -> Words:
    """A note in both languages; `with_values` False leaves out what the event itself said.

    >>> say("currency-unclear: currency=RMB¥").en
    "currency=RMB¥: is no ISO 4217 code; the source's currency was taken"
    """
    code, _, about = written.partition(": ")
    if code not in NOTES:
        return reason_in(code, about, with_values) if about else Words(written, written)
    if (made := _taken_apart(about)) is not None:
        return made
    if not with_values:
        about = about.partition("=")[0]
    words = NOTES[code]
    return Words(f"{about}: {words.en}", f"{about}：{words.zh}")


def reason_in(code: str, told: str, with_values: bool = True) -> Words:
    """Why an event could not be taken, in both languages, of its code and of what was told then.

    What was told in English alone may say values, and is told in English alone.
    """
    if (made := _taken_apart(told)) is not None:
        return made
    known = REASONS.get(code)
    if known is None:
        return Words(told, told) if with_values else Words(code, code)
    return Words(told, known.zh) if with_values and told else known


def _taken_apart(told: str) -> Words | None:
    """The words of `in_both`; None for another text."""
    if not told.startswith('{"en":'):
        return None
    try:
        return msgspec.json.decode(told, type=Words)
    except msgspec.DecodeError:
        return None
