"""A reason shows the very facts behind it, masked, and nothing that was known later."""

from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.worklist.reasons import EvidenceWriter, Histories, Promises, list_news, write_news
from lealtad.worklist.reasons.days import format_day
from lealtad.worklist.reasons.fact_lines import STATES, find_moment
from tests.companies import INSTANT, at
from tests.lakes import lake_of

NOW = at(24 * 40)


def _events(*rows):
    columns = ("ticket_id", "customer_id", "occurred_at", "event", "subject", "text", "priority", "public")
    return pl.DataFrame(
        [dict(zip(columns, row, strict=True)) for row in rows],
        schema_overrides={"occurred_at": INSTANT, "public": pl.Boolean, "subject": pl.String, "text": pl.String},
    )


TABLES = {
    "customers": pl.DataFrame({"customer_id": ["a", "b"], "became_customer_at": [at(1)] * 2}),
    "contacts": pl.DataFrame({"customer_id": ["a"], "name": ["Xoana Brei"], "email": ["xoana@example.com"]}),
    "ticket_events": _events(
        (
            "k1",
            "a",
            at(24 * 10),
            "created",
            "Bill of Brei, call 612 345 678",
            "Hello Marta, wrong bill",
            "high",
            None,
        ),
        ("k1", "a", at(24 * 15), "agent_reply", None, None, "high", True),
        ("k1", "a", at(24 * 16), "solved", None, None, "high", None),
        ("k2", "a", at(24 * 30), "created", "No connection", "Nothing works", "high", None),
        ("k3", "a", NOW + timedelta(hours=1), "created", "Later", "Nobody knew this", "high", None),
        ("k4", "b", at(24 * 12), "created", "Another customer", "Of another customer", "high", None),
    ),
    "subscriptions": pl.DataFrame(
        {
            "subscription_id": ["s", "s"],
            "customer_id": ["a", "a"],
            "occurred_at": [at(24), NOW - timedelta(days=1)],
            "event": ["start", "cancel_request"],
            "amount_monthly": [20.0, None],
        },
        schema_overrides={"occurred_at": INSTANT},
    ),
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return lake_of(tmp_path_factory.mktemp("lake") / "lake", TABLES)


def writer(lake, code="en"):
    histories = Histories(lake, NOW, ["a", "b"])
    return EvidenceWriter(histories, NOW, Language.from_code(code), promises=Promises({"high": 8.0}, 16.0))


def test_a_wait_names_its_ticket_and_what_was_promised_without_personal_data(lake):
    found = writer(lake).describe("a", "slowest_first_reply_hours_364d")
    assert found.ticket == "k1"
    assert found.details["subject"] == "“Bill of [name], call [phone]”"
    assert found.details["the_case"] == found.details["subject"]
    assert found.details["promise"] == "8 h"
    assert found.facts[0].endswith(": “Bill of [name], call [phone]” (k1)")


def test_an_open_ticket_is_the_one_that_waits(lake):
    found = writer(lake, "es").describe("a", "oldest_open_ticket_days")
    assert found.ticket == "k2"
    assert found.details["subject"] == "«No connection»"
    assert found.details["age"] == "10 días"
    assert found.details["goal"] == "16 h"


def test_a_request_to_cancel_is_a_fact_with_its_day(lake):
    found = writer(lake).describe("a", "cancel_requests_91d")
    assert found.details["one_day"] == "yesterday"
    assert "asked to cancel (s)" in found.facts[0]


def test_the_last_comment_is_the_customers_own_masked_and_known_then(lake):
    assert writer(lake).find_last_comment("a")[0] == "“Nothing works”"
    assert writer(lake).find_last_comment("b")[0] == "“Of another customer”"
    assert writer(lake).quote("a", "Hello Marta, Xoana Brei here, xoana@example.com") == (
        "“Hello [name], [name] here, [e-mail]”"
    )


def test_what_became_known_later_changes_nothing(lake, tmp_path):
    earlier = {
        name: rows.filter(pl.col("occurred_at") < NOW) if "occurred_at" in rows.columns else rows
        for name, rows in TABLES.items()
    }
    now, then = writer(lake), writer(lake_of(tmp_path / "lake", earlier))
    for column in (
        "slowest_first_reply_hours_364d",
        "oldest_open_ticket_days",
        "cancel_requests_91d",
        "tickets_91d",
    ):
        assert now.describe("a", column) == then.describe("a", column)
    assert now.find_last_comment("a") == then.find_last_comment("a")


def test_a_feature_that_is_off_or_unknown_has_no_evidence(lake):
    assert writer(lake).describe("a", "orders_28d").facts == ()
    assert writer(lake).describe("a", "no_such_feature").details == {}


def test_news_is_what_became_known_since_the_most_telling_first(lake):
    histories = Histories(lake, NOW, ["a", "b"])
    kinds = [kind for kind, _ in list_news(histories, "a", at(24 * 14))]
    assert kinds == ["cancel_request", "created", "solved"]
    assert list_news(histories, "b", at(24 * 14)) == []
    kind, moment = list_news(histories, "a", at(24 * 14))[0]
    assert write_news(kind, moment, NOW, Language.from_code("es")) == "pidió la baja ayer"


@pytest.mark.parametrize("name", ["term_end", "opened_at"])
def test_a_state_is_dated_whether_its_instant_is_stored_or_derived(name):
    micros = int(at(24).timestamp() * 1_000_000)
    assert find_moment({name: at(24)}, STATES) == find_moment({name: micros}, STATES) == at(24)
    assert find_moment({name: None}, STATES) is None


def test_who_wrote_a_ticket_is_not_called_silent_without_it(lake):
    reasons = {code: writer(lake, code).describe("b", "days_since_own_contact").details for code in ("en", "es")}
    assert reasons["en"]["ticket_apart"] == format_day(at(24 * 12), NOW, Language.from_code("en"), "UTC")
    assert reasons["es"]["ticket_apart"] == format_day(at(24 * 12), NOW, Language.from_code("es"), "UTC")
    assert "ticket_apart" not in writer(lake).describe("b", "days_since_order").details
    recent = writer(lake).describe("a", "own_contacts_28d").details
    assert ("ticket_apart" in recent) == (at(24 * 30) > NOW - timedelta(days=28))


def test_one_ticket_with_several_messages_is_one(tmp_path):
    messages = [("created", 12), ("customer_reply", 14), ("reopened", 20)]
    rows = [("k1", "a", at(24 * day), event, "Bill", None, "high", None) for event, day in messages]
    one = lake_of(tmp_path / "one", TABLES | {"ticket_events": _events(*rows)})
    other = ("k2", "a", at(24 * 25), "created", "Line", None, "high", None)
    two = lake_of(tmp_path / "two", TABLES | {"ticket_events": _events(*rows, other)})
    english = Language.from_code("en")
    details = writer(one).describe("a", "days_since_own_contact").details
    assert (details["ticket_apart"], "tickets_apart" in details) == (format_day(at(24 * 20), NOW, english), False)
    assert writer(two).describe("a", "days_since_own_contact").details["tickets_apart"] == (
        format_day(at(24 * 25), NOW, english)
    )
