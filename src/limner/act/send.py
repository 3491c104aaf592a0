"""The only way out: no message leaves but through here, after `govern.permission` was asked.

Sending twice sends once.  A message is claimed in the store (one row for each campaign, customer
and channel) before the channel sees it, and its outcome is noted after.  A claim that a killed
process left behind is resolved by the next run, which asks the channel what became of it: the
outbox knows (exactly once), a mail server does not (at most once, see `channels/smtp.py`).

    nothing -> claimed -> sent
                       -> held (final)        refused-by-channel, unconfirmed
    nothing -> held (final)                   suppressed, no-consent, no-address, frequency-cap
    nothing -> held (passing) -> as nothing   quiet-hours: tried again by a later run
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import and_, bindparam, delete, func, select, update

from limner.act.campaign import CampaignPlan
from limner.act.channels import TABLE
from limner.act.content import Content, message_id_of
from limner.act.ports import Channel
from limner.core.batches import batches
from limner.core.errors import Busy, LimnerError, Unknown
from limner.core.message import Held, Message, Outcome, Sent
from limner.core.progress import Progress, silent
from limner.core.settings import Settings
from limner.govern.permission import DEFAULT_POLICY, PASSING, Policy, permit_all
from limner.store import Store
from limner.store.insert import insert_missing
from limner.store.models import Delivery

BATCH = 200  # messages claimed in one transaction
PATIENCE = 5  # times in a row that a channel may ask to try later before the run stops

Portrait = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a campaign's messages: how many are sent, held by reason, still to come."""

    sent: int
    held: Mapping[str, int]
    waiting: int


def channel_named(name: str) -> type[Channel]:
    """The channel of a name.

    Raises: `Unknown` with the channels there are.
    """
    try:
        return TABLE[name]
    except KeyError:
        raise Unknown(
            "channel-unknown", f"there is no channel {name!r}; there are {', '.join(TABLE)}"
        ) from None


def channel_names() -> tuple[str, ...]:
    """The names of the channels there are."""
    return tuple(TABLE)


def send(
    store: Store,
    settings: Settings,
    campaign_id: str,
    plan: CampaignPlan,
    content: Content,
    portraits: pa.Table,
    clock: Callable[[], datetime],
    policy: Policy = DEFAULT_POLICY,
    progress: Progress = silent,
) -> Tally:
    """Send a campaign's message to everyone in `portraits` who may get it and has not.

    `portraits`: a row for each person chosen, with customer_id, the channel's address column and
    `content.columns`.  `clock` gives the moment of each batch, so that a long run stops at the
    quiet hours.  It can be broken off at any point and called again.

    Raises: `Busy` when the channel does not answer, `Rejected` when it refuses the settings;
    what was sent until then is noted, and the same call goes on from there.
    """
    kind = channel_named(plan.channel)
    rows = portraits.sort_by("customer_id")
    with closing(kind(settings)) as channel:
        run = _Run(store, settings, campaign_id, plan, content, channel, policy)
        done = 0
        progress("send", 0.0)
        for piece in rows.to_batches(max_chunksize=BATCH):
            run.batch(piece.to_pylist(), clock())
            done += piece.num_rows
            progress("send", done / rows.num_rows)
    progress("send", 1.0)
    return tally(store, campaign_id, rows["customer_id"].to_pylist(), plan.channel)


def hold(
    store: Store, campaign_id: str, channel: str, refused: Mapping[str, Held], at: datetime
) -> None:
    """Note who a plan left out because they may not be written to, in place of earlier notes.

    For campaigns of which nothing was sent yet.
    """
    rows = [
        _row(campaign_id, customer_id, channel, at) | _noted(held)
        for customer_id, held in refused.items()
    ]
    with store.session() as session:
        session.execute(
            delete(Delivery).where(Delivery.campaign_id == campaign_id, Delivery.status == "held")
        )
        for some in batches(rows, BATCH):
            insert_missing(session, Delivery, some, Delivery.message_id)


