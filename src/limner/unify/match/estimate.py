"""How much an agreement says: the chances of every level among matches and among others.

A pair of records is of one of up to four kinds: the same person (or thing); two of a household,
who share a name, a telephone and an address; twins, who share the birth date too; or two by chance.
Where no people are, the second kind is namesakes instead: two branches' firms of like names, two goods
of one make; their texts agree somewhat, and what identifies a thing agrees by chance.
The chances among pairs by chance are counted on random pairs; those among matches, and how common
each kind is, are found by expectation maximisation over the pairs that rules found, drawn towards
what is expected before any data are seen, so that a level never met keeps a sane weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from limner.unify.match.compare import Agreement
from limner.unify.match.field import Field
from limner.unify.match.fields import SHARED
from limner.unify.match.pairs import Rows, codes_of

Floats = npt.NDArray[np.float64]

_STRENGTH = 40.0  # matches' worth of belief in what is expected beforehand, at the least
_FIXED = 0.4  # by row, of texts, which alone would make kinds of things one, and of identifiers
_ROUNDS = 60
# What tells one person or thing from another; the same one rarely differs in most of these.
_TELLING = frozenset({"given_name", "surname", "birth_date", "email", "url", "identifier", "phone", "codes", "street", "house_number", "postcode"})  # fmt: skip
_MOST_DIFFERING = 0.5  # of telling fields among matches; a model of more has found something else
_NAMESAKES = np.array((0.02, 0.06, 0.14, 0.2, 0.25, 0.2, 0.13))  # levels of a text among namesakes
_STARTS = (0.2, 0.02, 0.8)  # duplicates by row


@dataclass(slots=True)
class Model:
    """What was learned: by field the shares of levels among matches `m` and among others `u`.

    `kinds`: how common each kind of pair is, among all pairs: match, household, twins, chance.
    `frequency`: by field, by row, the share of records that have the row's value (NaN: missing).
    `like`: by field, the shares among namesakes, where these have their own.
    """

    fields: Sequence[Field]
    m: list[Floats]
    u: list[Floats]
    kinds: Floats
    frequency: list[Floats]
    total: float
    own: list[bool]
    twin_own: list[bool]
    like: list[Floats | None]

    def strength(self, k: int) -> float:
        """How many matches' worth of belief there is in what is expected of a field beforehand."""
        is_fixed = self.fields[k].is_text or self.fields[k].role in ("codes", "identifier")
        return max(_STRENGTH, _FIXED * len(self.frequency[k]) * is_fixed)

    def contributions(self, agreement: Agreement, left: Rows, right: Rows) -> Floats:
        """By pair and field, log2 of how much likelier the agreement is in a match than by chance."""
        weights = np.zeros(agreement.shape)
        for k in range(len(self.fields)):
            weights[:, k] = (self._by_level(self.m[k], agreement[:, k]) - self._chance(k, agreement[:, k], left, right)) / np.log(2)  # fmt: skip
        return weights

    def log_odds(self, agreement: Agreement, left: Rows, right: Rows) -> Floats:
        """By pair, the natural logarithm of the odds that both rows are one."""
        n = len(agreement)
        match, home, twins, chance = (np.full(n, np.log(max(kind, 1e-300))) for kind in self.kinds)
        for k in range(len(self.fields)):
            m = self._by_level(self.m[k], agreement[:, k])
            u = self._chance(k, agreement[:, k], left, right)
            match += m
            chance += u
            like = self.like[k]
            if like is not None:
                home += self._by_level(like, agreement[:, k])
            else:
                home += u if self.own[k] else m
            twins += u if self.twin_own[k] else m
        return match - np.logaddexp(np.logaddexp(home, twins), chance)

    @staticmethod
    def _by_level(shares: Floats, level: Agreement) -> Floats:
        logs = np.append(np.log(shares), 0.0)  # the last is for -1, a missing value
        return logs[level]

    def _chance(self, k: int, level: Agreement, left: Rows, right: Rows) -> Floats:
        found = self._by_level(self.u[k], level)
        exact = level == 0
        if exact.any():
            share = np.fmax(self.frequency[k][left[exact]], self.frequency[k][right[exact]])
            found[exact] = np.where(np.isnan(share), found[exact], np.log(share))
        return found


