"""How good a clustering is, beside the truth: of pairs, of rows (B-cubed) and of closest clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision, recall and F1, each 0..1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A clustering beside the truth.

    `pairs`: of the pairs joined, and of the pairs that belong together; `rows`: B-cubed; `closest`:
    the mean overlap (Jaccard) of every found cluster with the nearest true one, and the other way.
    """

    pairs: Quality
    rows: Quality
    closest: Quality


def measured(found: npt.ArrayLike, truth: npt.ArrayLike) -> Measured:
    """A clustering measured against the truth, both as one label a row.

    Nothing joined where nothing belongs together counts as 1.
    Source: Bagga and Baldwin 1998 (B-cubed); Benjelloun et al. 2009 (closest cluster F1).

    >>> measured([1, 1, 2, 2], [1, 1, 2, 3]).pairs
    Quality(precision=0.5, recall=1.0)
    """
    f, t = (np.unique(np.asarray(x), return_inverse=True)[1] for x in (found, truth))
    n = len(f)
    both = sparse.coo_matrix((np.ones(n), (f, t))).tocsr()
    cells = both.tocoo()
    sizes_f, sizes_t = np.bincount(f).astype(float), np.bincount(t).astype(float)
    joint = cells.data
    right = float((joint * (joint - 1)).sum())
    joined, belong = float((sizes_f * (sizes_f - 1)).sum()), float((sizes_t * (sizes_t - 1)).sum())
    pairs = Quality(right / joined if joined else 1.0, right / belong if belong else 1.0)
    rows = Quality(
        float((joint**2 / sizes_f[cells.row]).sum() / n),
        float((joint**2 / sizes_t[cells.col]).sum() / n),
    )
    overlap = joint / (sizes_f[cells.row] + sizes_t[cells.col] - joint)
    best_f, best_t = np.zeros(len(sizes_f)), np.zeros(len(sizes_t))
    np.maximum.at(best_f, cells.row, overlap)
    np.maximum.at(best_t, cells.col, overlap)
    return Measured(pairs, rows, Quality(float(best_f.mean()), float(best_t.mean())))
