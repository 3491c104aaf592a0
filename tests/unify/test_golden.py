import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from limner.core.tables import table
from limner.unify import Trust, golden
from limner.unify.golden import RULES
from limner.unify.limits import NO_LIMITS


def day(number: int) -> datetime:
    return datetime(2020, 1, number, tzinfo=UTC)


def one_person(records, events, identities, *rows, trust=()):
    """The golden record of records that share a user."""
    customers = records(*({"user_id": "u", **row} for row in rows))
    found = identities(customers, events())
    (row,) = golden(customers, found, {"*": Trust(tuple(trust))}).to_pylist()
    return row, json.loads(row["provenance"])


def test_records_that_agree_say_so(records, events, identities) -> None:
    row, why = one_person(
        records, events, identities, {"name": "Ann"}, {"name": " Ann "}, {"name": "N/A"}
    )
    assert row["name"] == "Ann"
    assert why == {"name": {"source": "s", "rule": "agreed"}}


def test_the_most_recent_record_wins(records, events, identities) -> None:
    row, why = one_person(
        records, events, identities,
        {"city": "Old", "updated_at": day(1), "source": "a"},
        {"city": "New", "created_at": day(3), "source": "b"},
        {"city": "Older", "source": "c"},
    )  # fmt: skip
    assert row["city"] == "New"
    assert why["city"] == {"source": "b", "rule": "recent"}


def test_trust_comes_before_recency(records, events, identities) -> None:
    rows = ({"city": "Crm", "updated_at": day(1), "source": "crm"},
            {"city": "Web", "updated_at": day(3), "source": "web"})  # fmt: skip
    row, why = one_person(records, events, identities, *rows, trust=("crm", "web"))
    assert row["city"] == "Crm"
    assert why["city"] == {"source": "crm", "rule": "trusted"}


def test_a_trusted_source_that_says_nothing_does_not_win(records, events, identities) -> None:
    rows = ({"city": "unknown", "source": "crm"}, {"city": "Web", "source": "web"})
    row, why = one_person(records, events, identities, *rows, trust=("crm",))
    assert row["city"] == "Web"
    assert why["city"] == {"source": "web", "rule": "agreed"}


def test_the_fuller_record_wins_when_age_does_not_tell(records, events, identities) -> None:
    row, why = one_person(
        records, events, identities,
        {"name": "A"}, {"name": "B", "city": "Here", "birth_date": date(1990, 5, 1)},
    )  # fmt: skip
    assert row["name"] == "B"
    assert row["birth_date"] == date(1990, 5, 1)
    assert why["name"]["rule"] == "complete"


def test_when_nothing_tells_it_says_that(records, events, identities) -> None:
    row, why = one_person(records, events, identities, {"name": "A"}, {"name": "B"})
    assert row["name"] == "A"
    assert why["name"]["rule"] == "first"


def test_traits_of_all_records_come_together(records, events, identities) -> None:
    row, _ = one_person(
        records, events, identities,
        {"traits": '{"size": "M", "pet": "cat"}', "updated_at": day(1)},
        {"traits": '{"size": "L", "pet": null}', "updated_at": day(2)},
    )  # fmt: skip
    assert json.loads(row["traits"]) == {"size": "L", "pet": "cat"}


def test_customers_whom_only_events_know_have_a_row(records, events, identities) -> None:
    customers = records({"user_id": "u", "email": "A@X.com"})
    found = identities(customers, events(("v", "v", None)))
    rows = {row["customer_id"]: row for row in golden(customers, found).to_pylist()}
    assert rows["u"]["email"] == "a@x.com"
    assert rows["v"]["email"] is None
    assert rows["v"]["provenance"] == "{}"


def test_the_columns_are_those_of_profiles(records, events, identities) -> None:
    nobody = identities(records(), events())
    assert golden(records(), nobody).schema == table("profiles").schema


fields = st.fixed_dictionaries(
    {
        "user_id": st.sampled_from(["1", "2", "3"]),
        "source": st.sampled_from(["crm", "web", "till"]),
        "city": st.sampled_from([None, "A", "B", "C"]),
        "name": st.sampled_from([None, "Ann", "安"]),
        "updated_at": st.sampled_from([None, day(1), day(2)]),
    }
)


@given(st.lists(fields, max_size=10), st.permutations(["crm", "web"]))
def test_the_golden_record_is_what_the_rules_say(records, events, identities, rows, trust) -> None:
    customers = records(*rows)
    found = identities(customers, events(), NO_LIMITS)
    golds = {
        row["customer_id"]: row
        for row in golden(customers, found, {"*": Trust(tuple(trust))}).to_pylist()
    }
    assert set(golds) == {row["user_id"] for row in rows}
    for user, gold in golds.items():
        mine = [row for row in customers.to_pylist() if row["user_id"] == user]

        def claim(row) -> tuple:
            filled = sum(row[name] is not None for name in ("city", "name"))
            at = row["updated_at"].timestamp() if row["updated_at"] else float("-inf")
            rank = trust.index(row["source"]) if row["source"] in trust else len(trust)
            return rank, -at, -filled, (row["source"], row["record_id"])

        why = json.loads(gold["provenance"])
        for column in ("city", "name"):
            said = sorted((row for row in mine if row[column]), key=claim)
            assert gold[column] == (said[0][column] if said else None)
            assert (column in why) == bool(said)
            if said:
                rivals = [row for row in said if row[column] != said[0][column]]
                order = ["trusted", "recent", "complete", "first"]
                pairs = zip(order, claim(said[0]), claim(rivals[0]), strict=True) if rivals else []
                rule = next((name for name, mine_, its in pairs if mine_ != its), "agreed")
                assert why[column] == {"source": said[0]["source"], "rule": rule}
                assert rule in RULES


def test_each_trait_may_have_an_order_of_trust_of_its_own(records, events, identities) -> None:
    customers = records(
        {"user_id": "u", "source": "crm", "city": "Crm", "name": "Crm", "updated_at": day(1),
         "traits": '{"size": "L", "colour": "red"}'},
        {"user_id": "u", "source": "web", "city": "Web", "name": "Web", "updated_at": day(2),
         "traits": '{"size": "M", "colour": "blue"}'},
    )  # fmt: skip
    trust = {"*": Trust(("web",)), "city": Trust(("crm",)), "size": Trust(("crm",))}
    (row,) = golden(customers, identities(customers, events()), trust).to_pylist()
    assert (row["city"], row["name"]) == ("Crm", "Web")
    assert json.loads(row["traits"]) == {"size": "L", "colour": "blue"}
    assert json.loads(row["provenance"])["city"] == {"source": "crm", "rule": "trusted"}


def test_completeness_may_come_before_recency(records, events, identities) -> None:
    customers = records(
        {"user_id": "u", "city": "Full", "name": "Ann", "gender": "f", "updated_at": day(1)},
        {"user_id": "u", "city": "New", "updated_at": day(2)},
    )
    trust = {"city": Trust(order=("complete", "recent"))}
    (row,) = golden(customers, identities(customers, events()), trust).to_pylist()
    assert row["city"] == "Full"
    assert json.loads(row["provenance"])["city"]["rule"] == "complete"
