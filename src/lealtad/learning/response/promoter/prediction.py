"""The promoter probability of every active customer, with its basis."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.company.outcome_definition import Invited
from lealtad.examples.outcomes.answers import find_active, select_invitations

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import pandas as pd
    from numpy.typing import ArrayLike

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake

    Model = Callable[[pd.DataFrame], ArrayLike]  # features → probabilities, one per row

ANSWER_DAYS_VALID = 180
_INDEX = ("customer_id", "as_of")


def predict_promoters(  # noqa: PLR0913 - the lake, the two models, and how long an answer holds
    lake: Lake,
    definition: ModelDefinition,
    as_of: datetime,
    *,
    promoter: Model,
    answering: Model,
    answer_days_valid: int = ANSWER_DAYS_VALID,
) -> pl.DataFrame:
    """Return the promoter probability of each active customer, one row per customer.

    Parameters
    ----------
    definition
        Definition of the promoter model: its label states who is active and which survey counts.
    as_of
        A date the lake has features of.
    promoter, answering
        P(promoter | answers) and P(answers | asked) by the features of the lake, as a frame with a column each.
    answer_days_valid
        Days for which an answer counts as the customer's opinion.

    Returns
    -------
    `customer_id, as_of, promoter_probability, promoter_basis, answer_probability, last_nps`; sorted. The basis is

    - `answered`: an NPS answer from the last `answer_days_valid` days was known; it is `last_nps`, and among the
      features of the probability;
    - `modelled`: there was none; similar customers have answered;
    - `unknown`: nothing is known about the customer except that they are active; both probabilities are null.

    `last_nps` is the newest answer known, however old; null if there is none.

    Raises
    ------
    SettingsError
        If the definition's label is not about answers.
    LakeError
        If the lake lacks surveys or features.
    """
    label = definition.label
    if not isinstance(label, Invited):
        raise SettingsError(
            place=f"definition '{definition.name}', [label]",
            expected="kind = 'promoter'",
            found=f"'{label.kind}'",
            fix="Name models/promoter/model.toml.",
        )
    living = _find_active(lake, label, as_of)
    features = lake.read("features", where=pl.col("as_of") == as_of)
    described = living.join(features, on=_INDEX, how="inner").sort(_INDEX)
    X = described.drop(_INDEX).to_pandas()
    scored = described.select(_INDEX).with_columns(
        pl.Series(name, np.asarray(model(X), dtype=np.float64) if described.height else np.empty(0))
        for name, model in (("promoter_probability", promoter), ("answer_probability", answering))
    )
    joined = living.join(scored, on=_INDEX, how="left").join(
        _find_newest_answers(lake, label, as_of), "customer_id", "left"
    )
    is_recent = pl.col("answered_at") >= as_of - timedelta(days=answer_days_valid)
    basis = (
        pl.when(pl.col("promoter_probability").is_null())
        .then(pl.lit("unknown"))
        .when(is_recent)
        .then(pl.lit("answered"))
        .otherwise(pl.lit("modelled"))
        .alias("promoter_basis")
    )
    return joined.select(*_INDEX, "promoter_probability", basis, "answer_probability", "last_nps").sort(_INDEX)


def _find_active(lake: Lake, label: Invited, as_of: datetime) -> pl.DataFrame:
    names = [name for name in (*label.tables, *label.beside) if lake.has(name)]
    parts = [
        find_active(
            {name: lake.history(name, bucket) for name in names}, [as_of], label.alive_days, lake.identity_history
        )
        for bucket in lake.buckets
    ]
    return pl.concat(parts).sort(_INDEX)


def _find_newest_answers(lake: Lake, label: Invited, as_of: datetime) -> pl.DataFrame:
    """Return the newest answer of each customer that was known before the date."""
    is_answered = pl.col("answered_at") < as_of
    surveys = lake.read("surveys", as_of=as_of).filter(is_answered & pl.col("score").is_not_null())
    scored = select_invitations(surveys.with_columns(sent_at=pl.col("answered_at")), label)
    return scored.unique("customer_id", keep="last", maintain_order=True).select(
        "customer_id", answered_at="sent_at", last_nps="score"
    )
