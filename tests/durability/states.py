"""What a run holds, for comparisons: tables, files for people, and what the registry knows."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from lealtad.lake import Lake
from lealtad.lake.verification import verify

FILES = (
    *("worklist.csv", "worklist.html", "resolved.csv", "referrals.csv", "abstentions.csv", "report.html"),
    *("rejected.csv", "lealtad.toml", "kpis.csv", "leakcheck.json", "monitoring.json"),
)
_QUERIES = {
    "versions": "SELECT v.name, v.version, t.value FROM model_versions v JOIN model_version_tags t "
    "ON t.name = v.name AND t.version = v.version AND t.key = 'model_hash' ORDER BY 1, 2",
    "aliases": "SELECT name, alias, version FROM registered_model_aliases ORDER BY 1, 2",
    "finished runs": "SELECT count(*) FROM runs WHERE status = 'FINISHED'",
    "open runs": "SELECT count(*) FROM runs WHERE status = 'RUNNING'",
}


def describe(out: Path) -> dict[str, Any]:
    """Everything that a user of the run could see, by what it is."""
    return {**describe_lake(out / "lake"), **describe_files(out), **describe_registry(out / "mlflow.db")}


def describe_lake(root: Path) -> dict[str, Any]:
    if not (root / "lake.json").exists():
        return {}
    assert verify(root).damages == []
    lake = Lake.open(root)
    tables = {name: lake.read_stored(name) for name in lake.versions}
    return {
        f"table {name}": hashlib.sha256(
            rows.select(sorted(rows.columns)).sort(sorted(rows.columns)).write_csv().encode()
        ).hexdigest()
        for name, rows in tables.items()
    }


def describe_files(out: Path) -> dict[str, str]:
    return {
        name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in FILES if (out / name).is_file()
    }


def describe_registry(database: Path) -> dict[str, Any]:
    if not database.exists():
        return {}
    with closing(sqlite3.connect(database)) as connection:
        return {name: connection.execute(query).fetchall() for name, query in _QUERIES.items()}
