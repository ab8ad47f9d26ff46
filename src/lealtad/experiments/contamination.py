"""Contamination: contacts of held-out customers, arms that were skipped, and customers who saw another arm."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.outcomes.treatment import is_contacted_within

if TYPE_CHECKING:
    from lealtad.lake import Lake

COUNTS = ("control_contacted", "control_exposed", "crossed_over", "not_exposed", "two_arms", "overlapping")


def count_contamination(
    lake: Lake, assignments: pl.DataFrame, observations: pl.DataFrame, others: pl.DataFrame
) -> pl.DataFrame:
    """Count what blurs the comparison of the arms; by intention to treat every customer stays in their arm.

    Parameters
    ----------
    assignments
        All assignments of the experiment as stored, also of customers in two arms.
    observations
        As `collect_observations` returns them.
    others
        Assignments of all other experiments.

    Returns
    -------
    `what, n, of`: how many, and of how many it could have been. Without exposures their rows are absent.

    Notes
    -----
    - `control_contacted`: control customers whom a campaign reached while their outcome was awaited.
    - `control_exposed`: control units that saw any variant.
    - `crossed_over`: treated units that saw another variant.
    - `not_exposed`: treated units that never saw theirs; they were skipped, or not reached.
    - `two_arms`: customers whose ids turned out to be one person in two arms; they are left out.
    - `overlapping`: customers in an experiment of another layer at the same time.
    """
    control = assignments.filter("is_control")
    people = assignments.group_by("customer_id").agg(pl.col("arm").n_unique().alias("arms"))
    rows = [
        ("control_contacted", _count_contacted(lake, control), control["customer_id"].n_unique()),
        *_count_exposures(observations, set(control["arm"])),
        ("two_arms", people.filter(pl.col("arms") > 1).height, people.height),
        ("overlapping", _count_overlapping(assignments, others), people.height),
    ]
    return pl.DataFrame(rows, {"what": pl.String, "n": pl.Int64, "of": pl.Int64}, orient="row")


def _count_contacted(lake: Lake, control: pl.DataFrame) -> int:
    if not lake.has("interventions") or control.is_empty():
        return 0
    days = (control["ends_at"] - control["assigned_at"]).max()
    dated = control.select("customer_id", as_of="assigned_at")
    longest = days.total_seconds() / 86_400 if isinstance(days, timedelta) else 0.0
    return int(is_contacted_within(dated, lake.read("interventions"), longest).sum())


def _count_exposures(observations: pl.DataFrame, controls: set[str]) -> list[tuple[str, int, int]]:
    if "exposed_at" not in observations.columns:
        return []
    is_control = pl.col("arm").is_in(sorted(controls))
    seen_any = pl.col("exposed_at").is_not_null() | pl.col("crossed_over")
    treated, control = observations.filter(~is_control), observations.filter(is_control)
    return [
        ("control_exposed", control.filter(seen_any).height, control.height),
        ("crossed_over", treated.filter("crossed_over").height, treated.height),
        ("not_exposed", treated.filter(pl.col("exposed_at").is_null()).height, treated.height),
    ]


def _count_overlapping(assignments: pl.DataFrame, others: pl.DataFrame) -> int:
    own = assignments.select("customer_id", "assigned_at", "ends_at")
    met = own.join(others.select("customer_id", begins="assigned_at", ends="ends_at"), on="customer_id")
    return int(
        met.filter(pl.col("begins") < pl.col("ends_at"), pl.col("ends") > pl.col("assigned_at"))[
            "customer_id"
        ].n_unique()
    )
