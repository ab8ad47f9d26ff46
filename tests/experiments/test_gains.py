"""Who gains from a message: a planted difference is found, and none is claimed where there is none."""

import re

import numpy as np
import polars as pl
import pytest

from lealtad.base.errors import SettingsError, TooLittleDataError
from lealtad.company.model_definition import ModelDefinition
from lealtad.experiments.gains import GainColumns, judge_gains, read_gain_rows
from lealtad.experiments.outcomes.measures import Conditions
from lealtad.experiments.plan import Outcome
from lealtad.experiments.planning.record import read_record
from lealtad.jobs.experiment import Action, experiment
from lealtad.lake import Lake
from lealtad.lake.timeline import find_end_of_data
from tests.experiments.planted import FADING, build_planted

pytestmark = pytest.mark.slow


def draw(seed, n=6_000, slope=0.0, level=0.03):
    """Two arms of which the second adds `level` and, by plan, `slope` more or less."""
    rng = np.random.default_rng(seed)
    plan = rng.integers(0, 3, n)
    treated = rng.random(n) < 0.5
    p = 0.5 + 0.1 * (plan == 2) + treated * (level + slope * (1 - plan))
    return pl.DataFrame(
        {
            "customer_id": [f"c{k:05d}" for k in range(n)],
            "arm": np.where(treated, "B", "A"),
            "outcome": (rng.random(n) < p).astype(float),
            "segment": np.array(["basic", "family", "premium"])[plan],
            "tenure_days": rng.exponential(300, n),
            "churn": rng.random(n),
        }
    )


def test_a_planted_difference_between_plans_is_found():
    gains = judge_gains(draw(1, slope=0.2), "B", "A", draws=40)
    assert gains.use == "uplift"
    assert gains.rankings["name"].to_list() == ["two_logits", "interactions", "doubly_robust", "churn_score"]
    assert gains.rankings["qini_low"][0] > 0
    assert gains.rankings.filter(pl.col("name") == "churn_score")["qini_ahead_low"][0] > 0
    assert gains.curve["gained"][-1] == pytest.approx(gains.curve["random"][-1])


def test_where_all_gain_alike_no_choice_by_uplift_is_used():
    uses = [judge_gains(draw(seed, level=0.08), "B", "A", draws=2).use for seed in range(2, 7)]
    assert uses.count("all") >= 4
    assert "none" not in uses


def test_a_message_that_changes_nothing_is_not_sent_to_anybody():
    uses = [judge_gains(draw(seed, level=0.0), "B", "A", draws=2).use for seed in range(20, 25)]
    assert uses.count("uplift") + uses.count("all") <= 1


def test_the_effect_model_of_the_list_is_judged_by_the_same_measures():
    rows = draw(7, n=1_500, level=0.05)
    gains = judge_gains(rows, "B", "A", draws=5, is_retention=True)
    assert gains.rankings["name"].to_list()[-2:] == ["churn_score", "list_effect"]
    assert gains.rankings.null_count().sum_horizontal().item() == 0


def test_what_a_message_costs_counts():
    rows = draw(3, level=0.05)
    assert judge_gains(rows, "B", "A", draws=2).use == "all"
    assert judge_gains(rows, "B", "A", draws=2, cost=0.2).use == "none"


def test_order_of_rows_changes_nothing():
    rows = draw(4, n=2_000)
    one, other = (judge_gains(r, "B", "A", draws=5) for r in (rows, rows.sample(fraction=1, shuffle=True, seed=1)))
    assert one.rankings.equals(other.rankings)


def test_too_few_outcomes_are_refused():
    with pytest.raises(TooLittleDataError, match="the rarer outcome"):
        judge_gains(draw(5, n=150), "B", "A")


def test_a_value_that_came_later_has_a_code_of_its_own():
    rows = draw(6, n=300)
    columns = GainColumns.from_rows(rows)
    later = rows.with_columns(segment=pl.lit("new"))
    assert set(columns.build(later)[:, columns.categorical[0]]) == {3.0}


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    build_planted(folder, FADING)
    return folder


@pytest.mark.slow
def test_features_are_as_of_the_assignment_and_no_outcome_is_guessed(out):
    lake, recorded = Lake.open(out / "lake"), read_record(out / "experiments" / "message")
    churn = ModelDefinition.read("churn")
    conditions = Conditions(churn.label, find_end_of_data(lake))
    rows = read_gain_rows(lake, recorded, conditions)
    assert rows["customer_id"].is_unique().all()
    assert set(rows["outcome"]) == {0.0, 1.0}
    assert {"tenure_days", "monthly_amount", "churn"} <= set(rows.columns)
    later = recorded.plan.model_copy(update={"primary": Outcome(metric="retained", horizon_days=300)})
    early = recorded.__class__("message", later, recorded.recorded_on, recorded.size)
    known = read_gain_rows(lake, early, conditions)
    assert known["outcome"].eq(1.0).sum() == 0  # whoever is still there is not known to stay 300 days
    money = recorded.plan.model_copy(update={"primary": Outcome(metric="margin")})
    with pytest.raises(SettingsError, match="yes or no"):
        read_gain_rows(lake, recorded.__class__("message", money, "", {}), conditions)


@pytest.mark.slow
def test_the_page_states_the_choice_in_both_languages_and_names_nobody(out):
    folder = out / "experiments" / "message"
    for code, heading in {"en": "who gains?", "es": "¿a quién ayuda?"}.items():
        experiment(Action.TARGET, "message", out, language=code)
        page = (folder / "target.html").read_text()
        assert heading in page
        assert f'lang="{code}"' in page
        assert "{" not in re.sub(r"(?s)<style.*?</style>|<svg.*?</svg>", "", page)
        assert not re.search(r"C\d{7}", page)
        assert 'href="target.html"' in (folder / "index.html").read_text()
    following = pl.read_csv(folder / "next.csv")
    assert set(following.columns) == {"customer_id", "uplift", "low", "high", "arm"}
    assert (folder / "next.csv").stat().st_mode & 0o077 == 0


def test_before_any_outcome_is_known_it_says_to_wait():
    with pytest.raises(TooLittleDataError, match="Wait until more outcomes are known"):
        judge_gains(draw(8, n=40).clear(), "B", "A")
