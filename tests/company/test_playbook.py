"""A playbook says at once what in it contradicts itself."""

from datetime import UTC, datetime

import pytest

from lealtad.base.errors import SettingsError
from lealtad.company.playbook import Playbook, read_holdout_key
from lealtad.company.playbook.checking import check_answers
from lealtad.company.settings import Settings
from lealtad.examples.features import CATALOG
from tests.worklist.playbooks import action, playbook

CALL = """[[worklist.actions]]
name = "call"
words = {en = "Call", es = "Llamar"}
channel = "phone"
owner = "team"
contact_cost = 5
"""
OWNERS = "[worklist.owners]\nteam = 20\n"


def read(tmp_path, text):
    (tmp_path / "lealtad.toml").write_text(text)
    return Settings.read(tmp_path / "lealtad.toml").worklist


def test_without_a_worklist_there_is_a_playbook_that_answers_known_topics(tmp_path):
    book = read(tmp_path, "")
    assert book == Playbook()
    assert {one.owner for one in book.actions} <= book.owners.keys()
    check_answers(book.actions, {word for one in CATALOG for word in (one.about, one.family)})


def test_a_playbook_is_read_from_the_settings(tmp_path):
    book = read(tmp_path, f"[worklist]\nholdout_share = 0.2\n{OWNERS}{CALL}saves = {{mean = 0.2, spread = 0.3}}\n")
    assert (book.holdout_share, book.owners) == (0.2, {"team": 20})
    assert book.action("call").saves.mean == 0.2
    assert book.action("call").cost_cents == 500


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (OWNERS + CALL + CALL, "worklist.actions, call: expected a unique name"),
        (OWNERS.replace("team", "teams") + CALL, "Did you mean 'teams'?"),
        (
            OWNERS + CALL + "who = {segments = []}",
            "expected at least one value for each key, found none for segment",
        ),
        ("[worklist]\nbudget_per_day = 4\n" + OWNERS + CALL, "expected a cost within the budget of a day, 4.00"),
        ("[worklist]\nholdout_share = 1.0\n", "less than 1, found 1.0"),
        ("[worklist]\nhysteresis = -0.1\n", "greater than or equal to 0"),
        (
            OWNERS + CALL.replace("= 5", "= -5"),
            "worklist.actions[1].contact_cost: expected Input should be greater",
        ),
        (OWNERS + CALL + "offer_cost = nan", "finite number"),
        (OWNERS + CALL + "capacity_per_day = -1", "greater than or equal to 0"),
        (OWNERS + CALL + "[worklist.channels]\nphon = 3", "found 'phon'. Did you mean 'phone'?"),
        (OWNERS + CALL.replace("contact_cost", "contact_cots"), "Did you mean 'contact_cost'?"),
        (OWNERS + CALL + "saves = {mean = 0.1, spread = 0}", "greater than 0"),
        ("[worklist]\nactions = []\n", "at least 1"),
        (
            "[worklist]\nholdout_key = 'hush'\n",
            "expected a key from an environment variable, found a key in plain text",
        ),
        (
            "[worklist.sink]\nurl = 'postgresql://me:hush@host/crm'\n",
            "expected a password from an environment variable",
        ),
        ("[worklist.sink]\nurl = '${CRM}'\ntable = 'x; drop table y'\n", "worklist.sink.table"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, text, message):
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, text)
    assert message in str(refused.value)
    assert "hush" not in str(refused.value)


def test_an_action_that_answers_an_unknown_topic_is_told_the_nearest():
    with pytest.raises(SettingsError, match=r"call\.answers: .*'first replies'.*Did you mean 'first reply'"):
        check_answers([action("call", answers=("first replies",))], ["first reply", "tickets"])


def test_a_campaign_is_a_month_or_a_stretch_of_days():
    """2026-11-19 is day 20,776 after 1970-01-01, and 20,776 = 742 · 28."""
    last, first = datetime(2026, 11, 18, 23, 59, tzinfo=UTC), datetime(2026, 11, 19, tzinfo=UTC)
    assert Playbook().campaign_id(last) == Playbook().campaign_id(first) == "retention-2026-11"
    stretches = Playbook(campaign_days=28)
    assert [stretches.campaign_id(day) for day in (last, first)] == [
        "retention-2026-10-22",
        "retention-2026-11-19",
    ]


def test_the_key_comes_from_the_environment(monkeypatch):
    assert read_holdout_key(Playbook()) == b"lealtad"
    book = playbook(holdout_key="${LIST_KEY}")
    monkeypatch.delenv("LIST_KEY", raising=False)
    with pytest.raises(SettingsError, match="the environment variable LIST_KEY"):
        read_holdout_key(book)
    monkeypatch.setenv("LIST_KEY", "hush")
    assert read_holdout_key(book) == b"hush"


def test_costs_are_counted_in_whole_cents_against_the_company():
    assert action("call", contact_cost=0.001).cost_cents == 1
    assert action("call", contact_cost=0.1, offer_cost=0.2).cost_cents == 30
    assert Playbook(budget_per_day=100.009).budget_cents == 10_000
