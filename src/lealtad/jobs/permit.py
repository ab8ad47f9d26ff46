"""`lealtad permit`: let a company's settings run their code and call their addresses, from now on in one run."""

from typing import Annotated

import typer

from lealtad.base import job
from lealtad.company.permission import grant, withdraw
from lealtad.company.privileges import list_privileges, list_source_privileges
from lealtad.company.settings_in_force import read_settings_in_force, read_source_settings
from lealtad.jobs.options import OUT, SETTINGS, Out, SettingsFile, Source, SourceArgument
from lealtad.sources.configuration import read_data_settings


def permit(  # noqa: PLR0913 - an option each
    data: Source = "",
    out: Out = OUT,
    settings: SettingsFile = SETTINGS,
    source: SourceArgument = "",
    *,
    show: Annotated[bool, typer.Option("--show", help="Only list what the settings ask for.")] = False,
    withdraw_all: Annotated[bool, typer.Option("--withdraw", help="Take back what was permitted.")] = False,
) -> None:
    """Permit what the settings ask for: code of their own, the CRM's address, databases elsewhere.

    Read the list first: --show permits nothing. What was permitted is kept in OUT/permission.json. Whatever
    changes is asked for again.
    """
    data = source or data
    if withdraw_all:
        with job.step("permit", out):
            job.show(f"{withdraw(out)} permissions are withdrawn from {out}")
        return
    asked = list_privileges(read_settings_in_force(out, settings, data).settings)
    path = read_source_settings(data).path if data else None
    asked += list_source_privileges(read_data_settings(path).sources) if path else []
    if not asked:
        job.show("the settings ask for nothing that needs permission")
        return
    if not show:
        with job.step("permit", out):
            grant(asked, out)
    head = "the settings ask to" if show else "permitted:"
    job.show("\n".join([head, *(f"- {privilege.sentence}" for privilege in asked)]))
