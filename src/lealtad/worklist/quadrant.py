"""The quadrant of a customer: churn risk and recommendation together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.company.playbook import Playbook

QUADRANTS = ("at_risk_promoter", "at_risk_non_promoter", "safe_promoter", "safe_non_promoter")
# codes in earlier lists and CRM tables; they were wrong, since an answer of 7 or 8 is not a detractor's
FORMER_CODES = {"at_risk_detractor": "at_risk_non_promoter", "safe_detractor": "safe_non_promoter"}


def assign_quadrant(playbook: Playbook) -> pl.Expr:
    """Express the quadrant from `probability` (of churn) and `promoter_probability`.

    A non-promoter is a customer who would answer 8 or less. The quadrant is null if either probability is null.
    A probability at the threshold of the playbook counts as at risk, and as a promoter.

    Examples
    --------
    >>> from lealtad.company.playbook import Playbook
    >>> frame = pl.DataFrame({"probability": [0.4, 0.1, 0.1], "promoter_probability": [0.2, 0.8, None]})
    >>> frame.select(assign_quadrant(Playbook())).to_series().to_list()
    ['at_risk_non_promoter', 'safe_promoter', None]
    """
    at_risk = pl.col("probability") >= playbook.quadrant.at_risk
    promoter = pl.col("promoter_probability") >= playbook.quadrant.promoter
    risk = pl.when(at_risk).then(pl.lit("at_risk_")).when(~at_risk).then(pl.lit("safe_"))
    kind = pl.when(promoter).then(pl.lit("promoter")).when(~promoter).then(pl.lit("non_promoter"))
    return pl.concat_str(risk, kind).alias("quadrant")


def rename_former_codes(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of a stored list with the current codes of `quadrant`.

    Examples
    --------
    >>> rename_former_codes(pl.DataFrame({"quadrant": ["safe_detractor", None]}))["quadrant"].to_list()
    ['safe_non_promoter', None]
    """
    if "quadrant" not in rows.columns:
        return rows
    return rows.with_columns(pl.col("quadrant").replace(FORMER_CODES))


def select_referrals(
    candidates: pl.DataFrame, playbook: Playbook, restrained: pl.DataFrame, listed: pl.Series
) -> pl.DataFrame:
    """Return the safe promoters who may be asked to recommend the company.

    Parameters
    ----------
    candidates
        `customer_id, probability, promoter_probability, promoter_basis`; other columns are kept.
    restrained
        `customer_id, restraint`. A customer who is skipped only for `negative_uplift` may be asked: keeping them
        needs no contact.
    listed
        Customers of the list and of the holdout, who are not asked.

    Returns
    -------
    Their rows with `quadrant`: customers who answered come before predicted promoters; within each, the highest
    probability first, then by id.
    """
    answered = pl.col("promoter_basis") == "answered"
    left_alone = restrained.filter(pl.col("restraint") != "negative_uplift")
    return (
        candidates.with_columns(assign_quadrant(playbook))
        .filter(pl.col("quadrant") == "safe_promoter", ~pl.col("customer_id").is_in(listed.implode()))
        .join(left_alone, on="customer_id", how="anti", maintain_order="left")
        .sort(answered, "promoter_probability", "customer_id", descending=[True, True, False])
    )
