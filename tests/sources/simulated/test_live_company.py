"""The simulated company as time passes: lists change what follows them, and nothing before."""

import polars as pl
import pytest

from lealtad.sources.contract import get_table
from lealtad.sources.simulated import Scenario, simulate
from lealtad.sources.simulated.economy import FIRST, PUBLISHED
from lealtad.sources.simulated.listed_contacts import ListedContacts
from lealtad.sources.simulated.live_company import LiveCompany

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def followed():
    """A company that works a list of many customers, and what it delivered each time."""
    company = LiveCompany(1500, 12, seed=3)
    parts = [company.deliver(company.nights[0])]
    customers = parts[0]["customers"]["customer_id"].unique().sort()
    rows = pl.DataFrame({"customer_id": customers, "as_of": company.nights[0], "channel": "phone"})
    company.work_list(rows.with_columns(pl.col("as_of").cast(pl.Datetime("us", "UTC"))))
    parts.append(company.deliver(company.nights[1]))
    reports = company.reports
    parts.append(company.deliver())
    return company, parts, reports


def test_a_row_is_delivered_once_and_only_when_it_is_known(followed):
    company, parts, _reports = followed
    for name in ("touchpoints", "ticket_events", "subscriptions", "orders", "order_lines", "customers"):
        key = [column for column in get_table(name).key if column in parts[0][name].columns]
        every = pl.concat([part[name] for part in parts if name in part], how="diagonal")
        assert every.select(key).is_duplicated().sum() == 0, name
        clock = get_table(name).event_time or "valid_from"
        assert (
            parts[0][name][clock].drop_nulls() < company.nights[0].replace(day=company.nights[0].day + 1)
        ).all()


def test_what_happened_before_a_list_does_not_depend_on_it(followed):
    company, parts, _reports = followed
    alone = simulate(1500, 12, seed=3, scenario=Scenario(economy=PUBLISHED)).tables
    for name in ("subscriptions", "orders", "order_lines", "touchpoints"):
        first = parts[0][name].drop("recorded_at")
        same = alone[name].drop("recorded_at").join(first, on=first.columns, how="semi", nulls_equal=True)
        assert same.height == first.height, name
    assert company.truth.height


def test_the_team_reports_once_and_what_it_changed_shows(followed):
    _company, parts, reports = followed
    assert reports["customer_id"].is_unique().all()
    assert set(reports["outcome"]) == {"accepted", "declined", "not_reached"}
    # prospects and former customers are on the list of this test, and nobody reaches them
    assert 0.4 < (reports["outcome"] != "not_reached").mean() < 0.95
    met = parts[1]["touchpoints"].filter(pl.col("touchpoint") == "retention_call")
    assert met.height == (reports["outcome"] != "not_reached").sum()
    assert (
        "interventions" not in parts[1]
        or parts[1]["interventions"].filter(pl.col("assigned_at") > reports["listed_at"][0]).is_empty()
    )


def test_contacts_keep_customers():
    ends = []
    night = LiveCompany().nights[0]
    rows = pl.DataFrame({"customer_id": [f"C{k:07d}" for k in range(4000)], "channel": "phone"}).with_columns(
        as_of=pl.lit(night).cast(pl.Datetime("us", "UTC"))
    )
    for contacts in (None, ListedContacts.from_rows(rows)):
        made = simulate(4000, 12, seed=5, scenario=Scenario(economy=PUBLISHED, contacts=contacts))
        events = made.tables["subscriptions"].filter(pl.col("voluntary"), pl.col("occurred_at") > night)
        ends.append(events.filter(pl.col("occurred_at") < night + pl.duration(days=28)).height)
    assert ends[1] < 0.9 * ends[0]


def test_prices_alone_change_no_fact():
    cheap, dear = (
        simulate(300, 8, seed=2, scenario=Scenario(economy=economy)).tables
        for economy in (FIRST, FIRST.__class__((57.0, 94.0, 142.0), *list(vars(FIRST).values())[1:]))
    )
    for name, rows in cheap.items():
        amounts = [column for column in ("amount_monthly",) if column in rows.columns]
        assert rows.drop(amounts).equals(dear[name].drop(amounts)), name
    assert dear["subscriptions"]["amount_monthly"].mean() > 2 * cheap["subscriptions"]["amount_monthly"].mean()
