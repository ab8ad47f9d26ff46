"""Load a source into a lake: all or nothing, and each row only once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.progress import track
from lealtad.lake import Lake, start_draft
from lealtad.lake.erasing.suppression import open_suppression
from lealtad.lake.identities import find_homes
from lealtad.lake.loading import rejected_rows as rejected
from lealtad.lake.loading.background_writer import BackgroundWorker
from lealtad.lake.loading.counts import LoadResult, RowCounts
from lealtad.lake.loading.customers import list_customer_ids
from lealtad.lake.loading.deliveries import find_deliveries
from lealtad.lake.loading.intake import Intake, name_rejects, take_in
from lealtad.lake.loading.limit import check_limit, is_over_limit
from lealtad.lake.loading.load_time import find_latest_time
from lealtad.lake.loading.loaded_files import remember_files
from lealtad.lake.loading.merging import LoadContext, merge_bucket, merge_whole
from lealtad.lake.loading.one_currency import refuse_mixed_currencies, remember_currencies
from lealtad.lake.loading.staging import Staging, find_staging_folder
from lealtad.lake.loading.straddling_keys import NONE_APART, find_straddling_keys
from lealtad.lake.loading.straddling_rows import merge_straddling_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from lealtad.lake.draft import Draft
    from lealtad.lake.erasing.suppression import Suppression
    from lealtad.lake.loading.delivery import Delivery
    from lealtad.sources import Source

_IDENTITIES, _CUSTOMERS, _CONTACTS, _PRODUCTS = "identities", "customers", "contacts", "products"
_SHOWN_EVERY = 16  # buckets


def load(  # noqa: PLR0913 - what to load, and how much of it may be wrong
    root: Path | str,
    source: Source,
    *,
    loaded_at: datetime,
    reject_limit: float = 0.05,
    say: Callable[[str], None] = lambda _: None,
    rejected_csv: Path | None = None,
    settings: dict[str, Any] | None = None,
    key: bytes | None = None,
) -> LoadResult:
    """Load a source into the lake at `root`, in one commit.

    Rows that the lake already has add nothing. A different row with a known key corrects it. Tables that the
    source lacks stay unchanged. Memory holds a batch, or the rows of one bucket.

    Parameters
    ----------
    loaded_at
        Time of the load (UTC). Corrections without their own recording time are known from then on. Facts more
        than 24 h after it are rejected, except planned changes of contracts. If the lake was already loaded at a
        later time, that time is used.
    reject_limit
        The largest share of a table's rows that may be rejected.
    say
        Called with a line on the progress of a long load.
    rejected_csv
        File for the rejected rows of this load; None for `rejected.csv` in the folder of the lake.
    settings
        The settings for features, for a lake that has none yet.
    key
        The key of the suppression, from `erasing.suppression.read_key`; None if nobody was erased.

    Raises
    ------
    BusyError
        If another run is writing to the lake.
    DataError
        If a table cannot be read, has no rows, or too many of its rows are rejected; the lake is unchanged.
    LakeError
        If `root` is neither a lake nor empty, or its files cannot be read; if it lacks the key of its suppression.
    """
    lake = Lake.open_or_new(root, 0)
    csv = rejected_csv or Path(root).parent / "rejected.csv"
    with start_draft(lake) as draft:
        with find_staging_folder(lake.root) as folder, Staging(folder) as staging:
            suppression = open_suppression(draft.lake, key)
            latest = max(loaded_at, draft.lake.loaded_at or loaded_at)
            site = LoadContext(staging, draft, draft.lake, loaded_at)
            wanted = find_deliveries(source, draft.lake, loaded_at, say)
            taken = _load_identities(wanted, site, latest, suppression)
            tied = find_homes(draft.lake.identity_history)
            taken |= {
                name: take_in(delivery, staging, tied, say, latest, suppression=suppression)
                for name, delivery in wanted.items()
                if name not in taken
            }
            refuse_mixed_currencies(currencies := {name: each.currencies for name, each in taken.items()}, draft)
            _check_early(taken, staging, reject_limit, csv)
            _merge_tables(taken, site, tied, say)
        rejected.write_rejects(rows := rejected.combine_rejects(site.outcome.rejected), csv)
        counts = {
            name: RowCounts(rows_in=each.rows) + site.outcome.counts_of(name) for name, each in taken.items()
        }
        check_limit(counts, rows, reject_limit, csv)
        rejected.store_rejects(draft, rows, _list_origins(taken), loaded_at)
        remember_files(draft, wanted, rows)
        remember_currencies(currencies, draft)
        suppression.store(draft, loaded_at)
        _note_load(draft, latest, loaded_at, counts, settings)
    return LoadResult(draft.lake, counts, rows, _list_unchanged(wanted), _list_left_out(taken))


def _note_load(
    draft: Draft,
    latest: datetime,
    loaded_at: datetime,
    counts: Mapping[str, RowCounts],
    settings: dict[str, Any] | None,
) -> None:
    moment = latest if latest == loaded_at else find_latest_time(draft.lake, latest)
    draft.note_load(moment, {name: each.to_plain() for name, each in counts.items()})
    if settings is not None and draft.lake.settings is None:
        draft.note_settings(settings)


def _list_unchanged(wanted: Mapping[str, Delivery]) -> dict[str, tuple[str, ...]]:
    return {name: delivery.unchanged for name, delivery in wanted.items() if delivery.unchanged}


def _list_left_out(taken: Mapping[str, Intake]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(each.left_out)) for name, each in taken.items() if each.left_out}


def _load_identities(
    wanted: Mapping[str, Delivery], site: LoadContext, latest: datetime, suppression: Suppression
) -> dict[str, Intake]:
    """Load the identities first: they decide which customers share a bucket."""
    if _IDENTITIES not in wanted:
        return {}
    nobody = find_homes(site.draft.lake.identity_history.clear())
    taken = take_in(wanted[_IDENTITIES], site.staging, nobody, lambda _: None, latest, suppression=suppression)
    merge_whole(site, taken)
    return {_IDENTITIES: taken}


def _check_early(taken: Mapping[str, Intake], staging: Staging, limit: float, csv: Path) -> None:
    """Stop before merging if rules on single rows have already rejected too many rows."""
    counts = {name: RowCounts(rows_in=each.rows, rejected=each.rejected) for name, each in taken.items()}
    if any(is_over_limit(count, limit) for count in counts.values()):
        rejects = [staging.read(name_rejects(each.table), 0, 1) for each in taken.values()]
        rows = rejected.combine_rejects([part for part in rejects if part is not None])
        rejected.write_rejects(rows, csv)
        check_limit(counts, rows, limit, csv)


def _merge_tables(
    taken: Mapping[str, Intake], site: LoadContext, tied: pl.DataFrame, say: Callable[[str], None]
) -> None:
    """Merge bucket by bucket; customers first, since facts are checked against them."""
    site.draft.make_room(sum(each.rows for each in taken.values()))
    site = replace(site, before=site.draft.lake)
    buckets = site.before.buckets
    for bucket in buckets if _CUSTOMERS in taken else ():
        merge_bucket(site, taken[_CUSTOMERS], bucket, lambda: pl.Series(dtype=pl.String), NONE_APART)()
    if _PRODUCTS in taken:
        merge_whole(site, taken[_PRODUCTS])
    facts = [each for name, each in taken.items() if each.table.event_time or name == _CONTACTS]
    apart = {each.table.name: find_straddling_keys(each.table, site.staging, site.before, tied) for each in facts}
    for each in facts:
        if not apart[each.table.name].is_empty():
            merge_straddling_keys(site, each, apart[each.table.name], partial(list_customer_ids, site.draft, tied))
    site = replace(site, before=site.draft.lake)
    with BackgroundWorker() as writing:
        for bucket in track(buckets, len(buckets), "buckets written", say, _SHOWN_EVERY):
            customer_ids = cache(partial(list_customer_ids, site.draft, tied, bucket))
            for each in facts:
                writing.start(merge_bucket(site, each, bucket, customer_ids, apart[each.table.name]))


def _list_origins(taken: Mapping[str, Intake]) -> pl.DataFrame:
    """Return the origins that were read: `table, source`."""
    pairs = [(name, origin) for name, each in taken.items() for origin, _ in each.origins]
    return pl.DataFrame(pairs, schema={"table": pl.String, "source": pl.String}, orient="row").unique()
