"""The list is written although a later step fails; the CRM and the map do not wait for each other."""

import json
from types import SimpleNamespace

import pytest

from lealtad.base import job
from lealtad.base.errors import AlertError, DataError, DrawingError, SinkError
from lealtad.jobs import nightly

BROKEN = DataError(table="surveys", expected="answers", found="riddles", fix="Ask again.")
AWAY = SinkError(table="worklist", expected="a database", found="none", fix="Try again.")


@pytest.fixture
def night(monkeypatch, tmp_path):
    """A night whose steps only record their names, and raise where the test asks for it."""
    done = []

    def step(name, result=None, error=None):
        def do(*_, **__):
            done.append(name)
            if error is not None:
                raise error
            return result

        return do

    def run(**errors):
        for name in ("check_playbook", "ingest", "features", "score", "recommend_if_possible"):
            monkeypatch.setattr(nightly, name, step(name))
        monkeypatch.setattr(nightly, "feeds", step("feeds", []))
        monkeypatch.setattr(nightly, "build_and_store", step("list", ({"listed": 3}, tmp_path)))
        monkeypatch.setattr(nightly, "_has_journey", lambda _: True)
        monkeypatch.setattr(nightly, "_draw_overview", lambda *_: iter(()))
        monkeypatch.setattr(nightly, "thin_lake", lambda *_: None)
        monkeypatch.setattr(nightly, "raise_alerts", lambda *_, **__: errors.get("alerts", []))
        loaded = SimpleNamespace(manifest=SimpleNamespace(load=None))
        monkeypatch.setattr(nightly, "Lake", SimpleNamespace(open=lambda _: loaded))
        for name in ("deliver", "draw_journey"):
            monkeypatch.setattr(nightly, name, step(name, error=errors.get(name)))
        nightly.nightly(out=tmp_path)

    run.done, run.out = done, tmp_path
    return run


def test_the_list_is_delivered_before_the_map_is_drawn(night):
    night()
    assert night.done[-3:] == ["list", "deliver", "draw_journey"]
    assert job.read_summary(night.out)["failures"] == []


def test_a_map_that_cannot_be_drawn_keeps_nobody_from_the_list(night, capsys):
    with pytest.raises(DrawingError, match=r"journey map.*expected answers, found riddles") as error:
        night(draw_journey=BROKEN)
    assert error.value.exit_code == 4
    assert night.done[-2:] == ["deliver", "draw_journey"]
    assert json.loads(capsys.readouterr().out) == {"listed": 3, "feeds_failing": []}
    summary = job.read_summary(night.out)
    assert summary["nightly"] == {"listed": 3, "feeds_failing": []}
    assert "found riddles" in summary["failures"][0]


def test_a_mail_server_that_is_away_keeps_nobody_from_the_list(night):
    with pytest.raises(AlertError, match="sent again the next night") as error:
        night(alerts=[AlertError(way="the mail server", found="no answer")])
    assert error.value.exit_code == 3
    assert night.done[-2:] == ["deliver", "draw_journey"]


def test_a_crm_that_is_away_keeps_nobody_from_the_map(night):
    with pytest.raises(SinkError):
        night(deliver=AWAY, draw_journey=BROKEN)
    assert night.done[-2:] == ["deliver", "draw_journey"]
    assert len(job.read_summary(night.out)["failures"]) == 2
