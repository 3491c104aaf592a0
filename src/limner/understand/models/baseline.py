"""What a shop could say without a model: the simple rates that a model must beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from limner.core.words import Words
from limner.understand.models.design import Part

SMOOTHING = 20.0  # a small group's rate is pulled to the overall rate as if by 20 customers

WORDS = {
    "same_for_all": Words("the same for all", "一视同仁"),
    "rate_by_type": Words("the rate of the campaign type", "按活动类型的平均兑换率"),
    "redeemed_before": Words("redeemed before", "以往是否兑换过"),
}


def rates(kind: NDArray[np.str_], label: NDArray[np.float64]) -> dict[str, float]:
    """The rate of each group, pulled towards the overall rate, which stands under ``""``."""
    overall = float(label.mean())
    found = {"": overall}
    for name in np.unique(kind):
        inside = kind == name
        hits, n = float(label[inside].sum()), int(inside.sum())
        found[str(name)] = (hits + SMOOTHING * overall) / (n + SMOOTHING)
    return found


def baselines(known: Part, test: Part) -> dict[str, NDArray[np.float64]]:
    """The probabilities of the test's rows by each baseline, from mailings that had ended.

    `same_for_all`: one rate; `rate_by_type`: the campaign type's; `redeemed_before`: the rate of
    those of the type who had, or had not, redeemed in an earlier mailing.
    """
    kinds = {
        "same_for_all": (np.full(len(known.label), ""), np.full(len(test.label), "")),
        "rate_by_type": (known.kind, test.kind),
        "redeemed_before": (_before(known), _before(test)),
    }
    return {name: _look_up(rates(old, known.label), new) for name, (old, new) in kinds.items()}


def _look_up(known: dict[str, float], kind: NDArray[np.str_]) -> NDArray[np.float64]:
    return np.array([known.get(str(name), known[""]) for name in kind])


def _before(part: Part) -> NDArray[np.str_]:
    redeemed = part.rows["mailings_redeemed"].to_numpy() > 0
    return np.char.add(part.kind, np.where(redeemed, " yes", " no"))
