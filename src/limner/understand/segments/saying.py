"""What a term of a segment's rule is called, in the words a marketer reads."""

from __future__ import annotations

from collections.abc import Callable

from limner.core.words import Language, Words
from limner.understand.segments.term import Best, InList, InSegment, Lookalike, Term, read_term
from limner.understand.tags.saying import say_value
from limner.understand.tags.value import Distance, Measured, Sequence, Trait

Name = Callable[[str], Words]


def term_words(column: str, tag: Name, segment: Name, list_: Name) -> Words:
    """The words for a term by its column; the others give the names of tags, segments and lists.

    >>> term_words("count(orders in last 90 days)", Words, Words, Words).en
    'number of orders in the last 90 days'
    """
    term = read_term(column)
    return Words(*(_said(term, language, tag, segment, list_) for language in ("en", "zh")))


def verdict_words(term: Term, words: Words) -> tuple[Words | None, Words | None]:
    """What is said of a customer for whom a term is so, and is not; None where its value is said.

    `words`: what the term is called.
    """
    if not isinstance(term, InSegment | InList | Best | Lookalike):
        return None, None
    said = words.en.removeprefix("being ")
    no = "不" if isinstance(term, InSegment | InList) else "并非"
    return Words(f"is {said}", words.zh), Words(f"is not {said}", f"{no}{words.zh}")


def _said(term: Term, language: Language, tag: Name, segment: Name, list_: Name) -> str:
    en = language == "en"
    match term:
        case Measured() | Sequence() | Distance():
            told = say_value(
                term, language, lambda code, spoken: tag(code).in_(spoken), is_brief=True
            )
            return (told[:1].lower() + told[1:]).rstrip(".。")
        case Trait(name):
            return f"“{name}”"
        case InSegment(code):
            name = segment(code).in_(language)
            return f"being in “{name}”" if en else f"属于人群“{name}”"
        case InList(code):
            name = list_(code).in_(language)
            return f"being on the list “{name}”" if en else f"在名单“{name}”中"
        case Best(n, share, by, is_worst):
            figure = term_words(by, tag, segment, list_).in_(language)
            many = _many(n, share, language)
            if en:
                return f"being among the {'lowest' if is_worst else 'highest'} {many} by {figure}"
            return f"按{figure}排在{'最低' if is_worst else '最高'}的 {many}"
        case Lookalike(seed, n, share):
            name, many = segment(seed).in_(language), _many(n, share, language)
            return (
                f"being among the {many} most like “{name}”" if en else f"与“{name}”最相似的 {many}"
            )
    return tag(term.code).in_(language)


def _many(n: int | None, share: float | None, language: Language) -> str:
    if n is not None:
        return f"{n:,}" if language == "en" else f"{n:,} 位"
    return f"{(share or 0) * 100:g}%"
