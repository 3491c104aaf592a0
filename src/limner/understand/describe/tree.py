"""Shallow decision trees whose every branch is a rule of the rule language.

A tree is fitted by scikit-learn; its thresholds are then written as short as the data allows
(`orders_365d <= 12`, not 12.49999), and all counts are taken of the rules so written, so what the
picture says is what the rule does.

Source: L. Breiman, J. Friedman, R. Olshen and C. Stone, Classification and Regression Trees (1984).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.core.rule import And, Compare, IsNull, Not, Or, Rule, to_text
from limner.core.rule_tree import Value
from limner.understand.columns import Floats
from limner.understand.describe.feature import Feature, figures_of, values_of

Truths = NDArray[np.bool_]
_VALUES = 12  # values of a column that a branch can ask for


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of the matrix: a feature's number, or whether it has one of its values."""

    feature: Feature
    value: Value | None = None

    @property
    def name(self) -> str:
        """The column's code, with its value where it asks for one."""
        return self.feature.code if self.value is None else f"{self.feature.code}={self.value}"


@dataclass(frozen=True, slots=True)
class Design:
    """Customers x cells; NaN where a number is unknown, 0 where a value is."""

    cells: tuple[Cell, ...]
    x: Floats
    unknown: Truths  # same shape: whether the feature is unknown

    def rows(self, chosen: NDArray[Any]) -> Design:
        """Only some rows."""
        return Design(self.cells, self.x[chosen], self.unknown[chosen])


@dataclass(frozen=True, slots=True)
class Step:
    """One condition on the way to a leaf: `is_below` of a number's limit, or having the value."""

    cell: Cell
    limit: float
    is_below: bool
    takes_unknown: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the customers: those at the end of `path`; `at` are their rows."""

    path: tuple[Step, ...]
    at: NDArray[np.intp]
    children: tuple[Node, ...] = ()

    @property
    def rule(self) -> Rule | None:
        """The rule of the part; None for everybody."""
        return rule_of(self.path)

    def leaves(self) -> Iterator[Node]:
        """The parts that are not parted further, from left to right."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def all(self) -> Iterator[Node]:
        """Itself and all parts within it, the larger before the smaller it holds."""
        yield self
        for child in self.children:
            yield from child.all()


def design(table: pa.Table, features: Sequence[Feature], like: Design | None = None) -> Design:
    """The matrix of some features; `like` gives the cells of one made before. Days are left out."""
    cells = like.cells if like is not None else tuple(_cells(table, features))
    columns, unknown = [], []
    cache: dict[str, Any] = {}
    for cell in cells:
        code = cell.feature.code
        if cell.feature.is_number:
            seen = cache.setdefault(code, figures_of(table, cell.feature))
            columns.append(seen)
            unknown.append(~np.isfinite(seen))
        else:
            held = cache.setdefault(code, values_of(table, cell.feature))
            columns.append((held == cell.value).astype(float))
            unknown.append(np.array([value is None for value in held], dtype=bool))
    if not columns:
        empty = np.empty((table.num_rows, 0))
        return Design(cells, empty, empty.astype(bool))
    return Design(cells, np.column_stack(columns), np.column_stack(unknown))


def _cells(table: pa.Table, features: Sequence[Feature]) -> Iterator[Cell]:
    for feature in features:
        if feature.kind == "day":
            continue
        if feature.is_number:
            yield Cell(feature)
            continue
        held = values_of(table, feature)
        known = held[[value is not None for value in held]]
        values, counts = np.unique(known.astype(str), return_counts=True)
        as_held = {str(value): value for value in known}
        for at in np.argsort(-counts, kind="stable")[:_VALUES]:
            yield Cell(feature, as_held[str(values[at])])


def grow(
    made: Design, target: Floats, *, depth: int, least: int, seed: int, is_class: bool = True
) -> Node:
    """The tree that tells a target apart: 0/1 (`is_class`) or an amount, one per row.

    `depth` limits the questions asked, `least` the customers in a leaf.
    """
    everybody = np.arange(len(target))
    if not made.cells or len(target) < 2 * least or np.ptp(target) == 0:
        return Node((), everybody)
    return _node(made, _fitted(made, target, depth, least, seed, is_class).tree_, 0, (), everybody)


def predicted(
    made: Design, target: Floats, new: Design, *, depth: int, least: int, seed: int,
    is_class: bool = True,
) -> Floats:  # fmt: skip
    """What a tree grown on some rows says of others: the mean target of their leaf."""
    if not made.cells or np.ptp(target) == 0:
        return np.full(len(new.x), float(target.mean()))
    fitted = _fitted(made, target, depth, least, seed, is_class)
    return fitted.predict_proba(new.x)[:, -1] if is_class else fitted.predict(new.x)


