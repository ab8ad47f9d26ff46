"""What each role sees first, and that pages load_language in words: no codes, no dates of machines."""

import json

import pytest

from tests.desk.desks import open_browser

SETTLED = {
    "as_of": "2026-02-02T00:00:00+00:00",
    "list_id": "one",
    "group": 0,
    "measure": "profit",
    "promised": 1034.8,
    "promised_low": -602.0,
    "promised_high": 2400.0,
    "delivered": 1853.0,
    "low": -6040.0,
    "high": 9746.0,
    "kept": False,
}
REPORT = {
    "as_of": "2026-03-02T00:00:00+00:00",
    "retrain": False,
    "known": True,
    "reasons": [],
    "settled": [SETTLED],
}


@pytest.mark.parametrize(
    ("who", "first"), [("rep", "/list/"), ("lead", "/list/"), ("head", "/kpis/"), ("administrator", "/team/")]
)
def test_each_role_begins_with_its_work(people, who, first):
    assert open_browser(getattr(people, who)).get("/")["Location"] == first


def test_the_monitor_speaks_in_words(people, tmp_path, monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "DESK_OUT", tmp_path)
    (tmp_path / "monitoring.json").write_text(json.dumps(REPORT))
    people.head.language = "es"
    people.head.save()
    page = open_browser(people.head).get("/monitor/").content.decode()
    assert "2 de febrero de 2026" in page
    assert "Beneficio" in page
    assert "1.853 € (−6.040 € – 9.746 €)" in page.replace("\u00a0", " ")
    assert "fuera de lo previsto" in page


@pytest.mark.usefixtures("night")
def test_a_filter_with_one_choice_is_none(people):
    page = open_browser(people.rep).get("/list/").content.decode()
    assert 'name="team"' not in page
    assert 'name="due"' in page
    assert 'name="team"' in open_browser(people.lead).get("/list/").content.decode()


@pytest.mark.usefixtures("night")
def test_a_lead_sees_what_more_capacity_would_bring(people, tmp_path, monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "DESK_OUT", tmp_path)
    assert "more capacity" not in open_browser(people.lead).get("/team/").content.decode()
    (tmp_path / "capacity.csv").write_text("owner,capacity,extra,contacts,gain\nretention,40,4,4,31.5\n")
    page = open_browser(people.lead).get("/team/").content.decode()
    assert "What more capacity would bring" in page
    assert "+4" in page
    assert "€31.50" in page
