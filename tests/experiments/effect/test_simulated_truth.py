"""On the simulated company: whom a contact saves and whom it drives away, against the truth."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, logit

from lealtad.examples.features import CATALOG, compute_features
from lealtad.experiments.effect import Prior, fit_effect
from lealtad.experiments.effect.assignments import join_assignments
from lealtad.sources.contract import split
from lealtad.sources.simulated import Scenario, simulate

_READ = {
    "days_since_own_contact",
    "retention_contacts",
    "oldest_open_ticket_days",
    "first_reply_business_hours",
    "reopened_tickets",
    "days_since_price_rise",
    "last_ease",
    "days_since_answer",
    "first_month_tickets",
    "tenure_days",
}
_HORIZON = timedelta(days=28)


@pytest.mark.slow
def test_the_effect_correlates_with_the_truth_and_finds_the_harmful_contacts():
    company = simulate(10_000, 24, 7, scenario=Scenario(truth_every_weeks=1, late_share=0, alias_share=0))
    tables = {name: split(name, rows).valid for name, rows in company.tables.items()}
    assigned = tables["interventions"]
    dates = sorted(assigned["assigned_at"].dt.truncate("1d").unique())[2:-1]
    features = compute_features(tables, dates, [one for one in CATALOG if one.name in _READ])
    rows = features.join(company.truth, on=["customer_id", "as_of"])
    ends = tables["subscriptions"].filter(pl.col("event") == "end", pl.col("voluntary"))
    left = rows.sort("as_of").join_asof(
        ends.select("customer_id", end_at="occurred_at").sort("end_at"),
        left_on="as_of",
        right_on="end_at",
        by="customer_id",
        strategy="forward",
        check_sortedness=False,
    )
    # the best a model could predict: what the facts show of the hazard
    shown = 1 - (1 - expit(rows.sort("as_of")["observable_log_odds"].to_numpy())) ** 4
    scored = left.with_columns(
        observed=(pl.col("end_at") < pl.col("as_of") + _HORIZON).fill_null(value=False),
        probability=pl.Series(shown),
    )
    effect = fit_effect(join_assignments(assigned, scored), Prior())
    assert effect.basis("call") in {"mixed", "measured"}
    saved = effect.estimate_saved(scored, "call")["saved"].to_numpy()
    hazard = scored["churn_hazard"].to_numpy()
    change = scored["treatment_log_odds"].to_numpy()
    truth = 1 - expit(logit(hazard) + change) / hazard
    assert np.corrcoef(saved, truth)[0, 1] > 0.4
    harmful = change > 0
    assert 0.05 < harmful.mean() < 0.15
    lowest = saved <= np.quantile(saved, 2 * harmful.mean())
    assert harmful[lowest].sum() > 0.5 * harmful.sum()
