"""`lealtad sensitivity`: how churn would look by other definitions, before one is chosen."""

from __future__ import annotations

from typing import Annotated

import typer

from lealtad.base import job
from lealtad.base.language import Language
from lealtad.base.spreadsheet import write_csv
from lealtad.checks.sensitivity import DefinitionChoices
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import follow_settings
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, Speech
from lealtad.jobs.overview import finish_pages
from lealtad.lake import Lake

_NONE = ()
TABLE, PAGE = "sensitivity.csv", "sensitivity.html"


def sensitivity(  # noqa: PLR0913 - an option each
    *,
    out: Out = OUT,
    model: Model = MODEL,
    horizon: Annotated[
        list[int], typer.Option(help="Days of the horizon in which churn is awaited; may be repeated.")
    ] = _NONE,  # type: ignore[assignment]
    lead: Annotated[list[int], typer.Option(help="Days left to act before them; may be repeated.")] = _NONE,  # type: ignore[assignment]
    grace: Annotated[
        list[int],
        typer.Option(help="Days within which a resumed contract does not count as churn; may be repeated."),
    ] = _NONE,  # type: ignore[assignment]
    alive: Annotated[
        list[int],
        typer.Option(help="Without contracts: days in which an active customer has bought; may be repeated."),
    ] = _NONE,  # type: ignore[assignment]
    silent_days: Annotated[
        int, typer.Option(min=1, help="Already silent: no order or own contact in this many days before the date.")
    ] = 28,
    language: Speech = "en",
    as_data: Annotated[bool, typer.Option("--json", help="Print the table as JSON, for programs.")] = False,
) -> None:
    """Compare definitions of churn: how many churn by each, how many come back, and how well churn is predicted.

    The features must have been computed. The table is written to sensitivity.csv and sensitivity.html as well.
    """
    from lealtad.checks.sensitivity import compare_definitions, format_table, write_page

    with job.step("sensitivity", out) as step:
        lake = Lake.open(out / "lake")
        choices = DefinitionChoices(tuple(horizon), tuple(lead), tuple(grace), tuple(alive))
        definition = ModelDefinition.choose(model, lake.versions)
        table = compare_definitions(lake, definition, choices, silent_days=silent_days, progress=step.report)
        company = follow_settings(step, SETTINGS)
        speech = Language.from_code(language, definition.value.currency, company.names.by_language)
        with job.move_into_place(out / TABLE, out / PAGE) as [path, page]:
            write_csv(table, path, quote_numbers=False)
            write_page(page, table, speech)
        finish_pages(out, company, definition, speech)
    job.show(table.write_json() if as_data else format_table(table, speech))
