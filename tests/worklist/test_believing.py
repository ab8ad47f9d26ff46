"""The effect of contacts is learned a bucket at a time, from what the definition lets a model see."""

import polars as pl
import pytest

from lealtad import dataset
from lealtad.campaigns import Prior, assignments, fit_effect
from lealtad.definition import Dates, Definition
from lealtad.features import build_into
from lealtad.playbook import Playbook
from lealtad.sources.simulated import simulate
from lealtad.timeline import end_of_data
from lealtad.worklist.believing import effect_columns, measure_effect
from tests.lakes import lake_of

DEFINITION = Definition.read("models/churn/model.toml").model_copy(
    update={"dates": Dates(step_days=14, train=20, test=2)}
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = lake_of(tmp_path_factory.mktemp("run") / "lake", simulate(12_000, 14, seed=3).tables)
    return build_into(made, DEFINITION.as_of_dates(made))


def predict(rows):
    return pl.Series([0.03] * rows.height)


def test_buckets_together_say_what_all_customers_at_once_say(lake):
    split = DEFINITION.timeline(end_of_data(lake)).split(20, 2)
    rows = dataset.living(lake, DEFINITION, [*split.train, *split.test])
    whole = fit_effect(assignments(lake, rows.with_columns(predict(rows).alias("probability"))), Prior())
    found = measure_effect(lake, DEFINITION, Playbook(), predict)
    assert len(lake.buckets) == 2
    assert (found.basis, found.treated) == ("measured", whole.treated)
    assert found.description.names == whole.description.names
    assert found.mean == pytest.approx(whole.mean, abs=1e-6)


def test_what_a_definition_leaves_out_is_no_covariate(lake):
    narrow = DEFINITION.model_copy(update={"families": ("rhythm", "outreach")})
    found = measure_effect(lake, narrow, Playbook(), predict)
    assert "failures" not in found.description.names
    assert found.description.names
    # a list reads of the feature table what the effect hangs on
    assert effect_columns(lake, found) <= lake.columns("features")
