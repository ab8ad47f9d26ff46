"""Cells of customer × product matrices: ones, and the minimum of several values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from lealtad.recommending.purchases import Floats, Ints


def mark_cells(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return a matrix with 1 wherever another has an entry."""
    marked = matrix.copy()
    marked.sum_duplicates()
    marked.data = np.ones(len(marked.data), dtype=np.float32)
    return marked


def keep_least(cells: tuple[Ints, Ints], values: Floats, shape: tuple[int, int]) -> sparse.csr_matrix:
    """Build a matrix in which each cell has the minimum of its values."""
    order = np.lexsort((values, cells[1], cells[0]))
    key = (cells[0] * shape[1] + cells[1])[order]
    first = order[np.flatnonzero(np.append(True, key[1:] != key[:-1]))] if len(key) else order
    return sparse.csr_matrix((values[first], (cells[0][first], cells[1][first])), shape=shape)
