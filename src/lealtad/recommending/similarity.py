"""Similarity of products: item-to-item weights from purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.recommending.history import History

    Weights = NDArray[np.float32]

_SATURATION, _LENGTH = 1.2, 0.75


def fit_ease(bought: sparse.csr_matrix, penalty: float) -> Weights:
    """Fit EASE: the product × product weights that predict each product from all others, ridge-penalised.

    Parameters
    ----------
    bought
        Customer × product, 1 where bought.
    penalty
        λ: more shrinks the weights towards 0.

    References
    ----------
    Steck (2019), Embarrassingly shallow autoencoders for sparse data. WWW.

    Examples
    --------
    >>> bought = sparse.csr_matrix([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1]], dtype=np.float32)
    >>> weights = fit_ease(bought, 0.5)
    >>> bool(weights[0, 1] > weights[0, 2]), float(weights[0, 0])
    (True, 0.0)
    """
    gram = (bought.T @ bought).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += penalty
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    weights[np.diag_indices_from(weights)] = 0.0
    return np.asarray(weights, dtype=np.float32)


def fit_cosine(weighted: sparse.csr_matrix, most: int) -> Weights:
    """Compute the cosine of each two products; a product keeps its `most` nearest."""
    norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=0)).ravel())
    scaled = weighted @ sparse.diags(1 / np.maximum(norm, 1e-9))
    # in C order, since multiplying with another layout would copy the whole matrix each time
    cosine: Weights = np.ascontiguousarray((scaled.T @ scaled).toarray(), dtype=np.float32)
    cosine[np.diag_indices_from(cosine)] = 0.0
    if most < len(cosine):
        least = -np.partition(-cosine, most, axis=1)[:, most]
        cosine[cosine < least[:, None]] = 0.0
    return cosine


def weigh_bm25(bought: sparse.csr_matrix) -> sparse.csr_matrix:
    """Weigh purchases by BM25: rare products count more, customers who buy everything count less."""
    cells = bought.tocoo()
    customers, products = bought.shape
    rarity = np.log(max(customers, 1)) - np.log1p(np.bincount(cells.col, minlength=products))
    length = np.bincount(cells.row, minlength=customers)
    norm = 1 - _LENGTH + _LENGTH * length / max(length.mean(), 1e-9)
    value = cells.data * (_SATURATION + 1) / (_SATURATION * norm[cells.row] + cells.data) * rarity[cells.col]
    return sparse.csr_matrix((value.astype(np.float32), (cells.row, cells.col)), shape=bought.shape)


def fit_next_products(
    history: History, horizon_days: float, step_days: float, dates: int, penalty: float
) -> Weights:
    """Fit what customers added next: weights from all they had bought to what they bought for the first time.

    Each date ends a horizon before the as-of date or earlier, so that nothing later is used.
    """
    size = history.shape[1]
    gram, cross, used = np.zeros((size, size)), np.zeros((size, size)), 0
    for number in range(dates):
        age = horizon_days + number * step_days
        before = history.mark_window(age, np.inf)
        if not before.nnz:
            break
        added = history.mark_window(age - horizon_days, age)
        added = added - added.multiply(before)
        gram += (before.T @ before).toarray()
        cross += (before.T @ added).toarray()
        used += 1
    gram[np.diag_indices_from(gram)] += penalty * max(used, 1)
    return np.asarray(np.linalg.solve(gram, cross), dtype=np.float32)
