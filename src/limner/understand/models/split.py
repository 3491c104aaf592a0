"""Which mailings to learn from, to calibrate on and to test on: always in the order of time.

A mailing's outcome is known when it ends.  So a slice is learned from only with mailings that
had ended when the next slice's first mailing began, exactly as a shop could have done it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

HISTORY_DAYS = 30.0  # a mailing needs this much of orders before it, else it has no features
HELD_SHARE = 0.2  # of the mailings, for each of the later slices
SLICE_POSITIVES = 20  # redeemers (and others) that a slice must hold to say anything
MAILINGS = 3
POSITIVES = 100


@dataclass(frozen=True, slots=True)
class Mailing:
    """One past mailing, with the number contacted and the number who redeemed."""

    subject: str
    starts_at: datetime
    ends_at: datetime
    history_days: float
    contacts: int
    positives: int


@dataclass(frozen=True, slots=True)
class Split:
    """Mailings to train on, to calibrate on and to test on, and why others were left out.

    `ended` are all whose outcome was known when the test began, the first two slices among them.
    """

    train: tuple[str, ...]
    calibrate: tuple[str, ...]
    test: tuple[str, ...]
    ended: tuple[str, ...]
    left_out: dict[str, str]  # subject -> no-history | still-running | overlaps


def divide(mailings: list[Mailing], end: datetime) -> Split | None:
    """The slices of the mailings that ended by `end`; None when there are too few to say anything.

    The last fifth of the mailings is the test, the last fifth of those that had ended when the
    test began calibrates, and those that had ended when that began train.  A slice with fewer
    than 20 redeemers reaches back further.
    """
    left_out = {m.subject: "still-running" for m in mailings if m.ends_at > end}
    left_out |= {m.subject: "no-history" for m in mailings if m.history_days < HISTORY_DAYS}
    whole = sorted(
        (m for m in mailings if m.subject not in left_out), key=lambda m: (m.starts_at, m.subject)
    )
    if len(whole) < MAILINGS or sum(m.positives for m in whole) < POSITIVES:
        return None
    test = _last(whole)
    before = [m for m in whole if test and m.ends_at <= test[0].starts_at]
    calibrate = _last(before)
    train = [m for m in before if calibrate and m.ends_at <= calibrate[0].starts_at]
    if not all(map(_is_enough, (test, calibrate, train))):
        return None
    used = {m.subject for part in (test, calibrate, train) for m in part}
    left_out |= {m.subject: "overlaps" for m in whole if m.subject not in used}
    return Split(_names(train), _names(calibrate), _names(test), _names(before), left_out)


def _names(mailings: list[Mailing]) -> tuple[str, ...]:
    return tuple(m.subject for m in mailings)


def _last(mailings: list[Mailing]) -> list[Mailing]:
    """The last fifth, with those that began at the same moment, and enough redeemers."""
    size = max(1, math.ceil(HELD_SHARE * len(mailings)))
    while size < len(mailings):
        began = mailings[-size].starts_at
        part = [m for m in mailings if m.starts_at >= began]
        if _is_enough(part):
            return part
        size = len(part) + 1
    return []


def _is_enough(mailings: list[Mailing]) -> bool:
    positives = sum(m.positives for m in mailings)
    others = sum(m.contacts for m in mailings) - positives
    return min(positives, others) >= SLICE_POSITIVES
