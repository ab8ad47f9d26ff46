"""Models that may have learned from erased customers: kept with a reason, or trained again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_SCHEME = "sqlite:///"
_QUERY = """
select v.name, v.version, coalesce(group_concat(a.alias), '') from model_versions v
left join registered_model_aliases a on a.name = v.name and cast(a.version as text) = cast(v.version as text)
group by v.name, v.version order by v.name, cast(v.version as integer)
"""


def find_store(tracking_uri: str) -> Path | None:
    """Return the file of an MLflow file store if it exists; None for a server."""
    if not tracking_uri.startswith(_SCHEME):
        return None
    path = Path(tracking_uri.removeprefix(_SCHEME).partition("?")[0]).absolute()
    return path if path.is_file() else None


def seal_store(path: Path) -> None:
    """Seal a store again after a change, so that it does not count as damaged."""
    from lealtad.models.registry.database import seal_database  # imports MLflow, which is slow

    seal_database(path)


def list_models(tracking_uri: str) -> list[dict[str, str]]:
    """Return the registered models: `name, version, aliases`; none for a store that is not a file."""
    path = find_store(tracking_uri)
    if path is None:
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            rows = connection.execute(_QUERY).fetchall()
        except sqlite3.OperationalError:
            return []
    return [{"name": name, "version": str(version), "aliases": aliases} for name, version, aliases in rows]
