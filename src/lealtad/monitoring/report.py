"""The result of monitoring."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from lealtad.monitoring.verdict import Measurements, MonitoringVerdict

_MEASURED = ("feeds", "settled", "features", "scores", "responses")


@dataclass(frozen=True)
class MonitoringReport:
    """What the lists promised and delivered, and whether the model still fits its customers.

    Attributes
    ----------
    measured
        The measurements behind the verdict: feeds, lists, calibration of the champion, drift, answers.
    campaigns
        Like `measured.settled`, with all ended lists of a campaign together.
    calibration
        See `compute_calibration_by_date`; the newest dates and dates a horizon apart, whichever model scored them.
    notes
        What could not be judged, and why: English sentences.
    """

    as_of: datetime
    verdict: MonitoringVerdict
    measured: Measurements
    campaigns: pl.DataFrame
    calibration: pl.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def settlement(self) -> pl.DataFrame:
        """By list, group and measure, see `settle_lists`; lists with an open horizon are settled in part."""
        return self.measured.settled

    @property
    def has_evidence(self) -> bool:
        """Whether there is any evidence: a settled list, a scored date with known outcome, or drift."""
        return not (
            self.settlement.is_empty() and self.calibration.is_empty() and self.measured.features.is_empty()
        )

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON types."""
        frames = {name: getattr(self.measured, name) for name in _MEASURED}
        frames |= {"campaigns": self.campaigns, "calibration": self.calibration}
        tables = {
            name: [_to_plain_values(row) for row in frame.iter_rows(named=True)] for name, frame in frames.items()
        }
        reasons = [asdict(reason) for reason in self.verdict.reasons]
        return {
            "as_of": self.as_of.isoformat(),
            "known": self.has_evidence,
            "retrain": self.verdict.retrain,
            "reasons": reasons,
            **tables,
            "notes": list(self.notes),
        }


def _to_plain_values(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
