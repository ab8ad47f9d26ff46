"""What absent tables and columns cost: which features are off, which KPIs cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.checks.sufficiency.finding import Finding
from lealtad.checks.sufficiency.sentences import KPIS
from lealtad.examples.features.building import stream_of
from lealtad.examples.features.catalog import CATALOG
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import Evidence
    from lealtad.examples.features.feature import Feature


def absence_findings(evidence: Evidence) -> Iterator[Finding]:
    """Tell per absent table and per absent column that features need what is off."""
    for table in TABLES:
        if table.name in KPIS and table.name not in evidence.tables and not evidence.rows_in.get(table.name):
            yield _absent(table.name)
    for name, rows in evidence.tables.items():
        readers = [feature for feature in CATALOG if _tables(feature)[:1] == (name,)]
        needed = {column for feature in readers for column in feature.needs}
        for column in sorted(needed - set(rows.columns)):
            off = [feature for feature in readers if column in feature.needs]
            yield Finding("absent_column", name, column, {"features": len(off)})


def _absent(name: str) -> Finding:
    off = [feature for feature in CATALOG if name in _tables(feature)]
    values = {"features": len(off), "families": ", ".join(dict.fromkeys(map(_family, off))), "kpis": KPIS[name]}
    return Finding("absent" if off else "absent_no_features", name, "", values)


def _tables(feature: Feature) -> tuple[str, ...]:
    """Return the tables without which a feature is off; the first holds the columns that it needs."""
    return stream_of(feature).tables


def _family(feature: Feature) -> str:
    return feature.formula.__module__.rpartition(".")[2]
