"""What customers say and what drives loyalty, computed again every four weeks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lealtad.base.job import read_summary
from lealtad.jobs.drivers import drivers
from lealtad.jobs.listen import listen
from lealtad.lake import Lake
from lealtad.lake.timeline import find_end_of_data

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EVERY = timedelta(days=28)


def refresh_experience(out: Path, language: str, model: Path) -> None:
    """Run `listen` and `drivers` again if they are four weeks old; a run that never had them gets none.

    Parameters
    ----------
    language
        The language of the pages.
    model
        Its definition, for the margin.
    """
    summary = read_summary(out)
    if not {"listening", "drivers"} & set(summary):
        return
    end = find_end_of_data(Lake.open(out / "lake"))
    if is_due(summary.get("listening"), end):
        listen(out, language=language)
    if is_due(summary.get("drivers"), end):
        drivers(out, language=language, model=model)


def is_due(noted: Mapping[str, Any] | None, end: datetime) -> bool:
    """Return whether a job that ran once is four weeks older than the data.

    Examples
    --------
    >>> from datetime import UTC
    >>> is_due({"as_of": "2026-01-01T00:00:00+00:00"}, datetime(2026, 1, 29, tzinfo=UTC))
    True
    >>> is_due({"as_of": "2026-01-01T00:00:00+00:00"}, datetime(2026, 1, 28, tzinfo=UTC))
    False
    >>> is_due(None, datetime(2026, 1, 28, tzinfo=UTC))  # nobody asked for it yet
    False
    """
    return noted is not None and end - datetime.fromisoformat(noted["as_of"]) >= EVERY
