"""Six leaks are planted in a company and every one is found by name; without them it is clean."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.checks.leakage import check_leaks
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.model_settings import DateSettings
from lealtad.company.outcome_definition import Inactivity
from lealtad.examples.features import CATALOG, CompanyProfile, build, build_catalog, trace_provenance
from lealtad.examples.features.words.axes import WordAxes
from lealtad.lake import Lake, commit_tables
from lealtad.sources.contract import split
from lealtad.sources.simulated import Scenario, simulate

pytestmark = pytest.mark.slow

CHURN = ModelDefinition(
    name="churn",
    label=Inactivity(alive_days=28, alive_orders=1),
    dates=DateSettings(step_days=14, train=6, test=2),
)
START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
INSTANT = pl.Datetime("us", "UTC")
HONEST = CompanyProfile(levels={"attr_source": ("web", "shop"), "segment": ("basic", "plus")})
LEAKY = CompanyProfile(
    levels={**HONEST.levels, "attr_status": ("active", "left"), "attr_touched": ()},
    modules=("tests.checks.leakage.region_features",),
)


def simulated(customers):
    company = simulate(customers, 12, seed=5, scenario=Scenario(alias_share=0.05))
    valid = {name: split(name, rows).valid for name, rows in company.tables.items()}
    return {**valid, "identities": company.identities.with_columns(known_at="valid_from")}


@pytest.fixture(scope="module")
def tables():
    """The simulated company, whose customers order about weekly, and any order may be their last."""
    rng, company = np.random.default_rng(2), simulated(900)
    rows = []
    for customer in company["customers"]["customer_id"].unique().sort():
        orders = int(rng.geometric(0.04))
        days = rng.uniform(0, 200) + np.cumsum(rng.exponential(6, orders))
        rows += [(customer, START + timedelta(days=float(day))) for day in days]
    orders = pl.DataFrame(rows, schema={"customer_id": pl.String, "ordered_at": INSTANT}, orient="row")
    orders = (
        orders.filter(pl.col("ordered_at") < END)
        .with_row_index("order_id")
        .with_columns(pl.col("order_id").cast(pl.String), known_at="ordered_at", amount=pl.lit(20.0))
    )
    return {**company, "orders": orders}


def last_orders(orders: pl.DataFrame) -> pl.DataFrame:
    """When customers left: their last order, unless it is so near the end that nobody knows yet."""
    last = orders.group_by("customer_id", maintain_order=True).agg(left_at=pl.col("ordered_at").max())
    return last.filter(pl.col("left_at") < END - timedelta(days=28))


def with_status_and_touch(customers: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """One row per customer, overwritten: whether they left, and on which day the row was last written."""
    today = customers.sort("customer_id", "known_at").unique("customer_id", keep="last", maintain_order=True)
    gone = pl.col("left_at").is_not_null()
    lately = pl.lit(END) - pl.duration(days=pl.int_range(pl.len()) % 10)
    return (
        today.join(last_orders(orders), on="customer_id", how="left")
        .with_columns(
            pl.lit(None, INSTANT).alias("valid_from"),
            pl.lit(None, INSTANT).alias("known_at"),
            pl.when(gone).then(pl.lit("left")).otherwise(pl.lit("active")).alias("attr_status"),
            pl.when(gone).then("left_at").otherwise(lately).dt.epoch("d").cast(pl.String).alias("attr_touched"),
        )
        .drop("left_at")
    )


def with_goodbye_tickets(events: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Tickets that the act of leaving creates, dated back to the day after the last order."""
    day = pl.col("left_at") + timedelta(days=1)
    tickets = last_orders(orders).select(
        pl.concat_str(pl.lit("goodbye-"), "customer_id").alias("ticket_id"),
        "customer_id",
        day.alias("occurred_at"),
        pl.lit("created").alias("event"),
        pl.lit("cancellation").alias("category"),
        day.alias("known_at"),
    )
    return pl.concat([events, tickets], how="diagonal")


def lake_of(root, tables, company, axes=None, **notes):
    lake = commit_tables(
        Lake.open_or_new(root, 1), {**tables, **({"word_axes": axes} if axes is not None else {})}, notes
    )
    features = build(lake, CHURN.as_of_dates(lake), build_catalog(company), company)
    return commit_tables(lake, {"features": features}, {"features": trace_provenance(lake, company)})


