import lightgbm
import numpy as np
import pytest
from sklearn.base import clone

from lealtad.learning.survival import (
    DiscreteHazard,
    Durations,
    compute_brier,
    compute_concordance,
    compute_integrated_brier,
    constant_hazard,
    kaplan_meier,
)

pytestmark = pytest.mark.slow

STEP, STEPS = 20, 6
TREES = lightgbm.LGBMClassifier(n_estimators=60, learning_rate=0.1, num_leaves=6, verbose=-1, n_jobs=1)


def world(seed: int, rows: int = 20_000, censor: float = 200.0):
    """Stays are exponential; how fast one leaves depends on x, censoring on nothing."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 3))
    pace = np.exp(x[:, 0]) / 150
    stays, seen = rng.exponential(1 / pace), rng.uniform(0, censor, rows)
    as_of = np.datetime64("2026-01-01") + rng.integers(0, 12, rows) * np.timedelta64(28, "D")
    return (
        x,
        Durations(np.minimum(stays, seen), stays <= seen),
        as_of,
        np.exp(-np.outer(pace, np.arange(7) * STEP)),
    )


@pytest.fixture(scope="module")
def fitted():
    x, seen, as_of, _ = world(1)
    return DiscreteHazard(TREES, step_days=STEP, steps=STEPS).fit(x, seen, as_of)


def test_the_truth_is_recovered_though_most_are_censored(fitted):
    later, _, _, truth = world(2)
    told = fitted.predict_curves(later).surviving
    assert np.abs(told - truth).mean() < 0.03
    np.testing.assert_allclose(told.mean(axis=0), truth.mean(axis=0), atol=0.02)


def test_it_beats_one_curve_for_all(fitted):
    known, (later, seen, _, _) = world(1)[1], world(2)
    curves = fitted.predict_curves(later)
    for baseline in (kaplan_meier, constant_hazard):
        same = baseline(known, STEP, STEPS, len(later))
        assert compute_integrated_brier(curves, seen) < compute_integrated_brier(same, seen) - 0.01
        assert compute_concordance(1 - same.surviving[:, -1], seen) == 0.5
    assert compute_concordance(1 - curves.surviving[:, -1], seen) > 0.65


def test_the_same_rows_give_the_same_model(fitted):
    assert clone(fitted).get_params()["steps"] == STEPS
    again = clone(fitted).fit(*world(1)[:3])
    later = world(2)[0][:50]
    np.testing.assert_array_equal(again.predict(later), fitted.predict(later))


def test_thinned_rows_tell_the_same_levels(fitted):
    x, seen, as_of, _ = world(1)
    few = DiscreteHazard(TREES, step_days=STEP, steps=STEPS, most_rows=25_000).fit(x, seen, as_of)
    later = world(2)[0]
    ours, whole = few.predict_curves(later).surviving, fitted.predict_curves(later).surviving
    np.testing.assert_allclose(ours.mean(axis=0), whole.mean(axis=0), atol=0.02)


def test_levels_that_changed_lately_are_calibrated():
    # of late customers leave half as fast, at the same features: a booster of all dates lies between the two
    x, seen, as_of, _ = world(3)
    rng = np.random.default_rng(9)
    late = as_of >= np.unique(as_of)[8]
    stays = rng.exponential(300 / np.exp(x[:, 0]))
    censor = rng.uniform(0, 200, len(stays))
    days = np.where(late, np.minimum(stays, censor), seen.days)
    both = Durations(days, np.where(late, stays <= censor, seen.churned))
    plain = DiscreteHazard(TREES, step_days=STEP, steps=STEPS).fit(x, both)
    fixed = DiscreteHazard(TREES, step_days=STEP, steps=STEPS).fit(x, both, as_of)
    truth = np.exp(-np.exp(x[:, 0]) / 300 * STEP * STEPS).mean()
    off = [abs(model.predict_curves(x).surviving[:, -1].mean() - truth) for model in (fixed, plain)]
    assert off[0] < off[1]


@pytest.mark.parametrize(("left", "found"), [(False, "nobody left"), (True, "nobody stayed")])
def test_one_kind_of_outcome_is_refused(left, found):
    seen = Durations(np.full(40, 5.0), np.full(40, left))
    with pytest.raises(ValueError, match=found):
        DiscreteHazard(TREES, step_days=STEP, steps=1).fit(np.zeros((40, 1)), seen)


def test_brier_by_hand():
    # days 10 censored, 20 left, 30 left, 40 seen: at 25 days G is 3/4 before and after 20; S = 0.4 for everybody
    seen = Durations(np.array([10.0, 20, 30, 40]), np.array([False, True, True, False]))
    curves = constant_hazard(Durations(np.array([1.0]), np.array([False])), 25, 1, 4)
    told = type(curves)(25, np.array([[1.0, 0.4]] * 4))
    expected = (0.4**2 / 0.75 + 2 * 0.6**2 / 0.75) / 4
    assert compute_brier(told, seen, [25.0])["brier"][0] == pytest.approx(expected)


def test_concordance_without_pairs_is_nothing():
    assert compute_concordance(np.zeros(3), Durations(np.ones(3), np.zeros(3, bool))) is None
