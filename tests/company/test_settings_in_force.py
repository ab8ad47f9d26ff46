"""Every job follows the settings of its own company, and says so where it does not follow what was recorded."""

import json
import shutil

import polars as pl
import pytest

from lealtad.base import job
from lealtad.base.errors import SettingsError
from lealtad.company.playbook import Playbook
from lealtad.company.settings import Settings
from lealtad.company.settings_in_force import (
    check_record,
    find_settings_in_force,
    follow_settings,
    read_source_settings,
    record_settings,
)
from lealtad.examples.features import read_company
from lealtad.jobs.features import features
from lealtad.jobs.ingest import ingest
from lealtad.jobs.kpis import kpis
from lealtad.jobs.leakcheck import check_lake
from lealtad.jobs.nightly import nightly
from lealtad.jobs.train import train
from lealtad.jobs.worklist import worklist
from lealtad.lake import Lake
from tests.companies import at
from tests.conftest import SIMULATED_SETTINGS

pytestmark = pytest.mark.slow

OWN = '[calendar]\nzone = "Atlantic/Canary"\nhours = { mon-sun = "08:00-20:00" }\n[sla]\nlow = 9\n'
OTHER = '[features.levels]\nsegment = ["plus"]\n[targets]\nnps = 33\n'


@pytest.fixture
def exports(tmp_path):
    """A company's exports, without a lealtad.toml."""
    folder = tmp_path / "exports"
    folder.mkdir()
    people = [f"c{k}" for k in range(8)]
    pl.DataFrame({"customer_id": people, "segment": ["plus", "basic"] * 4}).write_csv(folder / "customers.csv")
    days = range(220)
    pl.DataFrame(
        {
            "order_id": [f"o{k}" for k in days],
            "customer_id": [people[k % 8] for k in days],
            "ordered_at": [at(24 * k) for k in days],
            "amount": [5.0] * len(days),
        }
    ).write_csv(folder / "orders.csv")
    pl.DataFrame(
        {
            "ticket_id": [f"t{k}" for k in range(40)],
            "customer_id": [people[k % 8] for k in range(40)],
            "created_at": [at(100 * k) for k in range(40)],
            "first_reply_at": [at(100 * k + 30) for k in range(40)],
            "solved_at": [at(100 * k + 40) for k in range(40)],
        }
    ).write_csv(folder / "tickets.csv")
    return folder


@pytest.fixture
def model(tmp_path):
    """A definition whose dates the exports reach."""
    path = tmp_path / "model.toml"
    path.write_text(
        'name = "churn"\n[label]\nkind = "inactivity"\nalive_days = 60\n[dates]\ntrain = 6\ntest = 2\n'
    )
    return path


def zone(company):
    return None if company.calendar is None else company.calendar.zone


