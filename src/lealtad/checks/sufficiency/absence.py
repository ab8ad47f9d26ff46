"""Effects of absent tables and columns: features that are off, and KPIs that cannot be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.checks.sufficiency.finding import DataFinding
from lealtad.checks.sufficiency.sentences import KPIS
from lealtad.examples.features.building import find_stream
from lealtad.examples.features.catalog import CATALOG
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import DataEvidence
    from lealtad.examples.features.feature import Feature


def find_absences(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find what is unavailable per absent table, and per absent column that features need."""
    for table in TABLES:
        if table.name in KPIS and table.name not in evidence.tables and not evidence.rows_in.get(table.name):
            yield _is_absent(table.name)
    for name, rows in evidence.tables.items():
        readers = [feature for feature in CATALOG if _list_tables(feature)[:1] == (name,)]
        needed = {column for feature in readers for column in feature.needs}
        for column in sorted(needed - set(rows.columns)):
            off = [feature for feature in readers if column in feature.needs]
            yield DataFinding("absent_column", name, column, {"features": len(off)})


def _is_absent(name: str) -> DataFinding:
    off = [feature for feature in CATALOG if name in _list_tables(feature)]
    values = {
        "features": len(off),
        "families": ", ".join(dict.fromkeys(map(_name_family, off))),
        "kpis": KPIS[name],
    }
    return DataFinding("absent" if off else "absent_no_features", name, "", values)


def _list_tables(feature: Feature) -> tuple[str, ...]:
    """Return the tables without which a feature is off; the first holds the columns that it needs."""
    return find_stream(feature).tables


def _name_family(feature: Feature) -> str:
    return feature.formula.__module__.rpartition(".")[2]
