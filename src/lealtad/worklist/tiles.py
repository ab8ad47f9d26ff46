"""The few key figures at the top of the report, each with its basis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.intervals import Z, compute_wilson_interval
from lealtad.company.outcome_definition import Contractual, Inactivity
from lealtad.examples.outcomes import compute_outcomes
from lealtad.lake.timeline import Timeline

if TYPE_CHECKING:
    from lealtad.base.language import Language
    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake
    from lealtad.worklist.decision import Decision
    from lealtad.worklist.night import Night


@dataclass(frozen=True)
class Tile:
    """One key figure with its name and its basis."""

    name: str
    value: str
    basis: str


def build_tiles(
    lake: Lake, definition: ModelDefinition, night: Night, decision: Decision, language: Language
) -> list[Tile]:
    """Return the tiles above a list: active customers, expected churners, value at stake, expected gain.

    Parameters
    ----------
    definition
        Its label states what an active customer is, and within how many days churn is predicted.
    night
        The scored customers. The first three tiles cover all of them, those held out included.
    decision
        The chosen customers and actions, for the expected gain.
    language
        The language of words and amounts.

    Returns
    -------
    The tiles, in the order of the page. Expected churners have a 95 % interval.
    """
    scored = night.candidates.drop_nulls("probability")
    probability = scored["probability"].to_numpy()
    loss = float(probability @ scored["value_at_stake"].fill_null(0.0).to_numpy())
    leaving = float(probability.sum())
    spread = Z * float(np.sqrt(probability @ (1 - probability)))
    listed = decision.worklist_rows
    _ = language.translate
    return [
        Tile(_("Active customers"), language.number(scored.height), _describe_active(definition, language)),
        Tile(
            _("Expected churners"),
            language.number(round(leaving)),
            _(
                "within {days} days; 95 % between {low} and {high}",
                days=definition.label.horizon_days,
                low=language.number(max(round(leaving - spread), 0)),
                high=language.number(round(leaving + spread)),
            ),
        ),
        Tile(
            _("Value at stake"),
            language.money(loss),
            _("margin of {days} days if they stay", days=definition.value.decision_days),
        ),
        Tile(
            _("Expected gain of this list"),
            language.money(float(listed["expected_gain"].fill_null(0.0).sum())),
            _("expected gain, from 1 customer")
            if listed.height == 1
            else _("expected gain, from {n} customers", n=language.number(listed.height)),
        ),
        _build_churn_tile(lake, definition, night, language),
    ]


def _build_churn_tile(lake: Lake, definition: ModelDefinition, night: Night, language: Language) -> Tile:
    """Return the newest churn rate whose outcome was known by the night."""
    timeline = Timeline(night.as_of, definition.dates.step_days, definition.label.outcome_days)
    newest = timeline.list_dates_with_outcome(1)
    churned = (
        compute_outcomes(lake, definition.label, newest)
        .filter(pl.col("missing").is_null())["observed"]
        .drop_nulls()
    )
    if churned.is_empty():
        return Tile(language.translate("Latest known churn"), "–", language.translate("no outcome is known yet"))
    low, high = compute_wilson_interval(float(churned.sum()), churned.len())
    return Tile(
        language.translate("Latest known churn"),
        language.percent(float(churned.sum()) / churned.len(), 1),
        language.translate(
            "of {n} customers from {date} on; 95 % between {low} and {high}",
            n=language.number(churned.len()),
            date=language.date(newest[0]),
            low=language.percent(low, 1),
            high=language.percent(high, 1),
        ),
    )


def _describe_active(definition: ModelDefinition, language: Language) -> str:
    label = definition.label
    if isinstance(label, Inactivity):
        return language.translate(
            "at least {orders} orders in the last {days} days", orders=label.alive_orders, days=label.alive_days
        )
    if isinstance(label, Contractual):
        return language.translate("under contract for at least {days} days", days=label.history_days)
    return language.translate("under contract, or with an order in the last {days} days", days=label.alive_days)
