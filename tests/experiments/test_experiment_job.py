"""`lealtad experiment` on a small company: plan, assign, read; the list and the map follow."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad.base.errors import DataError, LakeError, SettingsError, TooLittleDataError
from lealtad.base.language import Language
from lealtad.company.playbook import Playbook
from lealtad.company.settings import Settings
from lealtad.experience.journey import ExperimentLink, compute_journey_map
from lealtad.experience.journey.cards import build_stages
from lealtad.experiments.assignment.storage import find_held_back, list_arms, read_assignments
from lealtad.jobs.experiment import Action, experiment
from lealtad.jobs.kpis import read_experiment_links
from lealtad.kpis.grouping import select_attributes
from lealtad.lake import Lake
from lealtad.sources.simulated import simulate
from lealtad.worklist.campaign_arms import read_arms
from tests.lakes import lake_of

pytestmark = pytest.mark.slow

PLAN = """
primary = { metric = "retained", horizon_days = 28 }
secondary = [{ metric = "purchases" }, { metric = "nps", horizon_days = 84 }]
guardrails = [{ metric = "margin", worst = 50.0 }]
segments = ["segment"]
strata = ["segment"]
arms = [{ name = "A", control = true }, { name = "B", message = "We miss you" }, { name = "C", message = "Offer" }]
"""
START = "2025-09-01"
BOTH = {"en": "Saved or delayed?", "es": "¿Salvados o solo aplazados?"}


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    lake_of(folder / "lake", simulate(4_000, 9, seed=3).tables)
    (folder / "experiments").mkdir()
    (folder / "experiments" / "welcome.toml").write_text(PLAN)
    experiment(Action.PLAN, "welcome", folder, as_of=START)
    experiment(Action.ASSIGN, "welcome", folder, as_of=START)
    experiment(Action.READ, "welcome", folder)
    return folder


def lake(out):
    return Lake.open(out / "lake")


def test_everybody_has_one_arm_and_only_the_treated_are_sent(out):
    stored = read_assignments(lake(out), "welcome")
    assert stored["customer_id"].is_unique().all()
    counts = dict(stored["arm"].value_counts().iter_rows())
    assert max(counts.values()) - min(counts.values()) <= 6  # three strata, one unit each way
    sent = pl.read_csv(out / "experiments" / "welcome" / "send.csv")
    assert set(sent["arm"]) == {"B", "C"}
    assert dict(sent.group_by("arm").agg(pl.col("message").first()).iter_rows()) == {
        "B": "We miss you",
        "C": "Offer",
    }
    assert sent.height == counts["B"] + counts["C"]
    assert (out / "experiments" / "welcome" / "send.csv").stat().st_mode & 0o077 == 0


def test_who_refused_is_in_no_arm(out):
    start = datetime(2025, 9, 1, tzinfo=UTC)
    customers = select_attributes(lake(out).read("customers", as_of=start), start)
    refused = customers.filter(~pl.col("consent_contact").fill_null(value=True))["customer_id"]
    assert not read_assignments(lake(out))["customer_id"].is_in(refused.implode()).any()


def test_no_list_contacts_a_control_while_the_experiment_runs(out):
    start = datetime(2025, 9, 1, tzinfo=UTC)
    stored = read_assignments(lake(out), "welcome")
    control = stored.filter(pl.col("arm") == "A")["customer_id"].sort()
    for day, held in ((0, control), (40, control), (90, control.clear())):
        as_of = start + timedelta(days=day)
        assert find_held_back(lake(out), as_of)["customer_id"].equals(held)
        arms = read_arms(lake(out), Playbook().campaign_id(as_of), as_of, 28)
        elsewhere = arms.filter(pl.col("arm") == "elsewhere")["customer_id"]
        assert set(held) - set(arms.filter(pl.col("arm") == "holdout")["customer_id"]) <= set(elsewhere)
    named = list_arms(lake(out), start)
    assert set(named["experiments"]) == {"welcome: B", "welcome: C"}
    assert not set(named["customer_id"]) & set(control)


def test_the_same_assignment_again_changes_nothing(out):
    before = read_assignments(lake(out))
    experiment(Action.ASSIGN, "welcome", out, as_of=START)
    assert read_assignments(lake(out)).equals(before)


def test_the_page_tells_the_same_in_both_languages(out):
    figures = {}
    for code, heading in BOTH.items():
        experiment(Action.READ, "welcome", out, language=code)
        page = (out / "experiments" / "welcome" / "index.html").read_text()
        assert heading in page
        assert f'lang="{code}"' in page
        assert "{" not in re.sub(r"(?s)<style.*?</style>|<svg.*?</svg>", "", page)
        assert "NaN" not in page
        assert "nan" not in page.split("<svg")[0].lower().replace("ganancia", "")
        figures[code] = pl.read_csv(out / "experiments" / "welcome" / "figures.csv")
        overview = (out / "experiments" / "index.html").read_text()
        assert 'href="welcome/index.html"' in overview
    assert_frame_equal(figures["en"], figures["es"])
    assert set(figures["en"]["role"]) == {"primary", "secondary", "guardrail"}
    assert "C0" not in page  # no customer is named


def test_no_page_runs_anything_that_a_plan_says(out):
    (out / "experiments" / "evil.toml").write_text(
        'primary = { metric = "purchases" }\nlayer = "evil"\n'
        'arms = [{ name = "A", control = true }, { name = "B", message = "<script>alert(1)</script>" }]'
    )
    experiment(Action.PLAN, "evil", out, as_of=START)
    experiment(Action.ASSIGN, "evil", out, as_of=START)
    experiment(Action.READ, "evil", out)
    page = (out / "experiments" / "evil" / "index.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_later_assignment_than_the_plan_allows_is_refused(out):
    with pytest.raises(SettingsError, match="Enrolment is over"):
        experiment(Action.ASSIGN, "welcome", out, as_of="2025-10-01")


def test_a_changed_plan_is_refused_after_the_start_and_an_amendment_is_shown(out):
    path = out / "experiments" / "welcome.toml"
    path.write_text(PLAN.replace('"We miss you"', '"Other words"'))
    with pytest.raises(SettingsError, match="as recorded"):
        experiment(Action.READ, "welcome", out)
    with pytest.raises(SettingsError, match="plan another experiment"):
        experiment(Action.PLAN, "welcome", out, amend="new words")
    path.write_text(PLAN.replace('segments = ["segment"]', 'segments = ["country"]'))
    experiment(Action.PLAN, "welcome", out, amend="asked for by the board")
    experiment(Action.READ, "welcome", out)
    assert "asked for by the board" in (out / "experiments" / "welcome" / "index.html").read_text()
    path.write_text(PLAN)


def test_too_little_power_is_refused_and_an_override_is_noted(out):
    path = out / "experiments" / "small.toml"
    path.write_text(PLAN + 'effect = 0.001\nlayer = "small"\n')
    with pytest.raises(TooLittleDataError, match="--override-power"):
        experiment(Action.PLAN, "small", out, as_of=START)
    assert not (out / "experiments" / "small").exists()
    experiment(Action.PLAN, "small", out, as_of=START, override_power="to try the tool")
    recorded = json.loads((out / "experiments" / "small" / "plan.json").read_text())
    assert recorded["override"] == "to try the tool"


def test_what_is_missing_is_said(out):
    with pytest.raises(SettingsError, match=r"its plan in experiments/nothing\.toml"):
        experiment(Action.PLAN, "nothing", out)
    with pytest.raises(SettingsError, match="lealtad experiment plan nothing first"):
        experiment(Action.ASSIGN, "nothing", out)
    (out / "experiments" / "unread.toml").write_text(PLAN + 'layer = "unread"\n')
    experiment(Action.PLAN, "unread", out, as_of=START)
    with pytest.raises(LakeError, match="Run lealtad experiment assign unread first"):
        experiment(Action.READ, "unread", out)


UNKNOWN = {
    "a group": ("population = { segments = ['premum'] }", "Did you mean 'premium'"),
    "a touchpoint": (
        "guardrails = [{ metric = 'time_spent', touchpoint = 'newsleter' }]",
        "Did you mean 'newsletter'",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_name_that_the_data_do_not_hold_is_refused_with_the_nearest(out, case):
    text, message = UNKNOWN[case]
    (out / "experiments" / "misspelt.toml").write_text(PLAN.replace("guardrails", "#") + text)
    with pytest.raises(SettingsError, match=message):
        experiment(Action.PLAN, "misspelt", out, as_of=START)
    assert not (out / "experiments" / "misspelt").exists()


def test_an_experiment_that_starts_later_is_not_assigned_yet(out):
    (out / "experiments" / "later.toml").write_text(PLAN + 'start = 2025-11-01\nlayer = "later"\n')
    experiment(Action.PLAN, "later", out, as_of=START)
    with pytest.raises(SettingsError, match="data up to its start, 2025-11-01"):
        experiment(Action.ASSIGN, "later", out, as_of=START)


def test_variants_that_were_seen_before_the_assignment_are_another_test(out):
    (out / "experiments" / "late.toml").write_text(
        'touchpoint = "newsletter"\nlayer = "late"\nprimary = { metric = "purchases" }\n'
        'arms = [{ name = "A", control = true }, { name = "B" }]'
    )
    experiment(Action.PLAN, "late", out, as_of=START)
    experiment(Action.ASSIGN, "late", out, as_of=START)
    with pytest.raises(DataError, match="saw their variant before they were assigned"):
        experiment(Action.READ, "late", out)


def test_the_journey_map_shows_variants_and_the_experiment_there(out):
    as_of = datetime(2025, 12, 1, tzinfo=UTC)
    journey = compute_journey_map(lake(out), Settings(), as_of, 90)
    link = ExperimentLink("newsletter", "late", "Not sure yet.", "experiments/late/index.html")
    cards = [card for stage in build_stages(journey, Language.from_code("es"), [link]) for card in stage.cards]
    [newsletter] = [card for card in cards if card.place[0] == "newsletter"]
    assert [variant.name for variant in newsletter.variants] == ["Variante A", "Variante B"]
    assert newsletter.experiments == (link,)
    assert any(variant.csat.startswith("CSAT") for card in cards for variant in card.variants)
    assert all(not card.experiments for card in cards if card.place[0] != "newsletter")
    assert read_experiment_links(out, out) == []  # no experiment that was read names a touchpoint
