"""Small companies whose faults are known."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from lealtad.checks.sufficiency import DataEvidence
from lealtad.sources.contract import split

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def evidence_of(now: datetime = NOW, reject_limit: float = 0.05, **tables: pl.DataFrame) -> DataEvidence:
    """Check tables against the contract, as a load does."""
    customers = split("customers", tables.pop("customers"))
    known = customers.valid["customer_id"]
    parts = [customers, *(split(name, rows, customer_ids=known) for name, rows in tables.items())]
    return DataEvidence(
        {part.table.name: part.valid for part in parts},
        pl.concat([part.rejected for part in parts]),
        {part.table.name: part.rows_in for part in parts},
        now,
        reject_limit=reject_limit,
    )


def customers(count: int = 30) -> pl.DataFrame:
    return pl.DataFrame({"customer_id": [f"c{i}" for i in range(count)]})


def orders(days: int = 60, each: int = 2, now: datetime = NOW, count: int = 30) -> pl.DataFrame:
    """So many orders a day, at ten o'clock, of one customer after the other."""
    rows = [(day, k) for day in range(days) for k in range(each)]
    return pl.DataFrame(
        {
            "order_id": [f"o{day}-{k}" for day, k in rows],
            "customer_id": [f"c{(day * each + k) % count}" for day, k in rows],
            "ordered_at": [now - timedelta(days=days - day, hours=-10) for day, _ in rows],
            "amount": [10.0 + k for _, k in rows],
        }
    )


@pytest.fixture
def clean():
    return evidence_of(customers=customers(), orders=orders())
