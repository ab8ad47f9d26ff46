"""Definitions compared as a person does it: on a run's own lake."""

import json

import polars as pl
import pytest

from lealtad.examples.features import CATALOG, build_into
from lealtad.sources.simulated import simulate
from tests.lakes import lake_of

pytestmark = pytest.mark.slow
MODEL = """
name = "churn"
[label]
kind = "contractual"
[dates]
step_days = 28
train = 4
test = 2
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    from lealtad.company.model_definition import ModelDefinition

    out = tmp_path_factory.mktemp("run")
    (out / "model.toml").write_text(MODEL)
    lake = lake_of(out / "lake", simulate(400, 10, seed=3).tables)
    build_into(lake, ModelDefinition.read(out / "model.toml").as_of_dates(lake), CATALOG)
    return out


def test_the_table_is_shown_written_and_told_to_machines(run, out):
    asked = ("--model", out / "model.toml", "--horizon", 28, "--horizon", 56, "--lead", 0, "--grace", 14)
    done = run("sensitivity", "--out", out, *asked)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0].split("  ")[0] == "grace"
    assert len(lines) == 3
    assert lines[1].endswith("<- model.toml")
    assert "sensitivity: 2 of 2: grace 14 d, horizon 56 d, lead 0 d" in done.err
    written = pl.read_csv(out / "sensitivity.csv")
    rows = json.loads(run("sensitivity", "--out", out, *asked, "--json").out)
    assert [row["churned"] for row in rows] == written["churned"].to_list()
    assert [row["horizon_days"] for row in rows] == [28, 56]


def test_what_cannot_be_compared_ends_in_one_message(run, out, tmp_path):
    done = run("sensitivity", "--out", out, "--model", out / "model.toml", "--alive", 28)
    assert (done.code, done.out) == (2, "")
    assert "--alive: expected --grace, --horizon or --lead for contractual churn" in done.err
    assert run("sensitivity", "--out", tmp_path / "nothing").code == 2


def test_help_says_what_it_is_for(run):
    assert "Compare definitions of churn" in run("sensitivity", "--help").out
