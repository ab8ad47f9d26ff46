"""Print a bill of materials of requirements.lock (CycloneDX 1.5): `python .ci/write_bill_of_materials.py`."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def read_lock(text: str) -> list[tuple[str, str, list[str]]]:
    """Return name, version and hashes of each package of a lock."""
    packages: list[tuple[str, str, list[str]]] = []
    for line in text.splitlines():
        if pin := _PIN.match(line):
            packages.append((pin[1].lower().replace("_", "-"), pin[2], []))
        if packages:
            packages[-1][2].extend(_HASH.findall(line))
    return packages


def build_bill(packages: list[tuple[str, str, list[str]]], version: str) -> dict[str, object]:
    """Return the bill; the same lock gives the same bytes."""
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{pinned}",
            "name": name,
            "version": pinned,
            "purl": f"pkg:pypi/{name}@{pinned}",
            **_find_licence(name),
            "hashes": [{"alg": "SHA-256", "content": digest} for digest in hashes],
        }
        for name, pinned, hashes in sorted(packages)
    ]
    project = {"type": "application", "name": "lealtad", "version": version, "licenses": _name("Apache-2.0")}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": project},
        "components": components,
    }


def _find_licence(name: str) -> dict[str, object]:
    """Return the licence of a package that is installed."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return {}
    expression = about.get("License-Expression") or next(
        (
            classifier.rpartition(" :: ")[2]
            for classifier in about.get_all("Classifier") or ()
            if classifier.startswith("License :: ")
        ),
        "",
    )
    return {"licenses": _name(expression)} if expression else {}


def _name(licence: str) -> list[dict[str, dict[str, str]]]:
    return [{"license": {"name": licence}}]


def main() -> None:
    """Print the bill of materials of the project's lock file."""
    version = re.search(
        r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    packages = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    json.dump(build_bill(packages, version[1] if version else "0"), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
