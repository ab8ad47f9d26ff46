"""How long customers stay, learned from the tables of a company whose hazards are known."""

from datetime import timedelta

import lightgbm
import pytest

from lealtad.base.errors import LakeError, SettingsError, TooLittleDataError
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.outcome_definition import Contractual, Inactivity
from lealtad.examples import dataset
from lealtad.examples.features import CATALOG, build_into
from lealtad.lake.timeline import find_end_of_data
from lealtad.learning.survival import DiscreteHazard, train_survival
from lealtad.sources.simulated import simulate
from tests.lakes import lake_of

pytestmark = pytest.mark.slow
CHURN = ModelDefinition(name="churn", label=Contractual())
TREES = lightgbm.LGBMClassifier(n_estimators=40, num_leaves=4, min_child_samples=300, verbose=-1, n_jobs=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    lake = lake_of(tmp_path_factory.mktemp("run") / "lake", simulate(1800, 15, seed=3).tables)
    end = find_end_of_data(lake)
    dates = [end - timedelta(days=56 * k) for k in range(1, 7)][::-1]
    wanted = [one for one in CATALOG if one.family in {"journey", "contract", "tickets"}]
    return build_into(lake, dates, wanted), dates


@pytest.fixture(scope="module")
def timed(made):
    lake, dates = made
    return train_survival(lake, CHURN, dates, DiscreteHazard(TREES, steps=6, most_rows=60_000))


def test_it_ranks_customers_whom_one_curve_cannot_tell_apart(timed):
    measures = {row["name"]: row for row in timed.measures.iter_rows(named=True)}
    assert measures["model"]["concordance"] > 0.55
    assert measures["kaplan_meier"]["concordance"] == measures["constant_hazard"]["concordance"] == 0.5
    assert measures["model"]["integrated_brier"] < measures["constant_hazard"]["integrated_brier"]


def test_days_are_told_per_customer_and_null_beyond_the_limit(timed, made):
    lake, dates = made
    told = timed.predict(dataset.read_active(lake, CHURN, dates[-1:]))
    assert told.columns == ["customer_id", "as_of", "median_days", "restricted_mean_days", "limit_days"]
    assert told["limit_days"].unique().to_list() == [168]
    assert told["restricted_mean_days"].is_between(0, 168).all()
    known = told.drop_nulls("median_days")
    assert known.height < told.height  # most stay for longer than half a year
    assert (known["median_days"] <= 168).all()


def test_what_cannot_be_learned_is_refused(made):
    lake, dates = made
    with pytest.raises(SettingsError, match="a silence ends nothing"):
        train_survival(lake, CHURN.model_copy(update={"label": Inactivity()}), dates)
    today = find_end_of_data(lake)
    with pytest.raises(LakeError, match=f"expected features of {today:%Y-%m-%d}"):
        train_survival(lake, CHURN, [today])
    with pytest.raises(TooLittleDataError, match="customers who left since"):
        train_survival(build_into(lake, [today]), CHURN, [today])  # nobody has left since
