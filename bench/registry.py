"""All benches by name; each is a module here with a `run()` that returns rows of results."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.rows import Row

BENCHES = (
    "engine_pandas",
    "engine_featuretools",
    "engine_duckdb",
    "engine_compiled",
    "engine_weekly",
    "business_time",
    "loading",
    "features_at_scale",
    "cluster",
    "complete_journey",
    "training_at_scale",
    "rows_beyond_the_sample",
    "telco",
    "bank_churn",
    "wide_table",
    "cdnow",
    "online_retail",
    "allocation",
    "simulated_oracle",
    "scoring",
    "serving",
    "six_months",
    "list_changes",
    "effects",
    "experiments",
    "hillstrom",
    "starbucks",
    "planted_message",
    "deliveries",
    "alarms",
    "experience_alerts",
    "gate",
    "comments",
    "drivers",
    "airport_surveys",
    "airport_promoters",
    "listening_speed",
    "desk",
    "recommend",
    "recommend_scale",
)


def run(name: str) -> list[Row]:
    """Run one bench; its peers are imported only here, in its own process."""
    rows: list[Row] = import_module(f"bench.{name}").run()
    return rows
