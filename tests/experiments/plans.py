"""Plans and observations for tests."""

import numpy as np
import polars as pl

from lealtad.experiments.plan import Arm, ExperimentPlan, Outcome

CONVERSION = Outcome(metric="conversion")
PURCHASES = Outcome(metric="purchases")


def plan(*names, primary=CONVERSION, **more):
    """A plan of the arms A (control), B or those named."""
    arms = tuple(Arm(name=name, control=position == 0) for position, name in enumerate(names or ("A", "B")))
    return ExperimentPlan(arms=arms, primary=primary, **{"covariate": "none", **more})


def shares(counts, rates, outcome="conversion_28d"):
    """Observations with so many units by arm and so many of them with the outcome, exactly."""
    parts = [
        pl.DataFrame(
            {"arm": [arm] * n, outcome: np.r_[np.ones(round(n * rates[arm])), np.zeros(n - round(n * rates[arm]))]}
        )
        for arm, n in counts.items()
    ]
    return pl.concat(parts).with_row_index("unit_id")
