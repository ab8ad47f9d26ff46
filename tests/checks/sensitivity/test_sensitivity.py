from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.errors import LakeError, SettingsError
from lealtad.checks.sensitivity import DefinitionChoices, compare_definitions, list_labels
from lealtad.checks.sensitivity.foresight import split_dates
from lealtad.checks.sensitivity.returns import find_returning
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.outcome_definition import Contractual, Inactivity
from lealtad.examples.features import CATALOG, build_into
from lealtad.examples.outcomes import compute_outcomes
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.simulated import simulate
from tests.companies import INSTANT, at
from tests.lakes import lake_of

pytestmark = pytest.mark.slow

CHURN = ModelDefinition(name="churn", label=Contractual(), dates={"step_days": 28, "train": 4, "test": 2})


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    lake = lake_of(tmp_path_factory.mktemp("run") / "lake", simulate(900, 12, seed=3).tables)
    end = find_end_of_data(lake)
    wanted = [one for one in CATALOG if one.source in {"orders", "own_contacts"}]
    return build_into(lake, [end - timedelta(days=28 * k) for k in range(9)], wanted)


def test_every_choice_of_one_meets_every_choice_of_the_others():
    own = Contractual(horizon_days=30, grace_days=10)
    tried = [(one.grace_days, one.horizon_days, one.lead_days) for one in list_labels(own, DefinitionChoices())]
    assert len(set(tried)) == 4 * 4 * 2
    assert (10, 30, 0) in tried
    named = list_labels(Inactivity(), DefinitionChoices(horizon=(7,), lead=(0, 3), alive=(28,)))
    assert [(one.alive_days, one.horizon_days, one.lead_days) for one in named] == [(28, 7, 0), (28, 7, 3)]


def test_choices_that_cannot_be_are_refused():
    with pytest.raises(SettingsError, match=r"--alive: expected --grace.*contractual"):
        list_labels(Contractual(), DefinitionChoices(alive=(28,)))
    with pytest.raises(SettingsError, match="--grace: expected --alive"):
        list_labels(Inactivity(), DefinitionChoices(grace=(14,)))
    with pytest.raises(SettingsError, match="--horizon: expected whole days, at least 1, found 0"):
        list_labels(Contractual(), DefinitionChoices(horizon=(0,)))


def test_contractual_definitions_are_told_apart(lake):
    choices = DefinitionChoices(horizon=(28, 56), lead=(0,), grace=(0, 14))
    table = compare_definitions(lake, CHURN, choices)
    assert table.select("grace_days", "horizon_days").rows() == [(0, 28), (0, 56), (14, 28), (14, 56)]
    assert table["is_own"].to_list() == [False, False, True, False]
    assert table["alive_days"].null_count() == 4
    rate = dict(
        zip(zip(table["grace_days"], table["horizon_days"], strict=True), table["churn_rate"], strict=True)
    )
    assert 1.5 < rate[14, 56] / rate[14, 28] < 2.5  # twice the time, about twice the ends
    # who comes back within the longer grace is no churner by it
    back = dict(zip(table["grace_days"], table["came_back"], strict=True))
    assert back[14] <= back[0]
    assert table["already_silent"].is_between(0.05, 0.6).all()
    assert table["auc"].drop_nulls().is_between(0.4, 0.9).all()


def test_counts_are_those_of_the_labels(lake):
    row = compare_definitions(lake, CHURN, DefinitionChoices(horizon=(28,), lead=(7,), grace=(14,))).row(
        0, named=True
    )
    label = Contractual(horizon_days=28, lead_days=7, grace_days=14)
    dates = [
        date for date in lake.read("features")["as_of"].unique() if (find_end_of_data(lake) - date).days >= 49
    ]
    judged = compute_outcomes(lake, label, dates).filter(pl.col("missing").is_null()).drop_nulls("observed")
    assert (row["dates"], row["rows"], row["churned"]) == (len(dates), judged.height, judged["observed"].sum())


def test_silence_has_no_grace_but_days_of_being_alive(lake):
    churn = CHURN.model_copy(update={"label": Inactivity()})
    table = compare_definitions(lake, churn, DefinitionChoices(horizon=(28, 56), lead=(0,), alive=(28, 112)))
    assert table["grace_days"].null_count() == 4
    by = {(row["alive_days"], row["horizon_days"]): row for row in table.iter_rows(named=True)}
    assert by[28, 56]["churn_rate"] < by[28, 28]["churn_rate"]  # a longer silence is rarer
    assert by[28, 28]["rows"] < by[112, 28]["rows"]
    assert by[28, 56]["came_back"] < by[28, 28]["came_back"]  # and more often the last one


def test_silent_already_depends_on_how_long_silence_is(lake):
    choices = DefinitionChoices(horizon=(28,), lead=(0,), grace=(14,))
    shares = [
        compare_definitions(lake, CHURN, choices, silent_days=days)["already_silent"][0] for days in (1, 14, 3650)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[2] == 0  # everybody has signed up since


def test_coming_back_is_a_contract_after_the_one_that_was_left(tmp_path):
    def rows(customer: str, *events: tuple[float, str]) -> list[tuple]:
        return [(customer, f"s{customer}", at(24 * day), event) for day, event in events]

    changes = pl.DataFrame(
        [
            *rows("a", (1, "start"), (110, "end")),
            *rows("b", (1, "start"), (110, "end"), (150, "resume")),
            *rows("c", (100, "start"), (110, "end")),
        ],
        schema={
            "customer_id": pl.String,
            "subscription_id": pl.String,
            "occurred_at": INSTANT,
            "event": pl.String,
        },
        orient="row",
    )
    customers = pl.DataFrame({"customer_id": ["a", "b", "c"]})
    lake = lake_of(tmp_path / "lake", {"customers": customers, "subscriptions": changes})
    left = pl.DataFrame({"customer_id": ["a", "b", "c"], "as_of": [at(2400)] * 3, "observed": [True] * 3})
    found = find_returning(lake, Contractual(), left.with_columns(pl.col("as_of").cast(INSTANT)))
    assert found["returned"].to_list() == [False, True, False]


def test_nothing_is_learned_whose_outcome_was_not_known_by_the_first_date_judged():
    dates = [at(24 * 7 * week) for week in range(20)]
    learned, judged = split_dates(dates, Contractual(horizon_days=28, grace_days=14), test=3)
    assert judged == dates[-3:]
    assert learned[-1] + timedelta(days=42) == judged[0]


def test_features_are_needed(tmp_path):
    lake = lake_of(tmp_path / "lake", simulate(60, 6, seed=3).tables)
    with pytest.raises(LakeError, match="found none"):
        compare_definitions(lake, CHURN)
