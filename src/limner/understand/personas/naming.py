"""Names for groups that a clustering found: what tells each apart, in a marketer's words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from limner.core.words import Words
from limner.understand.columns import Floats
from limner.understand.personas.phrases import PHRASES

_NOTABLE = 0.10  # in ranks: a tenth of all customers above or below the middle


def name_groups(centres: Floats, features: Sequence[str]) -> tuple[Words, ...]:
    """One name per group, all different: the features farthest from the middle first.

    `centres` is groups x features in ranks 0..1.
    """
    ordered = [
        [features[i] for i in np.argsort(-np.abs(centre - 0.5), kind="stable")]
        for centre in centres
    ]
    for words in range(1, len(features) + 1):
        names = [
            _name(centre, features, chosen[:words], strict=words > 2)
            for centre, chosen in zip(centres, ordered, strict=True)
        ]
        if words >= 2 and len({name.en for name in names}) == len(names):
            return tuple(names)
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        count = seen[name.en] = seen.get(name.en, 0) + 1
        unique.append(
            name if count == 1 else Words(f"{name.en} ({count})", f"{name.zh}（{count}）")
        )
    return tuple(unique)


def _name(centre: Floats, features: Sequence[str], chosen: Sequence[str], strict: bool) -> Words:
    """A name from some features; those near the middle only when names must differ (`strict`)."""
    phrases = []
    for code in (feature for feature in features if feature in chosen):
        stands = centre[list(features).index(code)] - 0.5
        if strict or abs(stands) >= _NOTABLE:
            high, low = PHRASES.get(
                code, (Words(f"high {code}", f"{code}偏高"), Words(f"low {code}", f"{code}偏低"))
            )
            phrases.append(high if stands > 0 else low)
    if not phrases:
        return Words("Average shoppers", "一般客群")
    en = ", ".join(phrase.en for phrase in phrases)
    return Words(en[0].upper() + en[1:] + " shoppers", "".join(p.zh for p in phrases) + "客群")
