"""Which customer records of different systems are one person: the sure ones are linked, others asked about.

A pair is linked, put before somebody, or left alone, whichever costs least; what people answered
sets how far the probabilities are believed next time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.linear_model import LogisticRegression
from sqlalchemy import select

from limner.app.identity import Book, Sighting, resolve_all
from limner.app.limner import Limner
from limner.core.event import stable_id
from limner.core.progress import Progress, silent
from limner.core.statistics import wilson
from limner.store.models import IdentityReview
from limner.unify.limits import RECORD
from limner.unify.match import Matched, match

Floats = npt.NDArray[np.float64]
Key = tuple[str, str]

_COLUMNS = ("name", "gender", "birth_date", "country", "city", "address", "email", "phone", "loyalty_card")  # fmt: skip
_ENOUGH, _ENOUGH_OF_EACH = 50, 10
_MOST_REVIEWS = 2_000


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost, in any one currency: a false merge, a missed match, and asking somebody."""

    false_merge: float = 50.0
    missed: float = 5.0
    review: float = 1.0

    @property
    def sure(self) -> float:
        """The probability from which linking unasked costs less than asking.

        >>> Prices(false_merge=50, missed=5, review=1).sure
        0.98
        """
        return max(
            1 - self.review / self.false_merge, self.false_merge / (self.false_merge + self.missed)
        )

    @property
    def worth_asking(self) -> float:
        """The probability from which asking costs less than leaving the pair alone."""
        return min(self.review / self.missed, self.sure)


