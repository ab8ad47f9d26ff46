"""Weights that make answers representative of all customers who were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EXTREME = 0.02  # weights are clipped at this quantile


def compute_response_weights(
    known: NDArray[np.float64], asked: NDArray[np.bool_], answered: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the weight of each answer: one over the probability that such a customer answers, of mean 1.

    Parameters
    ----------
    known
        Examples × columns: what was known of each customer before the invitation.
    asked, answered
        By example.

    Returns
    -------
    One weight per example, 0 for those without an answer. Weights beyond the 98 % quantile are cut. If all or none
    answer, or too few to learn from, all answers weigh 1.

    Examples
    --------
    >>> asked, answered = np.ones(4, bool), np.array([True, True, False, False])
    >>> compute_response_weights(np.zeros((4, 1)), asked, answered).tolist()
    [1.0, 1.0, 0.0, 0.0]
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    weights = answered.astype(np.float64)
    invited = asked | answered
    silent = int((invited & ~answered).sum())
    if min(int(answered.sum()), silent) < 10 * max(known.shape[1], 1):
        return weights
    scaled = StandardScaler().fit_transform(known[invited])
    model = LogisticRegression(C=1.0, max_iter=500).fit(scaled, answered[invited])
    inverse = 1.0 / model.predict_proba(scaled)[:, 1]
    at = answered[invited]
    trimmed = np.minimum(inverse[at], np.quantile(inverse[at], 1 - _EXTREME))
    weights[answered] = trimmed / trimmed.mean()
    return weights
