"""Tags: which are in force, how they are defined, changed and filled, and what people say of them."""

from limner.app.tags.by_hand import (
    CORRECT,
    Corrected,
    HandValue,
    correct_tag,
    corrections,
    drop_correction,
    hand_facts,
    hand_table,
    hand_values,
    set_tag,
)
from limner.app.tags.changing import (
    EDIT,
    drop_tag,
    may_approve,
    read_own,
    retire_tag,
    save_tag,
    set_state,
)
from limner.app.tags.filling import Filled, facts_now, fill_tag, is_filled, preview, values_of
from limner.app.tags.keeping import (
    TagVersion,
    all_tags,
    faults,
    is_shipped,
    tag_of,
    tag_versions,
    tags_in_force,
)
from limner.app.tags.lineage import Lineage, Node, lineage
from limner.app.tags.statistics import (
    Observed,
    append_statistics,
    history,
    latest,
    quality_document,
)
from limner.understand.portrait_quality.statistics import Statistics

__all__ = [
    "CORRECT",
    "EDIT",
    "Corrected",
    "Filled",
    "HandValue",
    "Lineage",
    "Node",
    "Observed",
    "Statistics",
    "TagVersion",
    "all_tags",
    "append_statistics",
    "correct_tag",
    "corrections",
    "drop_correction",
    "drop_tag",
    "facts_now",
    "faults",
    "fill_tag",
    "hand_facts",
    "hand_table",
    "hand_values",
    "history",
    "is_filled",
    "is_shipped",
    "latest",
    "lineage",
    "may_approve",
    "preview",
    "quality_document",
    "read_own",
    "retire_tag",
    "save_tag",
    "set_state",
    "set_tag",
    "tag_of",
    "tag_versions",
    "tags_in_force",
    "values_of",
]
