"""What the code ran on: Python and the packages that lealtad needs."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, requires, version

_OWN = "lealtad"


def read_environment() -> dict[str, str]:
    """Return the versions of Python, lealtad and every package that it requires, by name.

    Examples
    --------
    >>> sorted({"python", "mlflow", "lightgbm", "polars"} & set(read_environment()))
    ['lightgbm', 'mlflow', 'polars', 'python']
    """
    needed = [line for line in requires(_OWN) or [] if "extra ==" not in line]
    names = sorted({re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in needed})
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    return found | {name: _read_version(name) for name in (_OWN, *names)}


def _read_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
