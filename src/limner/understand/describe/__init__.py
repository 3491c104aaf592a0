"""Describe: who the customers of a group are, against everybody or against another group."""

from limner.understand.describe.compare import compare_tags
from limner.understand.describe.describe import compare, describe
from limner.understand.describe.feature import Feature, features_of
from limner.understand.describe.habits import habit_query, habits

__all__ = [
    "Feature",
    "compare",
    "compare_tags",
    "describe",
    "features_of",
    "habit_query",
    "habits",
]
