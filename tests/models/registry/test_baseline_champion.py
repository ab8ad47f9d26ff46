"""Where the gate refuses a first model, the best baseline scores, and everybody can see that."""

import polars as pl
import pytest

from lealtad.base import job
from lealtad.jobs.baseline_champion import choose_baseline, promote_baseline
from lealtad.models import registry
from lealtad.models.gate import GateVerdict
from tests.models.registry.conftest import definition

RIVALS = pl.DataFrame(
    {"rival": ["base_rate", "recency", "logistic"], "measure": ["ranking"] * 3, "other": [0.5, 0.6, 0.7]}
)


def refused(*failed):
    return GateVerdict(
        pl.DataFrame({"name": failed, "passed": [False] * len(failed)}),
        RIVALS,
        pl.DataFrame({"name": failed, "lever": ["-"] * len(failed)}),
    )


def test_no_baseline_stands_in_for_what_all_learned_from():
    assert choose_baseline(refused("ranking against logistic")) == "logistic"
    assert choose_baseline(refused("ranking against logistic", "leak check")) is None


@pytest.mark.slow
def test_a_baseline_stands_in_only_if_it_passes_and_the_refused_model_stays_the_challenger(
    company, new_store, tmp_path
):
    uri = new_store(tmp_path)
    company.record(uri, other=True)
    challenger = registry.find_challenger(uri, "churn")
    with job.step("promote", company.out) as step:
        passed = promote_baseline(
            step, company.out, definition(), challenger, refused("ranking against logistic"), uri
        )
    stand_in = registry.load_version(uri, "churn", "2")
    assert (stand_in.stands_in, stand_in.params["learner"]) == ("logistic", "logistic")
    champion = registry.find_champion(uri, "churn")
    assert (champion is not None) == passed
    if passed:
        entry = registry.read_history(uri, "churn").row(0, named=True)
        assert entry["gate"] == "best baseline"
        assert "the gate refused version 1" in entry["because"]
    again = registry.find_challenger(uri, "churn")
    assert (again.version, again.stands_in) == (challenger.version, "")
    rows = company.trained.test.X.head(5)
    assert stand_in.probabilities(rows).between(0, 1).all()
    assert list(stand_in.contributions(rows).columns) == list(stand_in.contract["columns"])
