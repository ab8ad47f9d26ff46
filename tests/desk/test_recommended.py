"""A card that recommends a product: words that name it, and an outcome in its own campaign."""

from dataclasses import replace

import polars as pl
import pytest

from lealtad.company.playbook import Playbook
from tests.desk import company
from tests.desk.desks import build_night, find_card

pytestmark = pytest.mark.usefixtures("night")
ACTION = "recommend:A0003"


def test_the_outcome_of_a_recommendation_is_an_assignment_of_its_own_campaign(people):
    from lealtad.desk.delivery import deliver_night
    from lealtad.desk.event_kinds import Kind
    from lealtad.desk.events import record
    from lealtad.desk.night_files import describe_recommendations

    tonight = build_night(list_id="night-2", days=1, customers=["c01", "c02"])
    team = pl.DataFrame({"suggested_action": [ACTION], "product": ["Coffee 4"]})
    actions = describe_recommendations(team, Playbook(), tonight.as_of)
    assert actions[ACTION]["words"] == {"en": "Recommend Coffee 4", "es": "Recomendar Coffee 4"}
    rows = [{**tonight.rows[0], "suggested_action": ACTION}, tonight.rows[1]]
    deliver_night(replace(tonight, rows=rows, actions={**company.ACTIONS, **actions}))
    recommended, called = find_card("c01"), find_card("c02")
    assert set(recommended.night.list_playbook_actions()) == set(company.ACTIONS)
    events = [record(Kind.OUTCOME, people.rep, card, outcome="declined") for card in (recommended, called)]
    assert events[0].campaign_id == f"recommend-{tonight.as_of:%Y-%m}"
    assert events[1].campaign_id == company.CAMPAIGN
