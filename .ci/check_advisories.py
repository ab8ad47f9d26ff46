"""Check requirements.lock against advisories in the OSV format: `python .ci/check_advisories.py FOLDER-OR-FILE`.

It uses no network: fetch the advisories first, such as the PyPI export of OSV. It exits with 1 if one applies.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

sys.path.insert(0, str(Path(__file__).resolve().parent))
from write_bill_of_materials import ROOT, read_lock


def read_advisories(place: Path) -> list[dict[str, Any]]:
    """Return the records of a file or of all `.json` files of a folder."""
    files = sorted(place.rglob("*.json")) if place.is_dir() else [place]
    contents = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return [record for part in contents for record in (part if isinstance(part, list) else [part])]


def applies(affected: dict[str, Any], name: str, pinned: str) -> bool:
    """Return whether a part of an advisory covers a version of a package."""
    package = affected.get("package", {})
    if package.get("ecosystem") != "PyPI" or str(package.get("name", "")).lower().replace("_", "-") != name:
        return False
    ranges = [
        version_range
        for version_range in affected.get("ranges", ())
        if version_range.get("type") in {"ECOSYSTEM", "SEMVER"}
    ]
    return pinned in affected.get("versions", ()) or any(
        _is_within(version_range["events"], pinned) for version_range in ranges
    )


def _is_within(events: list[dict[str, str]], pinned: str) -> bool:
    inside = False
    try:
        version = Version(pinned)
        for event in events:
            kind, bound = next(iter(event.items()))
            at = Version("0" if bound == "0" else bound)
            if kind == "introduced" and version >= at:
                inside = True
            elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
                inside = False
    except InvalidVersion:
        return True  # if versions cannot be compared, the advisory is shown
    return inside


def main() -> None:
    """Print each advisory that applies; exit with 1 if there is one."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).exists():  # noqa: PLR2004 - the program and its argument
        raise SystemExit("expected a file or folder of advisories: python .ci/check_advisories.py FOLDER")
    packages = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    advisories = read_advisories(Path(sys.argv[1]))
    lines = [
        f"{name} {pinned}: {record.get('id')} {record.get('summary', '')}"
        for record in advisories
        for name, pinned, _ in packages
        if not record.get("withdrawn") and any(applies(part, name, pinned) for part in record.get("affected", ()))
    ]
    print("\n".join([*lines, f"{len(packages)} packages, {len(advisories)} advisories, {len(lines)} apply"]))
    raise SystemExit(1 if lines else 0)


if __name__ == "__main__":
    main()
