from __future__ import annotations

import warnings

import numpy as np
import pyarrow as pa

from limner.understand.personas.kmeans import (
    Candidate,
    choose,
    cluster,
    eta_squared,
    ranks,
)
from limner.understand.personas.naming import name_groups
from limner.understand.personas.report import cluster_names, cluster_report


def planted(seed: int, each: int = 150) -> tuple[pa.Table, np.ndarray]:
    """Four kinds of shoppers that nobody could confuse."""
    rng = np.random.default_rng(seed)
    kinds = [(100, 80.0, 0.3), (90, 10.0, 0.05), (5, 70.0, 0.02), (4, 9.0, 0.35)]
    truth = np.repeat(np.arange(4), each)
    orders = np.concatenate([rng.poisson(k[0], each) + 1 for k in kinds])
    basket = np.concatenate([rng.normal(k[1], k[1] / 20, each) for k in kinds])
    discount = np.concatenate([rng.normal(k[2], 0.005, each) for k in kinds])
    tags = pa.table(
        {
            "customer_id": [str(i) for i in range(4 * each)],
            "recency_days": rng.integers(0, 60, 4 * each),
            "orders_365d": orders,
            "basket_mean": basket,
            "discount_share": discount,
            "revenue_365d": orders * basket,
            "revenue_90d": orders * basket / 4,
        }
    )
    return tags, truth


def test_planted_groups_are_found_and_numbered_by_worth() -> None:
    tags, truth = planted(1)
    found = cluster(tags, seed=5)
    assert found.k == 4
    assert found.stability_ari > 0.95
    assert (
        found.labels.tolist()
        == np.array([0, 1, 2, 3])[[0, 1, 2, 3]][_by_worth(tags, truth)[truth]].tolist()
    )


def _by_worth(tags: pa.Table, truth: np.ndarray) -> np.ndarray:
    revenue = tags["revenue_365d"].to_numpy()
    order = np.argsort([-revenue[truth == kind].mean() for kind in range(4)])
    place = np.empty(4, dtype=int)
    place[order] = np.arange(4)
    return place


def test_the_same_seed_gives_the_same_groups_and_row_order_does_not_rename_them() -> None:
    tags, _ = planted(2)
    first, again = cluster(tags, 5, k=4), cluster(tags, 5, k=4)
    assert (first.labels == again.labels).all()
    shuffled = np.random.default_rng(0).permutation(tags.num_rows)
    other = cluster(tags.take(pa.array(shuffled)), 11, k=4)
    assert (other.labels == first.labels[shuffled]).all()


def test_who_never_ordered_is_in_no_group_and_too_few_make_one() -> None:
    tags, _ = planted(3)
    nobody = pa.table(
        {name: pa.array([None], tags.schema.field(name).type) for name in tags.column_names}
    )
    assert cluster(pa.concat_tables([tags, nobody]), 1, k=4).labels[-1] == -1
    few = cluster(tags.slice(0, 5), 1)
    assert (few.k, set(few.labels.tolist())) == (1, {0})


def test_choice_takes_the_largest_stable_number_not_the_best_silhouette() -> None:
    whales = Candidate(2, 0.9, 0.4, 0.005, False)
    steady, finer = Candidate(4, 0.3, 0.95, 0.2, True), Candidate(5, 0.2, 0.9, 0.1, True)
    assert choose([whales, steady, finer]) == 5
    assert choose([steady, Candidate(6, 0.4, 0.87, 0.1, True)]) == 4
    assert choose([whales, Candidate(3, 0.1, 0.6, 0.2, False)]) == 3


def test_eta_squared_is_one_when_groups_say_all_and_zero_when_nothing() -> None:
    labels = np.array([0, 0, 1, 1])
    assert eta_squared(labels, np.array([1.0, 1.0, 5.0, 5.0])) == 1
    assert eta_squared(labels, np.array([1.0, 5.0, 1.0, 5.0])) == 0
    assert eta_squared(labels, np.ones(4)) == 0


def test_ranks_share_places_and_put_the_unknown_in_the_middle() -> None:
    assert ranks(np.array([1.0, 5.0, 5.0, 9.0, np.nan])).tolist() == [0.0, 0.5, 0.5, 1.0, 0.5]


def test_names_say_what_tells_groups_apart_and_differ() -> None:
    features = ("orders_365d", "basket_mean", "discount_share")
    centres = np.array([[0.9, 0.8, 0.5], [0.9, 0.8, 0.49], [0.1, 0.5, 0.5], [0.5, 0.5, 0.5]])
    names = name_groups(centres, features)
    assert len({name.en for name in names}) == len({name.zh for name in names}) == 4
    assert names[2].en.startswith("Occasional")
    assert "低频" in names[2].zh
    assert "frequent" in names[0].en.lower()


def test_the_report_is_honest_about_what_clusters_add() -> None:
    tags, _ = planted(4)
    found = cluster(tags, 5)
    report = cluster_report(tags, found, tags, 5)
    assert report["k"] == len(report["groups"]) == len(cluster_names(found))
    assert sum(group["customers"] for group in report["groups"]) == tags.num_rows
    beside = report["beside"]
    assert 0 <= beside["rfm_bands"] <= 1
    assert 0 <= beside["clusters"] <= 1
    assert cluster_report(tags, found, None, 5)["beside"] is None


def test_a_handful_of_alike_customers_makes_no_noise() -> None:
    tags, _ = planted(3)
    alike = pa.concat_tables([tags.slice(0, 3)] * 10)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = cluster(alike, 1)
    assert found.k <= 3
