"""Why a customer got the score: exact contributions, in a marketer's words.

Contributions are in calibrated log-odds and sum, with the intercept, to the score's log-odds.
Columns that tell of the same thing are shown as one reason, so that two correlated figures
cannot argue with one another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.core.words import Language, Words

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Feature:
    """One reason: a stable code, its words, the design columns it sums, the figure it shows.

    `shown` is a column of the rows; `unit` is one of days, count, money, share, text.
    """

    code: str
    words: Words
    shown: str
    unit: str
    columns: tuple[str, ...]


def by_feature(contributions: Matrix, columns: list[str], features: tuple[Feature, ...]) -> Matrix:
    """Contributions (n, columns) summed into (n, features); nothing is left out."""
    home = {column: k for k, feature in enumerate(features) for column in feature.columns}
    total = np.zeros((len(contributions), len(features)))
    for j, column in enumerate(columns):
        total[:, home[column.partition("=")[0]]] += contributions[:, j]
    return total


def reasons(
    effects: Matrix,
    shown: dict[str, list[float | str | None]],
    features: tuple[Feature, ...],
    most: int = 5,
) -> list[str]:
    """For each row, JSON `[{feature, value, effect}]` of the strongest reasons, strongest first.

    `effects`: shape (n, features), log-odds; `shown`: the figure of each feature by its code.
    """
    strongest = np.argsort(-np.abs(effects), axis=1, kind="stable")[:, :most]
    found = []
    for i, chosen in enumerate(strongest):
        found.append(
            json.dumps(
                [
                    {
                        "feature": features[k].code,
                        "value": shown[features[k].code][i],
                        "effect": round(float(effects[i, k]), 4),
                    }
                    for k in chosen
                ],
                ensure_ascii=False,
            )
        )
    return found


def say(
    reason: dict[str, float | str | None], features: tuple[Feature, ...], language: Language
) -> str:
    """One reason as a sentence: the figure, and how many times the odds it makes.

    `reason`: one entry of the JSON that `reasons` writes.
    """
    feature = next(f for f in features if f.code == reason["feature"])
    value, effect = reason["value"], reason["effect"]
    figure = _figure(value, feature.unit, language)
    odds = float(np.exp(float(effect or 0.0)))
    turn = Words("odds × ", "胜算 × ").in_(language)
    return (
        f"{feature.words.in_(language)}{Words(': ', '：').in_(language)}{figure} ({turn}{odds:.2f})"
    )


def _figure(value: float | str | None, unit: str, language: Language) -> str:
    if value is None:
        return Words("never", "从未").in_(language)
    if isinstance(value, str):
        return value
    if unit == "share":
        return f"{value:.0%}"
    if unit == "days":
        return Words(f"{value:,.0f} days", f"{value:,.0f} 天").in_(language)
    return f"{value:,.0f}"
