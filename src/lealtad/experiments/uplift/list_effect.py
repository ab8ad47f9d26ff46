"""The effect model of the list, judged by the same measures as any other estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import polars as pl

from lealtad.experiments.effect.fitting import fit_effect
from lealtad.experiments.effect.prior import Prior

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ListEffect:
    """The list's effect of a contact as an estimator of uplift: it learns from assignments and predicts `p γ`.

    Parameters
    ----------
    action
        The action whose effect is predicted; assignments without one count as it.
    prior
        The prior; see `fit_effect`.

    Examples
    --------
    >>> rows = pl.DataFrame({"customer_id": [f"c{k}" for k in range(400)], "arm": ["treated", "holdout"] * 200,
    ...                      "probability": [0.3] * 400, "observed": [k % 20 in (0, 1, 3) for k in range(400)]})
    >>> saved = ListEffect().fit(rows).predict(rows)
    >>> bool((saved > 0).all())
    True
    """

    def __init__(self, action: str = "contact", prior: Prior | None = None) -> None:
        self.action, self.prior = action, Prior() if prior is None else prior

    def fit(self, rows: pl.DataFrame) -> Self:
        """Learn from assignments.

        Parameters
        ----------
        rows
            `customer_id, arm` (treated, holdout), `probability` (of leaving without a contact) and `observed`
            (whether the customer left); perhaps `campaign_id, action` and features.

        Raises
        ------
        DataError
            As `fit_effect` says.
        """
        columns = set(rows.columns)
        is_treated = pl.col("arm") == "treated"
        named = pl.col("action") if "action" in columns else pl.lit(None, pl.String)
        filled = rows.with_columns(
            campaign_id=pl.col("campaign_id") if "campaign_id" in columns else pl.lit("experiment"),
            action=pl.when(is_treated).then(named.fill_null(self.action)),
        )
        self.effect = fit_effect(filled, self.prior)
        return self

    def predict(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """Return by how much a contact lowers the probability of leaving, one per row."""
        gamma = self.effect.estimate_saved(rows, self.action)["saved"]
        return (rows["probability"] * gamma).to_numpy()
