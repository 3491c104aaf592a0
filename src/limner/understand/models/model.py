"""What every model of the shelf is: rows known at a moment, learned from, and a card beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import ibis
import pyarrow as pa

from limner.core.words import Words

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model learned: its card for the console, and its scores.

    `report`: JSON document with the figures and a verdict in both languages; NaN never.
    `scores`: rows of the lake table `scores`; empty when the model was skipped.
    `skipped`: why nothing could be learned, or None.
    """

    report: dict[str, Json]
    scores: pa.Table
    skipped: Words | None = None


class Model(Protocol):
    """A plug-in of the shelf: what it reads, and how it learns from it."""

    @property
    def name(self) -> str:
        """The registry name, as in the `scores` table."""

    @property
    def words(self) -> Words:
        """What is predicted, in a marketer's words."""

    def rows(self, tables: Mapping[str, ibis.Table], as_of: date, timezone: str) -> ibis.Table:
        """The rows to learn from and to score, each from what was known at its moment."""

    def learn(self, rows: pa.Table, as_of: date, seed: int) -> Outcome:
        """The card and the scores; a skipped outcome, never an exception, where data is short."""
