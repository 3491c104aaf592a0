import json
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.errors import Malformed, Unknown
from limner.core.money import Money
from limner.core.tables import table
from limner.decide import REASONS, Offer

Choose = Callable[..., pa.Table]

SHARE = st.floats(0.0, 1.0)
PEOPLE = st.lists(st.tuples(SHARE, st.floats(0.0, 200.0)), min_size=1, max_size=40)


def people(rows: list[tuple[float, float]]) -> pa.Table:
    return pa.table(
        {
            "customer_id": [f"c{i}" for i in range(len(rows))],
            "probability": [p for p, _ in rows],
            "value": [v for _, v in rows],
        }
    )


def crowd(n: int, seed: int = 0) -> pa.Table:
    rng = np.random.default_rng(seed)
    return people(list(zip(rng.beta(1, 8, n).tolist(), rng.gamma(2, 20, n).tolist(), strict=True)))


def spent(decisions: pa.Table) -> float:
    contacted = decisions.filter(pc.equal(decisions["action"], "contact"))
    return sum(json.loads(r)["expected_cost"] for r in contacted["reasons"].to_pylist())


def profit(decisions: pa.Table) -> float:
    contacted = decisions.filter(pc.equal(decisions["action"], "contact"))
    return float(sum(contacted["expected_value"].to_pylist()))


@given(rows=PEOPLE, budget=st.floats(0, 60), more=st.floats(0, 60), share=st.floats(0, 0.9))
def test_more_budget_never_brings_less_profit(
    decide: Choose, rows: list[tuple[float, float]], budget: float, more: float, share: float
) -> None:
    small = decide(people(rows), budget, share)
    large = decide(people(rows), budget + more, share)
    assert profit(large) >= profit(small) - 1e-9
    assert set(_who(small, "contact")) <= set(_who(large, "contact"))


def _who(decisions: pa.Table, action: str) -> list[str]:
    found: list[str] = decisions.filter(pc.equal(decisions["action"], action))[
        "customer_id"
    ].to_pylist()
    return found


def test_the_most_profit_for_the_money_is_taken_first(decide: Choose) -> None:
    # profits 7.5, 3.5, 0.55 at costs 2.5, 1.5, 0.7: the budget reaches for the first two only
    rows = people([(0.5, 40.0), (1.0, 40.0), (0.1, 50.0), (0.9, 0.0)])
    found = decide(rows, budget=4.2, control_share=0.0)
    assert found["customer_id"].to_pylist() == ["c1", "c0", "c2", "c3"]
    assert found["action"].to_pylist() == ["contact", "contact", "skip", "skip"]
    codes = [json.loads(r)["code"] for r in found["reasons"].to_pylist()]
    assert codes == ["on-the-list", "on-the-list", "budget-spent", "not-worth-it"]
    assert set(codes) <= set(REASONS)
    assert found["expected_value"].to_pylist() == pytest.approx([7.5, 3.5, 0.55, -2.3])


def test_sure_buyers_are_left_alone_once_uplift_is_known(decide: Choose) -> None:
    rows = people([(0.9, 40.0), (0.3, 40.0)])
    assert _who(decide(rows, control_share=0.0), "contact") == ["c0", "c1"]
    uplift = rows.append_column("uplift", pa.array([0.0, 0.25]))
    assert _who(decide(uplift, control_share=0.0), "contact") == ["c1"]


def test_a_list_within_one_contact_of_the_best_possible(decide: Choose) -> None:
    from scipy.optimize import linprog

    rows = crowd(400)
    found = decide(rows, budget=50.0, control_share=0.0)
    offer = Offer("2 off", Money.of(2, "USD"), 0.25, Money.of("0.5", "USD"))
    p, v = rows["probability"].to_numpy(), rows["value"].to_numpy()
    worth, cost = offer.profit(p, v), offer.cost(p)
    bound = -linprog(-worth, A_ub=[cost], b_ub=[50.0], bounds=(0, 1)).fun
    assert profit(found) <= bound + 1e-9
    assert bound - profit(found) <= worth.max()


def test_the_rows_are_decisions(decide: Choose) -> None:
    found = decide(crowd(50))
    assert found.schema == table("decisions").schema
    assert len(set(found["decision_id"].to_pylist())) == 50
    assert found["score"].null_count == found["propensity"].null_count == 0


def test_who_is_in_the_control_group_does_not_hang_on_the_others(decide: Choose) -> None:
    everyone = crowd(300)
    held = set(_who(decide(everyone, 1e6, 0.3, "everyone"), "control"))
    half = everyone.slice(0, 150)
    assert set(_who(decide(half, 1e6, 0.3, "everyone"), "control")) == held & set(
        half["customer_id"].to_pylist()
    )


def test_those_at_the_edge_of_the_budget_are_held_back_as_often_as_the_first(
    decide: Choose,
) -> None:
    # Were controls let in where a contact would not fit, they would pile up at the edge.
    rows = people([(0.5, 40.0)] * 30)
    arms: dict[int, list[bool]] = {}
    for seed in range(400):
        actions = decide(rows, 15.0, 0.3, seed=seed)["action"].to_pylist()
        for place, action in enumerate(a for a in actions if a != "skip"):
            arms.setdefault(place, []).append(action == "control")
    edge = [held for place in range(11, 18) for held in arms[place]]
    assert 0 < len(edge) < 7 * 400
    assert abs(sum(edge) / len(edge) - 0.3) < 3 * (0.3 * 0.7 / len(edge)) ** 0.5


def test_nobody_and_no_budget_are_ordinary_days(decide: Choose) -> None:
    assert decide(people([]).cast(people([(0.1, 1.0)]).schema)).num_rows == 0
    assert set(decide(crowd(20), 0.0)["action"].to_pylist()) == {"skip"}


@pytest.mark.parametrize(
    ("column", "values", "word"),
    [
        ("probability", [0.5, 1.5], "probability of customer 'c1' is 1.5"),
        ("probability", [None, 0.5], "probability of customer 'c0'"),
        ("value", [1.0, -2.0], "value of customer 'c1'"),
        ("customer_id", ["a", "a"], "'a' is among the candidates twice"),
        ("customer_id", ["a", None], "no customer_id"),
    ],
)
def test_a_bad_candidate_is_named(
    decide: Choose, column: str, values: list[object], word: str
) -> None:
    rows = people([(0.5, 1.0), (0.5, 1.0)])
    bad = rows.set_column(rows.column_names.index(column), column, pa.array(values))
    with pytest.raises(Malformed, match=word):
        decide(bad)


def test_what_is_missing_or_unknown_is_named(decide: Choose) -> None:
    with pytest.raises(Malformed, match="no column 'value'"):
        decide(crowd(3).drop_columns(["value"]))
    with pytest.raises(Unknown, match="expected_profit"):
        decide(crowd(3), policy="best")
    with pytest.raises(Malformed, match="CNY"):
        decide(crowd(3), offer=Offer("", Money.of(1, "CNY"), 0.2, Money.of(1, "CNY")))
    with pytest.raises(Malformed, match="budget"):
        decide(crowd(3), budget=-1)
