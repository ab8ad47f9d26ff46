"""What people do for a customer: outcomes, overrides, delays; taken back within ten minutes, and never doubled."""

from datetime import timedelta

import pytest

from tests.desk import company
from tests.desk.desks import deliver, find_card, open_browser, pass_time

pytestmark = pytest.mark.usefixtures("night")
WEEK = company.OPENS + timedelta(days=7)


def act(person, customer, kind="outcome", **values):
    from lealtad.desk import acting

    return acting.act_on_card(person, find_card(customer).pk, acting.Act(kind, **values))


@pytest.mark.parametrize("outcome", ["accepted", "declined", "wrong_number", "complaint", "other"])
def test_an_outcome_ends_the_work(people, outcome):
    act(people.rep, "c01", outcome=outcome)
    assert (find_card("c01").status, find_card("c01").outcome) == ("done", outcome)


@pytest.mark.parametrize("outcome", ["promised", "not_reached"])
def test_an_outcome_with_a_date_waits_for_it_with_its_person(people, outcome):
    act(people.rep, "c01", outcome=outcome, until=WEEK)
    card = find_card("c01")
    assert (card.status, card.next_at, card.claimed_by) == ("waiting", WEEK, people.rep)


def test_the_same_request_counts_once(people):
    from lealtad.desk.models import Event

    first = act(people.rep, "c01", outcome="accepted", key="k1")
    assert act(people.rep, "c01", outcome="accepted", key="k1") == first
    assert Event.objects.filter(kind="outcome").count() == 1


def test_a_stale_page_changes_nothing(people):
    from lealtad.desk import claims
    from lealtad.desk.events import StaleError

    seen = find_card("c01").version
    claims.claim(people.other, find_card("c01").pk)
    with pytest.raises(StaleError):
        act(people.rep, "c01", outcome="accepted", version=seen)
    assert find_card("c01").status == "open"


def test_within_ten_minutes_it_is_taken_back(people):
    from lealtad.desk import acting

    event = act(people.rep, "c01", outcome="accepted")
    pass_time(minutes=9)
    acting.undo(people.rep, event.pk)
    assert find_card("c01").status == "open"


def test_after_ten_minutes_it_stays(people):
    from lealtad.desk import acting
    from lealtad.desk.events import RefusalError

    event = act(people.rep, "c01", outcome="accepted")
    pass_time(minutes=10)
    with pytest.raises(RefusalError, match="too_late"):
        acting.undo(people.rep, event.pk)
    assert find_card("c01").status == "done"


def test_nobody_takes_back_what_another_person_did(people):
    event = act(people.rep, "c01", outcome="accepted")
    assert open_browser(people.other).post(f"/customer/undo/{event.pk}/").status_code == 404


def test_do_not_contact_takes_effect_at_once_everywhere(people):
    from lealtad.desk.models import ApiToken
    from lealtad.desk.views.administration import hash_token

    ApiToken.objects.create(system="crm", digest=hash_token("t"), created_at=company.OPENS)
    act(people.rep, "c01", outcome="do_not_contact")
    lead = open_browser(people.lead)
    assert "c01" not in lead.get("/list.csv").content.decode()
    assert "id=c01" not in lead.get("/list/").content.decode()
    card = lead.get("/api/customers/c01/card", headers={"Authorization": "Bearer t"}).json()
    assert (card["do_not_contact"], card["card"]) == (True, None)
    deliver(list_id="night-2", days=1)
    assert find_card("c01").night.list_id == "night-1"
    assert lead.post("/customer/act/", {"id": "c01", "kind": "outcome", "outcome": "accepted"}).status_code == 403


def test_do_not_contact_beyond_the_list_closes_the_card_of_another_team(people):
    from lealtad.desk import acting

    acting.contact_beyond_list(people.service, "c01", acting.Act("outcome", outcome="do_not_contact"))
    assert find_card("c01").status == "closed"


def test_who_agrees_anew_can_be_contacted_again(people):
    from lealtad.desk import acting
    from lealtad.desk.events import list_opted_out

    act(people.rep, "c01", outcome="do_not_contact")
    browser = open_browser(people.administrator)
    browser.post("/audit/allow/", {"customer": "c01", "words": ""})
    assert list_opted_out() == {"c01"}
    browser.post("/audit/allow/", {"customer": "c01", "words": "wrote to us"})
    assert list_opted_out() == set()
    acting.contact_beyond_list(people.service, "c01", acting.Act("outcome", outcome="do_not_contact"))
    assert list_opted_out() == {"c01"}


