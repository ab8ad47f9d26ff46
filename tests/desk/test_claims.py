"""A customer belongs to one person at a time, within the quotas, and a freed place is taken at once."""

from datetime import timedelta

import pytest

from tests.desk import company
from tests.desk.desks import deliver, find_card, open_browser, pass_time

pytestmark = pytest.mark.usefixtures("night")


def claim(person, customer):
    from lealtad.desk import claims

    return claims.claim(person, find_card(customer).pk)


def holders(*customers):
    return [getattr(find_card(customer).claimed_by, "username", None) for customer in customers]


def test_the_second_claim_learns_what_happened_meanwhile(people):
    from lealtad.desk.events import StaleError

    claim(people.rep, "c01")
    with pytest.raises(StaleError) as refusal:
        claim(people.other, "c01")
    assert refusal.value.meanwhile[0].person == people.rep
    assert holders("c01") == ["rosa"]


def test_claiming_twice_is_one_claim(people):
    from lealtad.desk.models import Event

    claim(people.rep, "c01")
    claim(people.rep, "c01")
    assert Event.objects.filter(kind="claimed").count() == 1


def test_a_claim_lapses_and_another_person_can_take_it(people):
    claim(people.rep, "c01")
    pass_time(hours=25)
    claim(people.other, "c01")
    assert holders("c01") == ["oscar"]


def test_nobody_claims_another_teams_customer(people):
    from lealtad.desk.events import RefusalError

    with pytest.raises(RefusalError, match="not_yours"):
        claim(people.service, "c01")
    with pytest.raises(RefusalError, match="not_yours"):
        claim(people.head, "c01")


def test_the_quota_of_a_person_ends_with_the_day(people):
    from lealtad.desk.events import RefusalError

    people.rep.quota_per_day = 2
    people.rep.save()
    claim(people.rep, "c01")
    claim(people.rep, "c02")
    claim(people.rep, "c02")
    with pytest.raises(RefusalError, match="quota_of_person"):
        claim(people.rep, "c03")
    pass_time(days=1)
    claim(people.rep, "c03")


def test_the_quota_of_a_team_counts_all_its_people(people):
    from lealtad.desk.events import RefusalError

    deliver(list_id="night-2", days=1, owners={"retention": 2})
    claim(people.rep, "c01")
    claim(people.other, "c02")
    with pytest.raises(RefusalError, match="quota_of_team"):
        claim(people.rep, "c03")


def test_the_next_customer_is_the_best_that_is_free(people):
    from lealtad.desk import claims

    claim(people.other, "c01")
    assert claims.claim_next(people.rep).customer_id == "c02"


def test_free_places_are_filled_at_once(people):
    from lealtad.desk import acting, claims

    people.rep.places = 2
    people.rep.save()
    assert [card.customer_id for card in claims.fill_places(people.rep)] == ["c01", "c02"]
    acting.act_on_card(people.rep, find_card("c01").pk, acting.Act("outcome", outcome="accepted"))
    assert holders("c02", "c03") == ["rosa", "rosa"]


def test_what_one_releases_another_takes_at_once(people):
    from lealtad.desk import claims

    claim(people.rep, "c01")
    people.other.places = 1
    people.other.save()
    claims.release(people.rep, find_card("c01").pk)
    assert holders("c01") == ["oscar"]


def test_a_lead_reassigns_within_the_team(people):
    from lealtad.desk import claims
    from lealtad.desk.events import RefusalError

    claim(people.rep, "c01")
    claims.assign(people.lead, find_card("c01").pk, people.other)
    assert holders("c01") == ["oscar"]
    with pytest.raises(RefusalError, match="not_their_team"):
        claims.assign(people.lead, find_card("c01").pk, people.service)
    with pytest.raises(RefusalError, match="not_yours"):
        claims.assign(people.rep, find_card("c01").pk, people.rep)
    claims.assign(people.lead, find_card("c01").pk, None)
    assert holders("c01") == [None]


def test_a_lead_gives_all_of_a_person_to_another_and_what_waits_keeps_its_date(people):
    from lealtad.desk import acting

    claim(people.rep, "c01")
    next_week = company.OPENS + timedelta(days=7)
    acting.act_on_card(people.rep, find_card("c02").pk, acting.Act("outcome", outcome="promised", until=next_week))
    form = {"of": people.rep.pk, "person": people.other.pk, "back": "/team/"}
    page = open_browser(people.lead).post("/team/assign/several/", form, follow=True).content.decode()
    assert "2 assigned." in page
    assert holders("c01", "c02") == ["oscar", "oscar"]
    assert (find_card("c02").status, find_card("c02").next_at) == ("waiting", next_week)


def test_a_lead_gives_the_ticked_to_a_person_of_their_team(people):
    numbers = [find_card(customer).pk for customer in ("c01", "c02")]
    browser = open_browser(people.lead)
    page = browser.post("/team/assign/several/", {"card": numbers, "person": people.rep.pk}, follow=True)
    assert holders("c01", "c02") == ["rosa", "rosa"]
    refused = {"card": numbers, "person": people.service.pk}
    page = browser.post("/team/assign/several/", refused, follow=True).content.decode()
    assert "2 could not be assigned." in page
    assert holders("c01", "c02") == ["rosa", "rosa"]


def test_several_are_claimed_at_once_and_the_rest_is_explained(people):
    claim(people.other, "c02")
    browser = open_browser(people.rep)
    numbers = [find_card(customer).pk for customer in ("c01", "c02", "c03")]
    page = browser.post("/list/claim/", {"card": numbers}, follow=True).content.decode()
    assert holders("c01", "c02", "c03") == ["rosa", "oscar", "rosa"]
    assert "2 claimed." in page
    assert "oscar" in page


def test_a_claim_by_htmx_answers_with_the_row_and_says_so(people):
    card, browser = find_card("c01"), open_browser(people.rep)
    row = browser.post(f"/list/claim/{card.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert f'id="card-{card.pk}"' in row
    assert 'aria-live="polite"' in row
    late = open_browser(people.other).post(f"/list/claim/{card.pk}/")
    assert late.status_code == 409
    assert "rosa" in late.content.decode()
