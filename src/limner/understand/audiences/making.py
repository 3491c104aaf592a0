"""How an audience is made of a group of customers: who is left out, how many are taken, in which parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from limner.core.errors import Malformed

WHOLE = "all"  # the one part of an audience that is not split
CONTROL = "control"  # the part that is held back: it never leaves for an advertising platform
_PART = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST_PARTS = 20
_MOST_EXCLUSIONS = 20


@dataclass(frozen=True, slots=True)
class Making:
    """How an audience is made.

    `exclusions`: rules, or codes of segments and audiences, whose customers are left out.
    `split`: the share of each part, which add up to 1; empty: one part.  `sample`: how many are
    taken: a whole number of customers, or a share below 1 of them; None: everybody.
    Raises: `Malformed` naming the field, what was seen and what can stand there.
    """

    exclusions: tuple[str, ...] = ()
    split: Mapping[str, float] = field(default_factory=dict)
    sample: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.exclusions) > _MOST_EXCLUSIONS or not all(e.strip() for e in self.exclusions):
            raise Malformed(
                "audience-exclusions",
                f"exclusions are {list(self.exclusions)}; write up to {_MOST_EXCLUSIONS} rules or codes",
                "exclusions",
            )
        self._check_split()
        if self.sample is not None and not self._is_sample(self.sample):
            raise Malformed(
                "audience-sample",
                f"sample is {self.sample}; write a whole number of customers, 1 or more, or a share "
                "between 0 and 1",
                "sample",
            )

    def _check_split(self) -> None:
        for name, share in self.split.items():
            if (
                not _PART.fullmatch(name)
                or not isinstance(share, int | float)
                or not 0 < share <= 1
            ):
                raise Malformed(
                    "audience-split",
                    f"part {name!r} has the share {share!r}; write names such as treated or control, "
                    "each with a share above 0, up to 1",
                    "split",
                )
        total = sum(self.split.values())
        if self.split and (abs(total - 1) > 1e-9 or len(self.split) > _MOST_PARTS):
            raise Malformed(
                "audience-split",
                f"the {len(self.split)} shares add up to {total:.6g}; up to {_MOST_PARTS} must add up to 1",
                "split",
            )

    @staticmethod
    def _is_sample(sample: float) -> bool:
        is_count = sample >= 1 and float(sample).is_integer()
        return not isinstance(sample, bool) and (is_count or 0 < sample < 1)

    def as_json(self) -> dict[str, Any]:
        """The making as a document; `from_json` reads it."""
        return {
            "exclusions": list(self.exclusions),
            "split": dict(self.split),
            "sample": self.sample,
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Making:
        """The making that a document says."""
        return cls(
            tuple(document.get("exclusions") or ()),
            dict(document.get("split") or {}),
            document.get("sample"),
            int(document.get("seed") or 0),
        )
