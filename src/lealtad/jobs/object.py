"""Note that customers object to profiling, or withdrew that: they are not scored, and counted as abstained."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from lealtad.base import job
from lealtad.base.errors import SettingsError
from lealtad.base.language import format_count
from lealtad.jobs.options import OUT, Because, Ids, Out

Lift = Annotated[bool, typer.Option("--lift", help="The customers withdrew their objection.")]


def object(ids: Ids = None, because: Because = "", lift: Lift = False, out: Out = OUT) -> None:  # noqa: A001 - the command
    """Note that customers object to profiling: from the next night on they are neither scored nor listed.

    The objection holds for all their ids and across loads, until --lift.
    """
    if not ids or not (because.strip() or lift):
        raise SettingsError(
            place="lealtad object",
            expected="ids, and how the objection arrived",
            found="no ids" if not ids else "no --because",
            fix='For example: lealtad object C17 --because "mail of 31 January".',
        )
    from lealtad.lake.erasing.objections import lift_objections, note_objections

    with job.step("object", out) as step:
        now, root = datetime.now(UTC), out / "lake"
        if lift:
            step.report(f"{format_count(lift_objections(root, ids, now), 'objection')} lifted")
        else:
            fresh = note_objections(root, ids, because, now)
            step.report(f"{format_count(len(fresh), 'id')} will not be scored from the next night on")
