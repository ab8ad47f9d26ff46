"""Find who gains from an experiment's message, and whom to send it next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base import job
from lealtad.base.navigation import link_pages
from lealtad.base.private_files import keep_private
from lealtad.base.spreadsheet import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experiments.outcomes.measures import Conditions
    from lealtad.experiments.planning.record import RecordedPlan
    from lealtad.lake import Lake

PAGE, NEXT = "target.html", "next.csv"


def target_into(  # noqa: PLR0913, PLR0917 - what the page and the file are made of
    step: job.Step,
    lake: Lake,
    out: Path,
    recorded: RecordedPlan,
    conditions: Conditions,
    speech: Language,
    *,
    assume_consent: bool,
    cost: float,
) -> None:
    """Judge who gains from each arm; write the page, and a file of the next customers for the sending tool."""
    from lealtad.experiments.gains import choose_next, judge_gains, read_gain_rows
    from lealtad.experiments.pages import describe_choice, write_gains_page
    from lealtad.experiments.pages.wording import Words

    plan, folder = recorded.plan, out / "experiments" / recorded.name
    rows = read_gain_rows(lake, recorded, conditions)
    keeps = plan.primary.metric == "retained" and plan.primary.higher_is_better
    gains = [judge_gains(rows, arm, plan.control, cost=cost, is_retention=keeps) for arm in plan.treated]
    chosen = [
        choose_next(
            lake, plan, rows, arm_gains, conditions, assume_consent=assume_consent, cost=cost
        ).with_columns(arm=pl.lit(arm_gains.arm))
        for arm_gains in gains
    ]
    counts = {arm_gains.arm: few.height for arm_gains, few in zip(gains, chosen, strict=True)}
    with keep_private(), job.move_into_place(folder / PAGE, folder / NEXT) as [page, following]:
        write_gains_page(page, recorded.name, plan, gains, conditions.end, speech, chosen=counts, cost=cost)
        write_csv(pl.concat(chosen), following)
    link_pages(out)
    for arm_gains in gains:
        step.report(f"{describe_choice(arm_gains, Words(speech))} {folder / PAGE}")
    step.note(experiment={"name": recorded.name, "target": {arm_gains.arm: arm_gains.use for arm_gains in gains}})
