"""The few tags that tell a group of customers apart: a tree one can read, and how far it holds.

Tags of the group's own rule are left out, and so is what is made from them or says the same: a
model that reads them only repeats the rule.  How well the rest tells the group apart is the area
under the ROC curve on customers the model has not seen (five folds).

Source: R. Tibshirani, JRSS B 58 (1996), for the weights that are driven to nothing (L1).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from limner.understand.columns import Floats
from limner.understand.describe.feature import Feature, MadeFrom, figures_of, parts_of, relatives
from limner.understand.describe.significance import auc_interval
from limner.understand.describe.tree import Design, as_document, design, grow, predicted

Document = dict[str, Any]
LEAST = 30  # members, and others, below which no model is fitted
FOLDS = 5
DEPTH = 3
_RESTATES = 0.985  # a single tag that tells members apart this surely says the rule again
_ALIKE = 0.95  # rank correlation with a tag of the rule from which on a tag says the same
_MOST = 20_000  # customers the model learns from
_SHOWN = 8


def explain(
    everyone: pa.Table,
    is_in: Floats,
    features: Sequence[Feature],
    of_rule: Collection[str],
    seed: int,
    made_from: MadeFrom | None = None,
) -> Document:
    """The document of the model; `skipped_*` says why there is none.

    `is_in`: 1 for members, 0 for all others.  `of_rule`: the columns the group's rule names;
    `made_from`: which tags are worked out from which.
    """
    left_out = leave_out(everyone, is_in, features, of_rule, made_from)
    kept = [feature for feature in features if feature.code not in {o["code"] for o in left_out}]
    members = int(is_in.sum())
    if min(members, len(is_in) - members) < LEAST or not kept:
        return {
            "left_out": left_out, "auc": None, "tree": None, "few": [],
            "skipped_en": f"A model needs {LEAST} members and {LEAST} others, and a tag that the rule does not name.",
            "skipped_zh": f"建立模型至少需要 {LEAST} 名成员和 {LEAST} 名其他客户，以及规则之外的标签。",
        }  # fmt: skip
    rows = _sample(is_in, seed)
    label, made = is_in[rows], design(everyone.take(pa.array(rows)), kept)
    least = max(10, len(label) // 100)
    found = held_out(made, label, least, seed)
    tree = grow(made, label, depth=DEPTH, least=least, seed=seed)
    line = _line(made, label, seed)
    return {
        "left_out": left_out,
        "customers": len(label), "folds": FOLDS,
        "auc": found[0] if found else None,
        "auc_interval": list(found[1]) if found else None,
        "tree": as_document(tree, label),
        "few": _few(tree_codes(tree), kept),
        "line": line,
    }  # fmt: skip


def held_out(
    made: Design, label: Floats, least: int, seed: int
) -> tuple[float, tuple[float, float]] | None:
    """The AUC of the tree on customers it was not grown on, with its interval."""
    from sklearn.model_selection import StratifiedKFold

    score = np.empty(len(label))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(made.x, label):
        score[test] = predicted(
            made.rows(train), label[train], made.rows(test), depth=DEPTH, least=least, seed=seed
        )
    return auc_interval(label, score)


def leave_out(
    everyone: pa.Table,
    is_in: Floats,
    features: Sequence[Feature],
    of_rule: Collection[str],
    made_from: MadeFrom | None = None,
) -> list[Document]:
    """The features that would only repeat the rule, each with the reason: rule, related, alike, restates."""
    near = relatives(of_rule, made_from)
    named = {feature.code: feature for feature in features}
    ranked = {
        code: _ranks(figures_of(everyone, named[code]))
        for code in sorted(parts_of(of_rule, made_from))
        if code in named and named[code].is_number
    }
    found = []
    for feature in features:
        reason = ""
        if feature.code in of_rule:
            reason = "rule"
        elif feature.code in near:
            reason = "related"
        elif feature.is_number:
            values = figures_of(everyone, feature)
            known = np.isfinite(values)
            own = _ranks(values)
            if any(abs(_correlation(own, other)) >= _ALIKE for other in ranked.values()):
                reason = "alike"
            elif of_rule and known.sum() and (alone := auc_interval(is_in[known], values[known])):
                reason = "restates" if max(alone[0], 1 - alone[0]) >= _RESTATES else ""
        if reason:
            found.append({
                "code": feature.code, "name_en": feature.name.en, "name_zh": feature.name.zh,
                "reason": reason,
            })  # fmt: skip
    return found


def tree_codes(tree: Any) -> list[str]:
    """The columns a tree asks for, the most telling first."""
    worth: dict[str, int] = {}
    for node in tree.all():
        if node.path:
            code = node.path[-1].cell.feature.code
            worth[code] = worth.get(code, 0) + len(node.at)
    return sorted(worth, key=lambda code: -worth[code])


def _few(codes: Sequence[str], features: Sequence[Feature]) -> list[Document]:
    named = {feature.code: feature for feature in features}
    return [
        {"code": code, "name_en": named[code].name.en, "name_zh": named[code].name.zh}
        for code in codes
    ]


def _line(made: Design, label: Floats, seed: int) -> Document:
    """An L1 logistic regression on ranks: its held-out AUC and the weights that are left."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    x = np.column_stack([
        np.nan_to_num(_ranks(column)) if cell.feature.is_number else column - column.mean()
        for cell, column in zip(made.cells, made.x.T, strict=True)
    ])  # fmt: skip

    def fit(rows: Any) -> Any:
        model = LogisticRegression(
            l1_ratio=1.0, C=3 / np.sqrt(len(label)), solver="liblinear", random_state=seed
        )
        return model.fit(x[rows], label[rows].astype(int))

    score = np.empty(len(label))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(x, label):
        score[test] = fit(train).decision_function(x[test])
    found = auc_interval(label, score)
    weights = fit(np.arange(len(label))).coef_[0]
    order = [at for at in np.argsort(-np.abs(weights), kind="stable") if weights[at] != 0]
    return {
        "auc": found[0] if found else None,
        "auc_interval": list(found[1]) if found else None,
        "kept": len(order),
        "weights": [
            {
                "code": made.cells[at].feature.code, "value": made.cells[at].value,
                "name_en": made.cells[at].feature.name.en, "name_zh": made.cells[at].feature.name.zh,
                "weight": float(weights[at]),
            }
            for at in order[:_SHOWN]
        ],
    }  # fmt: skip


def _sample(is_in: Floats, seed: int) -> Any:
    """All rows, or a sample with as large a share of members as everybody has (at least a tenth)."""
    if len(is_in) <= _MOST:
        return np.arange(len(is_in))
    rng = np.random.default_rng(seed)
    ours, others = np.flatnonzero(is_in == 1), np.flatnonzero(is_in == 0)
    wanted = min(len(ours), max(int(_MOST * is_in.mean()), _MOST // 10))
    return np.sort(np.concatenate([
        rng.choice(ours, wanted, replace=False),
        rng.choice(others, min(len(others), _MOST - wanted), replace=False),
    ]))  # fmt: skip


def _ranks(values: Floats) -> Floats:
    """Ranks in -1..1, NaN where unknown."""
    known = np.isfinite(values)
    found = np.full(len(values), np.nan)
    if known.sum() > 1:
        from scipy.stats import rankdata

        found[known] = 2 * (rankdata(values[known]) - 1) / (known.sum() - 1) - 1
    return found


def _correlation(one: Floats, other: Floats) -> float:
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < 3 or np.ptp(one[both]) == 0 or np.ptp(other[both]) == 0:
        return 0.0
    return float(np.corrcoef(one[both], other[both])[0, 1])
