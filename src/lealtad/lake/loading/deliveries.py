"""What a load reads from a source: table by table, without files that the lake has already loaded unchanged."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from lealtad.lake.loading.delivery import Delivery
from lealtad.lake.loading.lines import add_orders_of_lines
from lealtad.lake.loading.loaded_files import fingerprint_files, read_known_files
from lealtad.sources.contract import FLAT, STORED, TICKETS, get_table
from lealtad.sources.contract.contracts import unfold_contracts
from lealtad.sources.contract.splitting import check_columns
from lealtad.sources.contract.unfolding import unfold_tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from lealtad.lake import Lake
    from lealtad.sources import Batch, Source
    from lealtad.sources.contract import Table


def find_deliveries(
    source: Source, lake: Lake, loaded_at: datetime, say: Callable[[str], None]
) -> dict[str, Delivery]:
    """Return what to read for each table, in the order in which tables are loaded.

    Flat tables, such as `tickets`, are delivered as events. If the source has no orders, they are derived from the
    lines.

    Parameters
    ----------
    loaded_at
        Time of the load: later facts have not happened yet.
    say
        Called with a sentence about rows that are left out.
    """
    source = add_orders_of_lines(source, say)
    deliveries = {}
    for table in STORED:
        names = [table.name, *(flat.name for flat in FLAT.get(table.name, ()))]
        delivered = [name for name in names if name in source.tables]
        if delivered:
            parts = [_make_delivery(source, lake, table, name, loaded_at) for name in delivered]
            deliveries[table.name] = _combine_deliveries(table, parts)
    return deliveries


def _make_delivery(source: Source, lake: Lake, table: Table, name: str, loaded_at: datetime) -> Delivery:
    files = source.files.get(name, {})
    before, now = read_known_files(lake, table.name), fingerprint_files(files)
    unchanged = tuple(origin for origin, fingerprint in now.items() if before.get(origin) == fingerprint)
    readers = [file.rows for origin, file in files.items() if origin not in unchanged]
    if not files:
        readers = [source.tables[name]]
    if name != table.name:
        readers = [partial(_read_events, reader, name, loaded_at) for reader in readers]
    return Delivery(
        table, tuple(readers), {origin: now[origin] for origin in now if origin not in unchanged}, unchanged
    )


def _read_events(reader: Callable[[], Iterable[Batch]], name: str, loaded_at: datetime) -> Iterator[Batch]:
    return _convert_to_events(reader(), name, loaded_at)


def _combine_deliveries(table: Table, parts: list[Delivery]) -> Delivery:
    files = {origin: fingerprint for part in parts for origin, fingerprint in part.files.items()}
    return Delivery(
        table,
        tuple(reader for part in parts for reader in part.readers),
        files,
        tuple(origin for part in parts for origin in part.unchanged),
    )


def _convert_to_events(batches: Iterable[Batch], name: str, loaded_at: datetime) -> Iterator[Batch]:
    """Turn batches of a flat table, `tickets` or `contracts`, into batches of events.

    Raises
    ------
    DataError
        If a batch lacks a required column or has one that the flat table does not have.
    """
    for batch in batches:
        check_columns(get_table(name), batch.rows)
        if name == TICKETS.name:
            rows = unfold_tickets(batch.rows, batch.reading)
        else:
            rows = unfold_contracts(batch.rows, batch.reading, loaded_at)
        yield replace(batch, rows=rows)
