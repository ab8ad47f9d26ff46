"""What a feature table was made of: its notes, and whether it still is the table of the lake as it is now."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lealtad.base.errors import LakeError, SettingsError
from lealtad.examples.features.fingerprint import hash_catalog, hash_code
from lealtad.examples.features.streams.stream import WORD_AXES
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.examples.features.company import CompanyProfile
    from lealtad.examples.features.feature import Feature
    from lealtad.lake import Lake

FEATURES = "features"
_NONE = "none"  # no such table
_FIX = "Run lealtad features first."
_SINCE, _UNTIL = "features_seen_since", "features_seen_until"


def trace_provenance(lake: Lake, company: CompanyProfile | None = None) -> dict[str, str]:
    """Return what a feature table of this lake is computed from.

    `catalog` is a hash of the catalog including the company's features, `code` a hash of lealtad's own part. The
    rest is the version of each table that is read.
    """
    names = {table.name for table in TABLES} | {"identities", WORD_AXES}
    read = {
        name: version
        for name in lake.versions
        if name in names and (version := _find_seen_version(lake, name)) != _NONE
    }
    return {"catalog": hash_catalog(company), "code": hash_code(), **read}


def mark_unseen(lake: Lake, name: str, then: Lake) -> dict[str, str]:
    """Return the notes of a table to which rows were added that no feature computed so far can have seen.

    Parameters
    ----------
    lake, then
        The lake before the rows were added, and after.
    """
    return {**then.notes(name), _SINCE: _find_seen_version(lake, name), _UNTIL: str(then.versions[name])}


def _find_seen_version(lake: Lake, name: str) -> str:
    """Return the version of a table as features see it: what lists assign at the end of the data changes none."""
    version, notes = str(lake.versions.get(name, _NONE)), lake.notes(name)
    return notes[_SINCE] if notes.get(_UNTIL) == version else version


def build_notes(
    lake: Lake, as_of: Sequence[datetime], catalog: Sequence[Feature], company: CompanyProfile
) -> dict[str, str]:
    """Return the notes of a feature table: its provenance, its dates, and a hash of its columns."""
    dates = ",".join(f"{date:%Y-%m-%dT%H:%M:%S}" for date in sorted(set(as_of)))
    columns = ",".join(column for feature in catalog for column in feature.columns)
    digest = hashlib.sha256(columns.encode()).hexdigest()
    return {**trace_provenance(lake, company), "dates": dates, "columns": digest}


def is_current(lake: Lake, company: CompanyProfile | None = None) -> bool:
    """Return whether the feature table was made of the tables as they are, by this code.

    With a company also whether by its catalog, whose features may be its own.
    """
    notes, now = lake.notes(FEATURES), trace_provenance(lake, company)
    expected = now if company is not None else {name: value for name, value in now.items() if name != "catalog"}
    return bool(notes) and notes.items() >= expected.items()


def check_features(lake: Lake, as_of: Sequence[datetime] = (), company: CompanyProfile | None = None) -> None:
    """Refuse a lake without features of these dates that were made of its tables, by this catalog.

    A table that somebody made without noting its dates is taken at its word.

    Raises
    ------
    LakeError
        Saying what there is instead: none, one made of others, or the dates of a night.
    """
    if not is_current(lake, company):
        raise LakeError(
            path=lake.root,
            expected="a feature table made of the tables as they are, by this catalog",
            found="one made of others" if lake.has(FEATURES) else "none",
            fix=_FIX,
        )
    dates = [date for date in lake.notes(FEATURES).get("dates", "").split(",") if date]
    absent = [date for date in as_of if f"{date:%Y-%m-%dT%H:%M:%S}" not in dates]
    if dates and absent:
        raise LakeError(
            path=lake.root,
            expected=f"features of {absent[0]:%Y-%m-%d}, one of {len(as_of)} dates that are asked for",
            found=f"those of {', '.join(date[:10] for date in dates[-3:])}, as a night leaves them",
            fix=_FIX,
        )


def check_dates(lake: Lake, as_of: Sequence[datetime]) -> None:
    """Refuse dates that the data do not reach.

    Raises
    ------
    SettingsError
        If no date is given, or one is after the end of the data.
    """
    end = find_end_of_data(lake)
    late = [date for date in as_of if date > end]
    if late or not as_of:
        raise SettingsError(
            place="as_of",
            expected=f"dates up to the end of the data, {end:%Y-%m-%d}",
            found=f"{max(late):%Y-%m-%d}" if late else "no date",
            fix="Load newer facts with lealtad ingest, or choose an earlier date.",
        )
