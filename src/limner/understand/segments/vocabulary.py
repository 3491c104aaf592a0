"""The words a segment's rule may use here: which terms there are, of which kind, and their names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, lru_cache

from limner.core.errors import Malformed, Rejected, Unknown
from limner.core.rule import Rule, columns_of, parse
from limner.core.rule_kind import Kind
from limner.core.rule_tree import unknown
from limner.core.words import Language, Words
from limner.understand.segments.saying import term_words, verdict_words
from limner.understand.segments.segment import Segment
from limner.understand.segments.term import (
    Best,
    InList,
    InSegment,
    Lookalike,
    TagTerm,
    Term,
    read_term,
    terms,
)
from limner.understand.segments.value_names import VALUES
from limner.understand.tags.kind import COMPARED, call_kind
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Distance, Measured, Sequence, Trait
from limner.understand.wording import Named, say

# What the columns of a portrait that are no tags are called.
PORTRAIT = {
    "customer_id": Words("customer", "客户编号"),
    "name": Words("name", "姓名"),
    "email": Words("e-mail", "电子邮箱"),
    "phone": Words("phone", "电话"),
    "loyalty_card": Words("loyalty card", "会员卡"),
    "gender": Words("gender", "性别"),
    "birth_date": Words("date of birth", "出生日期"),
    "country": Words("country", "国家"),
    "city": Words("city", "城市"),
    "address": Words("address", "地址"),
    "lifecycle_stage": Words("lifecycle stage", "生命周期阶段"),
    "rfm_group": Words("RFM group", "RFM 分组"),
    "rfm_recency": Words("recency score", "R 得分"),
    "rfm_frequency": Words("frequency score", "F 得分"),
    "rfm_money": Words("money score", "M 得分"),
    "cluster": Words("kind of shopper", "购物类型"),
}


@dataclass(frozen=True)
class Vocabulary:
    """What rules over customers may name.

    `tags`: those in force.  `columns`: the portrait's columns and their kinds, None for what cannot be
    compared.  `segments`: those in force.  `lists`: the uploaded lists and their names.  `stores`:
    their ids, None where every id will do.
    """

    tags: Collection[Tag] = ()
    columns: Mapping[str, Kind | None] = field(default_factory=dict)
    segments: Collection[Segment] = ()
    lists: Mapping[str, Words] = field(default_factory=dict)
    stores: Collection[str] | None = None

    def parse(self, text: str, own: str | None = None) -> Rule:
        """The rule that a text says, every word of it known here and every value of its kind.

        `own`: the code of the segment whose rule it is to be; it may not lead back to itself.
        Raises: `Malformed` or `Unknown` at the word that is wrong.
        """
        return parse(text, _Names(self), terms(lambda term: self.check(term, own)), self.kind)

    def kind(self, column: str) -> Kind | None:
        """The kind of a term; None for a trait, which can be of any, and for what is unknown."""
        term = read_term(column)
        match term:
            case TagTerm(code):
                tag = self._tags.get(code)
                return COMPARED[tag.kind] if tag else self.columns.get(code)
            case Trait():
                return None
            case Measured() | Sequence() | Distance():
                return call_kind(term)
        return "truth"

    def check(self, term: Term, own: str | None = None) -> None:
        """Refuse a term that is not known here; `own` as in `parse`.

        Raises: `Unknown` for a name that there is not, `Malformed` for segments in a circle and for
        a rank by what has no order.
        """
        match term:
            case TagTerm(code) if code not in self.columns and code not in self._tags:
                raise unknown(code, _Names(self))
            case InSegment(code) | Lookalike(code):
                if code not in self._rules:
                    raise missing("segment", code, self._rules)
                if own is not None:
                    self._refuse_circle(code, own)
            case InList(name) if name not in self.lists:
                raise missing("list", name, self.lists)
            case Best(by=by) if self.kind(by) not in ("number", "day"):
                raise Malformed("rule-type", f"{by} is no number to rank customers by")
            case Distance(store) if store and self.stores is not None and store not in self.stores:
                raise missing("store", store, self.stores)

    def say(self, rule: Rule, language: Language) -> str:
        """A rule in the words a marketer reads."""
        return say(rule, {column: self._named(column) for column in columns_of(rule)}, language)

    def words(self, column: str) -> Words:
        """What a term is called."""
        return term_words(column, self._tag_words, self._segment_words, self._list_words)

    def _named(self, column: str) -> Named:
        words, tag = self.words(column), self._tags.get(column)
        yes, no = verdict_words(read_term(column), words)
        return Named(words, tag.kind if tag else "", yes, no, VALUES.get(column, {}))

    def _tag_words(self, code: str) -> Words:
        tag = self._tags.get(code)
        return tag.name if tag else PORTRAIT.get(code, Words(code, code))

    def _segment_words(self, code: str) -> Words:
        return next((one.name for one in self.segments if one.code == code), Words(code, code))

    def _list_words(self, code: str) -> Words:
        return self.lists.get(code, Words(code, code))

    def _refuse_circle(self, code: str, own: str) -> None:
        path = _path(code, own, self._rules)
        if path is not None:
            said = " -> ".join((own, *path))
            raise Malformed(
                "segment-circle",
                f"the segment would be defined by itself: {said}; take one of these out",
            )

    @cached_property
    def _tags(self) -> dict[str, Tag]:
        return {tag.code: tag for tag in self.tags}

    @cached_property
    def _rules(self) -> dict[str, str]:
        return {segment.code: segment.rule for segment in self.segments}


class _Names(Collection[str]):
    """The names that may stand alone: columns and tags; calls have been checked as they were read."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._known = {**vocabulary.columns, **vocabulary._tags}

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def missing(what: str, name: str, known: Collection[str]) -> Unknown:
    """The error for a name that there is not, with the closest there are."""
    close = get_close_matches(name, sorted(known), n=3, cutoff=0.6)
    listed = ", ".join(sorted(known)[:12]) or "none yet"
    more = f" and {len(known) - 12} more" if len(known) > 12 else ""
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {listed}{more}"
    return Unknown(f"{what}-unknown", f"there is no {what} {name!r}; {hint}")


def _path(code: str, own: str, rules: Mapping[str, str]) -> tuple[str, ...] | None:
    """The way by which a segment leads to another; None where it does not."""
    ways: list[tuple[str, ...]] = [(code,)]
    seen = {code}
    while ways:
        way = ways.pop()
        if way[-1] == own:
            return way
        for following in sorted(referred(rules.get(way[-1], "")) - seen):
            seen.add(following)
            ways.append((*way, following))
    return None


@lru_cache(maxsize=4096)
def referred(text: str) -> frozenset[str]:
    """The segments that a rule's text refers to, by code; none for a text that is no rule."""
    try:
        columns = columns_of(parse(text, terms=terms()))
    except Rejected:
        return frozenset()
    found = (read_term(column) for column in columns)
    return frozenset(
        term.code if isinstance(term, InSegment) else term.seed
        for term in found
        if isinstance(term, InSegment | Lookalike)
    )
