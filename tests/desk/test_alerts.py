"""Alerts at the desk: shown to who leads, acknowledged once, and the first who did stays."""

from datetime import UTC, datetime

import pytest

from tests.desk.desks import open_browser

pytestmark = pytest.mark.usefixtures("night")


@pytest.fixture
def alert(desk_out):
    from lealtad.experience.alerts import Ledger, Signal, update_ledger, write_ledger

    values = {"open": 40, "usual": 12.0}
    signal = Signal("queue", "support", "support", is_raised=True, is_clear=False, values=values)
    ledger = update_ledger(Ledger(), [signal], datetime(2026, 6, 30, tzinfo=UTC))
    write_ledger(ledger, desk_out)
    yield ledger.alerts[0]
    (desk_out / "alerts.json").unlink()


def test_before_the_first_night_the_page_says_which_command_computes_them(people):
    assert "lealtad alerts" in open_browser(people.head).get("/alerts/").content.decode()


def test_an_alert_is_acknowledged_once_and_the_first_stays(people, alert):
    from lealtad.desk.event_kinds import Kind
    from lealtad.desk.models import Event

    head, lead = open_browser(people.head), open_browser(people.lead)
    page = head.get("/alerts/").content.decode()
    assert "Open tickets: 40" in page
    address = f"/alerts/{alert.key}/acknowledge/"
    assert address in page
    assert head.post(address).status_code == 302
    assert lead.post(address).status_code == 302
    assert Event.objects.get(kind=Kind.ALERT_SEEN).person == people.head
    page = lead.get("/alerts/").content.decode()
    assert address not in page
    assert "hugo" in page
    assert lead.post("/alerts/other/acknowledge/").status_code == 404


def test_a_representative_neither_sees_nor_acknowledges(people, alert):
    browser = open_browser(people.rep)
    assert browser.get("/alerts/").status_code == 403
    assert browser.post(f"/alerts/{alert.key}/acknowledge/").status_code == 403
