"""The base of a lake with the answers to its invitations: what the estimates for everybody are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError, TooLittleDataError
from lealtad.company.outcome_definition import Answering, Invited
from lealtad.examples import dataset
from lealtad.examples.outcomes.answers import find_next_invitations, select_invitations
from lealtad.kpis.thresholds import DETRACTOR_TO, PROMOTER_FROM
from lealtad.lake.timeline import find_end_of_data
from lealtad.learning.response.nonresponse import Tilt, compute_base_nps, learn_tilt
from lealtad.learning.response.promoter.crossfitting import cross_fit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake

_INDEX = ("customer_id", "as_of")
NEAR_DAYS = 196  # another answer is informative for about half a year


@dataclass(frozen=True)
class SurveyedBase:
    """A base at its newest judged dates, and how much more often satisfied customers answer.

    Attributes
    ----------
    rows
        The rows for `compute_base_nps`, with `as_of`.
    tilt
        Learned from all judged dates.
    """

    rows: pl.DataFrame
    tilt: Tilt

    @property
    def nps(self) -> pl.DataFrame:
        """The NPS of the base; see `compute_base_nps`."""
        return compute_base_nps(self.rows, self.tilt)


def build_surveyed_base(lake: Lake, definition: ModelDefinition) -> SurveyedBase:
    """Return the base of a lake with the probabilities that correct its NPS.

    Parameters
    ----------
    lake
        With surveys and the features of the definition's dates.
    definition
        Its label states which invitations count. Its `dates.test` newest dates are the base (one row per active
        customer and date). Probabilities are learned from them and the `dates.train` dates before.

    Raises
    ------
    SettingsError
        If the definition's label is not about answers.
    TooLittleDataError
        If fewer than 25 answers, or fewer than 25 silences, can be learned from.
    LakeError
        If the feature table is missing or outdated, or the lake lacks a table of the label.

    Notes
    -----
    P(answers | asked), P(promoter | answers) and P(detractor | answers) of a row are learned from other customers.
    The tilt looks at the next answered invitation within 196 days. It compares how often customers who then gave
    different answers had answered this invitation. That later answer is in no feature of the row.
    """
    label = definition.label
    if not isinstance(label, Invited):
        raise SettingsError(
            place=f"definition '{definition.name}', [label]",
            expected="kind = 'answering', 'promoter' or 'detractor'",
            found=f"'{label.kind}'",
            fix="Name models/promoter/model.toml.",
        )
    dates = definition.timeline(find_end_of_data(lake)).list_dates_with_outcome(
        definition.train_dates + definition.dates.test
    )
    as_asked = Answering(**label.model_dump(exclude={"kind"}))
    rows = dataset.read_learnable(lake, definition.model_copy(update={"label": as_asked}), dates)
    matched = _match_answers(lake, rows.select(_INDEX), dates, as_asked)
    features = dataset.Dataset(rows).features
    return _correct(matched, rows.select(features).to_numpy(), dates[-definition.dates.test :], definition.seed)


def _match_answers(lake: Lake, rows: pl.DataFrame, dates: Sequence[datetime], label: Answering) -> pl.DataFrame:
    """Return per row the result of its invitation, and the score of the next answered one."""
    end, identities = find_end_of_data(lake), lake.identity_history
    asked, answered = [], []
    for bucket in lake.buckets:
        names = (*label.tables, *(name for name in label.beside if lake.has(name)))
        tables = {name: lake.history(name, bucket) for name in names}
        asked.append(find_next_invitations(tables, dates, label, end, identities))
        answered.append(select_invitations(lake.read("surveys", bucket), label).drop_nulls("score"))
    later = pl.concat(answered).rename({"sent_at": "later_at", "score": "later"}).sort("later_at")
    joined = rows.join(pl.concat(asked), on=_INDEX, how="left").with_row_index("row")
    after = joined.drop_nulls("sent_at").with_columns(after=pl.col("sent_at") + timedelta(days=1)).sort("after")
    near = after.join_asof(
        later,
        left_on="after",
        right_on="later_at",
        by="customer_id",
        strategy="forward",
        tolerance=timedelta(days=NEAR_DAYS),
        check_sortedness=False,
    )
    return joined.join(near.select("row", "later"), on="row", how="left").sort("row").drop("row")


def _correct(answers: pl.DataFrame, X: NDArray[np.float32], newest: Sequence[datetime], seed: int) -> SurveyedBase:
    score = answers["score"].to_numpy()
    asked, answered = answers["sent_at"].is_not_null().to_numpy(), ~np.isnan(score)
    _require_enough(int((asked & answered).sum()), int((asked & ~answered).sum()))
    customers = (answers["customer_id"].rank("dense").cast(pl.Int64) - 1).to_numpy()
    of_base = answers["as_of"].is_in(pl.Series(newest, dtype=answers.schema["as_of"]).implode()).to_numpy()
    outcomes = {
        "answer_probability": (np.where(asked, answered, np.nan), asked | of_base),
        "promoter_probability": (np.where(answered, score >= PROMOTER_FROM, np.nan), of_base),
        "detractor_probability": (np.where(answered, score <= DETRACTOR_TO, np.nan), of_base),
    }
    probabilities = {
        name: cross_fit(X, outcome, customers, wanted, seed=seed) for name, (outcome, wanted) in outcomes.items()
    }
    later = answers["later"].to_numpy()
    paired = asked & ~np.isnan(later)
    side = (later >= PROMOTER_FROM).astype(float) - (later <= DETRACTOR_TO)
    tilt = learn_tilt(answered[paired], probabilities["answer_probability"][paired], side[paired])
    rows = answers.select(*_INDEX, pl.Series("invited", asked), "score").with_columns(
        pl.Series(name, values) for name, values in probabilities.items()
    )
    return SurveyedBase(rows.filter(pl.Series(of_base)), tilt)


def _require_enough(answers: int, silences: int) -> None:
    for what, count in (("answers to NPS invitations", answers), ("NPS invitations left unanswered", silences)):
        if count < dataset.LEAST_OUTCOMES:
            raise TooLittleDataError(
                what=what,
                needed=dataset.LEAST_OUTCOMES,
                found=count,
                fix=f"Load {dataset.LEAST_OUTCOMES - count} more: a longer history, or more surveys.",
            )
