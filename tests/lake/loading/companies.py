"""Small companies to load: frames as sources, and what a lake tells."""

from datetime import UTC, datetime, timedelta

import polars as pl

from lealtad.lake import Lake
from lealtad.lake.loading import load
from lealtad.sources import Batch, Source
from lealtad.sources.contract import TABLES

INSTANT = pl.Datetime("us", "UTC")


def day(number):
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


def source(batch_rows=None, **tables):
    """A source of these frames, each in one batch or in several."""

    def reader(name, rows):
        size = batch_rows or max(rows.height, 1)
        return lambda: (
            Batch(rows.slice(start, size), f"{name}.csv", start) for start in range(0, max(rows.height, 1), size)
        )

    return Source({name: reader(name, rows) for name, rows in tables.items()})


def customers(*ids):
    return pl.DataFrame({"customer_id": list(ids)})


def orders(*rows):
    """Order, customer, day, amount and, where given, the day it was recorded."""
    return pl.DataFrame(
        [
            {
                "order_id": row[0],
                "customer_id": row[1],
                "ordered_at": day(row[2]),
                "amount": row[3],
                "recorded_at": day(row[4]) if len(row) > 4 else None,
            }
            for row in rows
        ],
        schema={
            "order_id": pl.String,
            "customer_id": pl.String,
            "ordered_at": INSTANT,
            "amount": pl.Float64,
            "recorded_at": INSTANT,
        },
    )


def load_given(root, given, at=200, **more):
    return load(root / "lake", given, loaded_at=day(at), **more)


def history(root):
    """Everything that a lake holds of every table, in an order of its own."""
    lake = Lake.open(root / "lake")
    rows_by_table = {}
    for table in TABLES:
        if lake.has(table.name):
            rows = lake.history(table.name)
            rows_by_table[table.name] = rows.select(sorted(rows.columns)).sort(sorted(rows.columns)).rows()
    return rows_by_table
