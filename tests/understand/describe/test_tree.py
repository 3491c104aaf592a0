"""What the picture of a tree says is what its rules do."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.understand.describe.shoppers import features, shoppers

from limner.core.rule import holds, parse, to_text
from limner.understand.describe.tree import design, grow


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), depth=st.integers(1, 4), unknown=st.booleans())
def test_every_leaf_holds_exactly_the_customers_its_rule_holds_for(
    seed: int, depth: int, unknown: bool
) -> None:
    table = shoppers(seed, n=200, tags=6)
    if not unknown:
        kept = np.ones(200, dtype=bool)
        for name in table.column_names:
            kept &= np.array([value is not None for value in table[name].to_pylist()])
        table = table.filter(pa.array(kept))
    rng = np.random.default_rng(seed)
    target = (rng.random(table.num_rows) < 0.4).astype(float)
    tree = grow(design(table, features(table)), target, depth=depth, least=5, seed=1)
    rows = table.to_pylist()
    for node in tree.all():
        if node.rule is None:
            assert len(node.at) == table.num_rows
            continue
        again = parse(to_text(node.rule))
        assert again == node.rule
        assert [i for i, row in enumerate(rows) if holds(again, row)] == sorted(node.at.tolist())
    leaves = np.concatenate([leaf.at for leaf in tree.leaves()])
    assert sorted(leaves.tolist()) == list(range(table.num_rows))


def test_limits_are_written_as_short_as_the_data_allows() -> None:
    table = pa.table({"customer_id": [str(i) for i in range(40)],
                      "t0": [10.123456] * 20 + [17.98765] * 20})  # fmt: skip
    target = np.repeat([0.0, 1.0], 20)
    tree = grow(design(table, features(table)), target, depth=2, least=2, seed=0)
    assert [to_text(leaf.rule) for leaf in tree.leaves() if leaf.rule] == ["t0 <= 11", "t0 > 11"]


def test_nothing_to_tell_apart_makes_no_branch() -> None:
    table = shoppers(1, n=50)
    made = design(table, features(table))
    assert not grow(made, np.ones(50), depth=3, least=5, seed=0).children
    assert not grow(made.rows(np.arange(8)), np.arange(8.0) % 2, depth=3, least=5, seed=0).children


def test_whether_a_number_is_known_can_be_what_tells() -> None:
    table = pa.table(
        {"customer_id": [str(i) for i in range(40)], "t0": [1.0, 2.0] * 10 + [None] * 20}
    )
    target = np.repeat([0.0, 1.0], 20)
    tree = grow(design(table, features(table)), target, depth=2, least=2, seed=0)
    told = [to_text(leaf.rule) for leaf in tree.leaves() if leaf.rule]
    assert told == ["not (t0 is null)", "t0 is null"]
    assert [len(leaf.at) for leaf in tree.leaves()] == [20, 20]
