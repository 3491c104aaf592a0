"""Expressions over tags as people write them: text to tree and back.

value   := every ('or' every)*             every := denied ('and' denied)*
denied  := 'not' denied | tested           tested := sum [comparison sum | 'is' ['not'] 'null'
| ['not'] 'in' '(' constants ')' | ['not'] 'between' sum 'and' sum | ['not'] 'like' 'text']
sum     := product (('+' | '-' | '||') product)*
product := one (('*' | '/') one)*          one := '-' one | constant | NAME | '(' value ')'
| FUNCTION '(' value (',' value)* ')'
| 'case' [value] ('when' value 'then' value)+ ['else' value] 'end'
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from limner.core.errors import Malformed
from limner.core.rule_kind import Kind, kind_of
from limner.core.rule_text import written
from limner.core.rule_tree import literal, unknown
from limner.core.rule_words import Cursor, Word
from limner.understand.tags.expression_tree import Call, Case, Constant, Name, Tree
from limner.understand.tags.function import FUNCTIONS, kind_given, kind_wanted

Tags = Collection[str] | Mapping[str, "Kind | None"]
_COMPARISONS = {"=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}  # fmt: skip
_CALLED = tuple(name for name in FUNCTIONS if name.isalpha() and name not in ("and", "or", "not", "in", "between", "like", "negative"))  # fmt: skip
_INSTEAD = {"max": "greatest", "min": "least", "ifnull": "coalesce", "if": "case when ... then ... else ... end"}  # fmt: skip
_SAID: dict[Kind, str] = {"number": "a number", "text": "text", "truth": "true or false", "day": "a day"}  # fmt: skip
_LONGEST = 40  # a chain is a tree as deep as it is long
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Part:
    """A piece that was read: its tree, its kind (None: not known, or null) and where it stands."""

    tree: Tree
    kind: Kind | None
    start: Word
    until: Word


def read_tree(cursor: Cursor, tags: Tags | None = None, measures: Collection[str] = ()) -> Part:
    """The expression that begins at a cursor, which then stands behind it.

    `tags`: those that may be read, and their kinds where it is a mapping.  `measures`: names of
    measures, of which errors say that they stand alone.
    Raises: `Malformed` or `Unknown` at the word that is wrong.
    """
    return _Reader(cursor, tags, measures).value()


class _Reader:
    """Reads one expression, the loosest joint first."""

    def __init__(self, cursor: Cursor, tags: Tags | None, measures: Collection[str]) -> None:
        self._cursor = cursor
        self._tags = tags
        self._measures = measures

    def value(self) -> Part:
        with self._cursor.deeper():
            return self.joined("or", lambda: self.joined("and", self.denied))

    def joined(self, joint: str, read: Callable[[], Part]) -> Part:
        parts = [read()]
        while self._cursor.took(joint):
            parts.append(read())
        return parts[0] if len(parts) == 1 else self.call(joint, parts)

    def denied(self) -> Part:
        start = self._cursor.word
        if not self._cursor.took("not"):
            return self.tested()
        with self._cursor.deeper():
            return self.call("not", [self.denied()], start)

    def tested(self) -> Part:
        cursor = self._cursor
        left = self.sum()
        if cursor.word.kind == "sign" and cursor.word.text in _COMPARISONS:
            operator = _COMPARISONS[cursor.take().text]
            if cursor.word.says("null"):
                cursor.fail("nothing equals null; write is null, or is not null", code="rule-null")
            return self.call(operator, [left, self.sum()])
        if cursor.took("is", "not", "null"):
            return self.call("not", [self.call("is null", [left])])
        if cursor.took("is", "null"):
            return self.call("is null", [left])
        if cursor.word.says("not") and cursor.ahead().says("in", "between", "like"):
            cursor.take()
            return self.call("not", [self.ranged(left)])
        return self.ranged(left)

    def ranged(self, left: Part) -> Part:
        cursor = self._cursor
        if cursor.took("in"):
            cursor.want("(", "in")
            parts = [left, self.constant()]
            while cursor.took(","):
                parts.append(self.constant())
            cursor.want(")", "the values")
            return self.call("in", parts)
        if cursor.took("between"):
            low = self.sum()
            cursor.want("and", "the lower value")
            return self.call("between", [left, low, self.sum()])
        if cursor.took("like"):
            return self.call("like", [left, self.constant()])
        return left

    def sum(self) -> Part:
        return self.chained(("+", "-", "||"), lambda: self.chained(("*", "/"), self.one))

    def chained(self, signs: tuple[str, ...], read: Callable[[], Part]) -> Part:
        left, links = read(), 0
        while self._cursor.word.says(*signs):
            links += 1
            if links > _LONGEST:
                self._cursor.fail("the expression is too long; make a tag of a part of it")
            sign = self._cursor.take().text
            left = self.call(sign, [left, read()])
        return left

    def one(self) -> Part:
        cursor = self._cursor
        word = cursor.word
        if word.says("-") and cursor.ahead().kind != "number":
            cursor.take()
            with cursor.deeper():
                return self.call("negative", [self.one()], word)
        if cursor.took("("):
            inner = self.value()
            if not cursor.word.says(")"):
                cursor.fail("')' should stand here, to close the parenthesis")
            return Part(inner.tree, inner.kind, word, cursor.take())
        if word.says("case"):
            return self.case()
        if word.kind == "name" and cursor.ahead().says("("):
            return self.function()
        is_date = word.says("date") and cursor.ahead().kind == "text"
        if word.kind not in ("name", "quoted") or word.says("true", "false", "null") or is_date:
            return self.constant()
        return self.name()

    def name(self) -> Part:
        cursor = self._cursor
        word = cursor.take()
        if self._tags is None:
            return Part(Name(word.text), None, word, word)
        if word.text not in self._tags:
            error = unknown(word.text, self._tags, cursor.place(word))
            error.place = (word.start, word.end)
            raise error
        kind = self._tags[word.text] if isinstance(self._tags, Mapping) else None
        return Part(Name(word.text), kind, word, word)

    def constant(self) -> Part:
        start = self._cursor.word
        value = self._cursor.value()
        return Part(Constant(value), kind_of(value), start, self._cursor.last)

    def chosen(self) -> Part:
        """What a case gives; the one place where null says something."""
        word = self._cursor.word
        return Part(Constant(None), None, word, word) if self._cursor.took("null") else self.value()

    def function(self) -> Part:
        cursor = self._cursor
        head = cursor.take()
        name = head.text.lower()
        if name not in _CALLED:
            instead = _INSTEAD.get(name)
            if instead and name in self._measures:
                why = f"{name} is of rows, such as {name}(revenue of orders), and stands alone; of several tags it is {instead}(...)"
            elif instead:
                why = f"write {instead}"
            elif name in self._measures:
                why = f"{name}(...) stands alone: make a tag of it, and name that here"
            else:
                why = f"there is no function {name}; there are {', '.join(_CALLED)}"
            cursor.fail(why, head)
        cursor.take()
        parts = [self.value()]
        while cursor.took(","):
            parts.append(self.value())
        cursor.want(")", "the values")
        return self.call(name, parts, head)

    def case(self) -> Part:
        cursor = self._cursor
        start = cursor.take()
        subject = None if cursor.word.says("when") else self.value()
        whens: list[tuple[Tree, Tree]] = []
        values: list[Part] = []
        while cursor.took("when"):
            asked = self.value()
            if subject is not None:
                asked = self.call("=", [subject, asked])
            elif asked.kind not in ("truth", None):
                cursor.blame(_not_a("a condition", asked.kind), asked.start, asked.until)
            cursor.want("then", "the condition")
            values.append(self.chosen())
            whens.append((asked.tree, values[-1].tree))
        if not whens:
            cursor.fail("'when' should stand here, after case")
        otherwise = None
        if cursor.took("else"):
            values.append(self.chosen())
            otherwise = values[-1].tree
        cursor.want("end", "the last value of case")
        if all(part.tree == Constant(None) for part in values):
            cursor.fail("this case gives nothing but null", start)
        self.fit("coalesce", values)
        kind = kind_given("alike", [part.kind for part in values])
        return Part(Case(tuple(whens), otherwise), kind, start, cursor.last)

    def call(self, name: str, parts: list[Part], start: Word | None = None) -> Part:
        """A function of what was read, which must suit it."""
        cursor, function = self._cursor, FUNCTIONS[name]
        start = start or parts[0].start
        most = function.most or len(parts)
        if not function.least <= len(parts) <= most:
            takes = f"{function.least}" if most == function.least else f"{function.least} or more"
            if function.most and most != function.least:
                takes = f"{function.least} to {most}"
            cursor.fail(f"{name} takes {takes} of values, not {len(parts)}", start)
        self.fit(name, parts)
        return Part(
            Call(name, tuple(part.tree for part in parts)),
            kind_given(function.takes, [part.kind for part in parts]),
            start,
            cursor.last,
        )

    def fit(self, name: str, parts: list[Part]) -> None:
        """Refuse values that a function cannot take, where they stand."""
        function = FUNCTIONS[name]
        kinds = [part.kind for part in parts]
        for at, part in enumerate(parts):
            if (at >= function.least and function.constants) or (name == "like" and at == 1):
                self.fit_constant(name, part)
            wanted = kind_wanted(function.takes, kinds, at)
            if part.kind is not None and part.kind not in wanted:
                said = " or ".join(_SAID[kind] for kind in wanted)
                self._cursor.blame(_not_a(said, part.kind), part.start, part.until)

    def fit_constant(self, name: str, part: Part) -> None:
        value = part.tree.value if isinstance(part.tree, Constant) else None
        if FUNCTIONS[name].takes == "searched":
            is_fit, wanted = isinstance(value, str), "text in 'single quotes'"
        else:
            is_fit = type(value) is int and 0 <= value <= _MOST_DIGITS
            wanted = f"a whole number from 0 to {_MOST_DIGITS}"
        if not is_fit:
            self._cursor.fail(f"{name} wants {wanted} here", part.start)


def _not_a(wanted: str, kind: Kind | None) -> Malformed:
    seen = "of no kind" if kind is None else _SAID[kind]
    return Malformed("tag-expression", f"this is {seen}; {wanted} should stand here")


# ---- tree to text

_LEVELS = {"or": 1, "and": 2, "not": 3, "between": 4, "in": 4, "like": 4, "is null": 4, **dict.fromkeys(_COMPARISONS, 4), "+": 5, "-": 5, "||": 5, "*": 6, "/": 6}  # fmt: skip
_ONE = 7  # binds as a name does


def write_tree(tree: Tree) -> str:
    """The tree as text that `read_tree` reads back to the same tree."""
    match tree:
        case Name(code):
            return written(code)
        case Constant(value):
            return "null" if value is None else literal(value)
        case Case(whens, otherwise):
            said = [f"when {write_tree(c)} then {write_tree(v)}" for c, v in whens]
            last = [] if otherwise is None else [f"else {write_tree(otherwise)}"]
            return " ".join(["case", *said, *last, "end"])
        case Call(name, arguments):
            return _write_call(name, arguments)


def _write_call(name: str, arguments: tuple[Tree, ...]) -> str:
    level = _LEVELS.get(name)
    if level is None:
        inside = ", ".join(write_tree(argument) for argument in arguments)
        if name == "negative":
            return f"-{inside}" if isinstance(arguments[0], Name) else f"-({inside})"
        return f"{name}({inside})"
    first, *rest = arguments
    if name in ("and", "or"):
        return f" {name} ".join(_within(argument, level + 1) for argument in arguments)
    if name == "not" and isinstance(first, Call) and first.function == "is null":
        return f"{_within(first.arguments[0], 5)} is not null"
    if name == "not":
        return f"not {_within(first, level)}"
    if name == "is null":
        return f"{_within(first, 5)} is null"
    if name == "in":
        return f"{_within(first, 5)} in ({', '.join(write_tree(value) for value in rest)})"
    if name == "between":
        return f"{_within(first, 5)} between {_within(rest[0], 5)} and {_within(rest[1], 5)}"
    # + and - are read from the left; comparisons stand between two sums
    left = level if level > 4 else 5
    return f"{_within(first, left)} {name} {_within(rest[0], level + 1)}"


def _within(tree: Tree, level: int) -> str:
    """A tree as text, in parentheses where it binds less than its place does."""
    said = write_tree(tree)
    own = _LEVELS.get(tree.function, _ONE) if isinstance(tree, Call) else _ONE
    return f"({said})" if own < level else said
