"""A lake whose company sent a message with a planted effect, read as an experiment."""

import polars as pl

from lealtad.experiments.assignment.storage import store_assignments
from lealtad.experiments.plan import ExperimentPlan
from lealtad.experiments.planning.record import RecordedPlan, record_plan
from lealtad.lake import Lake
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.simulated import Scenario, simulate
from lealtad.sources.simulated.message import CAMPAIGN, Message
from tests.lakes import lake_of

PLAN = ExperimentPlan.model_validate(
    {
        "primary": {"metric": "retained", "horizon_days": 84},
        "arms": [{"name": "A", "control": True}, {"name": "B", "message": "We miss you"}],
        "covariate": "none",
    }
)


def build_planted(out, message, customers=6_000, months=6, seed=5):
    """Write a run directory with the message as experiment `message`; return the truth of the company."""
    company = simulate(customers, months, seed, scenario=Scenario(message=message))
    arms = company.tables["interventions"].filter(pl.col("campaign_id") == CAMPAIGN)
    others = company.tables["interventions"].filter(pl.col("campaign_id") != CAMPAIGN)
    lake = lake_of(out / "lake", {**company.tables, "interventions": others})
    plan = company.tables["customers"].filter(pl.col("segment") != "prospect")
    segment = plan.group_by("customer_id").agg(pl.col("segment").first(), pl.col("country").first())
    rows = arms.join(segment, on="customer_id", how="left").select(
        "customer_id",
        "assigned_at",
        "segment",
        "country",
        experiment=pl.lit("message"),
        unit_id="customer_id",
        arm=pl.when(pl.col("arm") == "treated").then(pl.lit("B")).otherwise(pl.lit("A")),
        is_control=pl.col("arm") == "holdout",
        layer=pl.lit("main"),
        ends_at=pl.col("assigned_at").dt.offset_by("84d"),
        language=pl.lit("es"),
    )
    store_assignments(lake, rows)
    start = rows["assigned_at"][0]
    base = {"mean": 0.9, "as_of": f"{start:%Y-%m-%d}", "known": 1.0, "units": rows.height, "removed": 0.0}
    size = {
        "units": rows.height, "units_needed": None, "detectable": 0.02, "relative": 0.02, "total_days": 98,
        "base": base, "power": 0.8, "units_needed_without_covariate": None,
    }  # fmt: skip
    folder = out / "experiments" / "message"
    record_plan(folder, RecordedPlan("message", PLAN, f"{start:%Y-%m-%d}", size, ""), start, has_started=False)
    return company.truth


def open_planted(out):
    """Return the lake and the end of its data."""
    lake = Lake.open(out / "lake")
    return lake, find_end_of_data(lake)


FADING = Message(weeks_before_end=20, effects=(-2.0, -0.6, 1.2), half_life_weeks=8.0)