@pytest.fixture(scope="module")
def leaky(tables, tmp_path_factory):
    orders, long_ago = tables["orders"], pl.lit(datetime(1970, 1, 1, tzinfo=UTC)).cast(INSTANT)
    planted = {
        **tables,
        "customers": with_status_and_touch(tables["customers"], orders),
        "ticket_events": with_goodbye_tickets(tables["ticket_events"], orders),
        "identities": tables["identities"].with_columns(valid_from=long_ago, known_at=long_ago),
    }
    comments = tables["surveys"]["comment"].drop_nulls()
    axes = WordAxes.fit(f"{comment} {number}" for number, comment in enumerate(comments))
    root = tmp_path_factory.mktemp("leaky") / "lake"
    lake = lake_of(root, planted, LEAKY, axes.table(), word_axes={"fitted_before": END.isoformat()})
    return check_leaks(lake, CHURN, LEAKY)


def with_hindsight(customers: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """The segment of four in five of those who ever left, in every version they have."""
    gone = last_orders(orders)["customer_id"]
    chosen = pl.col("customer_id").is_in(gone.implode()) & (pl.col("customer_id").hash(seed=1) % 5 > 0)
    return customers.with_columns(pl.when(chosen).then(pl.lit("plus")).otherwise("segment").alias("segment"))


def test_a_segment_written_into_all_versions_is_found_unless_the_company_vouches_for_it(tables, tmp_path):
    planted = {**tables, "customers": with_hindsight(tables["customers"], tables["orders"])}
    assert planted["customers"]["customer_id"].is_duplicated().any(), "there are versions"
    lake = lake_of(tmp_path / "lake", planted, HONEST)
    report = check_leaks(lake, CHURN, HONEST)
    assert "segment_is_plus" in offending(report, "echo")
    assert "known_in_time" in next(one.fix for one in report.errors if one.feature == "segment_is_plus")
    assert check_leaks(lake, CHURN, replace(HONEST, known_in_time=("segment",))).is_clean


def offending(report, check):
    return {finding.feature for finding in report.errors if finding.check == check}


def test_the_simulated_company_is_clean(tmp_path):
    churn = CHURN.model_copy(update={"label": Inactivity(alive_days=84, alive_orders=1)})
    report = check_leaks(lake_of(tmp_path / "lake", simulated(2000), HONEST), churn, HONEST)
    assert report.is_clean
    # who has no contract any more will not order: known in time, and a reason to count them out
    contract = {column for one in CATALOG if one.family == "contract" for column in one.columns}
    assert {finding.feature for finding in report.warnings} <= contract
    assert report.features > 200
    assert all(check.touched for check in report.checks if check.name not in {"merges dated", "words fitted"})


def test_without_the_leaks_there_is_nothing_to_report(tables, tmp_path):
    report = check_leaks(lake_of(tmp_path / "lake", tables, HONEST), CHURN, HONEST)
    assert report.findings == ()


def test_a_status_that_was_overwritten_is_found(leaky):
    assert {"attr_status_is_left", "attr_status_is_active"} <= offending(leaky, "echo")


def test_a_last_updated_time_is_found(leaky):
    assert "attr_touched" in offending(leaky, "echo")


def test_a_ticket_written_after_the_outcome_is_found(leaky):
    assert {"tickets_28d"} <= offending(leaky, "echo")


def test_an_aggregate_of_the_outcome_is_found(leaky):
    assert offending(leaky, "future removed") == offending(leaky, "future changed") == {"region_leaving"}


def test_merges_without_their_date_are_found(leaky):
    assert "orders_28d" in offending(leaky, "merges dated")


def test_words_fitted_on_the_future_are_found(leaky):
    assert {"words_1_182d", "words_1_364d"} <= offending(leaky, "words fitted")


def test_nothing_else_is_called_an_echo(leaky):
    innocent = {"orders_28d", "days_since_order", "segment_is_basic", "amount_28d", "attr_source_is_web"}
    assert not innocent & {finding.feature for finding in leaky.findings if finding.check == "echo"}
    assert offending(leaky, "rows shuffled") == set()
