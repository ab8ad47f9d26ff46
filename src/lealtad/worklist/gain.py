"""The expected gain of an action for a customer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.learning.evaluation.economics import compute_expected_profit

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lealtad.company.playbook import Action, Playbook

ASKED_DAYS = 60  # after that, a request to cancel was carried out or withdrawn
_SAVED = ("saved", "saved_low", "saved_high", "saved_basis", "saved_share")
_MANY_COSTS = 1_000.0  # multiple of the costs at which they no longer matter


def list_prior_beliefs(playbook: Playbook) -> pl.DataFrame:
    """Return the playbook's prior of each action's effect.

    Returns
    -------
    One row per action: `action, saved` (γ, the chance that it saves a customer who would leave), `saved_low,
    saved_high` (between them with probability 0.95), `saved_basis` ("prior"), `saved_share` (of the precision that
    campaigns bring: 0).
    """
    rows = [(action.name, action.saves.mean, *action.saves.interval, "prior", 0.0) for action in playbook.actions]
    return pl.DataFrame(rows, schema=["action", *_SAVED], orient="row")


def compute_expected_gain(
    candidates: pl.DataFrame, playbook: Playbook, saved: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the expected gain of every permitted action for every candidate.

    Parameters
    ----------
    candidates
        One row per customer: `customer_id, probability` (of leaving), `value_at_stake` (the company's currency; it
        may be negative), and `segment, language, country, open_tickets, days_since_cancel_request` if the playbook
        uses them.
    saved
        `action, saved, saved_low, saved_high, saved_basis, saved_share`, per action, or per `customer_id` and
        action; None uses the priors of the playbook.

    Returns
    -------
    One row per customer and action that the customer may get: `customer_id, action, gain, saved, saved_low,
    saved_high, saved_basis, saved_share`, and `gain_high`: the gain at `saved_high`. A gain is null if the
    probability, the value or γ is; `find_missing_inputs` states which.

    Notes
    -----
    `p·γ·(V − d) − (1 − p)·d − f`. With probability p the customer would churn; a share γ of those is saved, which
    keeps the value V minus the offer d. With probability 1 − p the offer d goes to a customer who would have
    stayed. The contact costs f in any case.

    Examples
    --------
    The golden case: V = 200, d = 10, f = 1, γ = 0.3 breaks even at p = 11/67.

    >>> from lealtad.company.playbook import Action, Playbook, Words
    >>> offer = Action(name="offer", words=Words(en="Offer", es="Oferta"), channel="phone", owner="team",
    ...                contact_cost=1.0, offer_cost=10.0, saves={"mean": 0.3})
    >>> playbook = Playbook(actions=(offer,), owners={"team": 5})
    >>> candidates = pl.DataFrame({"customer_id": ["a", "b"], "probability": [11 / 67, 1.0],
    ...                            "value_at_stake": [200.0, 200.0]})
    >>> compute_expected_gain(candidates, playbook)["gain"].round(6).abs().to_list()
    [0.0, 56.0]
    """
    beliefs = list_prior_beliefs(playbook) if saved is None else saved
    each = "customer_id" in beliefs.columns
    return pl.concat([_compute_action_gain(candidates, action, beliefs, each=each) for action in playbook.actions])


def price_options(candidates: pl.DataFrame, playbook: Playbook, saved: pl.DataFrame | None) -> pl.DataFrame:
    """Return the expected gain of every option; if no value is known, all customers count as equally valuable.

    In that case the order follows the probability that a contact saves the customer, and actions with a minimum
    value are left out.
    """
    if has_values(candidates):
        return compute_expected_gain(candidates, playbook, saved)
    costs = [action.contact_cost + action.offer_cost for action in playbook.actions]
    alike = candidates.with_columns(value_at_stake=pl.lit(_MANY_COSTS * max([*costs, 1.0])))
    by_value = [action.name for action in playbook.actions if action.who.least_value is not None]
    return compute_expected_gain(alike, playbook, saved).filter(~pl.col("action").is_in(by_value))


def has_values(candidates: pl.DataFrame) -> bool:
    """Return whether the value of any customer is known; without values a list is ranked by expected saves.

    Parameters
    ----------
    candidates
        One row per customer; `value_at_stake` is read, null if unknown.

    Examples
    --------
    >>> has_values(pl.DataFrame({"value_at_stake": [None, 120.0]}))
    True
    >>> has_values(pl.DataFrame({"value_at_stake": [None, None]}, schema={"value_at_stake": pl.Float64}))
    False
    """
    return candidates["value_at_stake"].null_count() < candidates.height


def find_missing_inputs(candidates: pl.DataFrame) -> pl.DataFrame:
    """Return the customers whose gain is unknown, with what is missing.

    Returns
    -------
    `customer_id, lacks`: "score", or "value" if only the value is missing.
    """
    no_score, no_value = pl.col("probability").is_null(), pl.col("value_at_stake").is_null()
    missing = pl.when(no_score).then(pl.lit("score")).when(no_value).then(pl.lit("value"))
    return candidates.select("customer_id", lacks=missing).drop_nulls("lacks")


def drop_resting_actions(
    options: pl.DataFrame, history: pl.DataFrame, playbook: Playbook, as_of: datetime
) -> pl.DataFrame:
    """Leave out actions that a customer got within the action's own cooling-off.

    Parameters
    ----------
    history
        `customer_id, action, contacted_at` of campaigns until now; contacts at or after `as_of` do not count.
    """
    tired = [
        history.filter(
            pl.col("action") == action.name,
            pl.col("contacted_at") < as_of,
            pl.col("contacted_at") >= as_of - timedelta(days=action.cooling_off_days),
        ).select("customer_id", "action")
        for action in playbook.actions
    ]
    return options.join(pl.concat(tired), on=["customer_id", "action"], how="anti", maintain_order="left")


def _compute_action_gain(
    candidates: pl.DataFrame, action: Action, beliefs: pl.DataFrame, *, each: bool
) -> pl.DataFrame:
    permitted = candidates.filter(*_may_get(action, candidates.columns)).select(
        "customer_id", "probability", "value_at_stake"
    )
    believed = beliefs.filter(pl.col("action") == action.name)
    if each:
        joined = permitted.join(believed, on="customer_id", how="left", maintain_order="left")
    else:
        joined = permitted.join(believed, how="cross", maintain_order="left")
    gain, high = (
        compute_expected_profit(
            pl.col("probability"), pl.col(saved), pl.col("value_at_stake"), action.offer_cost, action.contact_cost
        )
        for saved in ("saved", "saved_high")
    )
    return joined.select("customer_id", pl.lit(action.name).alias("action"), *_SAVED, gain=gain, gain_high=high)


def _may_get(action: Action, columns: Collection[str]) -> list[pl.Expr]:
    """Express the conditions of an action; a customer with an unknown attribute does not meet its condition."""
    bounds = [pl.col(column).is_in(list(values)) for column, values in action.who.groups.items()]
    if action.who.least_value is not None:
        bounds.append(pl.col("value_at_stake") >= action.who.least_value)
    if action.who.open_ticket:
        bounds.append(pl.col("open_tickets") > 0 if "open_tickets" in columns else pl.lit(value=False))
    if action.who.asked_to_cancel:
        days = pl.col("days_since_cancel_request")
        bounds.append(days <= ASKED_DAYS if "days_since_cancel_request" in columns else pl.lit(value=False))
    return bounds
