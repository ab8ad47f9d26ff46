"""A champion that learned under other KPI definitions scores only when that is asked for, and it is said."""

from dataclasses import asdict

import pytest

from lealtad.base import job
from lealtad.base.errors import ModelError
from lealtad.company.model_definition import Dates, Definition
from lealtad.company.outcome_definition import Inactivity
from lealtad.examples.features import build, provenance
from lealtad.examples.features.catalog import catalog_hash
from lealtad.jobs import score as job_score
from lealtad.kpis import definitions_hash
from lealtad.lake import Lake
from lealtad.lake.manifest import Manifest
from lealtad.lake.timeline import end_of_data
from lealtad.models import registry, scoring
from lealtad.models.registry import Champion, Contract

DEFINITION = Definition(name="churn", label=Inactivity(), dates=Dates(train=2, test=1))


class Coin:
    """A model that knows nothing."""

    def unwrap_python_model(self):
        return self

    def predict(self, _context, rows):
        import pandas as pd

        return pd.DataFrame({"probability": [0.5] * len(rows)})


class Unlogged(Champion):
    """A model that no run has logged."""

    season = None


def champion(kpis: str | None) -> Champion:
    contract = asdict(Contract("churn", ["orders_56d"], {"kind": "none"}, catalog_hash(), kpis or "", "0" * 64))
    if kpis is None:
        del contract["kpis"]
    return Unlogged("churn", "3", "run", Coin(), contract)


@pytest.fixture(scope="module")
def lake(company, tmp_path_factory):
    made = Lake(tmp_path_factory.mktemp("scoring") / "lake", Manifest(1)).commit(company)
    features = build(made, DEFINITION.as_of_dates(made)[-1:])
    return made.commit({"features": features}, {"features": provenance(made)})


def test_the_same_definitions_score(lake):
    assert scoring.score(lake, DEFINITION, champion(definitions_hash()), end_of_data(lake)).height


@pytest.mark.parametrize("learned_under", ["another hash", None])
def test_other_definitions_are_refused_unless_overridden(lake, learned_under):
    other = champion(learned_under)
    with pytest.raises(ModelError, match="--override-kpi-hash"):
        scoring.score(lake, DEFINITION, other, end_of_data(lake))
    assert scoring.score(lake, DEFINITION, other, end_of_data(lake), override_kpi_hash=True).height


@pytest.mark.parametrize(("learned_under", "overridden"), [("another hash", True), (None, True), ("ours", False)])
def test_an_override_is_said_and_noted(lake, monkeypatch, capsys, learned_under, overridden):
    model = champion(definitions_hash() if learned_under == "ours" else learned_under)
    monkeypatch.setattr(registry, "load_champion", lambda *_: model)
    job_score.score(lake.root.parent, override_kpi_hash=True)
    assert ("--override-kpi-hash" in capsys.readouterr().err) is overridden
    assert job.summary(lake.root.parent)["kpi_hash_overridden"] is overridden
