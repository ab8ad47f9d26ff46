"""The truth behind the tables: what the simulation drew from, by customer and as-of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.simulated.arrays import Flags, find_positions, logistic
from lealtad.sources.simulated.rows import format_customer_ids, to_instants

if TYPE_CHECKING:
    from lealtad.sources.simulated.hazard import HazardReading
    from lealtad.sources.simulated.population import Population

_HORIZON_WEEKS = 4


def build_truth_rows(
    reading: HazardReading, subscribed: Flags, population: Population, as_of: int
) -> pl.DataFrame:
    """Build one row per customer with a subscription at `as_of`.

    Returns
    -------
    polars.DataFrame
        `customer_id, as_of, churn_hazard` (probability of a voluntary end in the next 7 days),
        `churn_probability_28d` (`1 − (1 − churn_hazard)⁴`: the hazard held for four weeks).

        `log_odds` (of `churn_hazard`), `observable_log_odds` (its part that facts show), `cause_*` (what each
        cause adds to the log odds), `promoter_probability`, `detractor_probability`, `answer_probability`.

        `treatment_log_odds` (what a contact now would add), `treatment_effect` (hazard if contacted − hazard; a
        negative value saves). `pressed` (whether the scenario presses its causes on the customer).

        With a message of the scenario also `message_log_odds`: what is left of it in `log_odds`.
    """
    who = find_positions(subscribed)
    now, contacted = reading.hazard[who], logistic(reading.log_odds[who] + reading.contact_effect[who])
    message = {} if reading.message_effect is None else {"message_log_odds": reading.message_effect[who]}
    return pl.DataFrame(
        {
            "customer_id": format_customer_ids(population, who),
            "as_of": to_instants(np.full(who.size, as_of)),
            "churn_hazard": now,
            "churn_probability_28d": 1.0 - (1.0 - now) ** _HORIZON_WEEKS,
            "log_odds": reading.log_odds[who],
            "observable_log_odds": reading.observable[who],
            **{f"cause_{name}": added[who] for name, added in reading.causes.items()},
            "promoter_probability": reading.promoter[who],
            "detractor_probability": reading.detractor[who],
            "answer_probability": reading.answer_probability[who],
            "treatment_log_odds": reading.contact_effect[who],
            "treatment_effect": contacted - now,
            "pressed": population.pressed[who],
            **message,
        }
    )
