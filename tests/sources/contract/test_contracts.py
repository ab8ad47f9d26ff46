"""A flat list of contracts becomes starts, requests and ends, at what they cost a month."""

from datetime import UTC, datetime

import polars as pl
import pytest

from lealtad.sources.contract import Reading
from lealtad.sources.contract.contracts import unfold_contracts
from lealtad.sources.contract.intervals import read_months
from lealtad.sources.contract.reading import ISO

LOADED = datetime(2026, 1, 1, tzinfo=UTC)


def changes(reading=ISO, **row):
    given = {"subscription_id": "s", "customer_id": "c", "started_at": "2024-01-05", **row}
    return unfold_contracts(pl.DataFrame({name: [value] for name, value in given.items()}), reading, LOADED)


def events(**row):
    return [(event, f"{at:%F}") for event, at in changes(**row).select("event", "occurred_at").rows()]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, [("start", "2024-01-05")]),
        ({"ended_at": "2024-03-01"}, [("start", "2024-01-05"), ("end", "2024-03-01")]),
        ({"ended_at": "9999-12-31"}, [("start", "2024-01-05")]),
        ({"ended_at": "2999-12-31 23:59:59"}, [("start", "2024-01-05")]),
        ({"ended_at": "2099-12-31"}, [("start", "2024-01-05")]),
        ({"ended_at": "1900-01-01"}, [("start", "2024-01-05")]),
        ({"ended_at": "0000-00-00"}, [("start", "2024-01-05")]),
        ({"ended_at": "2026-02-01"}, [("start", "2024-01-05")]),  # after the load: a term
        (
            {"cancel_requested_at": "2024-02-01", "ended_at": "2024-03-01"},
            [("start", "2024-01-05"), ("cancel_request", "2024-02-01"), ("end", "2024-03-01")],
        ),
        (
            {"cancel_requested_at": "2024-02-01", "ends_with_period": "true", "period_end": "2024-03-05"},
            [("start", "2024-01-05"), ("cancel_request", "2024-02-01"), ("end", "2024-03-05")],
        ),
        (
            {"cancel_requested_at": "2024-02-01", "ends_with_period": "false", "period_end": "2024-03-05"},
            [("start", "2024-01-05"), ("cancel_request", "2024-02-01")],
        ),
    ],
)
def test_a_contract_tells_of_its_changes(row, expected):
    assert events(**row) == expected


@pytest.mark.parametrize(
    ("row", "monthly"),
    [
        ({"amount_monthly": "25"}, "25"),
        ({"amount": "240", "interval": "year"}, 20.0),
        ({"amount": "240", "interval": "Anual", "quantity": "2"}, 40.0),
        ({"amount": "30", "interval": "month", "interval_count": "3"}, 10.0),
        ({"amount": "30", "interval": "3 months"}, 10.0),
        ({"amount": "60", "interval": "semestral"}, 10.0),
        ({"amount": "30", "interval": "trimestre"}, 10.0),
        ({"amount": "25"}, 25.0),
        ({"amount": "240", "interval": "year", "amount_monthly": "21"}, 21.0),
        ({"amount": "240", "interval": "once"}, float("inf")),  # the contract rejects it: no silent 240 a month
        ({"amount": None, "interval": "year"}, None),
    ],
)
def test_interval_count_and_quantity_make_the_monthly_amount(row, monthly):
    assert changes(**row)["amount_monthly"][0] == monthly


def test_who_ended_it_stands_with_the_end_alone():
    found = changes(ended_at="2024-03-01", voluntary="true")
    assert found["voluntary"].to_list() == [None, "true"]


def test_times_are_read_as_the_source_writes_them():
    found = changes(Reading("Europe/Madrid", "day first"), started_at="05/01/2024", ended_at="31/12/9999")
    assert found["occurred_at"].to_list() == [datetime(2024, 1, 4, 23, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("weekly", 7 / (365.25 / 12)), ("P1M", None), ("every 2 weeks", 14 / (365.25 / 12)), ("cada 6 meses", 6.0)],
)
def test_intervals_are_read_in_both_languages(text, expected):
    read = pl.select(read_months(pl.lit(text))).item()
    assert read == pytest.approx(expected) if expected else read is None
