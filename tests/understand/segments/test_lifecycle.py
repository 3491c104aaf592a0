from __future__ import annotations

import numpy as np
import pyarrow as pa

from limner.understand.segments.lifecycle import STAGES, lifecycle, lifecycle_report, silence


def planted(
    rng: np.random.Generator, mean_gap: float, regularity: float, silent: float
) -> list[float]:
    """visits, recency, gap mean and gap cv of a customer whose rhythm we chose."""
    gaps = rng.gamma(regularity, mean_gap / regularity, 40)
    return [41, silent, gaps.mean(), gaps.std(ddof=1) / gaps.mean()]


def shop(rng: np.random.Generator, size: int = 400) -> list[list[float]]:
    """Customers in rhythm, with gaps of their own of 3 to 60 days."""
    return [planted(rng, gap, 2.0, rng.gamma(2.0, gap / 2)) for gap in rng.uniform(3, 60, size)]


def table(rows: list[list[float]], trend: float | None = 0.0) -> pa.Table:
    names = ["shopping_days", "recency_days", "gap_days_mean", "gap_days_cv"]
    columns = {
        name: pa.array([row[i] for row in rows], pa.float64(), from_pandas=True)
        for i, name in enumerate(names)
    }
    return pa.table({**columns, "revenue_trend": pa.array([trend] * len(rows), pa.float64())})


def test_the_same_silence_means_different_things_to_different_rhythms() -> None:
    rng = np.random.default_rng(3)
    rows = [*shop(rng), planted(rng, 3, 2, 25), planted(rng, 50, 2, 25)]
    often, seldom = lifecycle(table(rows))["lifecycle_stage"].to_pylist()[-2:]
    assert often in ("sleeping", "lost")
    assert seldom == "loyal"


def test_regular_customers_are_missed_sooner() -> None:
    rng = np.random.default_rng(4)
    rows = np.array([*shop(rng), planted(rng, 10, 8, 25), planted(rng, 10, 1, 25)])
    clockwork, erratic = silence(*rows.T)[-2:]
    assert clockwork < 0.02 < erratic


def test_about_one_in_ten_of_those_in_rhythm_looks_late() -> None:
    rng = np.random.default_rng(5)
    chance = silence(*np.array(shop(rng, 3000)).T)
    assert abs((chance <= 0.10).mean() - 0.10) < 0.03
    assert abs((chance <= 0.02).mean() - 0.02) < 0.012


def test_longer_silence_never_means_a_livelier_stage() -> None:
    rng = np.random.default_rng(6)
    base = shop(rng)
    order = {"loyal": 0, "slipping": 1, "sleeping": 2, "lost": 3}
    rows = [[41, days, 10.0, 0.7] for days in range(0, 200, 5)]
    stages = lifecycle(table([*base, *rows]))["lifecycle_stage"].to_pylist()[-len(rows) :]
    places = [order[stage] for stage in stages]
    assert places == sorted(places)
    assert set(places) == {0, 1, 2, 3}


def test_beginners_are_new_growers_grow_and_strangers_have_no_stage() -> None:
    rng = np.random.default_rng(7)
    rows = [*shop(rng), [1, 2, np.nan, np.nan], [0, np.nan, np.nan, np.nan]]
    stages = lifecycle(table(rows, trend=0.5))["lifecycle_stage"].to_pylist()
    assert stages[-2:] == ["new", None]
    assert "growing" in stages
    assert "loyal" not in stages


def test_a_lone_visit_is_judged_by_the_others() -> None:
    rng = np.random.default_rng(8)
    rows = np.array([*shop(rng), [1, 3, np.nan, np.nan], [1, 3000, np.nan, np.nan]])
    fresh, ancient = silence(*rows.T)[-2:]
    assert fresh > 0.5
    assert ancient < 0.05


def test_the_report_counts_everybody_with_a_stage() -> None:
    rng = np.random.default_rng(9)
    tags = table(shop(rng))
    profiles = tags.append_column("lifecycle_stage", lifecycle(tags)["lifecycle_stage"])
    profiles = profiles.append_column("revenue_365d", pa.array([2.0] * tags.num_rows))
    report = lifecycle_report(profiles)
    assert [one["code"] for one in report["stages"]] == [one.code for one in STAGES]
    assert sum(one["customers"] for one in report["stages"]) == 400
    assert sum(one["revenue"] for one in report["stages"]) == 800
