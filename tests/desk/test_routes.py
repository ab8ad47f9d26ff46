"""Every address × every role: what each may open, as declared here."""

import pytest

from tests.desk import company
from tests.desk.desks import find_card, open_browser

pytestmark = pytest.mark.usefixtures("night")
ROLES = ("nobody", "rep", "lead", "head", "administrator")
# by name of the route: method, address, and the answer to nobody, rep, lead, head, administrator
TABLE = {
    "home": ("get", "/", (302, 302, 302, 302, 302)),
    "login": ("get", "/login/", (200, 302, 302, 302, 302)),
    "logout": ("post", "/logout/", (302, 302, 302, 302, 302)),
    "password_change": ("get", "/password/", (302, 200, 200, 200, 200)),
    "language": ("post", "/language/", (302, 302, 302, 302, 302)),
    "ready": ("get", "/ready/", (200, 200, 200, 200, 200)),
    "list": ("get", "/list/", (302, 200, 200, 403, 403)),
    "claim": ("post", "/list/claim/{card}/", (302, 302, 302, 403, 403)),
    "release": ("post", "/list/release/{card}/", (302, 409, 409, 403, 403)),
    "claim_several": ("post", "/list/claim/", (302, 302, 302, 403, 403)),
    "claim_next": ("post", "/list/next/", (302, 302, 302, 403, 403)),
    "save_view": ("post", "/list/views/", (302, 302, 302, 403, 403)),
    "remove_view": ("post", "/list/views/0/remove/", (302, 404, 404, 403, 403)),
    "export_list": ("get", "/list.csv", (302, 403, 200, 403, 200)),
    "search": ("get", "/customers/?q=x", (302, 200, 200, 403, 403)),
    "customer": ("get", "/customer/?id=c01", (302, 200, 200, 403, 403)),
    "act": ("post", "/customer/act/?", (302, 404, 404, 403, 403)),
    "undo": ("post", "/customer/undo/0/", (302, 404, 404, 404, 404)),
    "team": ("get", "/team/", (302, 403, 200, 200, 200)),
    "assign": ("post", "/team/assign/", (302, 403, 404, 403, 403)),
    "assign_several": ("post", "/team/assign/several/", (302, 403, 302, 403, 403)),
    "overrides": ("get", "/overrides/", (302, 403, 200, 200, 200)),
    "journey": ("get", "/journey/", (302, 403, 200, 200, 403)),
    "kpis": ("get", "/kpis/", (302, 403, 200, 200, 403)),
    "drivers": ("get", "/drivers/?outcome=nps", (302, 403, 200, 200, 403)),
    "themes": ("get", "/themes/", (302, 403, 200, 200, 403)),
    "monitor": ("get", "/monitor/", (302, 403, 200, 200, 403)),
    "earned": ("get", "/earned/", (302, 403, 200, 200, 403)),
    "alerts": ("get", "/alerts/", (302, 403, 200, 200, 403)),
    "acknowledge_alert": ("post", "/alerts/none/acknowledge/", (302, 403, 404, 404, 403)),
    "accounts": ("get", "/accounts/", (302, 403, 403, 403, 200)),
    "new_account": ("get", "/accounts/new/", (302, 403, 403, 403, 200)),
    "account": ("get", "/accounts/{person}/", (302, 403, 403, 403, 200)),
    "tokens": ("get", "/tokens/", (302, 403, 403, 403, 200)),
    "revoke_token": ("post", "/tokens/0/revoke/", (302, 403, 403, 403, 404)),
    "audit": ("get", "/audit/", (302, 403, 403, 403, 200)),
    "allow_contact": ("post", "/audit/allow/", (302, 403, 403, 403, 302)),
    "export_audit": ("get", "/audit.csv", (302, 403, 403, 403, 200)),
    "card_api": ("get", "/api/customers/c01/card", (401, 401, 401, 401, 401)),
}


def test_the_table_has_every_route():
    from lealtad.desk.urls import urlpatterns

    assert set(TABLE) == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("route", TABLE)
def test_every_role_gets_what_is_declared(people, route):
    method, address, expected = TABLE[route]
    address = address.format(card=find_card("c01").pk, person=people.rep.pk)
    answers = []
    from django.db import transaction

    for role in ROLES:
        with transaction.atomic():
            browser = open_browser(getattr(people, role, None))
            answers.append(getattr(browser, method)(address).status_code)
            transaction.set_rollback(True)
    assert tuple(answers) == expected


@pytest.mark.parametrize("route", [name for name, row in TABLE.items() if row[0] == "post"])
def test_what_changes_something_answers_no_get(people, route):
    address = TABLE[route][1].format(card=find_card("c01").pk, person=people.rep.pk)
    assert open_browser(people.administrator).get(address).status_code in {403, 405}
    assert open_browser(people.lead).get(address).status_code in {403, 405}


def test_an_account_that_is_no_longer_active_opens_nothing(people):
    browser = open_browser(people.rep)
    people.rep.is_active = False
    people.rep.save()
    assert browser.get("/list/").status_code == 302


def test_rows_are_those_of_the_team(people):
    page = open_browser(people.rep).get("/list/").content.decode()
    shown = [customer for customer in company.LISTED if f"id={customer}" in page]
    assert shown == company.LISTED[:6]
