"""Who is most like the members of a segment: look-alikes of a seed.

A classifier tells the seed from everybody else by the numbers of the portrait, but those that the
seed's own rule looks at: whoever is alike in these is in the seed already.  Nobody is judged by a
model that has seen them: with five folds each customer's chance comes from the four others' model.
The chance is that a customer of this kind is one of the seed, among members and others as they are.

Source: C. Elkan and K. Noto, Learning Classifiers from Only Positive and Unlabeled Data, KDD 2008 (the
chance ranks customers as the chance of being like the seed would); prior correction of sampled
non-members, G. King and L. Zeng, Logistic Regression in Rare Events Data, Political Analysis 9, 2001.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.core.tables import table
from limner.core.words import Words
from limner.understand.columns import Floats, numbers, plain

# Learners and what evaluates them are loaded when somebody is looked for: only builds do.
if TYPE_CHECKING:
    from limner.understand.models.learner import Fitted

LOOKALIKE = "lookalike:"  # and the seed's code: the model whose scores they are
FEWEST = 50  # members that a seed needs: with fewer the model would tell chance from chance
_FOLDS = 5
_MOST_OTHERS = 50_000  # non-members that are learned from
_MOST_MEMBERS = 50_000
_BATCH = 200_000
_LEARNERS = ("logistic", "lightgbm")


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """What came of a search: rows of the lake's `scores`, none where `skipped` says why.

    `report`: members, AUC with its 95 % interval, the learner chosen and what tells the seed apart.
    """

    scores: pa.Table
    report: dict[str, Any]
    skipped: Words | None = None


def look_alike(
    portraits: pa.Table, is_member: NDArray[np.bool_], features: Sequence[str], code: str,
    as_of: date, seed: int,
) -> Lookalikes:  # fmt: skip
    """The chance of every customer who is no member of a segment to be like its members.

    `portraits`: one row per customer; `is_member`: of each row, shape (n,); `features`: numeric columns;
    `code`: the segment's.  Both learners are tried, and the one with the larger AUC is taken.
    """
    empty = table("scores").schema.empty_table()
    members = int(is_member.sum())
    report: dict[str, Any] = {"seed": code, "members": members, "customers": len(is_member)}
    if members < FEWEST or len(is_member) - members < FEWEST:
        few = "members" if members < FEWEST else "customers who are none of them"
        why = Words(
            f"{code!r} has fewer than {FEWEST} {few}; nobody can be called alike by so few",
            f"“{code}”的{'成员' if members < FEWEST else '非成员'}不足 {FEWEST} 人，无法据此寻找相似客户",
        )
        return Lookalikes(empty, report, why)
    rng = np.random.default_rng(seed)
    rows = np.sort(
        np.concatenate([
            _drawn(rng, np.flatnonzero(is_member), _MOST_MEMBERS),
            _drawn(rng, np.flatnonzero(~is_member), _MOST_OTHERS),
        ])
    )  # fmt: skip
    used = [name for name in features if _varies(portraits, name, rows)]
    if not used:
        why = Words(
            f"nothing but its rule tells {code!r} apart", f"除规则本身外，没有指标能区分“{code}”"
        )
        return Lookalikes(empty, report, why)
    return _learned(portraits, is_member, used, rows, report, code, as_of, seed)


def _learned(
    portraits: pa.Table, is_member: NDArray[np.bool_], used: Sequence[str],
    rows: NDArray[np.intp], report: dict[str, Any], code: str, as_of: date, seed: int,
) -> Lookalikes:  # fmt: skip
    from limner.understand.models.calibrate import Platt
    from limner.understand.models.evaluate import compare
    from limner.understand.models.learner import LEARNERS

    sample = portraits.take(pa.array(rows))
    design = _Design.of(sample, used)
    x, label = design.matrix(sample), is_member[rows].astype(float)
    fold = np.random.default_rng(seed + 1).permutation(len(is_member)) % _FOLDS
    fitted: dict[str, list[Fitted]] = {}
    odds: dict[str, Floats] = {}
    for name in _LEARNERS:
        fits, found = [], np.zeros(len(rows))
        for k in range(_FOLDS):
            held = fold[rows] == k
            fits.append(LEARNERS[name](x[~held], label[~held], seed))
            found[held] = fits[-1].contributions(x[held]).sum(axis=1)
        fitted[name], odds[name] = fits, found
    cluster = rows.astype(str)
    compared = compare(label, {n: _chance(o) for n, o in odds.items()}, cluster, seed, draws=100)
    best = max(_LEARNERS, key=lambda name: compared.point[name]["auc"])
    platt = Platt.fit(odds[best], label)
    share, drawn = is_member.mean(), label.mean()
    prior = np.log(share / (1 - share)) - np.log(drawn / (1 - drawn))
    others = np.flatnonzero(~is_member)
    score = np.zeros(len(others))
    for start in range(0, len(others), _BATCH):
        some = others[start : start + _BATCH]
        of_some = design.matrix(portraits.take(pa.array(some)))
        for k in range(_FOLDS):
            held = fold[some] == k
            if held.any():
                log_odds = fitted[best][k].contributions(of_some[held]).sum(axis=1)
                score[start : start + len(some)][held] = _chance(
                    platt.slope * log_odds + platt.offset + prior
                )
    effects = [np.abs(f.contributions(x[:5000])[:, :-1]).mean(axis=0) for f in fitted[best]]
    weight = dict.fromkeys(used, 0.0)
    for name, effect in zip(design.names, np.mean(effects, axis=0), strict=True):
        weight[name] += float(effect)
    report |= {
        "learner": best,
        "auc": plain(compared.point[best]["auc"]),
        "auc_interval": [plain(edge) for edge in compared.interval[best]["auc"]],
        "share_of_members": plain(float(share)),
        "features": [
            {"feature": name, "effect": plain(weight[name])}
            for name in sorted(used, key=lambda name: -weight[name])[:10]
        ],
    }
    return Lookalikes(
        pa.table(
            {
                "model": [f"{LOOKALIKE}{code}"] * len(others),
                "subject": [""] * len(others),
                "customer_id": portraits["customer_id"].take(pa.array(others)),
                "score": score,
                "baseline": np.full(len(others), share),
                "reasons": ["[]"] * len(others),
                "as_of": pa.array([as_of] * len(others), pa.date32()),
            },
            schema=table("scores").schema,
        ),
        report,
    )


def _drawn(rng: np.random.Generator, rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    return rows if len(rows) <= most else rng.choice(rows, most, replace=False)


def _varies(portraits: pa.Table, name: str, rows: NDArray[np.intp]) -> bool:
    values = numbers(portraits, name)[rows]
    missing = np.isnan(values)
    return bool(0 < missing.sum() < len(values) or np.unique(values[~missing]).size > 1)


@dataclass(frozen=True, slots=True)
class _Design:
    """How portraits become a matrix: a column's middle value, by name, and which have missing ones."""

    middle: dict[str, float]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, portraits: pa.Table, used: Sequence[str]) -> _Design:
        columns = {name: _scaled(portraits, name) for name in used}
        return cls(
            {name: float(np.nanmedian(values)) for name, values in columns.items()},
            tuple(name for name, values in columns.items() if np.isnan(values).any()),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What each column of the matrix is about."""
        return (*self.middle, *self.missing)

    def matrix(self, portraits: pa.Table) -> Floats:
        """The columns with a missing value as the middle one, then whether it was missing."""
        scaled = {name: _scaled(portraits, name) for name in self.middle}
        known = [np.where(np.isnan(v), self.middle[name], v) for name, v in scaled.items()]
        return np.column_stack([*known, *(np.isnan(scaled[n]).astype(float) for n in self.missing)])


def _scaled(portraits: pa.Table, name: str) -> Floats:
    """Numbers on a logarithmic scale: amounts are skewed, and a line cannot see that."""
    values = numbers(portraits, name)
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)), dtype=np.float64)


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))), dtype=np.float64)