def _fitted(made: Design, target: Floats, depth: int, least: int, seed: int, is_class: bool) -> Any:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    kind = DecisionTreeClassifier if is_class else DecisionTreeRegressor
    model = kind(max_depth=depth, min_samples_leaf=least, random_state=seed)
    return model.fit(made.x, target.astype(int) if is_class else target)


def _node(
    made: Design, tree: Any, place: int, path: tuple[Step, ...], at: NDArray[np.intp]
) -> Node:
    left, right = int(tree.children_left[place]), int(tree.children_right[place])
    if left == right:
        return Node(path, at)
    column, limit = int(tree.feature[place]), float(tree.threshold[place])
    cell, seen = made.cells[column], made.x[at, column]
    if cell.feature.is_number:
        limit = _short(seen, limit)
    is_unknown = made.unknown[at, column]
    is_left = np.where(np.isnan(seen), False, seen <= limit)
    if cell.feature.is_number:
        goes_left = bool(tree.missing_go_to_left[place]) and bool(is_unknown.any())
        goes_right = not goes_left and bool(is_unknown.any())
        is_left = np.where(is_unknown, goes_left, is_left)
    else:
        goes_left, goes_right = bool(is_unknown.any()), False
    if is_left.all() or not is_left.any():
        return Node(path, at)
    steps = Step(cell, limit, True, goes_left), Step(cell, limit, False, goes_right)
    children = tuple(
        _node(made, tree, child, (*path, step), at[side])
        for child, step, side in zip((left, right), steps, (is_left, ~is_left), strict=True)
    )
    return Node(path, at, children)


def _short(seen: Floats, limit: float) -> float:
    """The shortest number that parts the values as the limit does."""
    known = seen[np.isfinite(seen)]
    low, high = known[known <= limit], known[known > limit]
    if len(low) == 0 or len(high) == 0:
        return limit
    least, most = float(low.max()), float(high.min())
    for digits in range(-6, 13):
        scale = 10.0**digits
        short = float(np.ceil(least * scale - 1e-9) / scale)
        if least <= short < most:
            return short
    return least


def rule_of(path: Sequence[Step]) -> Rule | None:
    """The conditions of a path as one rule, said once for each column; None for an empty path."""
    by_column: dict[str, list[Step]] = {}
    for step in path:
        by_column.setdefault(step.cell.feature.code, []).append(step)
    parts = [_column_rule(code, steps) for code, steps in by_column.items()]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    flat: list[Rule] = []
    for part in parts:
        flat.extend(part.rules if isinstance(part, And) else (part,))
    return And(tuple(flat))


def _column_rule(code: str, steps: Sequence[Step]) -> Rule:
    takes_unknown = all(step.takes_unknown for step in steps)
    parts: list[Rule] = []
    if steps[0].cell.feature.is_number:
        # A limit without end parts those whose number is known from those whose number is not.
        if any(not step.is_below and np.isinf(step.limit) for step in steps):
            return IsNull(code)
        above = [step.limit for step in steps if not step.is_below]
        below = [step.limit for step in steps if step.is_below and np.isfinite(step.limit)]
        if not above and not below:
            return Not(IsNull(code))
        if above:
            parts.append(Compare(code, ">", _plain(max(above))))
        if below:
            parts.append(Compare(code, "<=", _plain(min(below))))
    else:
        is_ = [step.cell.value for step in steps if not step.is_below]
        isnt = [step.cell.value for step in steps if step.is_below]
        if is_:
            parts.append(Compare(code, "=", _held(is_[0])))
        else:
            parts.extend(Compare(code, "<>", _held(value)) for value in isnt)
    known = parts[0] if len(parts) == 1 else And(tuple(parts))
    return Or((known, IsNull(code))) if takes_unknown else known


def _held(value: Value | None) -> Value:
    assert value is not None  # noqa: S101  a cell of a value has one
    return value


def _plain(number: float) -> Value:
    return int(number) if number == int(number) else number


def any_of(rules: Sequence[Rule | None]) -> Rule | None:
    """The rule that holds where one of some does; None when one of them is everybody."""
    kept = [rule for rule in rules if rule is not None]
    if len(kept) < len(rules) or not kept:
        return None
    return kept[0] if len(kept) == 1 else Or(tuple(kept))


def as_document(node: Node, target: Floats, total: float | None = None) -> dict[str, Any]:
    """A tree for the picture: customers, mean target and the condition of each part, nested."""
    step = node.path[-1] if node.path else None
    mean = float(target[node.at].mean()) if len(node.at) else 0.0
    whole = mean if total is None else total
    last = None if step is None else rule_of((step,))
    return {
        "customers": len(node.at), "mean": mean, "lift": mean / whole if whole else None,
        "code": None if step is None else step.cell.feature.code,
        "condition": None if last is None else to_text(last),
        "rule": None if node.rule is None else to_text(node.rule),
        "children": [as_document(child, target, whole) for child in node.children],
    }  # fmt: skip
