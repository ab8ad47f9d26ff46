"""Where plans and records are."""

from __future__ import annotations

from pathlib import Path

from lealtad.base.errors import SettingsError
from lealtad.experiments.plan import ExperimentPlan
from lealtad.experiments.planning.record import RecordedPlan, read_record

FOLDER = "experiments"


def find_plan(name: str, out: Path) -> tuple[str, ExperimentPlan | None]:
    """Return the name of an experiment and its plan.

    Parameters
    ----------
    name
        The path of a TOML, or a name: then `experiments/NAME.toml` of the working directory, or of `out`.

    Returns
    -------
    Name and plan; the plan is None if no file of that name exists.

    Raises
    ------
    SettingsError
        If the path does not exist, or the file is not a plan.
    """
    path_or_name = Path(name)
    if path_or_name.suffix == ".toml":
        return check_name(path_or_name.stem), ExperimentPlan.read(path_or_name)
    check_name(name)
    for folder in (Path(FOLDER), out / FOLDER):
        path = folder / f"{name}.toml"
        if path.is_file():
            return name, ExperimentPlan.read(path)
    return name, None


def check_name(name: str) -> str:
    """Return a name that can be a folder.

    Raises
    ------
    SettingsError
        If it holds anything but letters, digits, dashes and underscores.

    Examples
    --------
    >>> check_name("welcome_2026")
    'welcome_2026'
    """
    if not name or not all(letter.isalnum() or letter in "-_" for letter in name):
        raise SettingsError(
            place="lealtad experiment",
            expected="a name of letters, digits, dashes and underscores, or the path of a TOML",
            found=repr(name),
            fix="Name it as its file: experiments/welcome.toml is welcome.",
        )
    return name


def list_experiments(out: Path) -> list[RecordedPlan]:
    """Return every recorded plan of a run directory.

    Parameters
    ----------
    out
        The run directory.

    Returns
    -------
    The plans, sorted by name; none if no experiment was planned.

    Raises
    ------
    SettingsError
        If a file is not a record.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> list_experiments(Path(tempfile.mkdtemp()))
    []
    """
    return [read_record(path.parent) for path in sorted((out / FOLDER).glob("*/plan.json"))]
