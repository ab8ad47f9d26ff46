"""The level of the season, from training to the night: learned, judged as it is used, and kept with scores."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pytest

import lealtad
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.model_settings import Booster, DateSettings, SearchSettings
from lealtad.company.outcome_definition import Inactivity
from lealtad.examples.features import build, trace_provenance
from lealtad.kpis import definitions_hash
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from lealtad.learning.evaluation import compute_metrics
from lealtad.learning.on_lake import MODEL
from lealtad.learning.season.lake_levels import estimate_past_levels
from lealtad.models import scoring
from lealtad.models.gate import score_side_by_side
from lealtad.models.recording import record
from lealtad.models.registry import find_challenger
from tests.companies import INSTANT, at

pytestmark = pytest.mark.slow

DEFINITION = ModelDefinition(
    name="churn",
    families=("rhythm", "money"),
    label=Inactivity(alive_days=42, horizon_days=21),
    dates=DateSettings(train=16, test=4),
    search=SearchSettings(folds=2, seeds=2),
    booster=Booster(rounds=40, leaves=4, feature_share=0.5),
)
DAYS, CUSTOMERS = 300, 400


def seasonal_shop(seed=3):
    """Customers with a pace of their own, all of whom buy less often in some months than in others."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(CUSTOMERS):
        gap, day = rng.uniform(5, 25), rng.uniform(0, 10)
        while day < DAYS:
            rows.append((f"c{number:03d}", at(24 * day), round(rng.gamma(2, 20), 2)))
            day += rng.exponential(gap * np.exp(0.8 * np.sin(day / 25)))
    moments = pl.Series([row[1] for row in rows], dtype=INSTANT)
    who = pl.Series([row[0] for row in rows])
    orders = pl.DataFrame(
        {
            "order_id": [f"o{number}" for number in range(len(rows))],
            "customer_id": who,
            "ordered_at": moments,
            "amount": [row[2] for row in rows],
            "known_at": moments,
        }
    ).sort("customer_id", "known_at")
    people = who.unique().sort().to_frame("customer_id").with_columns(known_at=pl.lit(None, INSTANT))
    return {"customers": people, "orders": orders}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = commit_tables(Lake(tmp_path_factory.mktemp("seasonal") / "lake", Manifest(2)), seasonal_shop())
    features = build(made, DEFINITION.as_of_dates(made))
    return commit_tables(made, {"features": features}, {"features": trace_provenance(made)})


@pytest.fixture(scope="module")
def trained(lake):
    return lealtad.train(lake, DEFINITION)


def champion(lake, trained):
    """The trained model, as scoring meets it."""

    def predictions(rows):
        probability = trained.predict(rows)
        return pd.DataFrame({"probability": probability, "low": probability / 2, "high": probability})

    contract = {
        "columns": trained.train.features,
        "catalog": lake.notes("features")["catalog"],
        "kpis": definitions_hash(),
    }
    return SimpleNamespace(name="churn", version="1", contract=contract, predictions=predictions)


def predict_rows(trained):
    return lambda rows: trained.predict(rows.to_pandas())


def nights(lake):
    return DEFINITION.as_of_dates(lake)[:-1]


def test_a_model_is_judged_at_the_level_that_was_known(lake, trained):
    usual = trained.predict(trained.test.X)
    assert trained.season.spread > 0.2
    moved = trained.probabilities[MODEL]
    assert not np.allclose(moved, usual)
    y = trained.test.y
    assert compute_metrics(y, moved)["brier"] < compute_metrics(y, usual)["brier"]
    assert abs(moved.mean() - y.mean()) < 0.7 * abs(usual.mean() - y.mean())


def test_the_champion_is_judged_at_the_level_that_it_knows(lake, trained):
    again = lealtad.train(lake, DEFINITION, champion=trained.predict, champion_season=trained.season)
    np.testing.assert_allclose(again.probabilities["champion"], trained.probabilities[MODEL])


def test_scores_that_were_kept_tell_the_same_level(lake, trained):
    """Night after night, each at the level that the nights before it tell."""
    found, kept = {}, lake
    for night in nights(lake)[-7:]:
        level = scoring.estimate_season_level(kept, DEFINITION, trained.season, night)
        scores = scoring.score(kept, DEFINITION, champion(lake, trained), night, level=level.shift)
        assert set(scores["level"]) == {level.shift}
        kept, found[night] = scoring.save_scores(kept, [scores]), level
    last = list(found)[-4:]
    assert [level.rows > 0 for level in found.values()] == [False, *[True] * 6]
    expected = estimate_past_levels(lake, DEFINITION, trained.season, predict_rows(trained), last)
    assert {night: found[night].shift for night in last} == pytest.approx(expected)


def test_the_registry_keeps_the_season_and_the_gate_judges_as_training_did(lake, trained, tmp_path):
    store = f"sqlite:///{tmp_path}/mlflow.db"
    record(trained, lake, DEFINITION, store, tmp_path / "mlartifacts")
    challenger = find_challenger(store, "churn")
    assert challenger.season == trained.season
    assert "log-odds apart beyond chance" in challenger.read_artifact("card.md")
    found = score_side_by_side(lake, DEFINITION, challenger, challenger).judged
    np.testing.assert_allclose(found["model"], trained.probabilities[MODEL])
    np.testing.assert_allclose(found["champion"], trained.probabilities[MODEL])


def test_the_level_moves_all_odds_alike(lake, trained):
    night = nights(lake)[-1]
    usual, moved = (
        scoring.score(lake, DEFINITION, champion(lake, trained), night, level=level) for level in (0.0, 0.5)
    )
    for name in ("probability", "low", "high"):
        ratio = [scores[name] / (1 - scores[name]) for scores in (moved, usual)]
        assert ratio[0].null_count() == usual["missing"].count()
        np.testing.assert_allclose((ratio[0] / ratio[1]).drop_nulls(), np.exp(0.5))


def test_scores_from_before_levels_were_kept_are_at_the_usual_one(lake, trained):
    before, night = nights(lake)[-2:]
    scores = scoring.score(lake, DEFINITION, champion(lake, trained), before)
    levels = []
    for rows in (scores, scores.drop("level")):
        kept = scoring.save_scores(lake, [rows])
        levels.append(scoring.estimate_season_level(kept, DEFINITION, trained.season, night))
        # the columns of old scores do not keep a night from being scored again
        assert "level" in scoring.save_scores(kept, [scores]).columns("scores")
    assert levels[0] == levels[1]
    assert levels[0].rows > 0


def test_without_a_season_every_night_is_at_the_usual_level(lake):
    assert scoring.estimate_season_level(lake, DEFINITION, None, nights(lake)[-1]).shift == 0