def tally(store: Store, campaign_id: str, chosen: Iterable[str] = (), channel: str = "") -> Tally:
    """What became of a campaign's messages; `waiting` counts those chosen with no final outcome."""
    counted: dict[tuple[str, str], int] = {}
    with store.session() as session:
        for status, reason, count in session.execute(
            select(Delivery.status, Delivery.reason, func.count())
            .where(Delivery.campaign_id == campaign_id)
            .group_by(Delivery.status, Delivery.reason)
        ):
            counted[status, reason] = count
        final = set(
            session.scalars(
                select(Delivery.customer_id).where(
                    Delivery.campaign_id == campaign_id,
                    Delivery.channel == channel,
                    Delivery.status.in_(("sent", "held")),
                    Delivery.reason.not_in(PASSING),
                )
            )
        )
    return Tally(
        sent=counted.get(("sent", ""), 0),
        held={reason: n for (status, reason), n in sorted(counted.items()) if status == "held"},
        waiting=sum(customer_id not in final for customer_id in chosen),
    )


def outcomes(store: Store, campaign_id: str, size: int) -> Iterator[list[Delivery]]:
    """Every message of a campaign that was sent or held back, by message id, `size` at a time."""
    last = ""
    while True:
        with store.session() as session:  # each piece its own, so that others can write between
            piece = session.scalars(
                select(Delivery)
                .where(
                    Delivery.campaign_id == campaign_id,
                    Delivery.status.in_(("sent", "held")),
                    Delivery.message_id > last,
                )
                .order_by(Delivery.message_id)
                .limit(size)
            ).all()
        if not piece:
            return
        yield list(piece)
        last = piece[-1].message_id


