"""Where a run comes from: the commit of the code, read from git's own files, and the versions of packages."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OWN = "lealtad"
NONE = "none: the code is not under version control"


def read_commit(folder: Path) -> str:
    r"""Return the commit that is checked out at `folder`, or a text that there is none.

    Uncommitted changes are ignored.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     git = Path(folder) / ".git"
    ...     (git / "refs/heads").mkdir(parents=True)
    ...     _ = (git / "HEAD").write_text("ref: refs/heads/main\n")
    ...     _ = (git / "refs/heads/main").write_text("4f2a\n")
    ...     read_commit(Path(folder))
    '4f2a'
    """
    for place in (folder, *folder.parents):
        if (place / ".git").exists():
            return _read_head(_find_git_dir(place / ".git")) or NONE
    return NONE


def _find_git_dir(git: Path) -> Path:
    """Return the folder of HEAD: `.git`, or for a linked worktree the folder that the file `.git` names."""
    if git.is_dir():
        return git
    target = git.read_text().strip().removeprefix("gitdir: ")
    return git.parent / target


def _read_head(git: Path) -> str | None:
    head = _read_text(git / "HEAD")
    if head is None or not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    # a linked worktree shares the branches of its main repository
    shared = git / (_read_text(git / "commondir") or ".")
    return _read_text(git / name) or _read_text(shared / name) or _read_packed(shared / "packed-refs", name)


def _read_packed(path: Path, name: str) -> str | None:
    for line in (_read_text(path) or "").splitlines():
        if line.endswith(f" {name}"):
            return line.split()[0]
    return None


def _read_text(path: Path) -> str | None:
    return path.read_text().strip() if path.is_file() else None


def read_environment() -> dict[str, str]:
    """Return the versions of Python, lealtad and every package that it requires, by name.

    Examples
    --------
    >>> sorted({"python", "mlflow", "lightgbm", "polars"} & set(read_environment()))
    ['lightgbm', 'mlflow', 'polars', 'python']
    """
    needed = [line for line in requires(_OWN) or [] if "extra ==" not in line]
    names = sorted({re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in needed})
    versions = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    return versions | {name: _read_version(name) for name in (_OWN, *names)}


def _read_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
