"""The effect of contacts is learned a bucket at a time, each assignment in the state of its own day."""

from datetime import timedelta

import polars as pl
import pytest

from lealtad.company.model_definition import ModelDefinition
from lealtad.company.model_settings import DateSettings
from lealtad.company.playbook import Playbook
from lealtad.examples import dataset
from lealtad.examples.features import build_into
from lealtad.experiments.effect import Prior, fit_effect, read_campaign_assignments
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.simulated import simulate
from lealtad.worklist import assigned_customers as assigned
from lealtad.worklist.assigned_customers import AssignedCustomers
from lealtad.worklist.effect_estimates import effect_columns, measure_effect
from tests.lakes import lake_of

DEFINITION = ModelDefinition.read("models/churn/model.toml").model_copy(
    update={"dates": DateSettings(step_days=14, train=20, test=2)}
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = lake_of(tmp_path_factory.mktemp("run") / "lake", simulate(6_000, 14, seed=3).tables)
    return build_into(made, DEFINITION.as_of_dates(made))


def predict(rows):
    return pl.Series([0.03] * rows.height)


def test_every_assignment_whose_outcome_is_known_counts(lake):
    """As many as customers who could be scored on the day they were assigned; most of them."""
    last = find_end_of_data(lake) - timedelta(days=DEFINITION.label.outcome_days)
    given = lake.read("interventions").filter(pl.col("assigned_at") < last + timedelta(days=1))
    found = measure_effect(lake, DEFINITION, Playbook(), predict)
    assert len(lake.buckets) == 2
    assert 0.85 * given.height < found.treated + found.holdout <= given.height
    # training dates reach less than half as far back
    split = DEFINITION.timeline(find_end_of_data(lake)).split(5, 2)
    rows = dataset.read_active(lake, DEFINITION, [*split.train, *split.test])
    few = fit_effect(
        read_campaign_assignments(lake, rows.with_columns(predict(rows).alias("probability"))), Prior()
    )
    assert few.treated < found.treated / 2


def test_the_state_of_a_day_is_the_one_that_features_of_that_day_have(lake, monkeypatch):
    """Whatever is computed at once: one day, or all."""
    parts = {}
    for most in (1, 10**9):
        monkeypatch.setattr(assigned, "_MOST_ROWS", most)
        customers = AssignedCustomers(lake, DEFINITION)
        parts[most] = pl.concat(rows for bucket in lake.buckets for rows in customers.compute_rows(bucket))
        parts[most] = parts[most].sort("as_of", "customer_id")
    assert parts[1].equals(parts[10**9])
    day = parts[1]["as_of"][0]
    built = build_into(lake, [day])
    same = parts[1].filter(pl.col("as_of") == day).sort("customer_id")
    whole = (
        dataset.read_active(built, DEFINITION, [day]).join(same, on="customer_id", how="semi").sort("customer_id")
    )
    assert same.equals(whole.select(same.columns))


def test_what_a_definition_leaves_out_is_no_covariate(lake):
    narrow = DEFINITION.model_copy(update={"families": ("rhythm", "outreach")})
    found = measure_effect(lake, narrow, Playbook(), predict)
    assert "failures" not in found.description.names
    assert found.description.names
    # a list reads of the feature table what the effect hangs on
    assert effect_columns(lake, found) <= lake.columns("features")