@pytest.mark.slow
def test_an_override_needs_words_and_what_it_speaks_about(people):
    browser, form = open_browser(people.rep), {"id": "c01", "kind": "override"}
    for wrong in ({}, {"code": "know_customer"}, {"code": "other_action", "words": "x", "action": "dance"}):
        assert browser.post("/customer/act/", form | wrong).status_code == 422
    assert browser.post("/customer/act/", form | {"code": "other_date", "words": "x"}).status_code == 422
    past = {"code": "other_date", "words": "x", "next_day": "2026-03-01"}
    assert browser.post("/customer/act/", form | past).status_code == 422
    assert find_card("c01").status == "open"


def test_an_override_decides(people):
    act(people.rep, "c01", "override", code="other_action", action="offer", words="prefers mail")
    act(people.rep, "c02", "override", code="know_customer", words="moved house")
    act(people.rep, "c03", "override", code="other_date", until=WEEK, words="on holiday")
    assert find_card("c01").action == "offer"
    assert [find_card(customer).status for customer in ("c01", "c02", "c03")] == ["open", "skipped", "waiting"]


def test_a_contact_beyond_the_list_is_logged_as_such(people):
    from lealtad.desk.models import Event

    form = {"id": company.UNLISTED, "kind": "outcome", "outcome": "accepted"}
    assert open_browser(people.rep).post("/customer/act/", form).status_code == 302
    assert not Event.objects.get(kind="outcome").listed


def test_without_the_right_nobody_looks_customers_up(people):
    people.rep.may_look_up = False
    people.rep.save()
    browser = open_browser(people.rep)
    assert browser.get(f"/customer/?id={company.UNLISTED}").status_code == 403
    assert browser.get("/customers/?q=u01").status_code == 403
    assert browser.get("/customer/?id=c01").status_code == 200
    assert browser.get("/customer/?id=c07").status_code == 403


def test_every_look_is_logged(people):
    from lealtad.desk.models import Event

    open_browser(people.rep).get("/customer/?id=c01")
    assert list(Event.objects.filter(kind="viewed").values_list("person__username", "customer_id")) == [
        ("rosa", "c01")
    ]


def test_events_are_never_changed_or_removed(people):
    from django.db import Error, transaction

    from lealtad.desk.models import Event

    act(people.rep, "c01", outcome="accepted")
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Event.objects.update(words="other")
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Event.objects.all().delete()


def test_an_erased_customer_leaves_no_trace(people):
    from lealtad.desk import erasing
    from lealtad.desk.models import Card, Event

    event = act(people.rep, "c01", outcome="accepted", words="secret")
    open_browser(people.rep).post(f"/customer/undo/{event.pk}/")
    assert erasing.erase_customers(["c01"])["events"] == 2
    assert not Event.objects.filter(customer_id="c01").exists()
    assert not Card.objects.filter(customer_id="c01").exists()


def test_the_form_offers_a_next_date_in_days_and_the_next_customer(people):
    browser = open_browser(people.rep)
    form = {"id": "c01", "kind": "outcome", "outcome": "not_reached", "in_days": "1", "then": "claim"}
    answer = browser.post("/customer/act/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/customer/?id=c02")
    card = find_card("c01")
    assert (card.status, card.next_at.date()) == ("waiting", (company.OPENS + timedelta(days=1)).date())
    assert find_card("c02").claimed_by == people.rep


def test_the_page_shows_the_facts_behind_each_reason_in_the_language_of_who_reads(people):
    words = {
        "en": {"reason_1": "Reopened 1 ticket.", "reason_1_evidence": "March 1, 2026: ticket reopened (t7)"},
        "es": {"reason_1": "Reabrió 1 tique.", "reason_1_evidence": "1 de marzo de 2026: tique reabierto (t7)"},
    }
    more = {"words": words, "usual_probability": 0.02, "renewal_date": company.AS_OF, "open_tickets": 2}
    deliver(list_id="night-2", days=1, rows=[company.build_row("c01", 1, **more)])
    people.rep.language = "es"
    people.rep.save()
    page = open_browser(people.rep).get("/customer/?id=c01").content.decode()
    assert "Reabrió 1 tique." in page
    assert "1 de marzo de 2026: tique reabierto (t7)" in page
    assert "diez veces lo habitual" in page
    assert "Renovación" in page
    assert "Tickets abiertos" in page
