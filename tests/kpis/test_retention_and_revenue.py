from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from lealtad.base.errors import DataError, SettingsError
from lealtad.kpis import churn_rate, clv, cohort_retention, grr, lifetime_value, nrr, retention_rate


@pytest.fixture
def changes(contract) -> pl.DataFrame:
    """Seven customers around February 2026."""
    return pl.concat(
        [
            contract("1", "stays", "2026-01-01 start 100"),
            contract("2", "grows", "2026-01-01 start 100", "2026-02-10 change 150"),
            contract("3", "shrinks", "2026-01-01 start 100", "2026-02-10 change 60"),
            contract("4", "leaves", "2026-01-01 start 100", "2026-02-01 cancel_request", "2026-02-20 end"),
            contract("5", "pauses", "2026-01-01 start 100", "2026-02-20 pause"),
            contract("6", "comes", "2026-02-15 start 100"),
            contract("7", "returns", "2026-01-01 start 100", "2026-01-20 end", "2026-02-20 start 80"),
        ]
    )


FEBRUARY = {"as_of": date(2026, 3, 1), "window_days": 28}


def test_retention_leaves_new_customers_out(changes):
    # active on 1 February: stays, grows, shrinks, leaves, pauses; on 1 March all but leaves (a paused
    # contract is active): 4 of 5; comes and returns were not there
    assert retention_rate(changes, **FEBRUARY).select("value", "n").row(0) == (0.8, 5)
    churned = churn_rate(changes, **FEBRUARY).row(0, named=True)
    kept = retention_rate(changes, **FEBRUARY).row(0, named=True)
    assert churned["value"] == pytest.approx(1 - kept["value"])
    assert churned["low"] == pytest.approx(1 - kept["high"])


def test_an_end_at_the_cutoff_is_out(contract):
    changes = contract("1", "a", "2026-01-01 start", "2026-03-01 end")
    assert retention_rate(changes, **FEBRUARY)["value"].item() == 1
    assert retention_rate(changes, as_of=date(2026, 3, 2), window_days=28)["value"].item() == 0


def test_a_customer_with_another_contract_stays(contract):
    changes = pl.concat(
        [contract("1", "a", "2026-01-01 start", "2026-02-10 end"), contract("2", "a", "2026-01-01 start")]
    )
    assert retention_rate(changes, **FEBRUARY).select("value", "n").row(0) == (1.0, 1)


def test_an_end_recorded_later_has_not_happened_yet(contract, at):
    changes = contract("1", "a", "2026-01-01 start", "2026-02-10 end")
    late = changes.with_columns(recorded_at=pl.Series([None, at("2026-03-05")]))
    assert retention_rate(late, **FEBRUARY)["value"].item() == 1


def test_retention_by_month_has_one_window_a_month(changes):
    # January begins before anybody is there; February as above; March is not complete on the 15th
    months = retention_rate(changes, as_of=date(2026, 3, 15), by=["month"])
    assert months.select("month", "value", "n").rows() == [(date(2026, 2, 1), 0.8, 5)]
    with pytest.raises(SettingsError, match="week or month, found both"):
        retention_rate(changes, by=["week", "month"])


def test_retention_by_segment(changes):
    customers = pl.DataFrame({"customer_id": ["leaves", "stays"], "segment": ["small", "large"]})
    found = retention_rate(changes, by=["segment"], customers=customers, **FEBRUARY)
    assert found.select("segment", "value", "n").rows() == [
        ("large", 1.0, 1),
        ("small", 0.0, 1),
        (None, 1.0, 3),
    ]


def test_nobody_active_gives_null(changes):
    assert retention_rate(changes, as_of=date(2026, 1, 1)).select("value", "n").row(0) == (None, 0)
    assert grr(changes, as_of=date(2026, 1, 1)).select("value", "n").row(0) == (None, 0)


def test_gross_and_net_revenue_retention(changes):
    # start 500; kept 100 + 100 + 60 + 0 + 0 = 260; at the end 100 + 150 + 60 = 310, with the returned 80: 390
    assert grr(changes, **FEBRUARY).select("value", "n").row(0) == (0.52, 5)
    assert nrr(changes, **FEBRUARY).select("value", "n").row(0) == (0.62, 5)
    within = nrr(changes, reactivation=True, **FEBRUARY).row(0, named=True)
    assert (within["value"], within["definition"]) == (0.78, "nrr@1: reactivation in")


def test_interval_of_a_ratio(changes):
    # equal amounts at the start: the ratio is the mean of 1, 1, 0.6, 0, 0 and its standard error
    # sd / sqrt(n): squares about 0.52 are 0.4608 + 0.0064 + 0.5408 = 1.008; sqrt(1.008 / 4 / 5) = 0.2245
    found = grr(changes, **FEBRUARY).row(0, named=True)
    assert (found["low"], found["high"]) == (
        pytest.approx(0.52 - 1.96 * 0.2245, abs=1e-3),
        pytest.approx(0.96, abs=1e-3),
    )


