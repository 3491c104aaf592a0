"""Segments: a name and a rule over the profile; built-in ones for every group we compute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from limner.core.rule import Compare, to_text
from limner.core.words import Words
from limner.understand.segments.lifecycle import STAGES
from limner.understand.segments.rfm import GROUPS, Group


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of customers: those whose profile the rule holds for.

    `code`: stable, such as `rfm:champions`; `rule`: text as in `limner.core.rule`.
    """

    code: str
    name: Words
    rule: str
    description: Words


_FOUND = Words("A group that the data suggests.", "由数据聚类得到的客群。")


def built_in(clusters: Mapping[str, Words]) -> tuple[Segment, ...]:
    """The segments every installation has; `clusters` gives the names of the groups found."""
    return (
        *_of("rfm", "rfm_group", GROUPS),
        *_of("stage", "lifecycle_stage", STAGES),
        *(
            Segment(f"cluster:{code}", name, to_text(Compare("cluster", "=", code)), _FOUND)
            for code, name in clusters.items()
        ),
    )


def _of(kind: str, column: str, groups: Sequence[Group]) -> Iterable[Segment]:
    for group in groups:
        rule = to_text(Compare(column, "=", group.code))
        yield Segment(f"{kind}:{group.code}", group.name, rule, group.description)
