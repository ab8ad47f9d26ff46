"""The desk cannot give the holdout away: a held-out customer's pages are those of one who was not selected."""

import re
import shutil

import pytest

from tests.desk import company
from tests.desk.desks import open_browser

pytestmark = pytest.mark.usefixtures("night")
TOKEN = {"Authorization": "Bearer secret"}
ADDRESSES = {
    "rep": [
        "/list/",
        "/list/?q=h01",
        f"/customers/?q={company.HELD_OUT}",
        "/customers/?q=ana",
        f"/customer/?id={company.HELD_OUT}",
        f"/customer/?id={company.HELD_OUT}&kind=contact",
    ],
    "lead": ["/list/", "/team/", "/overrides/", "/list.csv", f"/customer/?id={company.HELD_OUT}"],
    "head": ["/team/", "/overrides/", "/journey/", "/kpis/", "/monitor/", "/earned/", "/drivers/", "/themes/"],
    "administrator": ["/audit/", "/accounts/", "/tokens/", "/audit.csv", "/list.csv", "/overrides/"],
}


@pytest.fixture
def two_lakes(desk_out, tmp_path):
    """Two lakes of one company: in the first the customer is held out, in the second nobody is."""
    for name, with_holdout in (("held", True), ("free", False)):
        company.build_lake(tmp_path / name / "lake", with_holdout=with_holdout)
        shutil.copytree(desk_out / "desk", tmp_path / name / "desk")
    return tmp_path / "held", tmp_path / "free"


def read_all(people, place, monkeypatch):
    from django.conf import settings

    from lealtad.desk.models import ApiToken
    from lealtad.desk.views.administration import hash_token

    monkeypatch.setattr(settings, "DESK_OUT", place)
    ApiToken.objects.get_or_create(
        system="crm", digest=hash_token("secret"), defaults={"created_at": company.OPENS}
    )
    pages = {}
    for role, addresses in ADDRESSES.items():
        browser = open_browser(getattr(people, role))
        for address in addresses:
            answer = browser.get(address)
            pages[role, address] = (
                answer.status_code,
                sorted(answer.headers.items()),
                hide_changes(answer.content),
            )
    answer = open_browser().get(f"/api/customers/{company.HELD_OUT}/card", headers=TOKEN)
    pages["api"] = (answer.status_code, answer.content)
    return pages


def hide_changes(content):
    """Leave out what differs on every load, whoever is shown: the tokens against forgery, and keys of requests."""
    hidden = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)
    return re.sub(rb'name="key" value="[^"]+"', b"", hidden)


@pytest.mark.slow
def test_pages_of_a_held_out_and_of_a_not_selected_customer_are_equal_byte_by_byte(people, two_lakes, monkeypatch):
    from django.db import transaction

    from lealtad.desk import clock

    monkeypatch.setattr(clock, "now", lambda: company.OPENS)
    read = []
    for place in two_lakes:
        with transaction.atomic():
            read.append(read_all(people, place, monkeypatch))
            transaction.set_rollback(True)
    held, free = read
    assert held.keys() == free.keys()
    for page, content in held.items():
        assert content == free[page], page


def test_the_database_of_the_desk_does_not_contain_the_holdout(people):
    from django.apps import apps

    for model in apps.get_app_config("desk").get_models():
        for row in model.objects.values():
            assert "holdout" not in str(row), model
            assert company.HELD_OUT not in str(row), model


def test_a_held_out_customer_of_an_earlier_campaign_shows_no_assignment(people, desk_out):
    from lealtad.desk.lake_customer import read_customer
    from lealtad.lake import Lake

    customer = read_customer(Lake.open(desk_out / "lake"), company.HELD_OUT)
    assert "contact" not in {fact.kind for fact in customer.facts}
