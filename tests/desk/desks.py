"""What tests do at the desk: deliver nights, find cards, pass time, open browsers."""

from dataclasses import replace
from datetime import timedelta

from tests.desk import company

PASSWORD = "una-clave-que-nadie-adivina"  # noqa: S105 - of accounts that live for one test


def build_night(list_id="night-1", days=0, customers=company.LISTED, **changes):
    from lealtad.desk.delivery import NightList

    rows = [company.build_row(customer, rank) for rank, customer in enumerate(customers, 1)]
    night = NightList(
        list_id=list_id,
        as_of=company.AS_OF + timedelta(days=days),
        campaign_id=company.CAMPAIGN,
        rows=rows,
        actions=company.ACTIONS,
        owners={"retention": 40, "service": 20},
    )
    return replace(night, **changes)


def deliver(**changes):
    from lealtad.desk.delivery import deliver_night
    from lealtad.desk.models import Night

    tonight = build_night(**changes)
    deliver_night(tonight)
    return Night.objects.get(list_id=tonight.list_id)


def find_card(customer):
    from lealtad.desk.models import Card

    return Card.objects.select_related("night").filter(customer_id=customer).order_by("-id").first()


def pass_time(**duration):
    from django.conf import settings

    settings.DESK_CLOCK_SHIFT += timedelta(**duration)


def open_browser(person=None, **options):
    """A client of the desk, logged in."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost", **options)
    if person is not None:
        client.force_login(person)
    return client
