"""The lake's tables compared with their own past: which feed is late or thin, before anything depends on it."""

from __future__ import annotations

from typing import Any

from lealtad.base import job
from lealtad.base.language import Language
from lealtad.company.settings_in_force import follow_settings
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.options import OUT, SETTINGS, Out, SettingsFile, Speech, Until
from lealtad.lake import Lake
from lealtad.monitoring.feeds import describe_feed, feed_health


def feeds(
    out: Out = OUT, language: Speech = "en", settings: SettingsFile = SETTINGS, as_of: Until = ""
) -> list[dict[str, Any]]:
    """Report which tables are late or thin or have a gap, by weekday, season and usual scatter."""
    with job.step("feeds", out) as step:
        lake, speech = Lake.open(out / "lake"), Language.from_code(language)
        health = feed_health(lake, parse_as_of(as_of, lake), follow_settings(step, settings).feeds.ignore)
        rows = [
            row | {"newest": None if row["newest"] is None else row["newest"].isoformat()}
            for row in health.iter_rows(named=True)
        ]
        for row in rows:
            description = describe_feed(row)
            if description is not None:
                sentence, values = description
                written = {k: speech.percent(v) if isinstance(v, float) else v for k, v in values.items()}
                step.report(speech.translate(sentence, **written))
        step.note(feeds=rows)
    return rows
