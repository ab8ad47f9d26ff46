"""The leak check as a person runs it: on a run's own lake, with the company's own features."""

import json

import pytest

from lealtad.examples.features import CompanyProfile, build_catalog, build_into
from lealtad.jobs.permit import permit
from lealtad.sources.simulated import simulate
from tests.lakes import lake_of

pytestmark = pytest.mark.slow
DATES = """
name = "churn"
[label]
alive_days = 112
alive_orders = 1
[dates]
train = 6
test = 2
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    from lealtad.company.model_definition import ModelDefinition

    out = tmp_path_factory.mktemp("run")
    (out / "model.toml").write_text(DATES)
    (out / "lealtad.toml").write_text('[features]\nmodules = ["tests.checks.leakage.region_features"]\n')
    permit(out=out)
    lake = lake_of(out / "lake", simulate(300, 10, seed=3).tables)
    leaky = CompanyProfile(modules=("tests.checks.leakage.region_features",))
    build_into(lake, ModelDefinition.read(out / "model.toml").as_of_dates(lake), build_catalog(leaky), leaky)
    return out


def test_an_own_feature_that_leaks_is_named_and_ends_in_exit_code_1(run, out):
    done = run("leakcheck", "--out", out, "--model", out / "model.toml", "--settings", out / "lealtad.toml")
    assert done.code == 1
    assert "NOT CLEAN" in done.out
    assert "error: region_leaving (future removed)" in done.out
    report = json.loads((out / "leakcheck.json").read_text())
    assert {finding["feature"] for finding in report["findings"] if finding["level"] == "error"} == {
        "region_leaving"
    }
    assert report["made_of"]["catalog"]
    assert "region_leaving" in (out / "leakcheck.html").read_text()
    again = run("leakcheck", "--out", out, "--model", out / "model.toml", "--settings", out / "lealtad.toml")
    assert again.code == 1
    assert json.loads((out / "leakcheck.json").read_text()) == report


def test_features_of_another_catalog_end_in_one_message(run, out, tmp_path):
    (tmp_path / "lealtad.toml").write_text("")
    done = run("leakcheck", "--out", out, "--model", out / "model.toml", "--settings", tmp_path / "lealtad.toml")
    assert (done.code, done.out) == (2, "")
    assert "Run lealtad features first" in done.err
    assert run("leakcheck", "--out", tmp_path / "nothing").code == 2
