"""The settings that a job follows: those of its company, recorded with the run as `OUT/lealtad.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.base import job
from lealtad.base.errors import SettingsError
from lealtad.base.outputs import check_output
from lealtad.company.permission import require_permission
from lealtad.company.privileges import list_privileges, list_source_privileges
from lealtad.company.settings import Settings
from lealtad.sources import configuration
from lealtad.sources.configuration import FILE_NAME, read_data_settings

if TYPE_CHECKING:
    from lealtad.base.job import Step

_HEAD = "# The settings in force, as of "
_SOURCES = Path(configuration.__file__).parent  # the settings of the bundled companies are next to their sources
_OF_NAMED = {
    "simulated": _SOURCES / "simulated" / FILE_NAME,
    "completejourney": _SOURCES / "completejourney.toml",
}


@dataclass(frozen=True)
class SettingsInForce:
    """Settings and their origin.

    Attributes
    ----------
    path
        The file that they were read from; None for the defaults.
    origin
        A description of where they come from.
    """

    settings: Settings
    path: Path | None
    origin: str


def read_source_settings(data: str) -> SettingsInForce:
    """Return the settings of a source: its own `lealtad.toml`, or the defaults; never another company's.

    Parameters
    ----------
    data
        The value of `--data`: `simulated`, `completejourney`, a folder, or a `lealtad.toml`.

    Returns
    -------
    The settings, the path of their file (None for the defaults), and their origin in words.

    Raises
    ------
    SettingsError
        If the file cannot be read, has an unknown key or an impossible value.

    Examples
    --------
    >>> read_source_settings("simulated").settings.calendar.zone
    'Europe/Madrid'
    >>> read_source_settings("no/such/folder").origin
    'defaults, as no/such/folder has no lealtad.toml'
    """
    path = Path(data)
    own = _OF_NAMED.get(data) or (path if path.suffix == ".toml" else path / FILE_NAME)
    if own.is_file():
        return SettingsInForce(Settings.read(own), own, _describe_path(own, data))
    return SettingsInForce(Settings(), None, f"defaults, as {data} has no {FILE_NAME}")


def find_settings_in_force(out: Path, named: Path = Path(), data: str = "") -> SettingsInForce:
    """Return the settings that a job follows, provided that everything they need is permitted.

    Raises
    ------
    SettingsError
        See `read_settings_in_force`.
    NotPermittedError
        If they need something that was not permitted in `out`; see `permission`.
    """
    in_force = read_settings_in_force(out, named, data)
    if in_force.path not in _OF_NAMED.values():
        require_permission(list_privileges(in_force.settings), out, data, named)
    return in_force


def require_source_permission(out: Path, data: str) -> None:
    """Refuse a source that would call an address without permission in `out`.

    Raises
    ------
    NotPermittedError
        If it would.
    """
    path = read_source_settings(data).path
    if path is not None and path not in _OF_NAMED.values():
        require_permission(list_source_privileges(read_data_settings(path).sources), out, data)


def read_settings_in_force(out: Path, named: Path = Path(), data: str = "") -> SettingsInForce:
    """Return the settings that a job follows.

    The first of these that exists is used: the file of `--settings`; the source of `--data`; the record in `out`.
    Then follow the source that an older version of lealtad loaded, and the defaults.

    Raises
    ------
    SettingsError
        If the file cannot be read, or has an impossible value.
    """
    record = out / FILE_NAME
    if named.name:
        return SettingsInForce(Settings.read(named), named, f"{named}, as --settings says")
    if data:
        return read_source_settings(data)
    if record.is_file():
        check_output(record)
        return SettingsInForce(Settings.read(record), record, str(record))
    loaded = job.read_summary(out).get("source", "")
    if loaded:
        return read_source_settings(loaded)
    return SettingsInForce(
        Settings(), None, f"defaults, as no settings are recorded in {out} and --settings names none"
    )


def follow_settings(step: Step, named: Path = Path(), data: str = "") -> Settings:
    """Return the settings of a job, and report their origin unless they are the run's recorded settings.

    Raises
    ------
    SettingsError
        See `find_settings_in_force`.
    """
    in_force = find_settings_in_force(step.out, named, data)
    if not _is_same(in_force.path, step.out / FILE_NAME):
        step.report(f"settings: {in_force.origin}")
    return in_force.settings


def record_settings(step: Step, found: SettingsInForce) -> None:
    """Record settings with the run, and report differences from the previous record.

    Raises
    ------
    SettingsError
        See `check_record`.
    """
    path = step.out / FILE_NAME
    check_record(step.out, found)
    if _is_same(found.path, path):
        return
    text = f"{_HEAD}{found.origin}.\n" + ("" if found.path is None else found.path.read_text("utf-8-sig"))
    before = path.read_text("utf-8-sig") if path.is_file() else None
    other = [] if before is None else _find_differences(path, found.settings)
    if other:
        step.report(f"settings differ from the last run's in {', '.join(other)}: the newer ones are followed")
    if before != text:
        with job.move_into_place(path) as [beside]:
            beside.write_text(text, encoding="utf-8")


def check_record(out: Path, found: SettingsInForce) -> None:
    """Refuse a directory where recording settings would overwrite a `lealtad.toml` that no job wrote.

    Raises
    ------
    SettingsError
        If there is one, and its settings differ.
    """
    path = out / FILE_NAME
    if path.is_file() and not _is_same(found.path, path) and not path.read_text("utf-8-sig").startswith(_HEAD):
        raise SettingsError(
            place=str(path),
            expected="no settings but those that a job recorded",
            found="a file that no job wrote",
            fix="Name another directory with --out, or move the file away.",
        )


def _find_differences(path: Path, now: Settings) -> list[str]:
    """Name the sections that differ from recorded settings; the location of the data is not compared."""
    try:
        then = Settings.read(path)
    except SettingsError:  # an older version of lealtad had other keys
        return ["all"]
    names = [name for name in Settings.model_fields if name != "sources"]
    return [name for name in names if getattr(then, name) != getattr(now, name)]


def _describe_path(path: Path, data: str) -> str:
    return f"{FILE_NAME} of {data}" if data in _OF_NAMED else str(path)


def _is_same(path: Path | None, other: Path) -> bool:
    return path is not None and path.resolve() == other.resolve()