@dataclass(frozen=True, slots=True)
class Labelled:
    """What people's answers say of the matcher: pairs answered `same` and `different`.

    `precision` and `recall`: of the pairs put before people, at the threshold of `sure`; with 95 %
    intervals.  `is_used`: whether there are enough answers to correct the probabilities by.
    """

    same: int
    different: int
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    is_used: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a run did: pairs linked, put before people, known already; and the answers so far."""

    records: int
    linked: int
    reviews: int
    known: int
    sure: float
    worth_asking: float
    labelled: Labelled


def propose(
    limner: Limner, now: datetime, prices: Prices | None = None, progress: Progress = silent
) -> Proposed:
    """Match the lake's customer records, link those that are surely one, and ask about the likely.

    A link goes through the identity graph, under its limits, and can be un-merged.  A pair that was
    ever put before people is not put before them, nor linked, again.
    """
    prices = prices or Prices()
    labelled, believed = learn_from_answers(limner, prices)
    table = limner.lake.fetch(limner.lake.table("customers").order_by(["source", "record_id"]))
    nothing = Proposed(table.num_rows, 0, 0, 0, prices.sure, prices.worth_asking, labelled)
    shown = table.select([c for c in _COLUMNS if table[c].null_count < table.num_rows])
    if table.num_rows < 2 or not shown.num_columns:
        return nothing
    found = match([shown], progress=progress)
    keys = _keys(table)
    customer = resolve_all(limner, set(keys))
    asked = _asked(limner)
    chance = believed(found.odds)
    candidates = np.flatnonzero(chance >= prices.worth_asking)
    linked: list[Sighting] = []
    reviews: list[IdentityReview] = []
    known = 0
    joined: set[frozenset[str]] = set()
    for at in candidates[np.argsort(-chance[candidates], kind="stable")].tolist():
        left, right = sorted((keys[found.pairs.left[at]], keys[found.pairs.right[at]]))
        if left not in customer or right not in customer:
            continue  # not built into the graph yet
        both = frozenset((customer[left], customer[right]))
        review_id = stable_id("match", *left, *right)[:32]
        if len(both) == 1 or both in joined or review_id in asked:
            known += 1
            continue
        joined.add(both)
        if chance[at] >= prices.sure:
            linked.append(Sighting((left, right), "match", now, "match"))
        elif len(reviews) < _MOST_REVIEWS:
            evidence = {"probability": round(float(chance[at]), 6), **waterfall(found, at)}
            raw = float(_chance(found.odds[at : at + 1])[0])  # answers correct it, next time too
            reviews.append(_review(review_id, left, right, raw, evidence, now))
    if linked:
        Book(limner).observe(linked)
    with limner.store.session() as session:
        session.add_all(reviews)
    return Proposed(table.num_rows, len(linked), len(reviews), known, prices.sure, prices.worth_asking, labelled)  # fmt: skip


def waterfall(found: Matched, at: int) -> dict[str, Any]:
    """Why a pair has its probability: where it starts, and what each field adds, in bits.

    Every bit doubles the odds.  Values are not told, only how well they agree.
    """
    one = slice(at, at + 1)
    agreement, left, right = found.agreement[one], found.pairs.left[one], found.pairs.right[one]
    weights = found.model.contributions(agreement, left, right)[0]
    share = float(found.model.kinds[0])
    fields = [
        {
            "field": field.name,
            "level": "missing" if level < 0 else field.levels[level].label,
            "bits": round(float(weight), 2),
        }
        for field, level, weight in zip(found.fields, agreement[0].tolist(), weights, strict=True)
    ]
    start = float(np.log2(share / (1 - share)))
    total = float(found.odds[at]) / float(np.log(2))
    # What is left is how likely a household or twins would look like this.
    rest = round(total - start - float(weights.sum()), 2)
    return {"start_bits": round(start, 2), "fields": fields, "household_bits": rest}


def learn_from_answers(
    limner: Limner, prices: Prices
) -> tuple[Labelled, Callable[[Floats], Floats]]:
    """What people's answers say of the matcher, and log odds as probabilities to be believed.

    With 50 answers, ten of each kind, a logistic curve through them corrects the probabilities
    (Platt 1999); pairs were chosen for asking by their score alone, which leaves the curve unbiased.
    """
    wanted = select(IdentityReview.score, IdentityReview.status).where(
        IdentityReview.reason == "match", IdentityReview.status.in_(("same", "different"))
    )
    with limner.store.reading() as session:
        rows = [(row.score or 0.0, row.status == "same") for row in session.execute(wanted)]
    scores = np.array([score for score, _ in rows])
    same = np.array([is_same for _, is_same in rows], dtype=bool)
    positive = int(same.sum())
    is_used = len(rows) >= _ENOUGH and min(positive, len(rows) - positive) >= _ENOUGH_OF_EACH
    at = 0.5
    if is_used:
        curve = LogisticRegression(C=10.0).fit(_odds(scores)[:, None], same)
        slope, start = max(float(curve.coef_[0, 0]), 0.05), float(curve.intercept_[0])

        def believed(odds: Floats) -> Floats:
            return _chance(slope * np.clip(odds, -30, 30) + start)

        at = prices.false_merge / (prices.false_merge + prices.missed)
        scores = believed(_odds(scores))
    else:
        believed = _chance
    taken = scores >= at
    right = int((taken & same).sum())
    precision = _rate(right, int(taken.sum()))
    return Labelled(
        positive, len(rows) - positive, precision, _rate(right, positive), is_used
    ), believed


def _rate(right: int, of: int) -> tuple[float, float, float]:
    low, high = wilson(right, of)
    return (right / of if of else 0.0, low, high)


def _chance(odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(odds, -700, 700)))


def _odds(chance: Floats) -> Floats:
    inner = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.log(inner / (1 - inner))


def _keys(table: pa.Table) -> list[Key]:
    texts = pc.binary_join_element_wise(table["source"], table["record_id"], ":").to_pylist()
    return [(RECORD, text) for text in texts]


def _asked(limner: Limner) -> set[str]:
    with limner.store.reading() as session:
        wanted = select(IdentityReview.review_id).where(IdentityReview.reason == "match")
        return set(session.scalars(wanted))


def _review(
    review_id: str, left: Key, right: Key, score: float, evidence: dict[str, Any], now: datetime
) -> IdentityReview:
    return IdentityReview(
        review_id=review_id, left_kind=left[0], left_value=left[1], right_kind=right[0],
        right_value=right[1], reason="match", score=score, evidence=evidence, status="open",
        created_at=now, decided_at=None, decided_by="",
    )  # fmt: skip
