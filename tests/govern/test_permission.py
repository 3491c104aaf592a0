"""Permission: every reason, in its order, at its edges."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from limner.core.errors import Malformed
from limner.core.message import Held, Reason
from limner.govern.consent import ConsentChange, grant, import_consents
from limner.govern.permission import PASSING, Policy, permit_all
from limner.govern.suppression import suppress
from limner.store import Store
from limner.store.models import Delivery

ZONE = "America/New_York"
NOON = datetime(2017, 12, 1, 12, tzinfo=ZoneInfo(ZONE))
NIGHT = NOON.replace(hour=22)


def ask(
    store: Store, address: str | None = "ann@shop.example", at: datetime = NOON,
    policy: Policy | None = None,
) -> Held | None:  # fmt: skip
    refused = permit_all(
        store, {"ann": address}, purpose="marketing", medium="email", at=at, timezone=ZONE,
        policy=policy or Policy(),
    )  # fmt: skip
    return refused.get("ann")


def agree(store: Store) -> None:
    grant(store, "ann", "marketing", "email", NOON - timedelta(days=400), "form")


def sent(store: Store, at: datetime, status: str = "sent", campaign: str = "") -> None:
    name = campaign or f"c{at.timestamp()}"
    with store.session() as session:
        session.add(
            Delivery(message_id=name, campaign_id=name, customer_id="ann", channel="outbox",
                     status=status, at=at)
        )  # fmt: skip


def reason(held: Held | None) -> Reason | None:
    return held and held.reason


def test_who_agreed_may_be_written_to(store: Store) -> None:
    agree(store)
    assert ask(store) is None


def test_the_order_is_lasting_reasons_first(store: Store) -> None:
    policy = Policy(cap=1)
    sent(store, NOON - timedelta(days=1))
    suppress(store, ["ann@shop.example"], "complaint", NOON)
    found = [reason(ask(store, at=NIGHT, policy=policy))]
    found.append(reason(ask(store, "Ann@two.example", NIGHT, policy)))
    agree(store)
    found.append(reason(ask(store, "", NIGHT, policy)))
    found.append(reason(ask(store, "Ann@two.example", NIGHT, policy)))
    found.append(reason(ask(store, "Ann@two.example", NIGHT)))
    found.append(reason(ask(store, "Ann@two.example", NOON)))
    assert found == [
        Reason.SUPPRESSED, Reason.NO_CONSENT, Reason.NO_ADDRESS, Reason.FREQUENCY_CAP,
        Reason.QUIET_HOURS, None,
    ]  # fmt: skip
    assert {Reason.QUIET_HOURS} == PASSING


@pytest.mark.parametrize(
    "address",
    [None, "", "ann", "ann@", "@shop.example", "a b@shop.example", "ann@shop.example\nBcc: eve@x.example",
     "ann@shop.example,eve@x.example", "<ann@shop.example>"],
)  # fmt: skip
def test_what_is_no_address_gets_no_message(store: Store, address: str | None) -> None:
    agree(store)
    assert reason(ask(store, address)) == Reason.NO_ADDRESS


def test_the_cap_counts_the_window_over_all_campaigns(store: Store) -> None:
    agree(store)
    policy = Policy(cap=2, window=timedelta(days=7))
    sent(store, NOON - timedelta(days=7))  # just outside
    sent(store, NOON - timedelta(days=7) + timedelta(seconds=1))
    sent(store, NOON + timedelta(seconds=1))  # later than the moment that is asked about
    sent(store, NOON - timedelta(days=2), status="held")
    assert ask(store, policy=policy) is None
    sent(store, NOON - timedelta(hours=1), status="claimed")
    assert reason(ask(store, policy=policy)) == Reason.FREQUENCY_CAP


@pytest.mark.parametrize(
    ("hour", "minute", "is_quiet"),
    [(20, 59, False), (21, 0, True), (0, 0, True), (7, 59, True), (8, 0, False)],
)
def test_quiet_hours_span_midnight_in_the_business_zone(
    hour: int, minute: int, is_quiet: bool
) -> None:
    local = NOON.replace(hour=hour, minute=minute)
    assert Policy().is_quiet(local.astimezone(UTC), ZONE) is is_quiet


def test_no_quiet_hours_at_all() -> None:
    policy = Policy(quiet_from=time(0), quiet_until=time(0))
    assert not any(policy.is_quiet(NOON + timedelta(hours=h), ZONE) for h in range(24))


@given(
    at=st.datetimes(datetime(2017, 1, 1), datetime(2019, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    start=st.integers(0, 23),
    end=st.integers(0, 23),
)
def test_quiet_ends_is_the_first_moment_that_is_not_quiet(
    at: datetime, start: int, end: int
) -> None:
    policy = Policy(quiet_from=time(start), quiet_until=time(end))
    ends = policy.quiet_ends(at, "Asia/Shanghai")
    assert ends >= at
    assert not policy.is_quiet(ends, "Asia/Shanghai")
    if ends > at:
        assert policy.is_quiet(at, "Asia/Shanghai")
        assert policy.is_quiet(ends - timedelta(seconds=1), "Asia/Shanghai")


def test_many_are_asked_in_a_few_queries(store: Store) -> None:
    people = {f"c{n}": f"c{n}@shop.example" for n in range(1000)}
    import_consents(
        store,
        [ConsentChange(c, "marketing", "email", True, NOON, "form") for c in list(people)[:900]],
    )
    suppress(store, ["C3@shop.example"], "complaint", NOON)
    queries: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *a: queries.append(a[2]))
    refused = permit_all(store, people, purpose="marketing", medium="email", at=NOON, timezone=ZONE)
    # two pieces of the suppression list; names of today and of then, and what stands under them, twice
    assert sum(query.startswith("SELECT") for query in queries) <= 8
    assert refused.pop("c3").reason == Reason.SUPPRESSED
    assert set(refused) == {f"c{n}" for n in range(900, 1000)}
    assert {held.reason for held in refused.values()} == {Reason.NO_CONSENT}


@pytest.mark.parametrize("bad", [{"cap": 0}, {"window": timedelta()}])
def test_a_policy_that_allows_nothing_is_a_mistake(bad: dict[str, int]) -> None:
    with pytest.raises(Malformed, match="allows nothing"):
        Policy(**bad)
