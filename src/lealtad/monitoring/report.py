"""Everything that was monitored, as one value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from lealtad.monitoring.verdict import Verdict

_TABLES = ("settled", "campaigns", "calibration", "features", "scores", "responses")


@dataclass(frozen=True)
class Report:
    """What the lists promised and delivered, and whether the model still fits its customers.

    Attributes
    ----------
    settled
        By list, group and measure, see `monitoring.settled`; lists whose horizon has not ended in part.
    campaigns
        The same, all ended lists of a campaign together.
    calibration, features, scores, responses
        See `calibration_by_date`, `feature_drift`, `score_drift`, `response_drift`.
    notes
        What could not be judged, and why: English sentences.
    """

    as_of: datetime
    verdict: Verdict
    settled: pl.DataFrame
    campaigns: pl.DataFrame
    calibration: pl.DataFrame
    features: pl.DataFrame
    scores: pl.DataFrame
    responses: pl.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether there was anything to judge by: a settled list, a scored date with its outcome, or drift."""
        return not (self.settled.is_empty() and self.calibration.is_empty() and self.features.is_empty())

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON can hold it."""
        tables = {name: [_plain(row) for row in getattr(self, name).iter_rows(named=True)] for name in _TABLES}
        reasons = [asdict(reason) for reason in self.verdict.reasons]
        return {
            "as_of": self.as_of.isoformat(),
            "known": self.is_known,
            "retrain": self.verdict.retrain,
            "reasons": reasons,
            **tables,
            "notes": list(self.notes),
        }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
