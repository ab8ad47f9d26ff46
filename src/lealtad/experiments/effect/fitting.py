"""Fitting the effect of a contact to assignments and their outcomes."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import logit

from lealtad.base.errors import DataError
from lealtad.experiments.effect.description import CustomerDescription
from lealtad.experiments.effect.effect import Effect
from lealtad.experiments.effect.laplace import Posterior, RegressionRows, average_posteriors, compute_posterior
from lealtad.experiments.effect.prior import PARTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.experiments.effect.prior import Prior

    Floats = NDArray[np.float64]

_STRENGTHS = (0.01, 0.03, 0.1, 0.3)  # how much effects may differ per spread of a covariate, in log odds
_LEVEL, _SLOPE, _OWN = 1.0, 0.3, 0.2  # how far the prediction may be off: in level, in steepness, by covariate
_STRATUM = 2.0  # and how far the level of a campaign from that of the others
_FORM = 1.2  # variance over that of the regression: its form is not the truth (decision 33)
_READINESS = 2.0  # times the slope that follows if a contact saves as readily as it is accepted
_LEAST_PROPORTIONAL = 0.05
_CERTAIN = 1e-4
_NEEDED = ("customer_id", "campaign_id", "arm", "action", "probability", "observed")


def fit_effect(rows: pl.DataFrame, prior: Prior) -> Effect:
    """Learn the effect of a contact from randomised campaigns, by intention to treat.

    Parameters
    ----------
    rows
        One per assignment: `customer_id, campaign_id, arm` (treated, holdout), `action` (null in the holdout),
        `probability` (of churn without a contact, by a model that did not learn from this row), `observed`
        (whether the customer churned; null, not known yet, is left out), optionally `accepted` (whether a customer
        who was reached accepted; null otherwise), `explored` (drawn at random, chosen by no list), `contaminated`
        (held out and contacted by others; the row stays and is counted), and features, as `assignments` returns
        them.
    prior
        The prior, which is used alone until a campaign has a known outcome in both arms.

    Raises
    ------
    DataError
        If a column is missing, an arm is unknown, or a probability is invalid.

    Notes
    -----
    `logit P(leave) = a_s + b·logit(p) + c·z + treated·(θ₀ + θ_action + θ_r·(r − 1) + θ_z·z)`, where z are the
    standardised covariates and r is how readily the customer accepts a contact, relative to the mean. Every
    coefficient has a normal prior. Each campaign s has its own level, so that a season with a larger holdout is
    not taken for an effect. Customers drawn at random are another stratum. A stratum without both arms compares
    nothing and is left out. θ₀ is centred where it gives the prior's mean γ; θ_r where a contact saves in
    proportion to how readily it is accepted, `−γ/(1−γ)`. How much θ_action and θ_z may differ from their centre is
    not chosen. The posteriors under several strengths are averaged by their evidence, so that the action or
    customer that looks best by chance is promised less. The rows of one customer are not independent, so the
    covariance is widened by what they share. It is widened by a further fifth for what the form of the regression
    misses.
    """
    comparable = _select_comparable(_check_rows(rows).drop_nulls("observed"))
    if comparable.is_empty():
        return Effect(prior)
    treated = comparable["arm"] == "treated"
    y = comparable["observed"].cast(pl.Float64).to_numpy()
    actions = tuple(sorted(comparable.filter(treated)["action"].drop_nulls().unique()))
    about = CustomerDescription.from_rows(comparable)
    X, changes = _build_design(comparable, actions, about)
    centre, loose = _build_prior(prior, actions, about)
    stratum, customer = (_number_groups(comparable[name]) for name in ("stratum", "customer_id"))
    every = RegressionRows(X, y, stratum, _STRATUM, customer)
    fitted = _average_strengths(every, centre, loose, _mark_action_coefficients(len(loose), changes, len(actions)))
    effect = slice(X.shape[1] - changes, None)
    return Effect(
        prior,
        actions,
        about,
        tuple(fitted.mean[effect].tolist()),
        tuple(tuple(row) for row in (_FORM * fitted.covariance[effect, effect]).tolist()),
        int(treated.sum()),
        int((~treated).sum()),
        int(y.sum()),
        int(comparable["contaminated"].sum()) if "contaminated" in comparable.columns else 0,
    )


def _average_strengths(every: RegressionRows, centre: Floats, loose: Floats, own: NDArray[np.bool_]) -> Posterior:
    """Return the posterior over all strengths; each looks for its mode where the last found its own."""
    posteriors: list[Posterior] = []
    for tau, part in product(_STRENGTHS, PARTS):
        spread = np.where(loose == 0, tau, np.where(own, part * loose, loose))
        posteriors.append(compute_posterior(every, centre, spread, posteriors[-1].mean if posteriors else None))
    return average_posteriors(posteriors)


def _mark_action_coefficients(count: int, changes: int, actions: int) -> NDArray[np.bool_]:
    """Return which coefficients are specific to one action."""
    place = np.arange(count) - (count - changes)
    return (place >= 1) & (place <= actions)


def _select_comparable(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep the strata with both arms; customers drawn at random are a stratum of their own."""
    by_lot = pl.col("explored").fill_null(value=False) if "explored" in rows.columns else pl.lit(value=False)
    parted = rows.with_columns(pl.format("{} {}", "campaign_id", by_lot).alias("stratum"))
    return parted.filter(pl.col("arm").n_unique().over("stratum") > 1)