class _Run:
    """One run of sending one campaign."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        campaign_id: str,
        plan: CampaignPlan,
        content: Content,
        channel: Channel,
        policy: Policy,
    ) -> None:
        self._store = store
        self._settings = settings
        self._campaign_id = campaign_id
        self._plan = plan
        self._content = content
        self._channel = channel
        self._policy = policy
        self._busy_in_a_row = 0

    def batch(self, portraits: Sequence[Portrait], at: datetime) -> None:
        """Take some people from whatever state they are in to a final one, if that can be."""
        waiting, left_over = self._unfinished(portraits)
        never_left = self._resolve(left_over, at)
        todo = [*waiting, *never_left]
        refused = permit_all(
            self._store,
            {str(p["customer_id"]): self._address(p) for p in todo},
            purpose=self._plan.purpose,
            medium=self._channel.medium,
            at=at,
            timezone=self._settings.timezone,
            policy=self._policy,
        )
        messages = [self._message(p) for p in todo if p["customer_id"] not in refused]
        self._let_leave(self._claim(messages, refused, at), at)

    def _unfinished(self, portraits: Sequence[Portrait]) -> tuple[list[Portrait], list[Portrait]]:
        """Those not tried or held for a passing reason, and those that a killed run had claimed."""
        with self._store.session() as session:
            found: dict[str, tuple[str, str | None]] = {
                customer_id: (status, reason)
                for customer_id, status, reason in session.execute(
                    select(Delivery.customer_id, Delivery.status, Delivery.reason).where(
                        Delivery.campaign_id == self._campaign_id,
                        Delivery.channel == self._plan.channel,
                        Delivery.customer_id.in_([p["customer_id"] for p in portraits]),
                    )
                )
            }
        waiting, left_over = [], []
        for portrait in portraits:
            status, reason = found.get(str(portrait["customer_id"]), ("held", None))
            if status == "claimed":
                left_over.append(portrait)
            elif status == "held" and (reason is None or reason in PASSING):
                waiting.append(portrait)
        return waiting, left_over

    def _resolve(self, left_over: Sequence[Portrait], at: datetime) -> list[Portrait]:
        """Note what the channel knows of left-over claims; those that never left are free again."""
        known: dict[str, Outcome] = {}
        free: dict[str, Portrait] = {}
        for portrait in left_over:
            message = self._message(portrait)
            outcome = self._channel.recall(message)
            if outcome is None:
                free[message.message_id] = portrait
            else:
                known[message.message_id] = outcome
        self._note(known, at, is_resolving=True)
        self._release(free)
        return list(free.values())

    def _claim(
        self, messages: Sequence[Message], refused: Mapping[str, Held], at: datetime
    ) -> list[Message]:
        """Claim messages and note refusals, in one transaction; the messages that are ours."""
        rows = [
            _row(self._campaign_id, m.customer_id, m.channel, at)
            | {"status": "claimed", "reason": "", "receipt": "", "subject": m.subject}
            for m in messages
        ]
        rows += [
            _row(self._campaign_id, customer_id, self._plan.channel, at) | _noted(held)
            for customer_id, held in refused.items()
        ]
        with self._store.session() as session:
            session.execute(
                delete(Delivery).where(
                    Delivery.message_id.in_([row["message_id"] for row in rows]),
                    Delivery.status == "held",
                    Delivery.reason.in_(PASSING),
                )
            )
            ours = insert_missing(session, Delivery, rows, Delivery.message_id)
        return [message for message in messages if message.message_id in ours]

    def _let_leave(self, messages: Sequence[Message], at: datetime) -> None:
        """Hand claimed messages to the channel, and note what became of each, come what may."""
        known: dict[str, Outcome] = {}
        untried = [message.message_id for message in messages]
        later: list[str] = []
        try:
            for message in messages:
                try:
                    known[message.message_id] = self._channel.send(message, at)
                    self._busy_in_a_row = 0
                except Busy:
                    later.append(message.message_id)
                    self._busy_in_a_row += 1
                    if self._busy_in_a_row >= PATIENCE:
                        raise
                untried.remove(message.message_id)
        except LimnerError:
            raise  # a channel's error means that the message at hand did not leave either
        except BaseException:
            untried = untried[1:]  # it may have left: its claim stays for the next run to resolve
            raise
        finally:
            self._channel.settle()
            self._note(known, at)
            self._release([*untried, *later])

    def _note(self, known: Mapping[str, Outcome], at: datetime, is_resolving: bool = False) -> None:
        """Write outcomes down; a resolved claim only while it is one.

        What looks left over may be another run's at this moment, and that run knows better.
        """
        if not known:
            return
        one = Delivery.message_id == bindparam("of")
        statement = update(Delivery).where(
            and_(one, Delivery.status == "claimed") if is_resolving else one
        )
        with self._store.session() as session:
            session.connection().execute(
                statement.values(
                    status=bindparam("status"), reason=bindparam("reason"),
                    receipt=bindparam("receipt"), at=bindparam("at"),
                ),
                [{"of": message_id, "at": at, **_noted(o)} for message_id, o in known.items()],
            )  # fmt: skip

    def _release(self, message_ids: Iterable[str]) -> None:
        """Give up claims of messages that did not leave, so that they can be tried again."""
        with self._store.session() as session:
            for some in batches(message_ids, BATCH):
                session.execute(
                    delete(Delivery).where(
                        Delivery.message_id.in_(some), Delivery.status == "claimed"
                    )
                )

    def _message(self, portrait: Portrait) -> Message:
        return self._content.render(
            self._campaign_id, str(portrait["customer_id"]), self._address(portrait) or "", portrait
        )

    def _address(self, portrait: Portrait) -> str | None:
        found = portrait.get(self._channel.address_column)
        return None if found is None else str(found)


def _row(campaign_id: str, customer_id: str, channel: str, at: datetime) -> dict[str, Any]:
    return {
        "message_id": message_id_of(campaign_id, customer_id, channel),
        "campaign_id": campaign_id,
        "customer_id": customer_id,
        "channel": channel,
        "at": at,
        "subject": "",
    }


def _noted(outcome: Outcome) -> dict[str, str]:
    if isinstance(outcome, Sent):
        return {"status": "sent", "reason": "", "receipt": outcome.receipt}
    return {"status": "held", "reason": outcome.reason.value, "receipt": outcome.detail}
