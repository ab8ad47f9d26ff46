"""A night arrives whole or not at all; yesterday's work stays with its people."""

from datetime import timedelta

import pytest

from tests.desk import company
from tests.desk.desks import build_night, deliver, find_card, open_browser

pytestmark = pytest.mark.usefixtures("night")


def claim(person, customer):
    from lealtad.desk import claims

    return claims.claim(person, find_card(customer).pk)


def list_open_cards():
    from lealtad.desk.models import Card

    return sorted(Card.objects.filter(status__in=["open", "waiting"]).values_list("customer_id", flat=True))


def test_the_same_list_again_changes_nothing():
    from lealtad.desk.delivery import Delivered, deliver_night

    assert deliver_night(build_night()) == Delivered(0, 0, 0)
    assert list_open_cards() == company.LISTED


def test_an_older_list_is_not_delivered_over_a_newer():
    deliver(list_id="night-2", days=1, customers=["c01"])
    from lealtad.desk.delivery import deliver_night

    deliver_night(build_night(list_id="night-0", days=-1))
    assert list_open_cards() == ["c01"]


def test_what_nobody_holds_makes_room_and_what_somebody_holds_stays(people):
    claim(people.rep, "c01")
    deliver(list_id="night-2", days=1, customers=["c02", "u01"])
    assert list_open_cards() == ["c01", "c02", "u01"]
    assert find_card("c01").claimed_by == people.rep
    assert find_card("c03").status == "closed"


def test_a_held_customer_who_is_listed_again_keeps_the_claimer_and_gets_the_new_row(people):
    number = claim(people.rep, "c03").pk
    deliver(list_id="night-2", days=1, customers=["c03", "c01"])
    card = find_card("c03")
    assert (card.pk, card.rank, card.night.list_id, card.claimed_by) == (number, 1, "night-2", people.rep)


@pytest.mark.parametrize("why", ["gone", "consent"])
def test_a_held_customer_who_churned_or_opted_out_disappears_with_the_reason(people, why):
    from lealtad.desk.models import Event

    claim(people.rep, "c01")
    deliver(list_id="night-2", days=1, customers=["c02"], departed={"c01": why})
    assert list_open_cards() == ["c02"]
    assert Event.objects.get(kind="closed", customer_id="c01").code == why
    reason = {"gone": "no longer active", "consent": "does not want to be contacted"}[why]
    assert reason in open_browser(people.rep).get("/list/").content.decode()


def test_a_delivery_that_fails_leaves_the_list_as_it_was():
    from django.db import transaction

    broken = build_night(list_id="night-2", days=1)
    broken.rows[5]["rank"] = None
    with pytest.raises(Exception, match="rank"), transaction.atomic():
        from lealtad.desk.delivery import deliver_night

        deliver_night(broken)
    assert list_open_cards() == company.LISTED
    assert find_card("c01").night.list_id == "night-1"


def test_a_run_directory_is_delivered(desk_out, people):
    """From the files of a night: names from the lake, actions and capacities from the playbook, no holdout."""
    import polars as pl

    from lealtad.base.language import Language
    from lealtad.desk.night_files import read_night
    from lealtad.lake import Lake
    from tests.worklist.example_list import team

    ids = ["c01", company.UNLISTED]
    rows = team(Language.from_code("en"), ids).with_columns(as_of=pl.lit(company.AS_OF + timedelta(days=1)))
    path = desk_out / "worklist.parquet"
    rows.write_parquet(path)
    try:
        tonight = read_night(desk_out, Lake.open(desk_out / "lake"))
    finally:
        path.unlink()
    assert [row["customer_id"] for row in tonight.rows] == ids
    assert tonight.rows[0]["name"] == "Ana Muñoz c01"
    assert set(tonight.actions) >= {"call"}
    assert tonight.owners


@pytest.mark.slow
def test_a_customer_without_a_score_at_the_night_is_gone(desk_out, people):
    from lealtad.desk.night_files import _find_departed
    from lealtad.lake import Lake

    lake = Lake.open(desk_out / "lake")
    assert _find_departed(lake, company.AS_OF) == {}
    assert set(_find_departed(lake, company.AS_OF + timedelta(days=9)).values()) == {"gone"}


@pytest.mark.parametrize(
    ("language", "reason"), [("es", "Pidió la baja el lunes."), ("en", "Asked to cancel on Monday.")]
)
def test_reasons_are_in_the_language_of_the_reader(people, language, reason):
    words = {"es": {"reason_1": "Pidió la baja el lunes."}, "en": {"reason_1": "Asked to cancel on Monday."}}
    deliver(list_id="night-2", days=1, rows=[company.build_row("c01", 1, words=words)])
    people.rep.language = language
    people.rep.save()
    browser = open_browser(people.rep)
    for address in ("/list/", "/customer/?id=c01"):
        page = browser.get(address).content.decode()
        assert reason in page
        assert "Had to reopen" not in page