def test_amounts_are_needed(changes):
    with pytest.raises(DataError, match=r"column 'amount_monthly'.*retention_rate counts customers"):
        nrr(changes.drop("amount_monthly"), **FEBRUARY)


def test_cohort_triangle(changes):
    # January's six: at its end returns has left (5), at the end of February leaves has and returns is
    # back (5); February's one is there at its end; nothing is said of months that are not over on 1 March
    found = cohort_retention(changes, as_of=date(2026, 3, 1))
    assert found.select("cohort", "age_months", "value", "n").rows() == [
        (date(2026, 1, 1), 0, pytest.approx(5 / 6), 6),
        (date(2026, 1, 1), 1, pytest.approx(5 / 6), 6),
        (date(2026, 2, 1), 0, 1.0, 1),
    ]
    with pytest.raises(SettingsError, match="the triangle"):
        cohort_retention(changes, by=["month"])


def test_golden_lifetime_values():
    # m=10, r=.95, d=.01: 10 * 1.01 / 0.06 = 168.33 and 10 * 0.95 / 0.06 = 158.33
    assert lifetime_value(10, 0.95, 0.01) == pytest.approx(168.33, abs=0.005)
    assert lifetime_value(10, 0.95, 0.01, first_margin="after_one_period") == pytest.approx(158.33, abs=0.005)
    with pytest.raises(SettingsError, match="discount above retention - 1"):
        lifetime_value(10, 1, 0)
    with pytest.raises(SettingsError, match="immediate or after_one_period"):
        lifetime_value(10, 0.95, 0.01, first_margin="never")


def test_golden_lifetime_value_from_contracts(contract):
    # twenty customers pay 20 of which half is margin, one leaves within 30 days: m=10, r=.95
    stay = [contract(str(i), f"c{i}", "2026-01-01 start 20") for i in range(19)]
    changes = pl.concat([*stay, contract("x", "cx", "2026-01-01 start 20", "2026-02-10 end")])
    settings = {"as_of": date(2026, 3, 1), "window_days": 30, "discount": 0.01, "margin_share": 0.5}
    found = clv(changes, **settings).row(0, named=True)
    assert (found["value"], found["n"]) == (pytest.approx(168.33, abs=0.005), 20)
    assert found["low"] < found["value"] < found["high"]
    later = clv(changes, first_margin="after_one_period", **settings)
    assert later["value"].item() == pytest.approx(158.33, abs=0.005)
    with pytest.raises(SettingsError, match="the lifetime value"):
        clv(changes, by=["month"], **settings)


def test_retention_of_a_longer_window_is_brought_to_a_month(contract):
    # a quarter left in 60 days: 0.75 ** (30 / 60) stay each month
    changes = pl.concat(
        [
            *(contract(str(i), f"c{i}", "2026-01-01 start 10") for i in range(3)),
            contract("x", "cx", "2026-01-01 start 10", "2026-02-10 end"),
        ]
    )
    found = clv(changes, as_of=date(2026, 3, 10), window_days=60, discount=0.01, margin_share=1)
    assert found["value"].item() == pytest.approx(lifetime_value(10, 0.75**0.5, 0.01))


def test_window_has_a_length(changes):
    with pytest.raises(SettingsError, match="days above 0"):
        retention_rate(changes, window_days=0)


def test_an_end_at_the_start_of_the_window_is_a_loss_of_that_window(contract):
    # an instant belongs to the window it begins: active up to 1 February, gone on 1 March
    changes = contract("1", "a", "2026-01-01 start", "2026-02-01 end")
    assert retention_rate(changes, **FEBRUARY).select("value", "n").row(0) == (0.0, 1)


@pytest.mark.parametrize("known", [["recorded_at"], ["recorded_at", "known_at"]])
def test_without_a_date_a_planned_end_is_not_the_present(contract, at, known):
    rows = pl.concat(
        [
            contract("1", "a", "2026-01-01 start 10", "2026-12-01 end"),
            contract("2", "b", "2026-01-01 start 10", "2026-02-10 change 20"),
        ]
    )
    planned = pl.col("event") == "end"
    stamped = rows.with_columns(recorded_at=pl.when(planned).then(at("2026-03-01")).otherwise("occurred_at"))
    stamped = stamped.with_columns(known_at=pl.max_horizontal("recorded_at", "occurred_at")).drop(
        {"recorded_at", "known_at"} - set(known)
    )
    for frame in (
        stamped,
        stamped.reverse(),
        stamped.with_columns(pl.when(planned).then("recorded_at").alias("recorded_at")),
    ):
        assert retention_rate(frame).select("value", "n").row(0) == (1.0, 2)
        assert nrr(frame)["value"].item() == 1.5
        assert cohort_retention(frame)["age_months"].max() == 1
    # nothing says that the end was planned
    assert retention_rate(rows)["value"].item() == 0.5
