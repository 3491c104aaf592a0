from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from benchmarks import match_zoo as zoo

from limner import unify
from limner.app import Limner
from limner.app.identity import decide_review, feed, merges_of, resolve, reviews
from limner.app.matching import Prices, learn_from_answers, propose
from limner.core.tables import TABLES
from limner.store.models import IdentityReview

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def _customers(limner: Limner, size: int, damage: float) -> list[int]:
    """Made people as records of two systems, in the lake and in the graph; who each record is."""
    rng = np.random.default_rng(5)
    rows = zoo.population(rng, size, "en", lambda r: int(r.integers(0, 2)), damage, 0.05)
    schema = TABLES["customers"].schema
    written = [
        dict.fromkeys(schema.names)
        | {
            "source": "till" if i % 2 else "crm", "record_id": f"r{i}",
            "name": f"{r['given'] or ''} {r['family'] or ''}".strip() or None,
            "birth_date": r["born"], "city": r["city"], "address": f"{r['number']} {r['street']} street",
            "email": None, "phone": None,
        }
        for i, (_, r) in enumerate(rows)
    ]  # fmt: skip
    table = pa.Table.from_pylist(written, schema=schema)
    limner.lake.append("customers", table)
    feed(limner, table, _nothing_carried(limner), NOW)
    return [who for who, _ in rows]


def _nothing_carried(limner: Limner) -> pa.Table:
    return limner.lake.fetch(unify.carried(limner.lake.table("events")))


def test_sure_pairs_are_linked_and_likely_ones_asked_about(limner: Limner) -> None:
    truth = _customers(limner, 240, 0.25)
    done = propose(limner, NOW)
    assert done.records == len(truth)
    assert done.linked > 0
    waiting = reviews(limner, "open")
    assert len(waiting) == done.reviews

    names = [
        resolve(limner, "record", f"{'till' if i % 2 else 'crm'}:r{i}") for i in range(len(truth))
    ]
    joined = {(i, j) for i in range(len(truth)) for j in range(i) if names[i] == names[j]}
    assert np.mean([truth[i] == truth[j] for i, j in joined]) > 0.95
    some = next(i for i, j in joined)
    assert merges_of(limner, f"{'till' if some % 2 else 'crm'}:r{some}")

    again = propose(limner, NOW)
    assert (again.linked, again.reviews) == (0, 0)


def test_a_review_explains_itself_without_personal_data(limner: Limner) -> None:
    _customers(limner, 240, 0.35)
    propose(limner, NOW, Prices(false_merge=10_000, missed=10))
    card = reviews(limner, "open")[0]
    told = card.evidence
    total = told["start_bits"] + told["household_bits"] + sum(f["bits"] for f in told["fields"])
    assert card.reason == "match"
    assert 1 / (1 + 2**-total) == pytest.approx(card.score, abs=0.02)
    assert {"given_name", "surname", "birth_date"} <= {f["field"] for f in told["fields"]}
    assert all(set(f) == {"field", "level", "bits"} for f in told["fields"])

    decide_review(limner, card.review_id, "different", "ann", NOW)
    propose(limner, NOW, Prices(false_merge=10_000, missed=10))
    assert card.review_id not in {r.review_id for r in reviews(limner, "open")}


def test_answers_correct_what_is_believed(limner: Limner) -> None:
    rng = np.random.default_rng(3)
    labelled, believed = learn_from_answers(limner, Prices())
    assert not labelled.is_used
    assert labelled.recall[1:] == (0.0, 1.0)
    with limner.store.session() as session:
        for n in range(400):  # a matcher that says twice the odds it should, in logarithms
            odds = rng.normal(0, 3)
            is_same = rng.random() < 1 / (1 + np.exp(-odds / 2))
            session.add(
                IdentityReview(
                    review_id=f"{n:032d}", left_kind="record", left_value=f"a{n}", right_kind="record",
                    right_value=f"b{n}", reason="match", score=float(1 / (1 + np.exp(-odds))), evidence={},
                    status="same" if is_same else "different", created_at=NOW, decided_at=NOW, decided_by="ann",
                )
            )  # fmt: skip
    labelled, believed = learn_from_answers(limner, Prices(false_merge=1, missed=1))
    assert labelled.is_used
    assert labelled.same + labelled.different == 400
    assert labelled.precision[1] < labelled.precision[0] < labelled.precision[2]
    assert believed(np.array([4.0]))[0] == pytest.approx(1 / (1 + np.exp(-2)), abs=0.08)
