import numpy as np
from benchmarks import match_zoo as zoo

from limner.unify.match.fields import align
from limner.unify.match.pairs import find_pairs, random_pairs
from limner.unify.match.recognise import recognise


def test_few_pairs_hold_nearly_all_matches() -> None:
    specimen = zoo.holes(size=1500)
    fields = align(specimen.files, [recognise(file) for file in specimen.files])
    rows = len(specimen.truth)
    found = find_pairs(fields, rows, 60_000, seed=1)
    truth = np.array(specimen.truth)
    hit = (truth[found.left] == truth[found.right]).sum()
    _, counts = np.unique(truth, return_counts=True)
    assert hit / (counts * (counts - 1) // 2).sum() > 0.98
    assert len(found.left) < 60_000 < rows * (rows - 1) // 2
    assert (found.left < found.right).all()


def test_random_pairs_are_different_and_repeatable() -> None:
    left, right = random_pairs(5000, 20_000, seed=7)
    assert (left < right).all()
    assert len({*zip(left.tolist(), right.tolist(), strict=True)}) == len(left)
    again = random_pairs(5000, 20_000, seed=7)
    assert (again[0] == left).all()
    assert len(random_pairs(20, 20_000, seed=7)[0]) == 190