def learn(
    fields: Sequence[Field], agreement: Agreement, drawn: Agreement, total: float, rows: int
) -> Model:
    """The model of a table.

    `agreement`: of the pairs that rules found; `drawn`: of pairs by chance; `total`: how many pairs
    there are at all.
    """
    patterns, counts = _patterns(agreement)
    by_chance, drawn_counts = _patterns(drawn)
    found: tuple[float, Model] | None = None
    for share in _STARTS:
        model = _start(fields, drawn, total, rows, share)
        _maximise(model, patterns, counts, by_chance, drawn_counts)
        worth = _likelihood(model, patterns, counts)
        if _is_plausible(model) and (found is None or worth > found[0] + 1e-6):
            found = worth, model
    if found is not None:
        return found[1]
    # Learning went astray from every start: believe what is expected, learn only how many there are.
    model = _start(fields, drawn, total, rows, min(_STARTS))
    _maximise(model, patterns, counts, by_chance, drawn_counts, is_held=True)
    return model


def _is_plausible(model: Model) -> bool:
    """Whether what was taken for matches mostly agrees in what tells one thing from another."""
    differ = [float(model.m[k][-1]) for k, one in enumerate(model.fields) if one.role in _TELLING]
    return not differ or float(np.mean(differ)) <= _MOST_DIFFERING


def _maximise(
    model: Model,
    patterns: Agreement,
    counts: Floats,
    by_chance: Agreement,
    drawn_counts: Floats,
    is_held: bool = False,
) -> None:
    """Expectation maximisation until how common the kinds are stands still.

    `is_held`: the shares among matches stay as they are.
    """
    for _ in range(_ROUNDS):
        before = model.kinds.copy()
        shares = _posterior(model, patterns)[0]
        _update(model, patterns, counts[:, None] * shares, is_held)
        mine = _posterior(model, by_chance)[0][:, 3]
        model.u = [
            _shares(
                by_chance[:, k], drawn_counts * mine, 0.5 / len(one.levels), len(one.levels), None
            )
            for k, one in enumerate(model.fields)
        ]
        if np.all(np.abs(np.log(model.kinds + 1e-12) - np.log(before + 1e-12)) < 1e-3):
            break


def _likelihood(model: Model, patterns: Agreement, counts: Floats) -> float:
    """The logarithm of how likely all pairs are, and of what was expected beforehand."""
    seen = float((counts * _posterior(model, patterns)[1]).sum())
    unseen = (model.total - float(counts.sum())) * np.log(model.kinds[3])
    prior = sum(
        float(model.strength(k) * (_expected(one) * np.log(model.m[k])).sum())
        for k, one in enumerate(model.fields)
    )
    # What a pair by chance looks like is taken off, so that starts compare on the matches alone.
    chance = 0.0
    for k in range(patterns.shape[1]):
        chance += float((counts * Model._by_level(model.u[k], patterns[:, k])).sum())
    return seen - chance + float(unseen) + prior


def _expected(one: Field) -> Floats:
    shares = np.maximum([level.share for level in one.levels], 1e-6)
    return shares / shares.sum()


def _start(
    fields: Sequence[Field], drawn: Agreement, total: float, rows: int, share: float
) -> Model:
    m = [_expected(one) for one in fields]
    ones = np.ones(len(drawn))
    u = [_shares(drawn[:, k], ones, 0.5, len(one.levels), None) for k, one in enumerate(fields)]
    roles = [one.role for one in fields]
    own = [role not in SHARED for role in roles]
    twin_own = [role not in SHARED and role != "birth_date" for role in roles]
    like: list[Floats | None] = [None] * len(fields)
    has_home = "given_name" in roles and not all(own)
    if "given_name" not in roles and any(one.is_text for one in fields) and len(fields) > 1:
        has_home = True
        own = [True] * len(fields)
        like = [
            None if one.role in _TELLING - {"url"} else _among_namesakes(one, chance)
            for one, chance in zip(fields, u, strict=True)
        ]
    match = min(0.3, share * rows / total)
    kinds = np.array(
        [
            match,
            match * 0.2 * has_home,
            match * 0.02 * ("given_name" in roles and has_home and "birth_date" in roles),
            0.0,
        ]
    )
    kinds[3] = 1 - kinds.sum()
    return Model(
        fields, m, u, kinds, [_frequency(one, rows) for one in fields], total, own, twin_own, like
    )


