"""Measure business time: first responses and resolutions of 10 M ticket events, time and peak memory."""

from __future__ import annotations

import resource
import time
from datetime import UTC, datetime

import numpy as np
import polars as pl

from bench.rows import Row, build_row
from lealtad.kpis import BusinessCalendar, first_response_time, resolution_time

EVENTS_OF_A_TICKET = ("created", "agent_reply", "customer_reply", "solved")
_DAY_MICROS = 86_400_000_000


def draw_ticket_events(n: int, seed: int = 7) -> pl.DataFrame:
    """Draw n events over two years: tickets created at any hour, then three steps of a day each on average."""
    random = np.random.default_rng(seed)
    tickets = n // len(EVENTS_OF_A_TICKET)
    steps = random.exponential(_DAY_MICROS, (tickets, len(EVENTS_OF_A_TICKET)))
    steps[:, 0] = random.uniform(0, 730 * _DAY_MICROS, tickets)
    start = np.datetime64(datetime(2024, 1, 1), "us").astype(np.int64)  # noqa: DTZ001 - UTC by convention
    instants = pl.Series((start + steps.cumsum(axis=1).astype(np.int64)).ravel())
    number = np.repeat(np.arange(tickets), len(EVENTS_OF_A_TICKET))
    return pl.DataFrame(
        {
            "ticket_id": pl.Series(number).cast(pl.String),
            "customer_id": pl.Series(number % 300_000).cast(pl.String),
            "occurred_at": instants.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "event": pl.Series(np.tile(np.arange(len(EVENTS_OF_A_TICKET)), tickets))
            .replace_strict(range(len(EVENTS_OF_A_TICKET)), EVENTS_OF_A_TICKET)
            .cast(pl.String),
        }
    )


def measure_business_time(n: int = 10_000_000) -> dict[str, float]:
    """Return the seconds of each measure on the business clock and the peak memory of the process in GB."""
    calendar = BusinessCalendar(
        {"mon-thu": "09:00-14:00, 16:00-19:00", "fri": "09:00-15:00"},
        zone="Europe/Madrid",
        country="ES",
        subdivision="MD",
    )
    events, as_of = draw_ticket_events(n), datetime(2026, 1, 1, tzinfo=UTC)
    figures: dict[str, float] = {"events": events.height, "input_gb": events.estimated_size("gb")}
    for name, measure in (("first_response", first_response_time), ("resolution", resolution_time)):
        start = time.perf_counter()
        figure = measure(events, as_of=as_of, business=calendar)
        figures[f"{name}_seconds"] = time.perf_counter() - start
        figures[f"{name}_median_hours"] = figure["value"].item()
    figures["peak_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return figures


def run() -> list[Row]:
    """Measure once. The goals are ten million events in a minute and 4 GB."""
    figures = measure_business_time()
    seconds = figures["first_response_seconds"] + figures["resolution_seconds"]
    return [
        build_row("business_time_10m_events", seconds, "seconds", 60.0, "lower"),
        build_row("business_time_peak_memory", figures["peak_gb"], "GB", 4.0, "lower"),
    ]
