"""From assignments and their outcomes to the effect of a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import logit

from lealtad.campaigns.described import Description
from lealtad.campaigns.effect import Effect
from lealtad.campaigns.laplace import averaged, posterior
from lealtad.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.campaigns.prior import Prior

    Floats = NDArray[np.float64]

LEAST_LEFT = 10  # in each arm, below which the campaigns add nothing that could be called measured
_STRENGTHS = (0.02, 0.05, 0.1, 0.2, 0.4)  # how much effects may differ per spread of a covariate, in log odds
_LEVEL, _SLOPE, _OWN = 1.0, 0.3, 0.2  # how far the prediction may be off: in level, in steepness, by covariate
_READINESS = 2.0  # times the slope that follows if a contact saves as readily as it is accepted
_CERTAIN = 1e-4
_NEEDED = ("customer_id", "campaign_id", "arm", "action", "probability", "observed")


def fit_effect(rows: pl.DataFrame, prior: Prior) -> Effect:
    """Learn the effect of a contact from randomised campaigns, by intention to treat.

    Parameters
    ----------
    rows
        One per assignment: `customer_id, campaign_id, arm` (treated, holdout), `action` (null in the holdout),
        `probability` (of leaving without a contact, by a model that did not learn from this row), `observed`
        (whether the customer left; null, not known yet, is left out), optionally `accepted` (whether who was
        reached accepted; null otherwise), and features, as `assignments` returns them.
    prior
        What is believed before. It is all there is until at least 10 customers left in each arm.

    Raises
    ------
    DataError
        If a column is missing, an arm is unknown, or a probability is none.

    Notes
    -----
    `logit P(leave) = a + b·logit(p) + c·z + treated·(θ₀ + θ_action + θ_r·(r − 1) + θ_z·z)`, where z are the
    standardised covariates and r is how readily the customer accepts a contact, over the mean; every coefficient
    is normal a priori. θ₀ is centred where it gives the prior's mean γ; θ_r where a contact saves in proportion
    to how readily it is accepted, `−γ/(1−γ)`. How much θ_action and θ_z may differ from 0 is not chosen: the
    posteriors under several strengths are averaged by their evidence. The campaign's own draw makes treated and
    holdout comparable; c only takes from θ_z what the prediction misses in both.
    """
    known = _checked(rows).drop_nulls("observed")
    arms = known["arm"].to_numpy()
    y = known["observed"].cast(pl.Float64).to_numpy()
    if min(y[arms == "treated"].sum(), y[arms == "holdout"].sum()) < LEAST_LEFT:
        return Effect(prior)
    actions = tuple(sorted(known.filter(pl.col("arm") == "treated")["action"].drop_nulls().unique()))
    about = Description.of(known)
    X, changes = _design(known, actions, about)
    centre, loose = _beliefs(prior, actions, about)
    found = averaged([posterior(X, y, centre, np.where(loose == 0, tau, loose)) for tau in _STRENGTHS])
    effect = slice(X.shape[1] - changes, None)
    return Effect(
        prior,
        actions,
        about,
        tuple(found.mean[effect].tolist()),
        tuple(tuple(row) for row in found.covariance[effect, effect].tolist()),
        int((arms == "treated").sum()),
        int((arms == "holdout").sum()),
        int(y.sum()),
    )


def _design(rows: pl.DataFrame, actions: tuple[str, ...], about: Description) -> tuple[Floats, int]:
    """Return the columns without and with a contact, and how many of the latter there are (they are the last)."""
    p = np.clip(rows["probability"].to_numpy(), _CERTAIN, 1 - _CERTAIN)
    treated = (rows["arm"] == "treated").cast(pl.Float64).to_numpy()
    tried = rows["action"].fill_null("").to_numpy()[:, None] == np.array(actions, dtype=object)[None, :]
    changed = np.column_stack([np.ones(rows.height), tried.astype(float), about.columns(rows)])
    plain = np.column_stack([np.ones(rows.height), logit(p), about.covariates(rows)])
    return np.column_stack([plain, treated[:, None] * changed]), changed.shape[1]


def _beliefs(prior: Prior, actions: tuple[str, ...], about: Description) -> tuple[Floats, Floats]:
    """Return the centre and spread of each coefficient a priori; spread 0 is left to the strength."""
    believed = [prior.of(action) for action in actions] or [prior.otherwise]
    level = float(np.mean([one.log_odds for one in believed]))
    spread = float(np.mean([one.spread / (1 - one.mean) for one in believed]))
    proportional = float(np.mean([one.mean / (1 - one.mean) for one in believed]))
    z = len(about.names)
    ready = about.readiness
    centre = [0.0, 1.0, *[0.0] * z, level, *[one.log_odds - level for one in believed if actions]]
    loose = [_LEVEL, _SLOPE, *[_OWN] * z, spread, *[0.0] * len(actions)]
    centre += [*[-proportional] * ready, *[0.0] * z]
    loose += [*[_READINESS * proportional] * ready, *[0.0] * z]
    return np.array(centre), np.array(loose)


def _checked(rows: pl.DataFrame) -> pl.DataFrame:
    lost = [name for name in _NEEDED if name not in rows.columns]
    if lost:
        raise DataError(
            table="assignments",
            column=lost[0],
            expected=f"the columns {', '.join(_NEEDED)}",
            found="none of that name",
            mend="Make the rows with campaigns.assignments.",
        )
    strange = rows.filter(~pl.col("arm").is_in(["treated", "holdout"]).fill_null(value=False))
    unsure = rows.filter(~pl.col("probability").is_between(0, 1).fill_null(value=False))
    for column, wrong, expected in (
        ("arm", strange, "treated or holdout"),
        ("probability", unsure, "a probability between 0 and 1"),
    ):
        if wrong.height:
            raise DataError(
                table="assignments",
                column=column,
                expected=expected,
                found=f"'{wrong[column][0]}' in {wrong.height} rows",
                mend="Mend or leave out these rows.",
            )
    return rows
