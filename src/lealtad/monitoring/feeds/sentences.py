"""The sentence about a feed that is late or incomplete, and its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.monitoring.feeds.verdicts import HOLE_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping


def _(sentence: str) -> str:
    """Mark a sentence for the catalog; it is translated where it is shown."""
    return sentence


def describe_feed(row: Mapping[str, Any]) -> tuple[str, dict[str, float | int | str]] | None:
    """Return an English sentence with placeholders, and their values; None for an unchanged feed.

    Parameters
    ----------
    row
        One row of `judge_feeds`.

    Examples
    --------
    >>> describe_feed({"table": "orders", "status": "ok", "hole": False}) is None
    True
    """
    values: dict[str, float | int | str] = {"table": row["table"]}
    if row["status"] == "late":
        values |= {"newest": str(row["newest"]), "days": row["window_days"], "expected": round(row["expected"])}
        return _(
            "Feed {table} is late: nothing has arrived since {newest}. {expected} rows were expected "
            "in these {days} days."
        ), values
    if row["status"] == "thin":
        share = row["counted"] / row["expected"]
        values |= {"days": row["window_days"], "share": share, "expected": round(row["expected"])}
        return _(
            "Feed {table} is incomplete: {share} of the {expected} rows expected in the last {days} "
            "days have arrived."
        ), values
    if row["hole"]:
        values |= {"days": HOLE_DAYS}
        return _(
            "Feed {table} has a gap within the last {days} days. A model would learn from the gap: "
            "load the missing data."
        ), values
    return None
