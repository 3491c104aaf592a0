"""The one way out: permission first, a claim before, the outcome after, and nothing twice."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pytest
from sqlalchemy import select

from limner.act import send as under_test
from limner.act.campaign import CampaignPlan, Template
from limner.act.content import Content, message_id_of
from limner.act.send import BATCH, PATIENCE, Tally, channel_named, hold, send, tally
from limner.core.errors import Busy, Rejected, Unknown
from limner.core.message import Held, Message, Outcome, Reason, Sent
from limner.core.settings import Settings
from limner.govern.consent import ConsentChange, import_consents, withdraw
from limner.store import Store
from limner.store.models import Delivery

NOON = datetime(2017, 12, 1, 12, tzinfo=UTC)
NIGHT = NOON.replace(hour=23)
IDS = [f"c{n:03}" for n in range(450)]  # two full batches and a half
PLAN = CampaignPlan(
    name="W", offer="5 off", channel="fake", starts_at=NOON, ends_at=NOON + timedelta(days=30),
    templates={"en": Template("Hi {{ customer.name }}", "x")},
)  # fmt: skip


class Fake:
    """A channel whose every word the test decides."""

    medium: ClassVar[str] = "email"
    address_column: ClassVar[str] = "email"
    seen: ClassVar[list[Message]] = []
    answer: ClassVar[Callable[[Message], Outcome]]
    recalled: ClassVar[Callable[[Message], Outcome | None]]

    def __init__(self, settings: Settings) -> None: ...

    def send(self, message: Message, at: datetime) -> Outcome:
        outcome = type(self).answer(message)
        type(self).seen.append(message)
        return outcome

    def recall(self, message: Message) -> Outcome | None:
        return type(self).recalled(message)

    def settle(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> type[Fake]:
    Fake.seen = []
    Fake.answer = staticmethod(lambda m: Sent(f"took {m.to}"))
    Fake.recalled = staticmethod(lambda m: None)
    monkeypatch.setattr(under_test, "TABLE", {"fake": Fake})
    return Fake


@pytest.fixture
def agreed(store: Store) -> Store:
    import_consents(
        store, [ConsentChange(c, "marketing", "email", True, NOON, "form") for c in IDS]
    )
    return store


def run(store: Store, ids: list[str] = IDS, at: datetime = NOON) -> Tally:
    portraits = pa.table(
        {"customer_id": ids, "email": [f"{c}@shop.example" for c in ids], "name": ids}
    )
    content = Content(
        PLAN, portraits.column_names, currency="USD", timezone="UTC", sender="shop@limner.example"
    )
    return send(store, Settings(Path()), "w-1", PLAN, content, portraits, lambda: at)


def stored(store: Store) -> dict[str, Delivery]:
    with store.session() as session:
        return {d.customer_id: d for d in session.scalars(select(Delivery))}


def claim(store: Store, customer_id: str) -> None:
    with store.session() as session:
        session.add(
            Delivery(message_id=message_id_of("w-1", customer_id, "fake"), campaign_id="w-1",
                     customer_id=customer_id, channel="fake", status="claimed", at=NOON)
        )  # fmt: skip


def test_everyone_gets_one_message_and_a_second_run_none(agreed: Store) -> None:
    assert run(agreed) == Tally(sent=450, held={}, waiting=0)
    assert sorted(m.customer_id for m in Fake.seen) == IDS
    row = stored(agreed)["c007"]
    assert (row.status, row.reason, row.receipt) == ("sent", "", "took c007@shop.example")
    assert (row.subject, row.at) == ("Hi c007", NOON)
    assert run(agreed).sent == 450
    assert len(Fake.seen) == 450


def test_the_channel_never_sees_who_may_not_be_written_to(agreed: Store) -> None:
    withdraw(agreed, "c007", "marketing", "email", NOON, "mail")
    assert run(agreed) == Tally(449, {"no-consent": 1}, 0)
    assert "c007" not in {m.customer_id for m in Fake.seen}
    held = stored(agreed)["c007"]
    assert (held.status, held.reason) == ("held", Reason.NO_CONSENT)
    assert "marketing by email" in held.receipt
    # a lasting reason is final: agreeing later does not send an old campaign
    import_consents(
        agreed, [ConsentChange("c007", "marketing", "email", True, NOON + timedelta(days=1), "f")]
    )
    run(agreed, at=NOON + timedelta(days=2))
    assert len(Fake.seen) == 449


def test_a_refusal_writes_nothing_anywhere(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from limner.act.channels import TABLE

    monkeypatch.setattr(under_test, "TABLE", {"fake": TABLE["outbox"]})
    home = tmp_path / "home"
    home.mkdir()
    portraits = pa.table({"customer_id": IDS[:5], "email": ["a@shop.example"] * 5, "name": IDS[:5]})
    content = Content(
        PLAN, portraits.column_names, currency="USD", timezone="UTC", sender="s@s.example"
    )
    tallied = send(store, Settings(home), "w-1", PLAN, content, portraits, lambda: NOON)
    assert tallied == Tally(0, {"no-consent": 5}, 0)
    assert list(home.iterdir()) == []


def test_quiet_hours_pass(agreed: Store) -> None:
    assert run(agreed, IDS[:3], NIGHT) == Tally(0, {"quiet-hours": 3}, 3)
    assert Fake.seen == []
    withdraw(agreed, "c001", "marketing", "email", NIGHT, "mail")
    assert run(agreed, IDS[:3], NOON + timedelta(days=1)) == Tally(2, {"no-consent": 1}, 0)
    assert stored(agreed)["c000"].at == NOON + timedelta(days=1)


def test_night_falls_during_a_long_run(agreed: Store) -> None:
    moments = iter([NIGHT.replace(hour=20, minute=59), NIGHT.replace(hour=21), NIGHT])
    portraits = pa.table({"customer_id": IDS, "email": ["a@shop.example"] * 450, "name": IDS})
    content = Content(
        PLAN, portraits.column_names, currency="USD", timezone="UTC", sender="s@s.example"
    )
    tallied = send(agreed, Settings(Path()), "w-1", PLAN, content, portraits, lambda: next(moments))
    assert tallied == Tally(BATCH, {"quiet-hours": 450 - BATCH}, 450 - BATCH)


def test_a_refusing_channel_is_final_and_the_rest_goes_on(agreed: Store) -> None:
    Fake.answer = staticmethod(
        lambda m: Held(Reason.REFUSED, "550 no") if m.customer_id == "c001" else Sent("ok")
    )
    assert run(agreed, IDS[:3]) == Tally(2, {"refused-by-channel": 1}, 0)
    assert stored(agreed)["c001"].receipt == "550 no"
    Fake.answer = staticmethod(lambda m: Sent("ok"))
    assert run(agreed, IDS[:3]).sent == 2


def busy(for_: set[str]) -> Callable[[Message], Outcome]:
    def answer(message: Message) -> Outcome:
        if message.customer_id in for_:
            raise Busy("later", "greylisted")
        return Sent("ok")

    return answer


def test_one_that_has_to_wait_does_not_stop_the_others(agreed: Store) -> None:
    Fake.answer = staticmethod(busy({"c001", "c300"}))
    assert run(agreed) == Tally(448, {}, 2)
    assert {"c001", "c300"}.isdisjoint(stored(agreed))
    Fake.answer = staticmethod(lambda m: Sent("ok"))
    assert run(agreed) == Tally(450, {}, 0)
    assert len(Fake.seen) == 450


def test_a_channel_that_is_away_stops_the_run_and_keeps_what_was_sent(agreed: Store) -> None:
    Fake.answer = staticmethod(busy(set(IDS[250:])))
    with pytest.raises(Busy, match="greylisted"):
        run(agreed)
    assert {d.status for d in stored(agreed).values()} == {"sent"}
    assert sorted(stored(agreed)) == IDS[:250]
    Fake.answer = staticmethod(lambda m: Sent("ok"))
    assert run(agreed) == Tally(450, {}, 0)
    assert len(Fake.seen) == len({m.message_id for m in Fake.seen}) == 450


def test_patience_counts_in_a_row(agreed: Store) -> None:
    Fake.answer = staticmethod(busy({c for n, c in enumerate(IDS) if n % PATIENCE}))
    assert run(agreed).waiting == 450 - 450 // PATIENCE


def test_wrong_settings_stop_the_run_and_free_all_claims(agreed: Store) -> None:
    def refuse(_m: Message) -> Outcome:
        raise Rejected("login", "wrong password")

    Fake.answer = staticmethod(refuse)
    with pytest.raises(Rejected):
        run(agreed)
    assert stored(agreed) == {}


def test_an_interrupt_leaves_only_the_message_at_hand_to_resolve(agreed: Store) -> None:
    def interrupted(message: Message) -> Outcome:
        if message.customer_id == "c100":
            raise KeyboardInterrupt
        return Sent("ok")

    Fake.answer = staticmethod(interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(agreed)
    states = {c: d.status for c, d in stored(agreed).items()}
    assert states == dict.fromkeys(IDS[:100], "sent") | {"c100": "claimed"}


@pytest.mark.parametrize(
    ("recalled", "status", "is_sent_again"),
    [
        (Sent("there"), "sent", False),
        (None, "sent", True),
        (Held(Reason.UNCONFIRMED, "who knows"), "held", False),
    ],
)
def test_a_left_over_claim_is_resolved_by_what_the_channel_knows(
    agreed: Store, recalled: Outcome | None, status: str, is_sent_again: bool
) -> None:
    claim(agreed, "c001")
    Fake.recalled = staticmethod(lambda m: recalled)
    run(agreed, IDS[:3])
    assert stored(agreed)["c001"].status == status
    assert ("c001" in {m.customer_id for m in Fake.seen}) is is_sent_again
    before = len(Fake.seen)
    run(agreed, IDS[:3])
    assert len(Fake.seen) == before


def test_a_left_over_claim_that_never_left_asks_permission_again(agreed: Store) -> None:
    claim(agreed, "c001")
    withdraw(agreed, "c001", "marketing", "email", NOON, "mail")
    assert run(agreed, IDS[:3]) == Tally(2, {"no-consent": 1}, 0)


def test_its_own_claim_does_not_count_against_the_cap(agreed: Store) -> None:
    for n in range(2):
        with agreed.session() as session:
            session.add(Delivery(message_id=f"m{n}", campaign_id=f"o{n}", customer_id="c001",
                                 channel="fake", status="sent", at=NOON))  # fmt: skip
    claim(agreed, "c001")
    assert run(agreed, IDS[:3]).sent == 3 + 2 - 2  # the tally is of this campaign alone


def test_two_runs_at_once_send_once(agreed: Store) -> None:
    # what is left over from a kill cannot be told from what another run holds at this moment,
    # so a channel that cannot recall (as a mail server) must never let it leave again
    Fake.recalled = staticmethod(lambda m: Held(Reason.UNCONFIRMED))
    errors: list[BaseException] = []

    def one() -> None:
        try:
            run(agreed)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(Fake.seen) == len({m.message_id for m in Fake.seen}) == 450
    assert {d.status for d in stored(agreed).values()} == {"sent"}


def test_a_plans_refusals_replace_those_of_the_plan_before(agreed: Store) -> None:
    hold(
        agreed,
        "w-1",
        "fake",
        {"c001": Held(Reason.NO_CONSENT), "c002": Held(Reason.NO_ADDRESS)},
        NOON,
    )
    hold(agreed, "w-1", "fake", {"c002": Held(Reason.SUPPRESSED, "listed")}, NOON)
    hold(agreed, "w-2", "fake", {"c001": Held(Reason.SUPPRESSED)}, NOON)
    assert tally(agreed, "w-1") == Tally(0, {"suppressed": 1}, 0)
    assert tally(agreed, "w-2") == Tally(0, {"suppressed": 1}, 0)


def test_nobody_to_send_to(agreed: Store) -> None:
    assert run(agreed, []) == Tally(0, {}, 0)


def test_an_unknown_channel_is_named_with_those_there_are() -> None:
    with pytest.raises(Unknown, match=r"pigeon.*fake"):
        channel_named("pigeon")
