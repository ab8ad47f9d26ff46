"""Features of a lake: read bucket by bucket, computed, and stored with the facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.workers import has_workers, map_buckets
from lealtad.examples.features.building import compute_features
from lealtad.examples.features.catalog import build_catalog
from lealtad.examples.features.storage.provenance import FEATURES, build_notes, check_dates
from lealtad.examples.features.storage.reading import add_words, find_available_in, read_bucket
from lealtad.examples.features.storage.settings import read_catalog, read_company, serialize_settings
from lealtad.lake import start_draft
from lealtad.lake.bucket_files import write_bucket_files
from lealtad.lake.timeline import parse_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import pandas as pd

    from lealtad.examples.features.company import CompanyProfile
    from lealtad.examples.features.feature import Feature
    from lealtad.lake import Lake
    from lealtad.lake.bucket_files import WrittenBucket
    from lealtad.lake.timeline import Moment


def build(
    lake: Lake,
    as_of: Sequence[datetime],
    catalog: Sequence[Feature] | None = None,
    company: CompanyProfile | None = None,
) -> pl.DataFrame:
    """Compute features at past moments, one row per (customer_id, as_of).

    Parameters
    ----------
    lake
        The facts.
    as_of
        UTC instants up to the end of the data, in any order.
    catalog
        The features; None for those of the company.
    company
        The company's promises, hours, vocabulary and own modules; None takes those that the lake keeps. Axes of
        words are the lake's, unless the company brings its own.

    Returns
    -------
    `customer_id, as_of` and one 32-bit float column per feature and window or variant, sorted; see
    `compute_features`.

    Raises
    ------
    SettingsError
        If no date is given, a date is after the end of the data, or one of the company's own features fails.

    Notes
    -----
    A lake of several buckets uses the processes, or the cluster, that `lealtad.base.workers.use_workers` or
    `joblib.parallel_config` sets around the call.
    """
    check_dates(lake, as_of)
    whole, wanted = _resolve(lake, catalog, company)
    parts = _map_buckets(lake, as_of, wanted, whole)
    return pl.concat(parts).sort("customer_id", "as_of")


def build_into(
    lake: Lake,
    as_of: Sequence[datetime],
    catalog: Sequence[Feature] | None = None,
    company: CompanyProfile | None = None,
) -> Lake:
    """Compute features at past moments into the lake's table `features`, bucket by bucket, in one commit.

    The notes of the table state what it was computed from. If that has not changed, nothing is computed. The lake
    keeps the company's settings, so that later features are comparable. Memory holds one bucket per process.

    Parameters
    ----------
    lake, as_of, catalog, company
        As for `build`.

    Returns
    -------
    The lake with the table.

    Raises
    ------
    SettingsError
        If no date is given, one is after the end of the data, or a feature of the company's own fails.
    LakeError
        If a file of the lake cannot be read: then the table stays as it was.
    BusyError
        If another run is writing to the lake.
    """
    check_dates(lake, as_of)
    whole, wanted = _resolve(lake, catalog, company)
    notes, settings = build_notes(lake, as_of, wanted, whole), serialize_settings(whole, with_modules=True)
    if lake.notes(FEATURES) == notes:
        return _keep_settings(lake, settings)
    with start_draft(lake) as draft:
        draft.forget(FEATURES)  # its columns may be others
        if has_workers(lake.buckets):
            draft.adopt(FEATURES, _write_buckets(lake, as_of, wanted, whole))
        else:
            for bucket, frame in zip(lake.buckets, _map_buckets(lake, as_of, wanted, whole), strict=True):
                draft.replace(FEATURES, frame, bucket)
        draft.note(FEATURES, notes)
        draft.note_settings(settings)
    return draft.lake


def build_frame(
    lake: Lake, as_of: Moment | Sequence[Moment], company: CompanyProfile | None = None
) -> pd.DataFrame:
    """Compute features at past moments as pandas: index (customer_id, as_of), one column per feature.

    Parameters
    ----------
    lake
        The facts.
    as_of
        One moment or several: a day or a time, as a `date`, a `datetime` or text. Without a zone it is UTC.
    company
        The company's promises, hours, vocabulary and own modules. None takes the settings that the lake keeps,
        under which models learn.

    Returns
    -------
    One 32-bit float column per feature and window or variant, NaN for null; see docs/features.md for each. A
    customer has a row from the first as-of date before which any fact of theirs was known.

    Raises
    ------
    SettingsError
        If no moment is given, a moment is after the end of the data or cannot be read, or a company feature fails.
    LakeError
        If a file of the lake cannot be read, or its settings were changed by hand.
    """
    # what is not a sequence is one moment, or none that can be read
    moments = list(as_of) if isinstance(as_of, Iterable) and not isinstance(as_of, str) else [as_of]
    rows = build(lake, [parse_moment(value) for value in moments], company=company)
    return rows.to_pandas().set_index(["customer_id", "as_of"])


def compute_bucket(
    lake: Lake, bucket: int, as_of: Sequence[datetime], catalog: Sequence[Feature], company: CompanyProfile
) -> pl.DataFrame:
    """Compute the features of one bucket."""
    return compute_features(read_bucket(lake, bucket, catalog), as_of, catalog, company)


def _map_buckets(
    lake: Lake, as_of: Sequence[datetime], catalog: Sequence[Feature], company: CompanyProfile
) -> Iterator[pl.DataFrame]:
    dates = list(as_of)
    return map_buckets(lambda bucket: compute_bucket(lake, bucket, dates, catalog, company), lake.buckets)


def _write_buckets(
    lake: Lake, as_of: Sequence[datetime], catalog: Sequence[Feature], company: CompanyProfile
) -> Iterator[WrittenBucket]:
    """Let each worker write the bucket that it computes: rows do not travel."""
    dates, root = list(as_of), lake.root

    def write(bucket: int) -> WrittenBucket:
        return write_bucket_files(root, FEATURES, compute_bucket(lake, bucket, dates, catalog, company), bucket)

    return map_buckets(write, lake.buckets)


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