def _number_groups(values: pl.Series) -> NDArray[np.int64]:
    return (values.rank("dense") - 1).cast(pl.Int64).to_numpy()


def _build_design(rows: pl.DataFrame, actions: tuple[str, ...], about: CustomerDescription) -> tuple[Floats, int]:
    """Return the columns without and with a contact, and how many of the latter there are (they are the last)."""
    p = np.clip(rows["probability"].to_numpy(), _CERTAIN, 1 - _CERTAIN)
    treated = (rows["arm"] == "treated").cast(pl.Float64).to_numpy()
    tried = rows["action"].fill_null("").to_numpy()[:, None] == np.array(actions, dtype=object)[None, :]
    changed = np.column_stack([np.ones(rows.height), tried.astype(float), about.compute_columns(rows)])
    plain = np.column_stack([np.ones(rows.height), logit(p), about.compute_covariates(rows)])
    return np.column_stack([plain, treated[:, None] * changed]), changed.shape[1]


def _build_prior(prior: Prior, actions: tuple[str, ...], about: CustomerDescription) -> tuple[Floats, Floats]:
    """Return the centre and spread of each coefficient a priori; spread 0 is left to the strength."""
    level, spread = prior.level(actions)
    means = [prior.get_belief(action).mean for action in actions] or [prior.otherwise.mean]
    proportional = max(float(np.mean([mean / (1 - mean) for mean in means])), _LEAST_PROPORTIONAL)
    z = len(about.names)
    ready = about.has_acceptance
    centre = [0.0, 1.0, *[0.0] * z, level, *[prior.get_belief(action).log_ratio - level for action in actions]]
    loose = [_LEVEL, _SLOPE, *[_OWN] * z, spread, *[prior.own_spread(action, actions) for action in actions]]
    centre += [*[-proportional] * ready, *[0.0] * z]
    loose += [*[_READINESS * proportional] * ready, *[0.0] * z]
    return np.array(centre), np.array(loose)


def _check_rows(rows: pl.DataFrame) -> pl.DataFrame:
    lost = [name for name in _NEEDED if name not in rows.columns]
    if lost:
        raise DataError(
            table="assignments",
            column=lost[0],
            expected=f"the columns {', '.join(_NEEDED)}",
            found="no column of that name",
            fix="Build the rows with lealtad.experiments.effect.read_assignments.",
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
                found=f"another value in {wrong.height} rows",
                fix="Correct these rows or leave them out.",
            )
    return rows
