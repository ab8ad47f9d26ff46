"""Permission for what a `lealtad.toml` may do: granted once, kept with the run, required again after changes."""

from __future__ import annotations

import json
import shlex
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lealtad.base import job
from lealtad.base.errors import NotPermittedError, SettingsError
from lealtad.base.private_files import make_private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lealtad.company.privileges import Privilege

_NAME = "permission.json"


def require_permission(asked: Sequence[Privilege], out: Path, data: str = "", named: Path | None = None) -> None:
    """Refuse privileges that were not permitted for a run; on a terminal the person is asked.

    Parameters
    ----------
    out
        The folder of the run, which keeps the permissions.
    data, named
        Source and settings of the job, to name the command that permits them.

    Raises
    ------
    NotPermittedError
        If a privilege was never permitted, or has changed since. The message names the command that permits it.
    """
    missing = [privilege for privilege in asked if privilege.digest not in _read_digests(out)]
    if not missing:
        return
    if _ask(missing):
        grant(missing, out)
        return
    raise NotPermittedError(
        what="; ".join(privilege.sentence for privilege in missing), command=format_command(out, data, named)
    )


def grant(permitted: Sequence[Privilege], out: Path) -> None:
    """Permit privileges for a run, in OUT/permission.json; earlier permissions stay."""
    before = _read_record(out)
    known = {entry["digest"] for entry in before}
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    new = [
        {"kind": each.kind, "what": each.what, "digest": each.digest, "permitted_at": now}
        for each in permitted
        if each.digest not in known
    ]
    if not new:
        return
    make_private_folder(out)
    with job.move_into_place(out / _NAME) as [path]:
        write_private(path, json.dumps({"permitted": [*before, *new]}, indent=1, ensure_ascii=False) + "\n")


def withdraw(out: Path) -> int:
    """Take back every permission of a run; return how many there were."""
    count = len(_read_record(out))
    (out / _NAME).unlink(missing_ok=True)
    return count


def format_command(out: Path, data: str = "", named: Path | None = None) -> str:
    """Return the command that permits what a job asks for.

    Examples
    --------
    >>> from pathlib import Path
    >>> format_command(Path("reports/mine"), "my exports")
    "lealtad permit 'my exports' --out reports/mine"
    """
    words = ["lealtad", "permit", *([data] if data else []), "--out", str(out)]
    return shlex.join([*words, *(["--settings", str(named)] if named and named.name else [])])


def _ask(missing: Sequence[Privilege]) -> bool:
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    import typer

    lines = "\n".join(f"  - {privilege.sentence}" for privilege in missing)
    return typer.confirm(f"The settings ask to\n{lines}\nDo you permit it?", default=False, err=True)


def _read_digests(out: Path) -> set[str]:
    return {entry["digest"] for entry in _read_record(out)}


def _read_record(out: Path) -> list[dict[str, Any]]:
    path = out / _NAME
    if not path.is_file():
        return []
    try:
        permitted = json.loads(path.read_bytes())["permitted"]
        return [{**entry, "digest": str(entry["digest"])} for entry in permitted]
    except (ValueError, KeyError, TypeError, OSError):
        raise SettingsError(
            place=str(path),
            expected="what lealtad permit wrote",
            found="something else",
            fix="Remove the file, and permit again.",
        ) from None
