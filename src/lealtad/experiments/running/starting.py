"""Before the first message: record the plan, assign the arms, write what the sending tool needs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.base.job import move_into_place
from lealtad.base.private_files import keep_private
from lealtad.base.spreadsheet import write_csv
from lealtad.experiments.assignment.assigning import Enrolment, enrol
from lealtad.experiments.assignment.population import find_eligible
from lealtad.experiments.assignment.storage import read_assignments, store_assignments
from lealtad.experiments.planning.base_rates import compute_base_rate
from lealtad.experiments.planning.record import RecordedPlan, record_plan
from lealtad.experiments.planning.sizing import check_power, size_plan

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lealtad.experiments.outcomes.measures import Conditions
    from lealtad.experiments.plan import ExperimentPlan
    from lealtad.lake import Lake

SEND = "send.csv"


def plan_experiment(  # noqa: PLR0913 - the plan, the lake, and what the person adds
    lake: Lake,
    folder: Path,
    plan: ExperimentPlan,
    conditions: Conditions,
    *,
    assume_consent: bool = False,
    override: str = "",
    reason: str = "",
) -> RecordedPlan:
    """Measure base rates, size the experiment, and record the plan.

    Parameters
    ----------
    folder
        That of the experiment; its name is the experiment's.
    override
        Why the experiment may run below its power.
    reason
        Why the plan is changed after the start.

    Raises
    ------
    TooLittleDataError
        If the plan has too little power and no override, or too few outcomes are known.
    SettingsError
        If a plan that has started is changed; see `record_plan`.
    """
    base = compute_base_rate(lake, plan, conditions, assume_consent=assume_consent)
    size = size_plan(plan, base)
    has_started = not read_assignments(lake, folder.name).is_empty()
    if not override and not has_started:
        check_power(plan, size)
    measured = {**asdict(size), "base": {**asdict(base), "as_of": f"{base.as_of:%Y-%m-%d}"}}
    fresh = RecordedPlan(folder.name, plan, f"{conditions.end:%Y-%m-%d}", measured, override)
    return record_plan(folder, fresh, conditions.end, has_started=has_started, reason=reason)


def assign_customers(  # noqa: PLR0913 - as above, the moment and the key
    lake: Lake,
    folder: Path,
    plan: ExperimentPlan,
    conditions: Conditions,
    *,
    key: bytes,
    assume_consent: bool = False,
) -> Enrolment:
    """Assign every eligible customer who has no arm yet, store the arms, and write the sending tool's file.

    Returns
    -------
    The enrolment. `send.csv` in the folder holds `customer_id, experiment, arm, message` of all treated so far;
    no control customer is in it.

    Raises
    ------
    SettingsError
        If the plan starts later, or its days of enrolment are over.
    """
    as_of = conditions.end
    stored = read_assignments(lake)
    own = stored.filter(pl.col("experiment") == folder.name)
    _check_dates(folder.name, plan, own, as_of)
    eligible = find_eligible(lake, plan, conditions.label, as_of, assume_consent=assume_consent)
    enrolment = enrol(folder.name, plan, eligible, stored, as_of=as_of, key=key)
    every = pl.concat([own.select(enrolment.rows.columns), enrolment.rows])
    messages = {arm.name: arm.message for arm in plan.arms}
    sent = every.filter(~pl.col("is_control")).select(
        "customer_id", "experiment", "arm", message=pl.col("arm").replace_strict(messages, return_dtype=pl.String)
    )
    with keep_private():
        folder.mkdir(parents=True, exist_ok=True)
        with move_into_place(folder / SEND) as [path]:
            write_csv(sent.sort("customer_id"), path)
            if enrolment.rows.height:
                store_assignments(lake, enrolment.rows)
    return enrolment


def _check_dates(name: str, plan: ExperimentPlan, own: pl.DataFrame, as_of: datetime) -> None:
    if plan.start is not None and as_of.date() < plan.start:
        raise SettingsError(
            place=f"experiment '{name}'",
            expected=f"data up to its start, {plan.start}",
            found=f"data up to {as_of:%Y-%m-%d}",
            fix="Run lealtad ingest on that day, or bring start forward in the plan.",
        )
    moments: list[datetime] = own["assigned_at"].unique().sort().to_list()
    begins = moments[0] if moments else as_of
    if as_of > begins + timedelta(days=plan.days):
        raise SettingsError(
            place=f"experiment '{name}'",
            expected=f"an assignment within {plan.days} days of the first, {begins:%Y-%m-%d}",
            found=f"{as_of:%Y-%m-%d}",
            fix="Enrolment is over: run lealtad experiment read. More days need --amend.",
        )
