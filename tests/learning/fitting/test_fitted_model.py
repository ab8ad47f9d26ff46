"""What is fitted recovers a known truth, from the past alone, and is the same for the same seed."""

import numpy as np
import pytest
from scipy.special import expit, logit

from lealtad.base.errors import TooLittleDataError
from lealtad.learning.evaluation import compute_ece
from lealtad.learning.fitting import FitPlan, fit, split_rows
from lealtad.learning.fitting.members import Recipe, predict_out_of_fold
from lealtad.learning.fitting.splitting import sample_customers
from lealtad.learning.learners import DEFAULT, Examples
from lealtad.learning.search import TunedSettings, prepare_fold

pytestmark = pytest.mark.slow

SETTINGS = TunedSettings(
    {"num_leaves": 5, "learning_rate": 0.1, "bagging_fraction": 0.7}, rounds=50, loss=np.nan, trials=0
)
RECIPE = Recipe(DEFAULT, SETTINGS.settings, SETTINGS.rounds)
PLAN = FitPlan(settings=SETTINGS, seeds=2)


def world(dates=18, each=300, seed=1):
    """A world whose truth is known: two columns matter, one does not; a customer is seen on every date."""
    rng = np.random.default_rng(seed)
    n = dates * each
    X = rng.normal(size=(n, 3))
    truth = expit(X[:, 0] - X[:, 1] - 1.5)
    days = np.repeat(7.0 * np.arange(dates), each)
    return X, (rng.random(n) < truth).astype(float), days, np.tile(np.arange(each), dates), truth


def fitted(X, y, days, customers, plan=PLAN, **more):
    folds = split_rows(y, customers, days, outcome_days=28, count=3, seed=1)
    return fit(Examples(X, y, **more), folds, customers, time=days, plan=plan)


@pytest.fixture(scope="module")
def fitted_model():
    return fitted(*world()[:4])


def test_probabilities_recover_the_known_truth_and_lie_within_their_interval(fitted_model):
    X, y, _, _, truth = world(seed=2)
    probability = fitted_model.predict(X)
    assert np.abs(probability - truth).mean() < 0.04
    assert compute_ece(y, probability) < 0.03
    low, high = fitted_model.band.ends(fitted_model.log_odds(X))
    assert (low <= high).all()
    assert np.mean((low - 1e-3 <= probability) & (probability <= high + 1e-3)) > 0.99


def test_the_same_seed_is_the_same_model_to_the_letter_and_another_is_not(fitted_model):
    again = fitted(*world()[:4])
    assert again.text == fitted_model.text
    assert again.calibration.to_text() == fitted_model.calibration.to_text()
    assert again.band.to_text() == fitted_model.band.to_text()
    assert fitted(*world()[:4], plan=FitPlan(settings=SETTINGS, seeds=2, seed=8)).text != fitted_model.text


def test_outcomes_of_the_last_date_reach_no_judgement_of_earlier_ones():
    X, y, days, customers, _ = world()
    last = days == days.max()
    predictions = []
    for happened in (y, np.where(last, 1 - y, y)):
        examples = Examples(X, happened)
        folds = split_rows(happened, customers, days, outcome_days=28, count=3, seed=1)
        parts = [prepare_fold(DEFAULT, examples, fold) for fold in folds]
        predictions.append(predict_out_of_fold(RECIPE, examples, parts, FitPlan(seeds=1, seed=1)))
    np.testing.assert_array_equal(*predictions)
    assert np.isfinite(predictions[0][last]).all()


def test_a_weight_stands_for_so_many_rows():
    X, y, days, customers, truth = world()
    heavy = fitted(X, y, days, customers, weight=np.where(y == 1, 4.0, 1.0)).predict(X)
    # those who left stand for four each: their odds are four times as high
    assert heavy.mean() == pytest.approx(expit(logit(truth) + np.log(4)).mean(), abs=0.02)


def test_a_large_table_is_searched_on_whole_customers_and_fitted_on_every_row():
    X, y, days, customers, truth = world()
    part = fitted(X, y, days, customers, plan=FitPlan(settings=SETTINGS, seeds=1, most_rows=2700))
    assert part.rows == 2700
    judged = np.isfinite(part.probability)
    assert {len(days[judged & (customers == one)]) for one in np.unique(customers[judged])} == {12}
    assert np.abs(part.predict(X) - truth).mean() < 0.05


def test_a_sample_keeps_customers_whole_and_folds_apart():
    _, y, days, customers, _ = world()
    folds = split_rows(y, customers, days, outcome_days=28, count=3, seed=1)
    rows, parts = sample_customers(customers, folds, most=1000, seed=3)
    assert len(rows) == 56 * 18  # of 300 customers on 18 dates
    for whole, part in zip(folds, parts, strict=True):
        assert set(rows[part.learned]) <= set(whole.learned)
        assert set(rows[part.judged]) == set(whole.judged) & set(rows)


def test_the_level_of_the_next_date_widens_the_interval():
    X, y, days, customers, truth = world()
    rng = np.random.default_rng(5)
    moved = logit(truth) + np.repeat(rng.normal(0, 0.6, 18), 300)
    seasons = (rng.random(len(y)) < expit(moved)).astype(float)
    widths = []
    for happened in (y, seasons):
        band = fitted(X, happened, days, customers).band
        widths.append(float((band.high - band.low).mean()))
    assert widths[1] > 1.5 * widths[0]


def test_one_outcome_alone_is_refused():
    _, y, days, customers, _ = world()
    with pytest.raises(TooLittleDataError, match="parts in time with both outcomes"):
        split_rows(np.zeros(len(y)), customers, days, outcome_days=28, count=3, seed=1)
