"""May this person be written to, now?  Asked for every message before any channel sees it.

The reasons are asked in this order, lasting ones first, so that a passing reason never hides
a lasting one:

    1. suppressed      the address is on the suppression list
    2. no-consent      no standing consent for the purpose and medium
    3. no-address      nothing to write to, or nothing that is an address
    4. frequency-cap   as many messages as the policy allows in its window have gone out already
    5. quiet-hours     it is night in the business's time zone; the only one that passes by itself
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType

from sqlalchemy import func, select

from limner.core.batches import batches
from limner.core.clock import zone
from limner.core.errors import Malformed
from limner.core.message import Held, Reason
from limner.govern.consent import allowed
from limner.govern.names import names_of
from limner.govern.suppression import normalised, suppressed
from limner.store import Store
from limner.store.models import Delivery

_NAMES = 5_000  # names asked about at once
# Held for one of these, a message may be tried again; for any other reason never.
PASSING = frozenset({Reason.QUIET_HOURS})

# RFC 5321 limits; no space, control character or bracket, so that no header can be smuggled in.
_EMAIL = re.compile(
    r"[^\s@<>(),:;\"\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>(),:;\"\[\]\\\x00-\x1f\x7f]{1,253}"
)
_PHONE = re.compile(r"\+?[0-9]{5,15}")  # E.164
ADDRESS_FORMS: Mapping[str, re.Pattern[str]] = MappingProxyType({"email": _EMAIL, "sms": _PHONE})


@dataclass(frozen=True, slots=True)
class Policy:
    """How often, and when not, one person is written to.

    `cap`: the most messages in any `window`, over all campaigns and channels.
    `quiet_from`, `quiet_until`: no message at or after the one and before the other, in the
    business's time zone; they may span midnight, and when equal there are no quiet hours.
    Raises: `Malformed` when the cap is below one or the window is not positive.
    """

    cap: int = 3
    window: timedelta = timedelta(days=7)
    quiet_from: time = time(21)
    quiet_until: time = time(8)

    def __post_init__(self) -> None:
        if self.cap < 1 or self.window <= timedelta():
            raise Malformed(
                "policy-malformed",
                f"a frequency cap of {self.cap} in {self.window} allows nothing; "
                "use at least 1 and a positive window",
            )

    def is_quiet(self, at: datetime, timezone: str) -> bool:
        """Whether a moment falls into the quiet hours of a time zone."""
        local = at.astimezone(zone(timezone)).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= local < self.quiet_until
        return local >= self.quiet_from or local < self.quiet_until

    def quiet_ends(self, at: datetime, timezone: str) -> datetime:
        """The first moment, not before `at`, at which it is not quiet; in `at`'s own zone."""
        if not self.is_quiet(at, timezone):
            return at
        local = at.astimezone(zone(timezone))
        end = local.replace(
            hour=self.quiet_until.hour, minute=self.quiet_until.minute, second=0, microsecond=0
        )
        return (end if end > local else end + timedelta(days=1)).astimezone(at.tzinfo)


DEFAULT_POLICY = Policy()


def permit_all(
    store: Store,
    addresses: Mapping[str, str | None],
    *,
    purpose: str,
    medium: str,
    at: datetime,
    timezone: str,
    policy: Policy = DEFAULT_POLICY,
    is_quiet_asked: bool = True,
) -> dict[str, Held]:
    """Those who may not be written to now, with the first reason in the order above.

    `addresses` maps customer ids to where they would be reached.  A handful of queries for
    every 5,000 people, never one for each.  A plan made at night sets `is_quiet_asked` to False:
    what counts there is the hour of sending.
    """
    listed = suppressed(store, (a for a in addresses.values() if a))
    agreed = allowed(store, addresses, purpose, medium, at)
    capped = _at_cap(store, addresses, at, policy)
    is_quiet = is_quiet_asked and policy.is_quiet(at, timezone)
    form = ADDRESS_FORMS.get(medium)
    refused: dict[str, Held] = {}
    for customer_id, address in addresses.items():
        if address and normalised(address) in listed:
            refused[customer_id] = Held(Reason.SUPPRESSED, "the address is on the suppression list")
        elif customer_id not in agreed:
            refused[customer_id] = Held(Reason.NO_CONSENT, f"no consent to {purpose} by {medium}")
        elif not address:
            refused[customer_id] = Held(Reason.NO_ADDRESS, f"the profile has no {medium} address")
        elif form is not None and not form.fullmatch(address):
            refused[customer_id] = Held(Reason.NO_ADDRESS, f"not an address for {medium}")
        elif customer_id in capped:
            refused[customer_id] = Held(
                Reason.FREQUENCY_CAP, f"{policy.cap} messages in {policy.window.days} days already"
            )
        elif is_quiet:
            refused[customer_id] = Held(
                Reason.QUIET_HOURS,
                f"{policy.quiet_from:%H:%M} to {policy.quiet_until:%H:%M} in {timezone}",
            )
    return refused


def _at_cap(
    store: Store, customer_ids: Mapping[str, str | None], at: datetime, policy: Policy
) -> set[str]:
    """Who has had as many messages in the window before `at` as the cap allows, under any name.

    A claimed message counts: it may be on its way at this moment.
    """
    had: Counter[str] = Counter()
    with store.session() as session:
        for some in batches(customer_ids, _NAMES):
            names = names_of(session, some)
            for under in batches(sorted(names), _NAMES):
                counts = session.execute(
                    select(Delivery.customer_id, func.count().label("messages"))
                    .where(
                        Delivery.customer_id.in_(under),
                        Delivery.status.in_(("sent", "claimed")),
                        Delivery.at > at - policy.window,
                        Delivery.at <= at,
                    )
                    .group_by(Delivery.customer_id)
                )
                for row in counts:
                    had[names[row.customer_id]] += row.messages
    return {who for who, count in had.items() if count >= policy.cap}
