"""The lake's tables beside their own past: which feed is late or thin, said before anything rests on it."""

from __future__ import annotations

from typing import Any

from lealtad.base import job
from lealtad.base.language import Language
from lealtad.company.settings_in_force import follow
from lealtad.jobs.as_of import as_of_date
from lealtad.jobs.options import OUT, SETTINGS, Out, SettingsFile, Speech, Until
from lealtad.lake import Lake
from lealtad.monitoring.feeds import feed_health, feed_sentence


def feeds(
    out: Out = OUT, language: Speech = "en", settings: SettingsFile = SETTINGS, as_of: Until = ""
) -> list[dict[str, Any]]:
    """Say which tables came late or thin, or left a hole, by their weekdays, their season and their scatter."""
    with job.step("feeds", out) as step:
        lake, speech = Lake.open(out / "lake"), Language.named(language)
        health = feed_health(lake, as_of_date(as_of, lake), follow(step, settings).feeds.ignore)
        rows = [
            row | {"newest": None if row["newest"] is None else row["newest"].isoformat()}
            for row in health.iter_rows(named=True)
        ]
        for row in rows:
            said = feed_sentence(row)
            if said is not None:
                sentence, values = said
                written = {k: speech.percent(v) if isinstance(v, float) else v for k, v in values.items()}
                step.report(speech.say(sentence, **written))
        step.note(feeds=rows)
    return rows
