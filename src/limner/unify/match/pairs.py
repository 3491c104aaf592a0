"""Which pairs of rows are looked at: those that share something rare enough.

Every field gives keys (its value, how it begins, how it sounds, a rare word).  A rule is one key or
two of different fields.  Rules are taken one by one, the one first that finds most of the damaged
duplicates not yet found for the pairs it costs, until the pairs allowed are used up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from limner.unify.match.field import Field

Rows = npt.NDArray[np.int64]

EVERY_PAIR_ROWS = 1200  # up to here all pairs are looked at
_BLOCK = 400  # rows that share a key and say too little when more
_WORDS = 3  # of a text, its rarest
_TRIALS = 4000


@dataclass(frozen=True, slots=True)
class Key:
    """One way in which rows can share something; `code`: one number a row, -1 for nothing.

    `needs`: what of the field must be undamaged: `all` of it, or some `part`.
    """

    field: int
    label: str
    needs: str
    code: Rows


@dataclass(frozen=True, slots=True)
class Rule:
    """A key, or two, that rows must share; `pairs`: how many do."""

    label: str
    pairs: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of rows, left below right, sorted; and the rules that found them."""

    left: Rows
    right: Rows
    rules: tuple[Rule, ...]


def find_pairs(fields: Sequence[Field], rows: int, most: int, seed: int) -> Pairs:
    """The pairs worth comparing, about `most` of them at the most."""
    if rows <= EVERY_PAIR_ROWS:
        left, right = np.triu_indices(rows, 1)
        total = len(left)
        return Pairs(left.astype(np.int64), right.astype(np.int64), (Rule("all pairs", total),))
    keys = _keys(fields)
    chosen = _choose(keys, fields, rows, most, seed)
    codes = [_rule_code(rule, keys) for rule, _ in chosen]
    found = [_pairs_of(code, rows) for code in codes]
    rules = [Rule(_label(rule, keys, fields), count) for rule, count in chosen]
    for number, one in enumerate(fields):
        if one.is_text:
            pairs = _by_words(one, rows, most // 2)
            found.append(pairs)
            rules.append(Rule(f"{fields[number].name}: rare words", len(pairs)))
    every = np.unique(np.concatenate(found)) if found else np.array([], np.int64)
    return Pairs(every // rows, every % rows, tuple(rules))


def random_pairs(rows: int, most: int, seed: int) -> tuple[Rows, Rows]:
    """Pairs drawn by chance, all different; every pair when there are no more than `most`."""
    if rows * (rows - 1) // 2 <= most:
        left, right = np.triu_indices(rows, 1)
        return left.astype(np.int64), right.astype(np.int64)
    draws = np.random.default_rng(seed).integers(0, rows, (2, most))
    low, high = draws.min(axis=0), draws.max(axis=0)
    every = np.unique((low * rows + high)[low < high])
    return every // rows, every % rows


def codes_of(values: Sequence[Any]) -> Rows:
    """A number for every distinct value, -1 for none."""
    seen: dict[Any, int] = {None: -1, "": -1}
    return np.array([seen.setdefault(v, len(seen) - 2) for v in values], np.int64)


# ---- keys


def _keys(fields: Sequence[Field]) -> list[Key]:
    found: list[Key] = []
    for number, one in enumerate(fields):
        main = one.values[""]
        for label, needs, derive in _TEXT_KEYS if one.is_text else _DERIVE.get(one.role, _PLAIN):
            source = one.values["_s"] if label == "sound" and "_s" in one.values else main
            code = codes_of(main if derive is None else each_value(derive, source))
            found.append(Key(number, label, needs, code))
    return found


def each_value(derive: Callable[[Any], Any], values: Sequence[Any]) -> list[Any]:
    """What is derived of every distinct value; None stays None."""
    done: dict[Any, Any] = {None: None}
    for value in values:
        if value not in done:
            done[value] = derive(value)
    return [done[value] for value in values]


def _skeleton(word: str) -> str:
    """A word's first letter and the consonants after it, doubled ones once: what typing errors spare."""
    rest = re.sub(r"[aeiouyhw\W\d_]", "", word[1:])
    return word[:1] + re.sub(r"(.)\1+", r"\1", rest)[:4]


_PLAIN: tuple[tuple[str, str, Callable[[Any], Any] | None], ...] = (("value", "all", None),)
_NAME_KEYS = (
    ("value", "all", None),
    ("sound", "all", lambda v: _skeleton(v)),
    ("beginning", "part", lambda v: v[:3]),
    ("ending", "part", lambda v: v[-3:]),
)
_DERIVE: dict[str, tuple[tuple[str, str, Callable[[Any], Any] | None], ...]] = {
    "given_name": _NAME_KEYS,
    "surname": _NAME_KEYS,
    "word": _NAME_KEYS,
    "birth_date": (("value", "all", None), ("year", "part", lambda v: v[:4]), ("month and day", "part", lambda v: "".join(sorted((v[4:6], v[6:8]))))),
    "phone": (("value", "all", None), ("last four", "part", lambda v: v[-4:]), ("beginning", "part", lambda v: v[:5])),
    "email": (("value", "all", None), ("before the @", "all", lambda v: v.partition("@")[0]), ("beginning", "part", lambda v: v[:5])),
    "url": (("value", "all", None), ("name", "all", lambda v: v.partition("/")[0].partition(".")[0]), ("beginning", "part", lambda v: v[:6])),
    "identifier": (("value", "all", None), ("beginning", "part", lambda v: v[:4]), ("ending", "part", lambda v: v[-4:])),
    "street": (("value", "all", None), ("beginning", "part", lambda v: v[:5])),
    "locality": (("value", "all", None), ("beginning", "part", lambda v: v[:4])),
    "postcode": (("value", "all", None), ("beginning", "part", lambda v: v[:3])),
    "number": (("value", "all", None), ("about", "part", lambda v: round(np.log(abs(v) + 1e-9) / 0.05)), ("about, shifted", "part", lambda v: int(np.floor(np.log(abs(v) + 1e-9) / 0.05)))),
    "date": (("value", "all", None), ("week", "part", lambda v: v // 7), ("week, shifted", "part", lambda v: (v + 3) // 7)),
}  # fmt: skip
_TEXT_KEYS = (("value", "all", None), ("beginning", "part", lambda v: v[:6]), ("first word", "part", lambda v: v.split()[0]))  # fmt: skip


# ---- the choice of rules


def _choose(keys: list[Key], fields: Sequence[Field], rows: int, most: int, seed: int) -> list[tuple[tuple[int, ...], int]]:  # fmt: skip
    """Rules that find most of simulated duplicates for the pairs they cost."""
    hits = _simulated(keys, fields, seed)
    candidates: list[tuple[tuple[int, ...], int, npt.NDArray[np.bool_]]] = []
    for a in range(len(keys)):
        alone = _count(keys[a].code)
        if alone <= most // 3:
            candidates.append(((a,), alone, hits[a]))
        for b in range(a):
            if keys[a].field == keys[b].field:
                continue
            cost = _count(_combined(keys[a].code, keys[b].code))
            if cost <= most // 3:
                candidates.append(((a, b), cost, hits[a] & hits[b]))
    covered = np.zeros(_TRIALS, dtype=np.int64)
    # Found twice is better than once: the simulation does not know how this table was damaged.
    chosen: list[tuple[tuple[int, ...], int]] = []
    left = most
    while left > 0 and len(chosen) < 60:
        worth = 0.5**covered
        best, score = None, 0.0
        for candidate in candidates:
            _rule, cost, hit = candidate
            if cost > left:
                continue
            gain = float(worth[hit].sum()) / (cost + most / 20)
            if gain > score:
                best, score = candidate, gain
        if best is None or float(worth[best[2]].sum()) < 0.0002 * _TRIALS:
            break
        chosen.append((best[0], best[1]))
        covered += best[2]
        left -= best[1]
        candidates = [c for c in candidates if c[0] != best[0]]
    return chosen


def _simulated(keys: list[Key], fields: Sequence[Field], seed: int) -> list[npt.NDArray[np.bool_]]:
    """For every key, which of many simulated duplicates still share it."""
    rng = np.random.default_rng(seed)
    difficulty = rng.beta(1.2, 1.4, _TRIALS)  # some duplicates are damaged all over, most a little
    state = {}
    for number, one in enumerate(fields):
        present = rng.random(_TRIALS) < one.filled
        state[number] = (present, rng.random(_TRIALS) > difficulty)
    found = []
    for key in keys:
        present, intact = state[key.field]
        part = rng.random(_TRIALS) < (0.6 if key.needs == "part" else 0.0)
        if key.label == "sound":
            part = rng.random(_TRIALS) < 0.35
        found.append(present & (intact | part))
    return found


def _label(rule: tuple[int, ...], keys: list[Key], fields: Sequence[Field]) -> str:
    return " + ".join(f"{fields[keys[k].field].name} ({keys[k].label})" for k in rule)


def _rule_code(rule: tuple[int, ...], keys: list[Key]) -> Rows:
    return (
        keys[rule[0]].code if len(rule) == 1 else _combined(keys[rule[0]].code, keys[rule[1]].code)
    )


def _combined(a: Rows, b: Rows) -> Rows:
    return np.where((a < 0) | (b < 0), -1, a * (int(b.max(initial=0)) + 1) + b)


def _count(code: Rows) -> int:
    """How many pairs share a key, large blocks left out."""
    known = code[code >= 0]
    if not len(known):
        return 0
    known = np.sort(known)
    edges = np.flatnonzero(np.diff(known)) + 1
    sizes = np.diff(np.concatenate(([0], edges, [len(known)])))
    sizes = sizes[sizes <= _BLOCK]
    return int((sizes * (sizes - 1) // 2).sum())


def _pairs_of(code: Rows, rows: int) -> Rows:
    """The pairs that share a key, each as left * rows + right."""
    order = np.argsort(code, kind="stable")
    order = order[code[order] >= 0]
    ranked = code[order]
    edges = np.concatenate(([0], np.flatnonzero(np.diff(ranked)) + 1, [len(ranked)]))
    sizes = np.diff(edges)
    found = []
    for size in np.unique(sizes[(sizes > 1) & (sizes <= _BLOCK)]):
        starts = edges[:-1][sizes == size]
        members = order[starts[:, None] + np.arange(size)]
        a, b = np.triu_indices(int(size), 1)
        low = np.minimum(members[:, a], members[:, b])
        high = np.maximum(members[:, a], members[:, b])
        found.append((low * rows + high).ravel())
    return np.concatenate(found) if found else np.array([], np.int64)


def _by_words(one: Field, rows: int, most: int) -> Rows:
    """Pairs of texts that share one of their rarest words."""
    words = [sorted(set(parts_of_text(v))) if v else [] for v in one.values[""]]
    counts = Counter(w for found in words for w in found)
    cap = 60
    while cap > 3 and sum(n * (n - 1) // 2 for n in counts.values() if n <= cap) > most * 2:
        cap = cap * 2 // 3
    number = {w: i for i, (w, n) in enumerate(sorted(counts.items())) if 1 < n <= cap}
    found = []
    for rank in range(_WORDS * 2):
        code = np.full(rows, -1, np.int64)
        for row, own in enumerate(words):
            rare = sorted((counts[w], number[w]) for w in own if w in number)
            if rank < len(rare):
                code[row] = rare[rank][1]
        found.append(code)
    # A word may be another's second rarest: all ranks stand in one long list.
    at = np.tile(np.arange(rows), len(found))
    code = np.concatenate(found)
    return _pairs_of_listed(code, at, rows)


def _pairs_of_listed(code: Rows, at: Rows, rows: int) -> Rows:
    keep = code >= 0
    code, at = code[keep], at[keep]
    order = np.lexsort((at, code))
    code, at = code[order], at[order]
    edges = np.concatenate(([0], np.flatnonzero(np.diff(code)) + 1, [len(code)]))
    sizes = np.diff(edges)
    found = []
    for size in np.unique(sizes[sizes > 1]):
        members = at[edges[:-1][sizes == size][:, None] + np.arange(size)]
        a, b = np.triu_indices(int(size), 1)
        found.append((members[:, a] * rows + members[:, b]).ravel())
    return np.unique(np.concatenate(found)) if found else np.array([], np.int64)


def parts_of_text(text: str) -> Iterator[str]:
    """The words of a text, and of Chinese every two characters that stand together."""
    yield from text.split()
    joined = re.findall(r"[\u3400-\u9fff]+", text)
    for run in joined:
        for i in range(len(run) - 1):
            yield run[i : i + 2]
