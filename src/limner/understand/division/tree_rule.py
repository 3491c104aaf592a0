"""A group found by an algorithm, written as a rule: what a small tree says of it, and how faithfully.

An algorithm's group has no definition that holds tomorrow; a rule has.  So a group is saved as the
union of the leaves of a decision tree in which it is the majority, with the share of the group that
the rule finds and the share of the rule that is of the group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from limner.core.rule import Rule, to_text
from limner.understand.columns import Floats
from limner.understand.describe.feature import Feature
from limner.understand.describe.tree import Node, any_of, design, grow, predicted

Document = dict[str, Any]
DEPTH = 4
_FOLDS = 5


def group_rule(
    table: pa.Table, is_in: Floats, features: Sequence[Feature], seed: int, depth: int = DEPTH
) -> tuple[Rule | None, Document]:
    """The rule for a group, and its fidelity; None when no leaf has the group in the majority.

    `is_in`: 1 for the group's members, 0 for the others.  `precision`, `recall` and `jaccard` are of
    the rule on these customers; `held_out_jaccard` of trees on customers they were not grown on.
    """
    made, least = design(table, features), max(5, len(is_in) // 200)
    tree = grow(made, is_in, depth=depth, least=least, seed=seed)
    leaves = list(_majority(tree, is_in))
    rule = any_of([leaf.rule for leaf in leaves]) if leaves else None
    said = np.zeros(len(is_in), dtype=bool)
    for leaf in leaves:
        said[leaf.at] = True
    fidelity = _agreement(said, is_in == 1)
    fidelity["held_out_jaccard"] = None
    if min(is_in.sum(), len(is_in) - is_in.sum()) >= _FOLDS and made.cells:
        from sklearn.model_selection import StratifiedKFold

        folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
        guessed = np.zeros(len(is_in), dtype=bool)
        for train, test in folds.split(made.x, is_in):
            guessed[test] = predicted(
                made.rows(train), is_in[train], made.rows(test), depth=depth, least=least, seed=seed
            ) > 0.5  # fmt: skip
        fidelity["held_out_jaccard"] = _agreement(guessed, is_in == 1)["jaccard"]
    fidelity["rule"] = None if rule is None else to_text(rule)
    fidelity["leaves"] = len(leaves)
    return rule, fidelity


def _majority(node: Node, is_in: Floats) -> Iterator[Node]:
    """The largest parts of a tree whose every leaf has the group in the majority."""
    if all(len(leaf.at) and is_in[leaf.at].mean() > 0.5 for leaf in node.leaves()):
        yield node
        return
    for child in node.children:
        yield from _majority(child, is_in)


def _agreement(said: Any, truth: Any) -> Document:
    both = int((said & truth).sum())
    either = int((said | truth).sum())
    return {
        "customers": int(said.sum()),
        "precision": both / int(said.sum()) if said.any() else None,
        "recall": both / int(truth.sum()) if truth.any() else None,
        "jaccard": both / either if either else None,
    }
