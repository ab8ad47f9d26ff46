"""Erase customers from everything that a run keeps; the plan is shown first."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lealtad.base import job
from lealtad.base.errors import SettingsError
from lealtad.base.language import format_count
from lealtad.company.settings_in_force import find_settings_in_force
from lealtad.jobs.options import OUT, Because, Ids, Out, Store
from lealtad.lake import Lake
from lealtad.privacy.erasing.pending import Erasure, read_pending

if TYPE_CHECKING:
    from lealtad.privacy.erasing.plan import Plan

IdsFile = Annotated[Path, typer.Option("--ids", show_default=False, help="A file with one id per line.")]
Yes = Annotated[bool, typer.Option("--yes", help="Erase; without it the plan is shown and nothing changes.")]


def erase(  # noqa: PLR0913, PLR0917 - an option each
    ids: Ids = None,
    ids_file: IdsFile = Path(),
    because: Because = "",
    yes: Yes = False,
    out: Out = OUT,
    tracking_uri: Store = "",
) -> None:
    """Erase customers, with all ids merged with theirs, from lake, lists, desk, CRM and files.

    Without --yes only the plan is shown. An interrupted erasure is completed by the same command, and by the next
    job that builds or loads. Later loads skip the customers, until `lealtad readmit`.
    """
    wanted = [*(ids or ()), *_read_ids(ids_file)]
    with job.step("erase", out) as step:
        pending = read_pending(out)
        if pending is not None and set(wanted) <= set(pending.ids):
            step.report("an erasure was cut off; it is completed")
            carry_out(step, pending, tracking_uri)
            return
        erasure = _prepare(step, wanted, because, pending)
        if not yes:
            _show_plan(step, erasure, tracking_uri)
            return
        carry_out(step, erasure, tracking_uri)


def finish_erasure(out: Path) -> None:
    """Complete an interrupted erasure before anything is loaded, scored or listed; otherwise do nothing."""
    pending = read_pending(out)
    if pending is not None:
        with job.step("erase", out) as step:
            step.report("an erasure was cut off; it is completed first")
            carry_out(step, pending, "")


def carry_out(step: job.Step, erasure: Erasure, tracking_uri: str) -> None:
    """Erase, and report the receipt."""
    from lealtad.privacy.erasing.erase import erase as erase_everywhere

    company = find_settings_in_force(step.out).settings
    path = erase_everywhere(step.out, erasure, company, job.find_store(tracking_uri, step.out), step.report)
    step.report(
        f"{format_count(erasure.persons, 'customer')} erased, {format_count(len(erasure.ids), 'id')}; "
        f"no trace is left in the run. Receipt: {path}"
    )


def _prepare(step: job.Step, wanted: list[str], because: str, pending: Erasure | None) -> Erasure:
    from lealtad.lake.erasing.people import find_people, find_unknown
    from lealtad.privacy.erasing.receipt import next_number

    if not wanted:
        raise SettingsError(
            place="lealtad erase", expected="at least one id", found="none", fix="Name it, or a file with --ids."
        )
    if not because.strip():
        raise SettingsError(
            place="--because",
            expected="why the customers are erased",
            found="nothing",
            fix='Say it: --because "asked for erasure on 31 January".',
        )
    lake = Lake.open(step.out / "lake")
    unknown = find_unknown(lake, wanted)
    if unknown:
        step.report(
            f"{format_count(len(unknown), 'id')} of {len(wanted):,} in no table; other places are searched anyway"
        )
    everyone = find_people(lake, wanted)
    erasure = Erasure(next_number(step.out), tuple(everyone), len(set(wanted)), because, _now())
    if pending is None:
        return erasure
    both = sorted({*pending.ids, *everyone})
    return replace(erasure, ids=tuple(both), persons=pending.persons + erasure.persons)


def _show_plan(step: job.Step, erasure: Erasure, tracking_uri: str) -> None:
    from lealtad.privacy.erasing.plan import make_plan
    from lealtad.privacy.search import Needles

    out = step.out
    plan = make_plan(
        out, Lake.open(out / "lake"), erasure.ids, Needles.from_ids(erasure.ids), job.find_store(tracking_uri, out)
    )
    for line in _describe(plan, erasure):
        job.show(line)
    step.report("nothing was changed; add --yes to erase")


def _describe(plan: Plan, erasure: Erasure) -> list[str]:
    merged = len(erasure.ids) - erasure.persons
    also = f" and {format_count(merged, 'merged id')}" if merged > 0 else ""
    lines = [f"{format_count(erasure.persons, 'customer')}{also}, because: {erasure.because}"]
    lines += [f"lake      {name}: {format_count(rows, 'row')}" for name, rows in plan.rows.items()]
    lines += [f"desk      {name}: {format_count(rows, 'row')}" for name, rows in plan.desk.items()]
    lines += [f"file      {name}" for name in plan.files]
    lines += [f"model     {each['name']}/{each['version']} {each['aliases']}: stays" for each in plan.models]
    return [*lines, "then      past commits of the lake leave, and later loads pass the customers over"]


def _read_ids(path: Path) -> list[str]:
    if path == Path():
        return []
    try:
        lines = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            place="--ids", expected="a file with one id per line", found=str(error), fix="Name another file."
        ) from None
    return list(dict.fromkeys(filter(None, map(str.strip, lines.splitlines()))))


def _now() -> str:
    return datetime.now(UTC).isoformat()
