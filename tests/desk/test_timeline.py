"""The one timeline: every fact of every kind, newest first, with both clocks; and the facts behind a reason."""

import shutil
from datetime import timedelta

import polars as pl
import pytest

from lealtad.lake import Lake, commit_tables
from tests.desk import company
from tests.desk.desks import deliver, open_browser


def test_facts_of_all_kinds_are_there_newest_first(desk_out):
    from lealtad.desk.lake_customer import read_customer

    customer = read_customer(Lake.open(desk_out / "lake"), "c01")
    assert {fact.kind for fact in customer.facts} == {"touchpoint", "ticket", "survey", "order", "contract"}
    moments = [fact.at for fact in customer.facts]
    assert moments == sorted(moments, reverse=True)
    assert customer.person["phone"] == "+34 600 000 000"
    assert customer.scores[0].probability == 0.2
    assert customer.last_answers == {"NPS": "9 / 10"}


def test_an_alias_leads_to_the_customer_with_the_facts_of_both(tmp_path):
    import polars as pl

    from lealtad.base.instants import INSTANT
    from lealtad.desk.lake_customer import find_customer_id, read_customer

    lake = company.build_lake(tmp_path / "lake", more=("alias",))
    identities = pl.DataFrame({"alias": ["alias"], "customer_id": ["c01"]}).with_columns(
        pl.lit(company.days_ago(5)).cast(INSTANT).alias(name) for name in ("valid_from", "known_at")
    )
    lake = commit_tables(lake, {"identities": identities})
    assert find_customer_id(lake, "alias") == "c01"
    assert find_customer_id(lake, "nobody") is None
    assert len(read_customer(lake, "c01").facts) == 10


@pytest.mark.parametrize(
    ("topic", "kind"), [("reopening", "ticket"), ("spending", "order"), ("unheard of", "touchpoint")]
)
def test_a_reason_leads_to_its_facts(people, topic, kind):
    deliver(rows=[company.build_row("c01", 1, reason_1_about=topic)])
    assert f"kind={kind}#facts" in open_browser(people.rep).get("/customer/?id=c01").content.decode()


def test_every_topic_of_the_catalog_has_facts_of_a_kind():
    """A topic that is renamed would lead to touchpoints in silence."""
    from lealtad.company.settings import Settings
    from lealtad.desk.timeline import find_kind
    from lealtad.examples.features import CompanyProfile, build_catalog

    of_family = {"tickets": "ticket", "money": "order", "rhythm": "order", "contract": "contract"}
    for feature in build_catalog(CompanyProfile.of(Settings())):
        if feature.family in of_family:
            assert find_kind(feature.about) == of_family[feature.family], feature.about


def test_the_page_shows_a_late_fact_with_both_clocks(people, tmp_path, monkeypatch):
    import polars as pl
    from django.conf import settings

    lake = company.build_lake(tmp_path / "lake")
    orders = lake.read_stored("orders").with_columns(known_at=pl.col("ordered_at") + timedelta(days=2))
    commit_tables(lake, {"orders": orders.drop("bucket", strict=False)})
    monkeypatch.setattr(settings, "DESK_OUT", tmp_path)
    page = open_browser(people.rep).get("/customer/?id=u01&kind=order").content.decode()
    assert "known on 1 Mar 2026" in page


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Not selected tonight"), ("es", "No seleccionado esta noche")]
)
def test_a_customer_who_is_not_on_the_list_is_shown_with_the_reason(
    people, tmp_path, monkeypatch, language, words
):
    from django.conf import settings

    shutil.copytree(settings.DESK_OUT / "lake", tmp_path / "lake")
    pl.DataFrame({"customer_id": ["u01"], "why": ["not_selected"]}).write_parquet(tmp_path / "absences.parquet")
    monkeypatch.setattr(settings, "DESK_OUT", tmp_path)
    people.rep.language = language
    people.rep.save()
    browser = open_browser(people.rep)
    assert words in browser.get("/customer/?id=u01").content.decode()
    assert words not in browser.get("/customer/?id=c01").content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "Contact by the team: Call"), ("es", "Llamar")])
def test_a_contact_is_shown_by_the_words_of_its_action(people, tmp_path, monkeypatch, language, words):
    from django.conf import settings

    lake = company.build_lake(tmp_path / "lake")
    made = pl.col("assigned_at").dt.offset_by("9h").alias("contacted_at")
    commit_tables(
        lake, {"interventions": lake.read_stored("interventions").drop("bucket", strict=False).with_columns(made)}
    )
    monkeypatch.setattr(settings, "DESK_OUT", tmp_path)
    deliver()
    people.rep.language = language
    people.rep.save()
    assert words in open_browser(people.rep).get("/customer/?id=c01&kind=contact").content.decode()
