"""`lealtad permit`: let a company's settings run their code and call their addresses in one run."""

from pathlib import Path
from typing import Annotated

import typer

from lealtad.base import job
from lealtad.company.permission import grant, withdraw
from lealtad.company.privileges import Privilege, list_privileges, list_source_privileges
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
    withdraw_all: Annotated[bool, typer.Option("--withdraw", help="Withdraw all permissions.")] = False,
) -> None:
    """Permit what the settings ask for: code of their own, the CRM's address, databases elsewhere.

    Read the list first: --show permits nothing. Permissions are kept in OUT/permission.json. Anything that changes
    needs permission again.
    """
    data = source or data
    if show:
        _describe("the settings ask to", _list_asked(out, settings, data))
        return
    with job.step("permit", out):
        if withdraw_all:
            job.show(f"{withdraw(out)} permissions are withdrawn from {out}")
            return
        asked = _list_asked(out, settings, data)
        grant(asked, out)
    _describe("permitted:", asked)


def _list_asked(out: Path, settings: Path, data: str) -> list[Privilege]:
    asked = list_privileges(read_settings_in_force(out, settings, data).settings)
    path = read_source_settings(data).path if data else None
    return asked + (list_source_privileges(read_data_settings(path).sources) if path else [])


def _describe(head: str, asked: list[Privilege]) -> None:
    lines = [f"- {privilege.sentence}" for privilege in asked]
    job.show("\n".join([head, *lines]) if lines else "the settings ask for nothing that needs permission")
