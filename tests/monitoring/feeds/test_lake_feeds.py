"""Counts of a lake, as they were known on a night; and whose features rest on a feed."""

from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.errors import SettingsError
from lealtad.company.settings import Settings
from lealtad.lake import commit_tables
from lealtad.monitoring.feeds import compute_usual_lags, count_daily_facts, feed_health, find_dependent_customers
from lealtad.sources.contract import split
from tests.companies import at
from tests.lakes import lake_of

DAYS = 140


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    # ten orders a day, of which one is recorded two days later; touchpoints stop after 120 days
    rows = [
        (f"o{d}-{k}", f"c{k}", at(24 * d + k), at(24 * d + k + 48 * (k == 9)))
        for d in range(DAYS)
        for k in range(10)
    ]
    orders = pl.DataFrame(rows, schema=["order_id", "customer_id", "ordered_at", "recorded_at"], orient="row")
    met = [(f"t{d}-{k}", f"c{k}", at(24 * d + k)) for d in range(120) for k in range(5)]
    touchpoints = pl.DataFrame(met, schema=["touchpoint_id", "customer_id", "occurred_at"], orient="row")
    values = {"stage": "service", "channel": "web", "touchpoint": "help", "initiated_by": "customer"}
    return lake_of(
        tmp_path_factory.mktemp("feeds") / "lake",
        {
            "customers": pl.DataFrame({"customer_id": [f"c{k}" for k in range(10)]}),
            "orders": orders.with_columns(amount=pl.lit(1.0)),
            "touchpoints": touchpoints.with_columns(**{name: pl.lit(value) for name, value in values.items()}),
        },
    )


def test_each_day_is_counted_with_its_delay_and_nothing_that_was_not_known(lake):
    found = count_daily_facts(lake, at(24 * 100)).filter(table="orders").sort("day", "delay")
    assert found["day"].max() == at(24 * 99).date()
    by_day = found.group_by("day").agg(pl.col("count").sum()).sort("day")["count"].to_list()
    assert by_day[-4:] == [10, 10, 9, 9]  # the last two days lack what is recorded two days later
    assert set(found["delay"]) == {0, 2}
    assert count_daily_facts(lake, at(24 * 100), ignore=["orders"])["table"].unique().to_list() == ["touchpoints"]


def test_the_dead_feed_of_a_lake_is_named_on_every_night_after_it_died(lake):
    for day in (125, 130, DAYS):
        found = {row["table"]: row["status"] for row in feed_health(lake, at(24 * day)).to_dicts()}
        assert found == {"orders": "ok", "touchpoints": "late"}
    assert set(feed_health(lake, at(24 * 119))["status"]) == {"ok"}


@pytest.mark.slow
def test_a_table_that_is_loaded_once_a_week_is_known_to_lie_behind(tmp_path):
    columns = {"orders": ("order_id", "ordered_at"), "surveys": ("survey_id", "sent_at")}
    survey = {"metric": "nps", "kind": "relational", "scale_min": 0.0, "scale_max": 10.0}
    more = {"orders": {"amount": 1.0}, "surveys": survey}

    def rows(name: str, days: int) -> pl.DataFrame:
        key, clock = columns[name]
        ids = {key: [f"{name}{d}" for d in range(days)], "customer_id": ["c"] * days}
        frame = pl.DataFrame(ids | {clock: [at(24 * d + 1) for d in range(days)]})
        return split(name, frame.with_columns(**{key: pl.lit(value) for key, value in more[name].items()})).valid

    lake = lake_of(tmp_path / "lake", {"customers": pl.DataFrame({"customer_id": ["c"]})})
    for day in range(10, 38):
        lake = commit_tables(lake, {"orders": rows("orders", day), "surveys": rows("surveys", day - day % 7)})
    assert compute_usual_lags(lake) == {"orders": 0, "surveys": 6}


def test_those_rest_on_a_feed_of_whom_it_holds_facts(lake):
    their = pl.concat(
        find_dependent_customers(lake, ["touchpoints"], at(24 * 130), bucket) for bucket in lake.buckets
    )
    assert sorted(their) == [f"c{k}" for k in range(5)]
    assert not any(
        len(find_dependent_customers(lake, ["touchpoints"], at(0) - timedelta(days=1), b)) for b in lake.buckets
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[feeds]\nabstain = ["order"]', "Did you mean 'orders'"),
        ('[feeds]\nabstian = ["orders"]', "Did you mean 'abstain'"),
        ('[feeds]\nabstain = ["orders"]\nignore = ["orders"]', "in both"),
        ('[features]\nknown_in_time = ["segmnt"]\n[features.levels]\nsegment = ["a"]', "Did you mean 'segment'"),
    ],
)
def test_settings_that_cannot_be_followed_are_refused(tmp_path, text, message):
    path = tmp_path / "lealtad.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=message):
        Settings.read(path)


def test_settings_of_feeds_are_read(tmp_path):
    path = tmp_path / "lealtad.toml"
    path.write_text('[feeds]\nabstain = ["orders"]\nignore = ["surveys"]')
    feeds = Settings.read(path).feeds
    assert (feeds.abstain, feeds.ignore) == (("orders",), ("surveys",))
