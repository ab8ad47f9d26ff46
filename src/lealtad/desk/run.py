"""The jobs' entry point to the desk: environment, database, server. Django is imported only inside functions."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lealtad.base.errors import SettingsError
from lealtad.base.private_files import keep_private
from lealtad.company.settings_in_force import find_settings_in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.desk.erasing import Marks

FOLDER = "desk"
_NEEDED = ("django", "django_htmx", "whitenoise", "waitress")
_DEMO_HOUR = timedelta(hours=9)


def has_desk(out: Path) -> bool:
    """Return whether a run directory has a desk, to which nights deliver and from which they take events."""
    return (out / FOLDER / "secret_key").is_file() or bool(os.environ.get("LEALTAD_DESK_DATABASE"))


def prepare_desk(out: Path, hosts: Collection[str] = (), clock_starts_at: datetime | None = None) -> None:
    """Set up the desk in a run directory, and create or migrate its database.

    Parameters
    ----------
    hosts
        Host names under which a proxy serves the desk; without any it answers only on this machine.
    clock_starts_at
        For a demonstration, the current time of the desk's clock; None uses the real time.

    Raises
    ------
    SettingsError
        If the packages of the desk are not installed, or the run directory has no lake.
    """
    _check_packages("desk", _NEEDED)
    if os.environ.get("LEALTAD_DESK_OIDC"):
        _check_packages("desk-oidc", ("allauth", "oauthlib", "jwt", "requests"))
    from lealtad.lake import has_lake

    if not has_lake(out / "lake"):
        raise SettingsError(
            place="--out",
            expected="a run directory with a lake",
            found=str(out),
            fix="Run lealtad nightly first, or name the directory of a run with --out.",
        )
    calendar = find_settings_in_force(out).settings.calendar
    shift = timedelta() if clock_starts_at is None else clock_starts_at - datetime.now(UTC)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "lealtad.desk.settings",
        "LEALTAD_DESK_OUT": str(out.absolute()),
        "LEALTAD_DESK_HOSTS": ",".join(hosts),
        "LEALTAD_DESK_CLOCK_SHIFT": str(shift.total_seconds()),
        "LEALTAD_DESK_ZONE": calendar.zone if calendar else "UTC",
    }
    with keep_private():
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)


def _check_packages(extra: str, names: Collection[str]) -> None:
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise SettingsError(
            place="lealtad desk",
            expected="the packages of the desk",
            found=f"no {', '.join(missing)}",
            fix=f"Install them: pip install 'lealtad[{extra}]'.",
        )


def list_database_errors() -> tuple[type[Exception], ...]:
    """Return the errors of a database that does not answer or refuses; none if Django is not installed."""
    if find_spec("django") is None:
        return ()
    from django.db import Error

    return (Error,)


def deliver(out: Path, say: Callable[[str], None]) -> None:
    """Deliver the newest list of a run directory to its desk."""
    from lealtad.desk.night_files import deliver_run

    delivered = deliver_run(out)
    if delivered is not None:
        say(f"{delivered.added:,} customers delivered, {delivered.stayed:,} stayed, {delivered.closed:,} closed")


def take_events(out: Path, say: Callable[[str], None]) -> None:
    """Load what happened at the desk into the lake."""
    from lealtad.desk import feedback

    feedback.take_events(out, say)


def erase_customers(out: Path, ids: Collection[str], marks: Marks) -> dict[str, int]:
    """Erase customers from the desk of a run directory; return the rows removed by table."""
    prepare_desk(out)
    from lealtad.desk import erasing

    return erasing.erase_customers(ids, marks)


def count_rows(out: Path, ids: Collection[str]) -> dict[str, int]:
    """Return how many rows the desk of a run directory holds of customers, by table."""
    prepare_desk(out)
    from lealtad.desk import erasing

    return erasing.count_rows(ids)


def list_texts(out: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Yield table, column and texts of the desk's database, in a file or on a server."""
    prepare_desk(out)
    from lealtad.desk import erasing

    yield from erasing.list_texts()


def list_events(out: Path, ids: Collection[str], *, with_people: bool = False) -> list[dict[str, Any]]:
    """Return the events of a customer at the desk of a run directory; see `access.list_events`."""
    prepare_desk(out)
    from lealtad.desk import access

    return access.list_events(ids, with_people=with_people)


def settle_overrides(out: Path, definition: ModelDefinition) -> int:
    """Settle overrides for their page; return the number of reasons."""
    from lealtad.desk.override_results import write_override_results
    from lealtad.lake import Lake
    from lealtad.lake.timeline import find_end_of_data
    from lealtad.monitoring import settle_overrides as settle

    lake = Lake.open(out / "lake")
    results = settle(lake, definition)
    write_override_results(out / FOLDER, results, find_end_of_data(lake))
    return results.height


def find_demo_moment(out: Path) -> datetime | None:
    """Return nine o'clock on the day of the newest list, for a demonstration; None without a list."""
    import polars as pl

    path = out / "worklist.parquet"
    if not path.is_file():
        return None
    as_of: datetime | None = pl.read_parquet(path, columns=["as_of"])["as_of"].max()  # type: ignore[assignment]
    return None if as_of is None else as_of + _DEMO_HOUR


def add_person(username: str, password: str, role: str, team: str, language: str) -> None:
    """Add an account; see `accounts.add_person`."""
    from lealtad.desk import accounts

    accounts.add_person(username, password, role, team, language)


def add_demo_people(language: str) -> dict[str, str]:
    """Add one account per role; return the passwords of the new ones."""
    from lealtad.desk import accounts

    return accounts.add_demo_people(language)


def draw_password() -> str:
    """Return a random password."""
    from lealtad.desk import accounts

    return accounts.draw_password()


def serve(port: int) -> None:
    """Serve the desk on this machine until it is ended; see `server.serve`."""
    from lealtad.desk import server

    server.serve(port)
