"""Every policy keeps what a policy promises."""

import json
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.money import Money
from limner.decide import Offer, choose
from limner.decide.policies import TABLE, Prospects

OFFER = Offer("5 off", Money.of(5, "CNY"), 0.3, Money.of("0.4", "CNY"))
ROWS = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 300), st.floats(-1, 1)), min_size=1, max_size=40
)
policies = pytest.mark.parametrize("name", list(TABLE))


def people(rows: list[tuple[float, float, float]], has_uplift: bool = False) -> pa.Table:
    columns = {
        "customer_id": [f"c{i}" for i in range(len(rows))],
        "probability": [r[0] for r in rows],
        "value": [r[1] for r in rows],
    }
    return pa.table(columns | ({"uplift": [r[2] for r in rows]} if has_uplift else {}))


def decisions(
    candidates: pa.Table, name: str, budget: float, share: float, seed: int = 0
) -> pa.Table:
    return choose(
        candidates, OFFER, Money.of(budget, "CNY"), share, seed, name,
        campaign_id="double-eleven", now=datetime(2018, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@policies
def test_it_is_named_in_both_languages_as_in_the_table(name: str) -> None:
    assert TABLE[name].name == name
    assert TABLE[name].words.en
    assert TABLE[name].words.zh


@policies
def test_it_orders_everybody(name: str) -> None:
    prospects = Prospects(np.array([0.1, 0.5]), np.array([-1.0, 2.0]), np.array([0.0, 1.0]))
    priority = TABLE[name].priority(prospects)
    assert priority.shape == (2,)
    assert not np.isnan(priority).any()


@policies
@given(rows=ROWS, has_uplift=st.booleans(), budget=st.floats(0, 100), share=st.floats(0, 0.9))
def test_it_never_spends_more_than_the_budget(
    name: str, rows: list[tuple[float, float, float]], has_uplift: bool, budget: float, share: float
) -> None:
    found = decisions(people(rows, has_uplift), name, budget, share).to_pylist()
    assert len(found) == len(rows)
    spent = sum(0.4 + 5 * r["score"] for r in found if r["action"] == "contact")
    assert spent <= budget + 1e-9


@policies
@given(rows=ROWS, budget=st.floats(0, 100), share=st.floats(0, 0.9), data=st.data())
def test_the_order_of_the_candidates_changes_nothing(
    name: str,
    rows: list[tuple[float, float, float]],
    budget: float,
    share: float,
    data: st.DataObject,
) -> None:
    candidates = people(rows, has_uplift=True)
    shuffled = candidates.take(data.draw(st.permutations(range(len(rows)))))
    assert decisions(candidates, name, budget, share).equals(
        decisions(shuffled, name, budget, share)
    )


@policies
@given(rows=ROWS, budget=st.floats(0, 100), share=st.floats(0, 0.9))
def test_each_logs_the_probability_of_what_it_got(
    name: str, rows: list[tuple[float, float, float]], budget: float, share: float
) -> None:
    wanted = {"contact": 1 - share, "control": share, "skip": 1.0}
    for row in decisions(people(rows), name, budget, share).to_pylist():
        assert row["propensity"] == wanted[row["action"]]
        assert row["policy"] == name
        assert json.loads(row["reasons"])["rank"] >= 1


@policies
def test_the_control_share_is_right_on_average(name: str) -> None:
    candidates = people([(0.4, 100.0, 0.0)] * 200)
    actions: list[str] = []
    for seed in range(40):
        actions += decisions(candidates, name, 200.0, 0.25, seed)["action"].to_pylist()
    listed = len(actions) - actions.count("skip")
    assert 0 < listed < len(actions)
    share = actions.count("control") / listed
    assert abs(share - 0.25) < 3 * (0.25 * 0.75 / listed) ** 0.5
