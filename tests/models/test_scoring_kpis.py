"""A champion that learned under other KPI definitions scores only when that is asked for, and it is said."""

from dataclasses import asdict

import pytest

from lealtad.base import job
from lealtad.base.errors import ModelError
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.model_settings import DateSettings
from lealtad.company.outcome_definition import Inactivity
from lealtad.examples.features import build, trace_provenance
from lealtad.examples.features.fingerprint import hash_catalog
from lealtad.jobs import score as job_score
from lealtad.kpis import definitions_hash
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from lealtad.lake.timeline import find_end_of_data
from lealtad.models import registry, scoring
from lealtad.models.registry import ModelContract, RegisteredModel

DEFINITION = ModelDefinition(name="churn", label=Inactivity(), dates=DateSettings(train=2, test=1))


class Coin:
    """A model that knows nothing."""

    def unwrap_python_model(self):
        return self

    def predict(self, _context, rows):
        import pandas as pd

        return pd.DataFrame({"probability": [0.5] * len(rows)})


class Unlogged(RegisteredModel):
    """A model that no run has logged."""

    season = None


def champion(kpis: str | None) -> RegisteredModel:
    contract = asdict(
        ModelContract("churn", ["orders_56d"], {"kind": "none"}, hash_catalog(), kpis or "", "0" * 64)
    )
    if kpis is None:
        del contract["kpis"]
    return Unlogged("churn", "3", "run", Coin(), contract)


@pytest.fixture(scope="module")
def lake(company, tmp_path_factory):
    made = commit_tables(Lake(tmp_path_factory.mktemp("scoring") / "lake", Manifest(1)), company)
    features = build(made, DEFINITION.as_of_dates(made)[-1:])
    return commit_tables(made, {"features": features}, {"features": trace_provenance(made)})


def test_the_same_definitions_score(lake):
    assert scoring.score(lake, DEFINITION, champion(definitions_hash()), find_end_of_data(lake)).height


@pytest.mark.parametrize("learned_under", ["another hash", None])
def test_other_definitions_are_refused_unless_overridden(lake, learned_under):
    other = champion(learned_under)
    with pytest.raises(ModelError, match="--override-kpi-hash"):
        scoring.score(lake, DEFINITION, other, find_end_of_data(lake))
    assert scoring.score(lake, DEFINITION, other, find_end_of_data(lake), override_kpi_hash=True).height


@pytest.mark.parametrize(("learned_under", "overridden"), [("another hash", True), (None, True), ("ours", False)])
def test_an_override_is_said_and_noted(lake, monkeypatch, capsys, learned_under, overridden):
    model = champion(definitions_hash() if learned_under == "ours" else learned_under)
    monkeypatch.setattr(registry, "load_champion", lambda *_: model)
    job_score.score(lake.root.parent, override_kpi_hash=True)
    assert ("--override-kpi-hash" in capsys.readouterr().err) is overridden
    assert job.read_summary(lake.root.parent)["kpi_hash_overridden"] is overridden