def test_the_source_says_and_another_companys_file_is_never_followed(exports, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lealtad.toml").write_text(OTHER)
    monkeypatch.chdir(elsewhere)
    assert read_source_settings(str(exports)).settings == Settings()
    (exports / "lealtad.toml").write_text(OWN)
    for source in (exports, exports / "lealtad.toml"):
        assert read_source_settings(str(source)).settings.calendar.zone == "Atlantic/Canary"
    demo = Settings.read(SIMULATED_SETTINGS)
    assert read_source_settings("simulated").settings == demo
    assert read_source_settings("completejourney").settings != demo


def test_the_run_records_what_is_followed_and_later_jobs_need_no_source(exports, model, tmp_path, capsys):
    out = tmp_path / "run"
    (exports / "lealtad.toml").write_text(OWN)
    ingest(str(exports), out)
    assert find_settings_in_force(out).settings.calendar.zone == "Atlantic/Canary"
    assert zone(read_company(Lake.open(out / "lake"))) == "Atlantic/Canary"
    features(out, model)
    kpis(out)
    assert "settings other" not in capsys.readouterr().err
    assert read_company(Lake.open(out / "lake")).sla == {"low": 9.0}
    report = check_lake(out, model)
    assert report.is_clean


def test_a_folder_without_settings_gets_the_defaults_and_the_run_says_so(exports, model, tmp_path, capsys):
    out = tmp_path / "run"
    ingest(str(exports), out)
    assert f"ingest: settings: defaults, as {exports} has no lealtad.toml" in capsys.readouterr().err
    features(out, model)
    company = read_company(Lake.open(out / "lake"))
    assert (company.calendar, company.levels, company.sla) == (None, {}, {})
    assert find_settings_in_force(out).settings.worklist == Playbook()


def test_a_named_file_overrides_and_is_said(exports, model, tmp_path, capsys):
    out, other = tmp_path / "run", tmp_path / "other.toml"
    (exports / "lealtad.toml").write_text(OWN)
    other.write_text(OTHER)
    ingest(str(exports), out)
    features(out, model)
    capsys.readouterr()
    kpis(out, other)
    output = capsys.readouterr().err
    assert f"kpis: settings: {other}, as --settings says" in output
    assert "follow settings other than the lake's features: calendar, sla, levels" in output
    assert find_settings_in_force(out).settings.calendar.zone == "Atlantic/Canary", "a single job records nothing"
    for following in (train, worklist):
        with pytest.raises(SettingsError, match="calendar, sla, levels"):
            following(out, model, settings=other)
    features(out, model, other)
    output = capsys.readouterr().err
    assert "features: settings changed since the last features: calendar, sla, levels" in output
    assert "settings differ from the last run's in targets, sla, calendar, features" in output
    assert read_company(Lake.open(out / "lake")).levels == {"segment": ("plus",)}
    assert find_settings_in_force(out).settings.targets.nps == 33


def test_newer_settings_of_the_source_are_followed_and_said(exports, tmp_path, capsys):
    out = tmp_path / "run"
    (exports / "lealtad.toml").write_text(OWN)
    ingest(str(exports), out)
    (exports / "lealtad.toml").write_text(OWN.replace("low = 9", "low = 7"))
    capsys.readouterr()
    ingest(str(exports), out)
    assert "settings differ from the last run's in sla: the newer ones are followed" in capsys.readouterr().err
    assert find_settings_in_force(out).settings.sla == {"low": 7.0}
    ingest(str(exports), out)
    assert "differ" not in capsys.readouterr().err


def test_a_night_checks_the_sources_own_playbook(exports, tmp_path, capsys):
    out = tmp_path / "run"
    (exports / "lealtad.toml").write_text("[worklist.owners]\nretention = -1\n")
    with pytest.raises(SettingsError, match="retention"):
        nightly(str(exports), out)
    assert not (out / "lake").exists()
    assert not (out / "lealtad.toml").exists()


def test_a_run_of_an_older_lealtad_follows_the_source_it_loaded(exports, tmp_path):
    out = tmp_path / "run"
    (exports / "lealtad.toml").write_text(OWN)
    ingest(str(exports), out)
    (out / "lealtad.toml").unlink()
    assert find_settings_in_force(out).settings.calendar.zone == "Atlantic/Canary"
    (out / ".sums.json").unlink()  # as an older lealtad left it, which noted no checksums
    (out / "summary.json").write_text(json.dumps({"rows": {}}))
    assert find_settings_in_force(out).path is None
    assert "defaults" in find_settings_in_force(out).origin


def test_a_file_that_no_job_wrote_is_never_written_over(exports, tmp_path):
    (exports / "lealtad.toml").write_text(OWN)
    ingest(str(exports), exports)  # the run lies beside its source
    assert (exports / "lealtad.toml").read_text() == OWN
    other = tmp_path / "other.toml"
    other.write_text(OTHER)
    with pytest.raises(SettingsError, match="no job wrote"):
        ingest(str(exports), exports, settings=other)
    assert (exports / "lealtad.toml").read_text() == OWN
    with job.step("look", exports) as step:
        assert follow_settings(step, other).targets.nps == 33


def test_what_was_recorded_can_be_named_and_read_again(exports, tmp_path, capsys):
    out = tmp_path / "run"
    (exports / "lealtad.toml").write_text("\ufeff" + OWN, encoding="utf-8")
    with job.step("first", out) as step:
        record_settings(step, find_settings_in_force(out, data=str(exports)))
    assert find_settings_in_force(out, out / "lealtad.toml").settings == Settings.read(exports / "lealtad.toml")
    assert find_settings_in_force(out, out / "lealtad.toml", "simulated").settings.sla == {"low": 9.0}
    shutil.rmtree(exports)
    with job.step("second", out) as step:
        assert follow_settings(step, out / "lealtad.toml").sla == {"low": 9.0}
        check_record(out, find_settings_in_force(out))
    assert "settings:" not in capsys.readouterr().err
