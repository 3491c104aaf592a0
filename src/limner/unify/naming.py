"""What a set of identifiers is called, and that it is called so tomorrow."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from limner.core.event import stable_id

# How good a claim an identifier has to name its set.
_NAMED_BEFORE, _KNEW_THE_NAME, _IS_NEW = 0, 1, 2


def name_sets(
    nodes: pa.Table, kinds: tuple[str, ...], sets: NDArray[np.int64], previous: pa.Table | None
) -> tuple[pa.Array, NDArray[np.bool_]]:
    """For each identifier its customer's id, and whether it is the one that names the customer.

    `nodes` has the columns kind (a place in `kinds`, surest first) and value; `sets` says which
    set each is in; `previous` is the last snapshot of identities.

    A set is named by the surest identifier that named a customer before; else by the name its
    identifiers had, if the identifier behind that name is gone; else by its surest identifier.
    A name that a surer set has already is made different by its kind: `loyalty_card:123`.
    """
    before, claim = _claims(nodes, kinds, previous)
    values = nodes["value"].combine_chunks()
    order = pc.sort_indices(
        pa.table(
            {
                "set": sets, "claim": claim, "kind": nodes["kind"],
                "length": pc.utf8_length(values), "value": values,
            }
        ),
        sort_keys=[(key, "ascending") for key in ("set", "claim", "kind", "length", "value")],
    ).to_numpy()  # fmt: skip
    ordered = sets[order]
    first = order[np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])]
    # Of two sets that want the same name the better claim, then the surer kind, gets it.
    kind = nodes["kind"].to_numpy()
    turn = first[np.lexsort((kind[first], claim[first]))]

    texts = values.take(turn).to_pylist()
    labels = [kinds[at] for at in kind[turn]]
    olds = before.take(turn).to_pylist()
    taken: dict[str, int] = {}
    for at, (old, label, text, how) in enumerate(
        zip(olds, labels, texts, claim[turn], strict=True)
    ):
        wishes = ([old] if how != _IS_NEW else []) + [text, f"{label}:{text}"]
        free = (wish for wish in wishes if wish not in taken)
        name = next(free, None) or stable_id(label, text)
        taken[name] = at
    name_of_set = np.empty(int(sets.max()) + 1, dtype=np.int64)
    name_of_set[sets[turn]] = np.arange(len(turn))
    is_own = np.zeros(len(sets), dtype=np.bool_)
    is_own[first] = True
    return pa.array(list(taken), pa.string()).take(pa.array(name_of_set[sets])), is_own


def _claims(
    nodes: pa.Table, kinds: tuple[str, ...], previous: pa.Table | None
) -> tuple[pa.Array, NDArray[np.int8]]:
    """Each identifier's customer id of the last time (or null), and its claim to name its set."""
    claim = np.full(nodes.num_rows, _IS_NEW, dtype=np.int8)
    if previous is None or previous.num_rows == 0:
        return pa.nulls(nodes.num_rows, pa.string()), claim
    key = pc.binary_join_element_wise(
        pa.array(kinds).take(nodes["kind"].combine_chunks()), nodes["value"], "\x1f"
    )
    earlier = pc.binary_join_element_wise(previous["kind"], previous["value"], "\x1f")
    found = pc.index_in(key, value_set=earlier.combine_chunks()).combine_chunks()
    before = previous["customer_id"].combine_chunks().take(found)
    is_known = found.is_valid().to_numpy(zero_copy_only=False)
    named = pc.fill_null(pc.equal(previous["rule"].combine_chunks().take(found), "own"), False)
    is_named = named.to_numpy(zero_copy_only=False)
    still = pc.is_in(before, value_set=before.filter(named)).to_numpy(zero_copy_only=False)
    claim[is_known & ~still] = _KNEW_THE_NAME
    claim[is_named] = _NAMED_BEFORE
    return before, claim
