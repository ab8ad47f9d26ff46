"""The few numbers that open the report, each with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binomtest

from lealtad import dataset
from lealtad.label import Inactivity
from lealtad.timeline import end_of_data
from lealtad.worklist.value import value_at_stake

if TYPE_CHECKING:
    import polars as pl

    from lealtad.definition import Definition
    from lealtad.lake import Lake
    from lealtad.language import Language


@dataclass(frozen=True)
class Tile:
    """One number with its name and what it rests on."""

    name: str
    value: str
    basis: str


def tiles(lake: Lake, definition: Definition, listed: pl.DataFrame, language: Language) -> list[Tile]:
    """Return the tiles of a list: who is alive, who is expected to leave, what that costs, what the list holds."""
    scores, end = lake.read("scores"), end_of_data(lake)
    orders = lake.read("orders", as_of=end)
    values = value_at_stake(orders, end, definition.value, definition.label.horizon_days)
    stake = scores.join(values, on="customer_id", how="left")["value_at_stake"].fill_null(0.0).to_numpy()
    probability = scores["probability"].to_numpy()
    loss = float(probability @ stake)
    leaving = float(probability.sum())
    spread = 1.96 * float(np.sqrt(probability @ (1 - probability)))
    _ = language.say
    return [
        Tile(
            _("Living customers"),
            language.number(len(probability)),
            _who_lives(definition, language),
        ),
        Tile(
            _("Expected to leave"),
            language.number(round(leaving)),
            _(
                "within {days} days; 95 % between {low} and {high}",
                days=definition.label.horizon_days,
                low=language.number(round(leaving - spread)),
                high=language.number(round(leaving + spread)),
            ),
        ),
        Tile(
            _("Expected loss"), language.money(loss), _("margin in the next {days} days", days=_days(definition))
        ),
        Tile(
            _("This list holds"),
            language.percent(float(listed["expected_loss"].sum()) / loss if loss else 0.0),
            _("of the expected loss, in {n} customers", n=language.number(listed.height)),
        ),
        _observed(lake, definition, language),
    ]


def _observed(lake: Lake, definition: Definition, language: Language) -> Tile:
    """Return the newest churn rate whose outcome is known."""
    newest = definition.timeline(end_of_data(lake)).labelled(1)
    churned = dataset.living(lake, definition, newest)["observed"].drop_nulls()
    if churned.is_empty():
        return Tile(language.say("Churn, last known"), "–", language.say("no outcome is known yet"))
    interval = binomtest(int(churned.sum()), churned.len()).proportion_ci(method="wilson")
    return Tile(
        language.say("Churn, last known"),
        language.percent(float(churned.sum()) / churned.len(), 1),
        language.say(
            "of {n} customers from {date} on; 95 % between {low} and {high}",
            n=language.number(churned.len()),
            date=language.date(newest[0]),
            low=language.percent(interval.low, 1),
            high=language.percent(interval.high, 1),
        ),
    )


def _who_lives(definition: Definition, language: Language) -> str:
    label = definition.label
    if isinstance(label, Inactivity):
        return language.say(
            "at least {orders} orders in the last {days} days", orders=label.alive_orders, days=label.alive_days
        )
    return language.say("under contract for at least {days} days", days=label.history_days)


def _days(definition: Definition) -> int:
    return definition.label.horizon_days
