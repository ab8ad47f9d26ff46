"""Ranking by one number, by hand and in worlds where the answer is known."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from lealtad.checks.leakage.echo import ABSENCE, VALUE, compute_echo
from lealtad.checks.leakage.ranking import compute_ranking
from lealtad.checks.leakage.suspicion import HINDSIGHT_LIMITS, VERSIONED_LIMITS, find_suspicions
from tests.companies import at

N = 3000


def test_the_area_is_that_of_scikit_learn():
    rng = np.random.default_rng(3)
    values, left = rng.integers(0, 9, 400).astype(float), rng.random(400) < 0.3
    assert compute_ranking(values, left).auc == pytest.approx(roc_auc_score(left, values))


def test_the_margin_shrinks_with_the_customers_not_with_their_rows():
    rng = np.random.default_rng(3)
    values, left = rng.random(1000), rng.random(1000) < 0.3
    twice = compute_ranking(np.tile(values, 2), np.tile(left, 2), customers_per_row=0.5)
    assert twice.margin == pytest.approx(compute_ranking(values, left).margin)
    assert compute_ranking(values[:100], left[:100]).margin > compute_ranking(values, left).margin


def test_with_one_outcome_there_is_no_ranking():
    assert np.isnan(compute_ranking(np.arange(3.0), np.zeros(3, dtype=bool)).auc)


def test_even_a_perfect_ranking_of_a_few_is_not_sure():
    few = compute_ranking(np.arange(10.0), np.arange(10) >= 5)
    many = compute_ranking(np.arange(1000.0), np.arange(1000) >= 500)
    assert few.auc - few.margin < 0.9 < many.auc - many.margin


@pytest.fixture(scope="module")
def world():
    """Customers with a lasting inclination to leave, 10 % per horizon, and what features make of it."""
    rng = np.random.default_rng(8)
    inclined = rng.normal(size=N)
    leaves_in = rng.geometric(1 / (1 + np.exp(2.6 - 1.5 * inclined))) - 1
    left = {f"left_{band}": [None if then < band else then == band for then in leaves_in] for band in range(3)}
    ids = [f"c{i}" for i in range(N)]
    key = {"customer_id": ids, "as_of": [at(0)] * N}
    goes = leaves_in == 0
    features = pl.DataFrame(
        {
            **key,
            "sign": inclined + rng.normal(size=N),
            "noise": rng.normal(size=N),
            "status": (leaves_in <= 1).astype(float),
            "goodbye": np.where(goes & (rng.random(N) < 0.6), 1.0, 0.0),
            "form": np.where(goes & (rng.random(N) < 0.15), 1.0, (rng.random(N) < 0.002).astype(float)),
            "gone_blank": [None if then == 0 else 1.0 for then in leaves_in],
            "segment": (inclined > 0.5).astype(float),
        }
    )
    bands = pl.DataFrame({**key, **left})
    silence = pl.DataFrame({**key, "silent_orders": rng.exponential(5, N) + 3 * goes})
    return compute_echo(features, bands, silence), float(np.mean(goes))


def names(findings, level):
    return {finding.feature for finding in findings if finding.level == level}


def test_a_sign_fades_and_an_echo_is_gone_one_horizon_away(world):
    echo, _ = world
    rows = {row["feature"]: row for row in echo.filter(aspect=VALUE).to_dicts()}
    assert 0.65 < rows["sign"]["auc_1"] < rows["sign"]["auc_0"] < 0.9
    assert rows["goodbye"]["auc_0"] == pytest.approx(0.8, abs=0.03)
    assert rows["goodbye"]["auc_1"] == pytest.approx(0.5, abs=0.03)
    assert echo.filter(feature="gone_blank", aspect=ABSENCE)["auc_0"].item() == 1.0


def test_echoes_are_errors_and_signs_and_noise_are_not(world):
    echo, left = world
    found = find_suspicions(echo, left, {})
    assert names(found, "error") == {"status", "goodbye", "gone_blank"}
    assert names(found, "warning") == {"form"}, "a mark of few leavers may also be known in time"


@pytest.mark.parametrize("limits", [HINDSIGHT_LIMITS, VERSIONED_LIMITS])
def test_an_attribute_needs_less_to_be_suspected_with_versions_and_without(world, limits):
    echo, left = world
    assert "segment" not in names(find_suspicions(echo, left, {}), "error")
    suspected = find_suspicions(echo, left, {"segment": limits, "noise": limits})
    assert "segment" in names(suspected, "error")
    assert "noise" not in {one.feature for one in suspected}
