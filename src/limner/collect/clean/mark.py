"""What the lake keeps of cleaning: which values were filled, by which rule, and which lie far out.

`_inferred` in an event's properties or a customer's traits is an object of names and rules, such as
`{"city": "mode"}`; `_outliers` is a list of names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from limner.collect.values import named, quoted


def marked(traits: str, filled: str, outliers: str, guessed: Mapping[str, str]) -> str:
    """SQL of a JSON text with the marks added to it; NULL when nothing is to be said."""
    pairs = ", ".join(
        f"{quoted(name)}, CASE WHEN list_contains({filled}, {quoted(name)}) THEN {quoted(how)} END"
        for name, how in guessed.items()
    )
    marks = (
        f"json_object('_inferred', CASE WHEN len({filled}) > 0 THEN json_object({pairs}) END,"
        f" '_outliers', {_listed(outliers)})"
    )
    added = f"json_merge_patch('{{}}', {marks})"  # without what says nothing
    return _said(f"json_merge_patch(coalesce({traits}, '{{}}'), {added})")


def merged_value(name: str, has_traits: bool) -> str:
    """SQL of a record's value that a rule may have filled: what a row says, what was known, the guess.

    Over `new` (with the row's own word as `sure NAME`) and `old`.  A guess of old gives way.
    """
    sure, new, old = f"new.{named('sure ' + name)}", f"new.{named(name)}", f"old.{named(name)}"
    known = f"CASE WHEN {_old_mark(name)} IS NULL THEN {old} END" if has_traits else old
    return f"coalesce({sure}, {known}, {new}, {old})"


def merged_traits(guessed: Mapping[str, str], fields: Sequence[str]) -> str:
    """SQL of a record's traits with its marks, over `new` and `old`.

    `new` has `traits`, `_said_traits` and `_outliers`; `fields`: those of the guessed names that are
    columns of their own.
    """
    strong, marks = "coalesce(new.traits, '{}')", []
    for name, how in guessed.items():
        path = quoted(f'$."{name}"')
        if name in fields:
            sure, new, old = (
                f"new.{named('sure ' + name)}",
                f"new.{named(name)}",
                f"old.{named(name)}",
            )
        else:
            sure, new, old = (
                f"json_extract({of}, {path})"
                for of in ("new._said_traits", "new.traits", "old.traits")
            )
            kept = f"CASE WHEN {sure} IS NOT NULL THEN {new} END"
            strong = f"json_merge_patch({strong}, json_object({quoted(name)}, {kept}))"
        was = _old_mark(name)
        marks.append(
            f"{quoted(name)}, CASE WHEN {sure} IS NOT NULL THEN NULL WHEN {new} IS NOT NULL"
            f" AND ({old} IS NULL OR {was} IS NOT NULL) THEN {quoted(how)} ELSE {was} END"
        )
    # What a row says goes over what is known, and that over what was filled.
    weak = "json_merge_patch(coalesce(new.traits, '{}'), coalesce(old.traits, '{}'))"
    traits = f"json_merge_patch({weak}, {strong})"
    inferred = "json_extract(old.traits, '$._inferred')"
    if marks:
        inferred = (
            f"json_merge_patch(coalesce({inferred}, '{{}}'), json_object({', '.join(marks)}))"
        )
    bare = f"json_merge_patch({traits}, '{{\"_inferred\": null}}')"
    added = f"json_object('_inferred', {_said(inferred)}::JSON, '_outliers', {_listed('new._outliers')})"
    return _said(f"json_merge_patch({bare}, {added})")


def _old_mark(name: str) -> str:
    path = '$._inferred."' + name + '"'
    return f"json_extract_string(old.traits, {quoted(path)})"


def _listed(names: str) -> str:
    return f"CASE WHEN len({names}) > 0 THEN to_json({names}) END"


def _said(document: str) -> str:
    """SQL of a JSON text; NULL for one that says nothing."""
    return f"nullif(({document})::VARCHAR, '{{}}')"
