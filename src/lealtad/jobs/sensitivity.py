"""`lealtad sensitivity`: what churn would be by other definitions, before one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lealtad.base import job
from lealtad.base.spreadsheet import write_csv
from lealtad.checks.sensitivity import DefinitionChoices
from lealtad.company.model_definition import ModelDefinition
from lealtad.jobs.options import MODEL, OUT, Model, Out
from lealtad.lake import Lake

if TYPE_CHECKING:
    import polars as pl

_NONE = ()
TABLE = "sensitivity.csv"
# column, heading, form
_SHOWN = (
    ("grace_days", "grace", "{:.0f}"),
    ("alive_days", "alive", "{:.0f}"),
    ("horizon_days", "horizon", "{:.0f}"),
    ("lead_days", "lead", "{:.0f}"),
    ("dates", "dates", "{:.0f}"),
    ("rows", "rows", "{:,.0f}"),
    ("churned", "churned", "{:,.0f}"),
    ("churn_rate", "churn rate", "{:.2%}"),
    ("came_back", "came back", "{:.1%}"),
    ("already_silent", "already silent", "{:.1%}"),
    ("auc", "AUC", "{:.3f}"),
)


def sensitivity(  # noqa: PLR0913 - an option each
    *,
    out: Out = OUT,
    model: Model = MODEL,
    horizon: Annotated[
        list[int], typer.Option(help="Days in which churn is waited for; may be repeated.")
    ] = _NONE,  # type: ignore[assignment]
    lead: Annotated[list[int], typer.Option(help="Days left to act before them; may be repeated.")] = _NONE,  # type: ignore[assignment]
    grace: Annotated[
        list[int],
        typer.Option(help="Days within which a contract taken up again was never left; may be repeated."),
    ] = _NONE,  # type: ignore[assignment]
    alive: Annotated[
        list[int],
        typer.Option(help="Without contracts: days in which an active customer has bought; may be repeated."),
    ] = _NONE,  # type: ignore[assignment]
    silent_days: Annotated[
        int, typer.Option(min=1, help="Silent already: no order or own contact in so many days before the date.")
    ] = 28,
    as_data: Annotated[bool, typer.Option("--json", help="Print the table as JSON, for machines.")] = False,
) -> None:
    """Compare definitions of churn: how many leave by each, how many come back, and how well it is foreseen.

    The features must have been computed. The table is written to sensitivity.csv as well.
    """
    from lealtad.checks.sensitivity import compare_definitions

    with job.step("sensitivity", out) as step:
        lake = Lake.open(out / "lake")
        choices = DefinitionChoices(tuple(horizon), tuple(lead), tuple(grace), tuple(alive))
        definition = ModelDefinition.choose(model, lake.versions)
        table = compare_definitions(lake, definition, choices, silent_days=silent_days, progress=step.report)
        with job.move_into_place(out / TABLE) as [path]:
            write_csv(table, path, quote_numbers=False)
    job.show(table.write_json() if as_data else format_table(table))


def format_table(table: pl.DataFrame) -> str:
    """Format the table for reading, numbers to the right, without empty columns.

    Examples
    --------
    >>> import polars as pl
    >>> print(format_table(pl.DataFrame({"horizon_days": [28, 84], "churn_rate": [0.021, None]})))
    horizon  churn rate
         28       2.10%
         84           -
    """
    shown = [entry for entry in _SHOWN if entry[0] in table.columns and table[entry[0]].count()]
    columns = [
        [heading, *("-" if value is None else form.format(value) for value in table[name])]
        for name, heading, form in shown
    ]
    widths = [max(map(len, column)) for column in columns]
    rows = zip(*columns, strict=True)
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    own = [False, *(table["is_own"] if "is_own" in table.columns else [False] * table.height)]
    marked = [f"{line}  <- model.toml" if is_own else line for line, is_own in zip(lines, own, strict=True)]
    return "\n".join(marked)
