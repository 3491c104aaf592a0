"""Records that are one, in tables never seen before and without labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from limner.core.errors import Malformed
from limner.core.progress import Progress, silent
from limner.unify.match.cluster import clusters_of, one_to_one
from limner.unify.match.compare import Agreement, Comparer
from limner.unify.match.estimate import Floats, Model, learn
from limner.unify.match.field import Field
from limner.unify.match.fields import align
from limner.unify.match.pairs import Pairs, Rows, find_pairs, random_pairs
from limner.unify.match.recognise import Column, recognise

SEED = 20_170_101
_DRAWN = 250_000


@dataclass(frozen=True, slots=True)
class Costs:
    """What mistakes cost, in any one currency: a false merge, and a match that was missed."""

    false_merge: float = 1.0
    missed: float = 1.0

    @property
    def threshold(self) -> float:
        """The probability from which merging is the cheaper mistake to risk.

        >>> Costs(false_merge=9, missed=1).threshold
        0.9
        """
        return self.false_merge / (self.false_merge + self.missed)


@dataclass(frozen=True, slots=True)
class Matched:
    """What was found.

    `columns`: by file, what every column was taken for.  `cluster` and `probability`: by row, over
    all files in order; the probability is that of the row's strongest link, kept or not.
    """

    columns: list[list[Column]]
    fields: list[Field]
    pairs: Pairs
    model: Model
    agreement: Agreement
    odds: Floats
    cluster: npt.NDArray[np.int64]
    probability: Floats
    threshold: float
    is_one_to_one: bool

    @property
    def own_ids(self) -> list[str | None]:
        """By file, the column that numbers its rows; None where there is none."""
        return [next((c.name for c in file if c.numbers_rows), None) for file in self.columns]

    @property
    def duplicates(self) -> int:
        """How many rows are a repetition of an earlier one."""
        return len(self.cluster) - int(self.cluster.max(initial=-1)) - 1


def match(
    files: Sequence[pa.Table],
    costs: Costs | None = None,
    seed: int = SEED,
    progress: Progress = silent,
) -> Matched:
    """Which rows of one table, or of several, are of one person or thing.

    Raises: `Malformed` when no column says who or what a row is about.
    """
    costs = costs or Costs()
    progress("match.read", 0.0)
    columns = [recognise(file) for file in files]
    fields = align(files, columns)
    rows = sum(file.num_rows for file in files)
    _check(fields, columns, rows)
    progress("match.read", 1.0)
    progress("match.pairs", 0.0)
    pairs = find_pairs(fields, rows, 250_000 + 45 * rows, seed)
    progress("match.pairs", 1.0)
    comparer = Comparer(fields, rows)
    drawn = random_pairs(rows, _DRAWN, seed + 1)
    agreement = comparer.agreement(
        pairs.left, pairs.right, lambda share: progress("match.compare", share * 0.9)
    )
    is_every_pair = len(pairs.left) == rows * (rows - 1) // 2
    if is_every_pair:
        drawn, by_chance = (pairs.left, pairs.right), agreement
    else:
        by_chance = comparer.agreement(*drawn)
    progress("match.compare", 1.0)
    progress("match.learn", 0.0)
    total = rows * (rows - 1) / 2
    model = learn(fields, agreement, by_chance, total, rows)
    odds = model.log_odds(agreement, pairs.left, pairs.right)
    source = np.repeat(np.arange(len(files)), [file.num_rows for file in files])
    is_linked = _is_one_to_one(source, pairs, odds)
    if is_linked:
        across = source[pairs.left] != source[pairs.right]
        pairs = Pairs(pairs.left[across], pairs.right[across], pairs.rules)
        agreement = agreement[across]
        sizes = [file.num_rows for file in files]
        total = (sum(sizes) ** 2 - sum(s * s for s in sizes)) / 2
        model = learn(
            fields, agreement, by_chance[source[drawn[0]] != source[drawn[1]]], total, rows
        )
        odds = _against_rivals(
            model.log_odds(agreement, pairs.left, pairs.right), model, pairs, sizes
        )
    progress("match.learn", 1.0)
    progress("match.cluster", 0.0)
    least = float(np.log(costs.threshold / (1 - costs.threshold)))
    if is_linked and len(files) == 2:
        cluster = one_to_one(rows, pairs.left, pairs.right, odds, least)
    else:

        def score(left: Rows, right: Rows) -> Floats:
            return model.log_odds(comparer.agreement(left, right), left, right)

        cluster = clusters_of(rows, pairs.left, pairs.right, odds, least, score)
    progress("match.cluster", 1.0)
    strongest = np.full(rows, -np.inf)
    np.maximum.at(strongest, pairs.left, odds)
    np.maximum.at(strongest, pairs.right, odds)
    probability = 1 / (1 + np.exp(-np.clip(strongest, -700, 700)))
    return Matched(columns, fields, pairs, model, agreement, odds, cluster, probability, costs.threshold, is_linked)  # fmt: skip


def _check(fields: Sequence[Field], columns: Sequence[Sequence[Column]], rows: int) -> None:
    if rows < 2:
        raise Malformed("match-few-rows", f"{rows} rows: at least two are needed to compare")
    if not fields:
        seen = "; ".join(f"{c.name}: {c.why}" for file in columns for c in file)
        raise Malformed(
            "match-no-evidence", f"no column says who or what a row is about ({seen[:400]})"
        )


def _is_one_to_one(source: npt.NDArray[np.int64], pairs: Pairs, odds: Floats) -> bool:
    """Whether the files repeat one another, and none repeats itself."""
    if source.max(initial=0) == 0:
        return False
    chance = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    a, b = source[pairs.left], source[pairs.right]
    across = float(chance[a != b].sum())
    rows = np.bincount(source)
    within = max(float(chance[(a == b) & (a == f)].sum()) / n for f, n in enumerate(rows))
    return within < 0.03 and across / float(rows.min()) > 10 * within


def _against_rivals(odds: Floats, model: Model, pairs: Pairs, sizes: list[int]) -> Floats:
    """Log odds of links when a row has one partner at most.

    Other good candidates take chances away; and a row that most likely has a partner somewhere needs
    less evidence to find it.  How many rows have one is found in turn with the chances.
    """
    evidence = odds - np.log(model.kinds[0] / (1 - model.kinds[0]))
    rows, few, many = sum(sizes), min(sizes), max(sizes)
    found = odds
    matched = 0.5
    for _ in range(12):
        ratio = np.exp(np.clip(evidence + np.log(matched / (1 - matched) / many), -50, 50))
        sums = np.zeros(rows)
        np.add.at(sums, pairs.left, ratio)
        np.add.at(sums, pairs.right, ratio)
        rivals = np.maximum(sums[pairs.left] + sums[pairs.right] - 2 * ratio, 0.0)
        found = np.log(ratio) - np.log1p(rivals)
        matched = float(np.clip((1 / (1 + np.exp(-found))).sum() / few, 0.001, 0.98))
    return found
