"""Tags: which are in force, how they are defined, changed and filled, and what people say of them."""

from limner.app.tags.by_hand import (
    CORRECT,
    Corrected,
    HandValue,
    correct_tag,
    corrections,
    drop_correction,
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

__all__ = [
    "CORRECT",
    "EDIT",
    "Corrected",
    "HandValue",
    "Lineage",
    "Node",
    "TagVersion",
    "all_tags",
    "correct_tag",
    "corrections",
    "drop_correction",
    "drop_tag",
    "faults",
    "hand_table",
    "hand_values",
    "is_shipped",
    "lineage",
    "may_approve",
    "read_own",
    "retire_tag",
    "save_tag",
    "set_state",
    "set_tag",
    "tag_of",
    "tag_versions",
    "tags_in_force",
]