def _among_namesakes(one: Field, chance: Floats) -> Floats:
    """What is expected of namesakes: texts alike, the rest half as in a match and half by chance."""
    return _NAMESAKES if one.is_text else 0.5 * _expected(one) + 0.5 * chance


def _frequency(one: Field, rows: int) -> Floats:
    code = codes_of([v if not isinstance(v, list) else tuple(v) for v in one.values[""]])
    known = code >= 0
    counts = np.bincount(code[known], minlength=1)
    shares = np.full(rows, np.nan)
    shares[known] = counts[code[known]] / max(1, known.sum())
    return shares


def _patterns(agreement: Agreement) -> tuple[Agreement, Floats]:
    """The distinct rows of agreement, and how many there are of each."""
    if not len(agreement):
        return agreement, np.zeros(0)
    packed = np.ascontiguousarray(agreement).view(np.dtype((np.void, agreement.shape[1]))).ravel()
    _, first, counts = np.unique(packed, return_index=True, return_counts=True)
    return agreement[first], counts.astype(float)


def _posterior(model: Model, patterns: Agreement) -> tuple[Floats, Floats]:
    """By pattern, the chances of the four kinds; and the logarithm of how likely the pattern is."""
    logs = np.tile(np.log(np.maximum(model.kinds, 1e-300)), (len(patterns), 1))
    for k in range(patterns.shape[1]):
        m = Model._by_level(model.m[k], patterns[:, k])
        u = Model._by_level(model.u[k], patterns[:, k])
        logs[:, 0] += m
        like = model.like[k]
        if like is not None:
            logs[:, 1] += Model._by_level(like, patterns[:, k])
        else:
            logs[:, 1] += u if model.own[k] else m
        logs[:, 2] += u if model.twin_own[k] else m
        logs[:, 3] += u
    top = logs.max(axis=1, keepdims=True)
    chances = np.exp(logs - top)
    sums = chances.sum(axis=1, keepdims=True)
    return chances / sums, (np.log(sums) + top).ravel()


def _update(model: Model, patterns: Agreement, weights: Floats, is_held: bool) -> None:
    for k, one in enumerate(model.fields):
        if is_held:
            break
        prior = _expected(one)
        if model.like[k] is not None:
            among = _among_namesakes(one, model.u[k])
            model.like[k] = _shares(
                patterns[:, k], weights[:, 1], model.strength(k), len(among), among
            )
        model.m[k] = _shares(patterns[:, k], weights[:, 0], model.strength(k), len(prior), prior)
        ordered = np.array([not level.label.startswith("crosswise") for level in one.levels])
        part, rest = model.m[k][ordered], model.u[k][ordered]
        model.m[k][ordered] = _falling(part, rest) * part.sum()
    sums = weights[:, :3].sum(axis=0)
    sums = np.where(model.kinds[:3] > 0, sums + 0.01, 0.0)
    model.kinds[:3] = np.minimum(sums / model.total, 0.5)
    model.kinds[3] = 1 - model.kinds[:3].sum()


def _shares(
    level: Agreement, weights: Floats, strength: float, kinds: int, prior: Floats | None
) -> Floats:
    """The shares of levels, with `strength` observations' worth of the prior (evenly, if none) added."""
    known = level >= 0
    counts = np.bincount(level[known], weights[known], minlength=kinds)
    sums = counts + strength * (np.full(kinds, 1.0 / kinds) if prior is None else prior)
    return sums / sums.sum()


def _falling(m: Floats, u: Floats) -> Floats:
    """Shares among matches such that a closer level never says less than a farther one.

    Neighbours that break the order are pooled, as in isotonic regression.
    """
    groups: list[list[float]] = []  # [m, u, levels]
    for a, b in zip(m, u, strict=True):
        groups.append([a, b, 1])
        while len(groups) > 1 and groups[-1][0] * groups[-2][1] > groups[-2][0] * groups[-1][1]:
            top = groups.pop()
            groups[-1] = [x + y for x, y in zip(groups[-1], top, strict=True)]
    ratios = np.concatenate([np.full(int(n), a / b) for a, b, n in groups])
    pooled = u * ratios
    return pooled / pooled.sum()
