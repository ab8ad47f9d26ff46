"""Plans: what a TOML may say, how large an experiment must be, and what may change after the start."""

from datetime import UTC, datetime

import numpy as np
import pytest

from lealtad.base.errors import SettingsError, TooLittleDataError
from lealtad.experiments.plan import ExperimentPlan, Outcome
from lealtad.experiments.planning import (
    BaseRate,
    RecordedPlan,
    read_record,
    record_plan,
    size_plan,
)
from lealtad.experiments.planning.record import check_unchanged
from lealtad.experiments.planning.sizing import check_power
from lealtad.experiments.reading import compare_means
from lealtad.experiments.reading.moments import ArmMoments
from lealtad.experiments.running.folders import find_plan
from tests.experiments.plans import plan

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = """
effect = 0.02
primary = { metric = "conversion" }
arms = [{ name = "A", control = true }, { name = "B", message = "Hello" }]
"""


def base(**more):
    return BaseRate(
        **{
            "as_of": NOW,
            "units": 9_000,
            "units_per_day": 10.0,
            "known": 1.0,
            "mean": 0.1,
            "variance": 0.09,
            "removed": 0.0,
            "covariate": "used",
            **more,
        }
    )


REFUSED = {
    "no control": (GOOD.replace(", control = true", ""), "no arm has it, so nothing is held out"),
    "two controls": (GOOD.replace('message = "Hello"', "control = true"), "2 arms have it"),
    "one arm": (GOOD.replace(', { name = "B", message = "Hello" }', ""), "a treated arm beside the control"),
    "one name twice": (GOOD.replace('"B"', '"A"'), "'A' is there twice"),
    "a reserved name": (GOOD.replace('"B"', '"global_holdout"'), "rename it"),
    "an unknown key": (GOOD.replace("effect", "effekt"), "Did you mean 'effect'?"),
    "an unknown metric": (GOOD.replace("conversion", "convesion"), "conversion"),
    "no touchpoint": (GOOD.replace("conversion", "time_spent"), "time_spent needs the touchpoint"),
    "a needless touchpoint": (
        GOOD.replace('"conversion"', '"nps", touchpoint = "mail"'),
        "nps is of the whole customer",
    ),
    "an outcome twice": (GOOD + 'secondary = [{ metric = "conversion" }]', "'conversion_28d' is there twice"),
    "an effect of nothing": (GOOD.replace("0.02", "0"), "greater than 0"),
    "no TOML": ("arms = [", "TOML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_plan_that_cannot_be_is_one_clear_error(tmp_path, case):
    text, message = REFUSED[case]
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=message):
        ExperimentPlan.read(path)


@pytest.mark.parametrize("name", ["../x", "", "a b", "x/y"])
def test_a_name_that_is_no_folder_is_refused(tmp_path, name):
    with pytest.raises(SettingsError, match="a name of letters"):
        find_plan(name, tmp_path)


def test_the_planned_size_finds_the_planned_effect():
    """10,000 simulated experiments of the planned size; the SD of the share is .004."""
    n = size_plan(plan(effect=0.02, looks="end"), base()).units_needed // 2
    rng = np.random.default_rng(1)
    p, q = rng.binomial(n, 0.1, 10_000) / n, rng.binomial(n, 0.12, 10_000) / n
    z = (q - p) / np.sqrt((p * (1 - p) + q * (1 - q)) / n)
    assert (z > 1.96).mean() > 0.8 - 0.03


def test_every_look_costs_units_and_cuped_saves_them():
    once = size_plan(plan(effect=0.02, looks="end"), base())
    daily = size_plan(plan(effect=0.02, looks="any"), base())
    cuped = size_plan(plan(effect=0.02, looks="end"), base(removed=0.5))
    assert daily.units_needed / once.units_needed == pytest.approx(1.91, abs=0.02)
    assert cuped.units_needed == pytest.approx(once.units_needed / 2, rel=0.01)
    assert cuped.units_needed_without_covariate == once.units_needed


def test_many_arms_unequal_arms_and_silent_customers_cost_units():
    two, five = (size_plan(plan(*names, effect=0.02, looks="end"), base()) for names in ("AB", "ABCDE"))
    assert five.units_needed > 2.5 * two.units_needed
    half = size_plan(plan(effect=0.02, looks="end"), base(known=0.5))
    assert half.units_needed == pytest.approx(2 * two.units_needed, abs=2)


def test_without_an_effect_the_plan_states_what_can_be_seen():
    size = size_plan(plan(looks="end"), base())
    again = compare_means(ArmMoments(4_500, 0.1, 0.09), ArmMoments(4_500, 0.1 + size.detectable, 0.09))
    assert again.effect / again.standard_error == pytest.approx(1.96 + 0.84, abs=0.01)
    kept = size_plan(plan(primary=Outcome(metric="retained"), looks="end"), base(mean=0.95, variance=0.0475))
    assert kept.relative == pytest.approx(kept.detectable / 0.05)  # the least γ


def test_too_little_power_is_refused_with_what_would_help():
    size = size_plan(plan(effect=0.01), base(units_per_day=100.0))
    with pytest.raises(TooLittleDataError, match=r"Enrol for \d+ days .*--override-power"):
        check_power(plan(effect=0.01), size)
    check_power(plan(effect=0.05), size_plan(plan(effect=0.05), base()))
    nobody_new = size_plan(plan(effect=0.01), base(units_per_day=0.0))
    with pytest.raises(TooLittleDataError, match="Wait for more customers"):
        check_power(plan(effect=0.01), nobody_new)


def record(folder, study, *, has_started=False, reason=""):
    return record_plan(
        folder, RecordedPlan(folder.name, study, "2026-01-01"), NOW, has_started=has_started, reason=reason
    )


def test_a_record_is_read_as_it_was_written(tmp_path):
    written = record(tmp_path / "x", plan(effect=0.02, segments=("segment",)))
    assert read_record(tmp_path / "x") == written
    assert (tmp_path / "x" / "plan.json").stat().st_mode & 0o077 == 0


def test_before_the_start_a_plan_may_change_and_every_change_is_recorded(tmp_path):
    record(tmp_path / "x", plan(effect=0.02))
    amended = record(tmp_path / "x", plan(effect=0.03, looks="end"))
    assert amended.plan.effect == 0.03
    assert set(amended.amendments[0]["changed"]) == {"effect", "looks"}
    assert not amended.amendments[0]["started"]


@pytest.mark.parametrize(
    ("changed", "reason", "message"),
    [
        (plan("A", "B", "C", effect=0.02), "another arm", "arms = .* as when customers were assigned"),
        (plan(effect=0.02, looks="end"), "one look is enough", "looks = 'any'"),
        (plan(effect=0.02, primary=Outcome(metric="purchases")), "better", "plan another experiment"),
        (plan(effect=0.03), "smaller is fine", "effect = 0.02"),
        (plan(effect=0.02, days=9), "", "Pass --amend with the reason"),
    ],
)
def test_after_the_start_a_changed_plan_is_refused(tmp_path, changed, reason, message):
    before = record(tmp_path / "x", plan(effect=0.02))
    with pytest.raises(SettingsError, match=message):
        record(tmp_path / "x", changed, has_started=True, reason=reason)
    assert read_record(tmp_path / "x") == before


def test_after_the_start_what_decides_nothing_may_change_with_a_reason(tmp_path):
    record(tmp_path / "x", plan(effect=0.02))
    amended = record(
        tmp_path / "x", plan(effect=0.02, days=20), has_started=True, reason="fewer came than planned"
    )
    assert amended.amendments[0]["reason"] == "fewer came than planned"
    assert amended.amendments[0]["started"]


def test_a_file_that_differs_from_its_record_is_refused(tmp_path):
    recorded = record(tmp_path / "x", plan(effect=0.02))
    with pytest.raises(SettingsError, match=r"effect = 0\.02, as recorded, found 0\.01"):
        check_unchanged(recorded, plan(effect=0.01))


@pytest.mark.parametrize("text", ["", "{", '{"plan": 1}', "[]", '{"plan": {}, "amendments": []}'])
def test_a_record_that_is_none_is_said(tmp_path, text):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "plan.json").write_text(text)
    with pytest.raises(SettingsError, match="lealtad experiment plan x first"):
        read_record(tmp_path / "x")
