"""The record of a plan: written before the start, and changed later only by a stated amendment."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from lealtad.base.errors import SettingsError
from lealtad.base.job import move_into_place
from lealtad.base.private_files import keep_private
from lealtad.experiments.plan import ExperimentPlan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

_FILE = "plan.json"
# keys that decide the verdict; after the start, changing them requires a new experiment
_FIXED = (
    "unit",
    "arms",
    "primary",
    "population",
    "effect",
    "power",
    "looks",
    "level",
    "strata",
    "layer",
    "share",
    "global_holdout",
    "covariate",
    "touchpoint",
)


@dataclass(frozen=True)
class RecordedPlan:
    """A recorded plan.

    Attributes
    ----------
    recorded_on
        The end of the data when it was first recorded.
    size
        `PlanSize` and `BaseRate` of that day, as plain values.
    override
        Why it may run with less than the planned power; empty if it has enough.
    amendments
        Later changes: `on, reason, changed` (keys with before and after) and `started` (whether customers had been
        assigned).
    """

    name: str
    plan: ExperimentPlan
    recorded_on: str
    size: Mapping[str, Any] = field(default_factory=dict)
    override: str = ""
    amendments: tuple[Mapping[str, Any], ...] = ()


def record_plan(
    folder: Path, fresh: RecordedPlan, on: datetime, *, has_started: bool, reason: str = ""
) -> RecordedPlan:
    """Record a plan or an amendment of it; recording the same plan again changes nothing.

    Parameters
    ----------
    folder
        That of the experiment in the run directory.
    on
        The end of the data.
    has_started
        Whether customers have been assigned.
    reason
        Why the plan is changed after the start.

    Raises
    ------
    SettingsError
        If a started plan is changed without a reason, or in a key that decides its verdict.
    """
    if not (folder / _FILE).is_file():
        _write(folder, fresh)
        return fresh
    recorded = read_record(folder)
    changed = list_changes(recorded.plan, fresh.plan)
    if not changed and (has_started or not fresh.override):
        return recorded
    if has_started:
        _refuse_change(recorded.name, changed, reason)
    change = {"on": f"{on:%Y-%m-%d}", "reason": reason, "changed": changed, "started": has_started}
    amendments = (*recorded.amendments, change)
    size = recorded.size if has_started else fresh.size
    amended = RecordedPlan(
        recorded.name, fresh.plan, recorded.recorded_on, size, fresh.override or recorded.override, amendments
    )
    _write(folder, amended)
    return amended


def read_record(folder: Path) -> RecordedPlan:
    """Read the record of a plan.

    Raises
    ------
    SettingsError
        If there is none, or the file is not a record.
    """
    path = folder / _FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        plan = ExperimentPlan(**content.pop("plan"))
        return RecordedPlan(plan=plan, amendments=tuple(content.pop("amendments")), **content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            place=str(path),
            expected="the recorded plan of an experiment",
            found="nothing" if isinstance(error, OSError) else "other content",
            fix=f"Run lealtad experiment plan {folder.name} first.",
        ) from None


def check_unchanged(recorded: RecordedPlan, plan: ExperimentPlan) -> None:
    """Refuse a plan whose file differs from its record.

    Raises
    ------
    SettingsError
        If it differs; the message names the first key.
    """
    changed = list_changes(recorded.plan, plan)
    if changed:
        key, (before, after) = next(iter(changed.items()))
        raise SettingsError(
            place=f"plan of '{recorded.name}'",
            expected=f"{key} = {before!r}, as recorded",
            found=f"{after!r} in the file",
            fix=f"Restore the file, or record the change: lealtad experiment plan {recorded.name} --amend REASON.",
        )


def list_changes(before: ExperimentPlan, after: ExperimentPlan) -> dict[str, list[Any]]:
    """Return changed keys with their old and new values."""
    old, new = (json.loads(plan.model_dump_json()) for plan in (before, after))
    return {key: [old[key], new[key]] for key in old if old[key] != new[key]}


def _refuse_change(name: str, changed: Mapping[str, list[Any]], reason: str) -> None:
    fixed = [key for key in changed if key in _FIXED]
    if not fixed and reason:
        return
    key = fixed[0] if fixed else next(iter(changed))
    before, after = changed[key]
    raise SettingsError(
        place=f"plan of '{name}'",
        expected=f"{key} = {before!r}, as when customers were assigned",
        found=repr(after),
        fix="Restore it, or plan another experiment under another name."
        if fixed
        else "Pass --amend with the reason; the change is recorded and shown on the page.",
    )


def _write(folder: Path, record: RecordedPlan) -> None:
    content = {**asdict(record), "plan": json.loads(record.plan.model_dump_json())}
    with keep_private():
        folder.mkdir(parents=True, exist_ok=True)
        with move_into_place(folder / _FILE) as [path]:
            path.write_text(json.dumps(content, indent=1, default=str) + "\n", encoding="utf-8")
