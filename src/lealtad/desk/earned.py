"""What the lists earned, for the head of customer experience, read from the night's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.monitoring.earnings import judge_earnings
from lealtad.monitoring.earnings.earnings import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language


def read_earned(out: Path, actions: dict[str, Any], language: Language) -> dict[str, Any] | None:
    """Return the verdict in words, and the rows by month and action; None before the first overview.

    Parameters
    ----------
    actions
        The playbook's actions by code, with their texts by language.
    """
    path = out / "roi.csv"
    if not path.is_file():
        return None
    rows = pl.read_csv(path, schema_overrides={"level": pl.String(), **SCHEMA})
    [total] = rows.filter(pl.col("level") == "total").to_dicts()
    months = rows.filter(pl.col("level") == "both").sort("month", "action", descending=[True, False])
    names = {code: action["words"][language.code] for code, action in actions.items()}
    return {
        "verdict": judge_earnings(total, language),
        "total": total,
        "rows": [
            {**row, "month": language.month(row["month"]), "action": names.get(row["action"], row["action"])}
            for row in months.iter_rows(named=True)
        ],
    }
