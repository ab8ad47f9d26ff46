"""Features of a lake: read bucket by bucket, computed, and stored beside the facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import joblib
import polars as pl

from lealtad.base.errors import LakeError, SettingsError
from lealtad.examples.features.building import compute_features, find_available, find_stream
from lealtad.examples.features.catalog import build_catalog, hash_catalog, hash_code
from lealtad.examples.features.kept import read_catalog, read_company, serialize_settings
from lealtad.examples.features.stream import WORD_AXES
from lealtad.examples.features.word_axes import WordAxes
from lealtad.lake import start_draft
from lealtad.lake.timeline import find_end_of_data, parse_moment
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pandas as pd

    from lealtad.examples.features.company import CompanyProfile
    from lealtad.examples.features.feature import Feature
    from lealtad.lake import Lake
    from lealtad.lake.timeline import Moment

FEATURES = "features"
_ALWAYS_READ = ("customers",)
_NONE = "none"  # no such table
_FIX = "Run lealtad features first."
_SINCE, _UNTIL = "features_seen_since", "features_seen_until"


def build(
    lake: Lake,
    as_of: Sequence[datetime],
    catalog: Sequence[Feature] | None = None,
    company: CompanyProfile | None = None,
) -> pl.DataFrame:
    """Compute features at past moments, one row per (customer_id, as_of); `compute_features` says more of both.

    Parameters
    ----------
    lake
        The facts.
    as_of
        UTC instants up to the end of the data.
    catalog
        The features; None for those of the company.
    company
        Its promises, hours, vocabulary and own modules; None for those that the lake keeps. Axes of words are
        those of the lake, unless it brings its own.

    Raises
    ------
    SettingsError
        If no date is given, or one lies after the end of the data.

    Notes
    -----
    Buckets run through `joblib.Parallel`: a lake of several buckets uses the processes, or the cluster, that
    `joblib.parallel_config` sets around the call.
    """
    check_dates(lake, as_of)
    whole, wanted = _resolve(lake, catalog, company)
    run, dates = joblib.delayed(compute_bucket), list(as_of)
    parts: list[pl.DataFrame] = joblib.Parallel()(
        run(lake, bucket, dates, wanted, whole) for bucket in lake.buckets
    )
    return pl.concat(parts).sort("customer_id", "as_of")


def build_into(
    lake: Lake,
    as_of: Sequence[datetime],
    catalog: Sequence[Feature] | None = None,
    company: CompanyProfile | None = None,
) -> Lake:
    """Compute features at past moments into the lake's table `features`, bucket by bucket, in one commit.

    For the parameters, the rows and the columns see `build`. What the table is made of stands in its notes; where
    it was made of the same already, nothing is computed. The lake keeps the company: whoever computes features of
    it later computes the same. Memory holds a bucket per process.

    Returns
    -------
    The lake with the table.

    Raises
    ------
    SettingsError
        If no date is given, one lies after the end of the data, or a feature of the company's own fails.
    LakeError
        If a file of the lake cannot be read: then the table stays as it was.
    BusyError
        If another run is writing to the lake.
    """
    check_dates(lake, as_of)
    whole, wanted = _resolve(lake, catalog, company)
    notes, kept = build_notes(lake, as_of, wanted, whole), serialize_settings(whole, with_modules=True)
    if lake.notes(FEATURES) == notes:
        return _keep_settings(lake, kept)
    run, dates = joblib.delayed(compute_bucket), list(as_of)
    parts = joblib.Parallel(return_as="generator")(
        run(lake, bucket, dates, wanted, whole) for bucket in lake.buckets
    )
    with start_draft(lake) as draft:
        draft.forget(FEATURES)  # its columns may be others
        for bucket, frame in zip(lake.buckets, parts, strict=True):
            draft.replace(FEATURES, frame, bucket)
        draft.note(FEATURES, notes)
        draft.note_settings(kept)
    return draft.lake


def _resolve(
    lake: Lake, catalog: Sequence[Feature] | None, company: CompanyProfile | None
) -> tuple[CompanyProfile, list[Feature]]:
    """Return the company and the features that are meant: what is not given is what the lake keeps."""
    whole = add_words(lake, read_company(lake) if company is None else company)
    if catalog is None:
        catalog = read_catalog(lake) if company is None else build_catalog(company)
    return whole, find_available_in(lake, catalog, whole)


def _keep_settings(lake: Lake, kept: dict[str, Any]) -> Lake:
    """Return the lake with the settings of its features, where an older lealtad did not keep them."""
    if lake.settings == kept:
        return lake
    with start_draft(lake) as draft:
        draft.note_settings(kept)
    return draft.lake


def build_frame(
    lake: Lake, as_of: Moment | Sequence[Moment], company: CompanyProfile | None = None
) -> pd.DataFrame:
    """Compute features at past moments as pandas: index (customer_id, as_of), one column per feature.

    See `compute_features` for what the rows and columns mean; nulls are NaN. A moment is a day or a time, as a
    `date`, a `datetime` or text; without a zone it is UTC. Without a company the features are those that models
    learn from: the lake keeps the settings that its own were computed under.
    """
    # what is no sequence is one moment, or none that can be read
    given = list(as_of) if isinstance(as_of, Iterable) and not isinstance(as_of, str) else [as_of]
    rows = build(lake, [parse_moment(one) for one in given], company=company)
    return rows.to_pandas().set_index(["customer_id", "as_of"])


def find_available_in(lake: Lake, catalog: Sequence[Feature], company: CompanyProfile) -> list[Feature]:
    """Return the features of the catalog that the lake has the tables and columns for."""
    given = {table.name: lake.columns(table.name) for table in TABLES if lake.has(table.name)}
    return find_available(given, catalog, company)


def compute_bucket(
    lake: Lake, bucket: int, as_of: Sequence[datetime], catalog: Sequence[Feature], company: CompanyProfile
) -> pl.DataFrame:
    """Compute the features of one bucket."""
    return compute_features(read_bucket(lake, bucket, catalog), as_of, catalog, company)


def read_bucket(lake: Lake, bucket: int, catalog: Sequence[Feature]) -> dict[str, pl.DataFrame]:
    """Read the tables of one bucket that the features are made of: every version of every row."""
    streams = {one.source: find_stream(one) for one in catalog}.values()
    read = {name for stream in streams for name in (*stream.tables, *stream.beside)}
    tables = {}
    for table in TABLES:
        if not lake.has(table.name):
            continue
        # of the others only who is known since when: a customer has a row from their first fact on
        whole = table.name in read or table.name in _ALWAYS_READ
        clocks = ["known_at", "superseded_at", *([table.event_time] if table.event_time else [])]
        columns = None if whole else ["customer_id", *clocks, *table.key]
        tables[table.name] = lake.history(table.name, bucket, columns=columns)
    return {**tables, "identities": lake.identity_history}


def add_words(lake: Lake, company: CompanyProfile) -> CompanyProfile:
    """Return the company with the axes of words that the lake keeps, unless it has its own."""
    if company.words is not None or not lake.has(WORD_AXES):
        return company
    return replace(company, words=WordAxes.of_table(lake.read(WORD_AXES)))


def trace_provenance(lake: Lake, company: CompanyProfile | None = None) -> dict[str, str]:
    """Return what a feature table of this lake is made of.

    `catalog` and `code` (hashes of the catalog with what the company adds, and of lealtad's own part), and the
    version of each table that is read.
    """
    names = {table.name for table in TABLES} | {"identities", WORD_AXES}
    read = {
        name: seen for name in lake.versions if name in names and (seen := _find_seen_version(lake, name)) != _NONE
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
    columns = ",".join(column for one in catalog for column in one.columns)
    digest = hashlib.sha256(columns.encode()).hexdigest()
    return {**trace_provenance(lake, company), "dates": dates, "columns": digest}


def is_current(lake: Lake, company: CompanyProfile | None = None) -> bool:
    """Say whether the feature table was made of the tables as they are, by this code.

    With a company also whether by its catalog, whose features may be its own.
    """
    notes, now = lake.notes(FEATURES), trace_provenance(lake, company)
    told = now if company is not None else {name: said for name, said in now.items() if name != "catalog"}
    return bool(notes) and notes.items() >= told.items()


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
    held = [date for date in lake.notes(FEATURES).get("dates", "").split(",") if date]
    absent = [date for date in as_of if f"{date:%Y-%m-%dT%H:%M:%S}" not in held]
    if held and absent:
        raise LakeError(
            path=lake.root,
            expected=f"features of {absent[0]:%Y-%m-%d}, one of {len(as_of)} dates that are asked for",
            found=f"those of {', '.join(date[:10] for date in held[-3:])}, as a night leaves them",
            fix=_FIX,
        )


def check_dates(lake: Lake, as_of: Sequence[datetime]) -> None:
    """Refuse dates that the data do not reach.

    Raises
    ------
    SettingsError
        If no date is given, or one lies after the end of the data.
    """
    end = find_end_of_data(lake)
    late = [date for date in as_of if date > end]
    if late or not as_of:
        raise SettingsError(
            place="as_of",
            expected=f"dates up to the end of the data, {end:%Y-%m-%d}",
            found=f"{max(late):%Y-%m-%d}" if late else "no date",
            fix="Ingest newer facts first, or choose an earlier date.",
        )
