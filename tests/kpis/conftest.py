from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def at() -> Callable[[str], datetime]:
    """Read a UTC instant."""
    return instant


@pytest.fixture
def ticket() -> Callable[..., pl.DataFrame]:
    """Build the events of one ticket from "time event" lines; keywords stand on every row."""

    def build(name: str, *lines: str, **columns: Any) -> pl.DataFrame:
        rows = [
            {
                "ticket_id": name,
                "customer_id": f"customer of {name}",
                "occurred_at": instant(line.rsplit(" ", 1)[0]),
                "event": line.rsplit(" ", 1)[1],
                **columns,
            }
            for line in lines
        ]
        return pl.DataFrame(rows, infer_schema_length=None)

    return build


@pytest.fixture
def answers() -> Callable[..., pl.DataFrame]:
    """Build surveys: one answered invitation per score and customer."""

    def build(metric: str, scores: list[float | None], *, low: float, high: float, **columns: Any) -> pl.DataFrame:
        frame = pl.DataFrame({"score": scores}, schema={"score": pl.Float64}).with_row_index("survey_id")
        return frame.with_columns(
            pl.col("survey_id").cast(pl.String),
            ("c" + pl.col("survey_id").cast(pl.String)).alias("customer_id"),
            pl.lit(metric).alias("metric"),
            pl.lit("relational").alias("kind"),
            pl.lit(instant("2026-01-01")).alias("sent_at"),
            pl.lit(instant("2026-01-02")).alias("answered_at"),
            pl.lit(low).alias("scale_min"),
            pl.lit(high).alias("scale_max"),
        ).with_columns(
            value.alias(name) if isinstance(value, pl.Series) else pl.lit(value).alias(name)
            for name, value in columns.items()
        )

    return build


@pytest.fixture
def contract() -> Callable[..., pl.DataFrame]:
    """Build the changes of one contract from "day event amount" lines."""

    def build(name: str, customer: str, *lines: str) -> pl.DataFrame:
        parts = [line.split() for line in lines]
        return pl.DataFrame(
            {
                "subscription_id": [name] * len(parts),
                "customer_id": [customer] * len(parts),
                "occurred_at": [instant(part[0]) for part in parts],
                "event": [part[1] for part in parts],
                "amount_monthly": [float(part[2]) if len(part) > 2 else None for part in parts],
            },
            schema_overrides={"amount_monthly": pl.Float64},
        )

    return build
