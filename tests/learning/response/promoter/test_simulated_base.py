"""On the simulated company, whose truth is known: the whole base's NPS, and a probability for everybody."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lealtad.base.errors import SettingsError, TooLittleDataError
from lealtad.company.model_definition import ModelDefinition
from lealtad.examples.features import build_into
from lealtad.examples.features.catalog import CATALOG
from lealtad.lake.timeline import find_end_of_data
from lealtad.learning.response.promoter import build_surveyed_base, predict_promoters
from lealtad.sources.simulated import Scenario, simulate
from tests.conftest import ROOT
from tests.lakes import lake_of

pytestmark = pytest.mark.slow

DEFINITION = ModelDefinition.read(ROOT / "models/promoter/model.toml")
_TABLES = ("customers", "surveys", "ticket_events", "subscriptions")
_FAMILIES = {"surveys", "tickets", "contract"}


def company_and_lake(root: Path, customers: int, months: int, seed: int):
    company = simulate(customers, months, seed, scenario=Scenario(truth_every_weeks=1))
    tables = {**{name: company.tables[name] for name in _TABLES}, "identities": company.identities}
    lake = lake_of(root, {name: rows for name, rows in tables.items() if rows.height})
    end = find_end_of_data(lake)
    dates = DEFINITION.timeline(end).list_dates_with_outcome(DEFINITION.dates.train + DEFINITION.dates.test)
    return company, build_into(lake, [*dates, end], [one for one in CATALOG if one.family in _FAMILIES])


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    return company_and_lake(tmp_path_factory.mktemp("simulated"), 12_000, 15, 7)


def test_the_corrected_nps_covers_the_truth_where_the_naive_one_misses(simulated):
    company, lake = simulated
    found = build_surveyed_base(lake, DEFINITION)
    # the truth is told at the midnight after the last whole day of the tables
    truth = company.truth.with_columns(pl.col("as_of") - timedelta(days=1))
    base = found.rows.join(truth, on=["customer_id", "as_of"])
    assert base.height > 0.99 * found.rows.height
    true = 100 * (base["promoter_probability_right"] - base["detractor_probability_right"]).mean()
    estimates = {row["estimate"]: row for row in found.nps.to_dicts()}

    def covers(name):
        return estimates[name]["low"] <= true <= estimates[name]["high"]

    assert not covers("naive")
    assert covers("tilted")
    assert covers("bounds")
    gaps = {name: abs(estimates[name]["value"] - true) for name in ("naive", "ipw", "doubly_robust", "tilted")}
    assert gaps["tilted"] < gaps["doubly_robust"] < gaps["naive"]
    assert gaps["ipw"] < gaps["naive"]


def test_everybody_living_has_a_probability_with_its_basis(simulated):
    _, lake = simulated
    end = find_end_of_data(lake)

    def half(X):
        return np.full(len(X), 0.5)

    found = predict_promoters(lake, DEFINITION, end, promoter=half, answering=half)
    assert found.select("customer_id", "as_of").is_unique().all()
    assert set(found["promoter_basis"].unique()) <= {"answered", "modelled", "unknown"}
    assert found.filter(pl.col("promoter_basis") == "answered")["last_nps"].null_count() == 0
    unknown = pl.col("promoter_basis") == "unknown"
    assert found.filter(unknown)["promoter_probability"].null_count() == found.filter(unknown).height
    assert found.filter(~unknown)["promoter_probability"].null_count() == 0
    short = predict_promoters(lake, DEFINITION, end, promoter=half, answering=half, answer_days_valid=7)[
        "promoter_basis"
    ]
    assert (short == "answered").sum() < (found["promoter_basis"] == "answered").sum()


def test_too_few_answers_are_said(tmp_path):
    _, lake = company_and_lake(tmp_path / "lake", 40, 15, 1)
    with pytest.raises(TooLittleDataError, match="answers to NPS invitations"):
        build_surveyed_base(lake, DEFINITION)


def test_another_kind_of_definition_is_refused(tmp_path):
    _, lake = company_and_lake(tmp_path / "lake", 50, 15, 1)
    churn = ModelDefinition.read(ROOT / "models/churn/model.toml")
    with pytest.raises(SettingsError, match="promoter/model"):
        build_surveyed_base(lake, churn)
