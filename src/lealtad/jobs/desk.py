"""The desk: a server for the team, and its accounts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lealtad.base import job
from lealtad.base.errors import DataError, SettingsError, SinkError, suggest_name
from lealtad.jobs.erase import finish_erasure
from lealtad.jobs.options import OUT, Out, Speech

if TYPE_CHECKING:
    from pathlib import Path

Task = Annotated[
    str,
    typer.Argument(metavar="[adduser|deliver]", help="Add an account, or deliver the newest list; empty: serve."),
]
Name = Annotated[str, typer.Argument(metavar="[NAME]", help="The account to add.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")]
Hosts = Annotated[list[str], typer.Option("--allowed-host", help="A name under which a proxy serves the desk.")]
Role = Annotated[str, typer.Option(help="Role of the account to add: rep, lead, head or administrator.")]
Team = Annotated[str, typer.Option(help="Team of the account to add: an owner of the playbook; empty: all.")]
Demo = Annotated[
    bool, typer.Option("--demo", help="Set the clock to the newest list, and add an account per role.")
]
TASKS = ("", "adduser", "deliver")


def desk(  # noqa: PLR0913, PLR0917 - an option each
    task: Task = "",
    name: Name = "",
    out: Out = OUT,
    port: Port = 8765,
    allowed_host: Hosts = [],  # noqa: B006 - typer's own default
    role: Role = "rep",
    team: Team = "",
    language: Speech = "en",
    demo: Demo = False,
) -> None:
    """Serve the team's desk on this machine, until Ctrl-C ends it.

    `lealtad desk adduser NAME` adds an account and asks for its password. Without a terminal it takes the password
    from the environment (LEALTAD_DESK_PASSWORD), or draws one and prints it. Behind a proxy that ends TLS, name
    each host with --allowed-host. LEALTAD_DESK_DATABASE is the address of a PostgreSQL database. Without it the
    desk keeps SQLite in --out.
    """
    from lealtad.desk import run

    if task not in TASKS:
        raise SettingsError(
            place="lealtad desk",
            expected="adduser, deliver or nothing",
            found=f"'{task}'",
            fix=suggest_name(task, TASKS[1:]),
        )
    try:
        run.prepare_desk(out, allowed_host, run.find_demo_moment(out) if demo else None)
    except run.list_database_errors() as error:
        raise _build_database_error(error) from None
    if task == "adduser":
        _add_user(name, role, team, language)
        return
    run.deliver(out, lambda line: job.show(f"desk: {line}", sys.stderr))
    if task == "deliver":
        return
    if demo:
        passwords = run.add_demo_people(language)
        for account, password in passwords.items():
            job.show(f"{account}: {password}")
        if not passwords:
            job.show("desk: the demo accounts exist; lealtad desk adduser NAME gives a new password", sys.stderr)
    job.show(f"desk: http://127.0.0.1:{port} (Ctrl-C ends it)", sys.stderr)
    run.serve(port)


def take_desk_events(out: Path) -> None:
    """Load the desk's events into the lake, if the run directory has a desk.

    Raises
    ------
    DataError
        If the desk's database does not answer: without its events the list could name customers who opted out.
    """
    from lealtad.desk import run

    if not run.has_desk(out) or not (out / "lake").is_dir():
        return
    with job.step("desk", out) as step:
        try:
            run.prepare_desk(out)
            run.take_events(out, step.report)
        except run.list_database_errors() as error:
            raise _build_database_error(error) from None


def deliver_to_desk(out: Path) -> None:
    """Deliver the newest list to the desk, if the run directory has one.

    Raises
    ------
    SinkError
        If the desk's database does not accept it.
    """
    from lealtad.desk import run

    if not run.has_desk(out):
        return
    with job.step("desk", out) as step:
        finish_erasure(out)
        try:
            run.prepare_desk(out)
            run.deliver(out, step.report)
        except run.list_database_errors() as error:
            raise SinkError(
                table="desk",
                expected="a database of the desk that takes the list",
                found=str(error).splitlines()[0],
                fix="Start the database, then run lealtad desk deliver.",
            ) from None


def _build_database_error(error: Exception) -> DataError:
    return DataError(
        table="events of the desk",
        expected="a database of the desk that answers",
        found=str(error).splitlines()[0],
        fix="Start the database that LEALTAD_DESK_DATABASE names, then run the command again; no event is lost.",
    )


def _add_user(name: str, role: str, team: str, language: str) -> None:
    from lealtad.desk import run

    password, is_drawn = os.environ.get("LEALTAD_DESK_PASSWORD", ""), False
    if not password and sys.stdin.isatty():
        password = typer.prompt("Password (empty: one is drawn)", default="", hide_input=True, show_default=False)
    if not password:
        password, is_drawn = run.draw_password(), True
    run.add_person(name, password, role, team, language)
    job.show(f"{name}: {password}" if is_drawn else f"{name}: the account is ready")
