"""Understand: who the customers are and what they are about to do."""

from limner.understand.behaviour.overview import overview, overview_queries
from limner.understand.painting import Painting, earlier_tag_table, paint, tag_table, with_golden
from limner.understand.segments.segment import Segment, built_in
from limner.understand.tags.compute import compute
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import Tag, catalogue, read_catalogue, tag

__all__ = [
    "Facts",
    "Painting",
    "Segment",
    "Tag",
    "built_in",
    "catalogue",
    "compute",
    "earlier_tag_table",
    "overview",
    "overview_queries",
    "paint",
    "read_catalogue",
    "tag",
    "tag_table",
    "with_golden",
]
