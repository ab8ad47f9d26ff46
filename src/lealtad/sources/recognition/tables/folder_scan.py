"""A scan of the files of a folder: a sample of each, with the files that are parts of one table together."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError, SettingsError
from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.files import ENDINGS
from lealtad.sources.files.kinds import strip_packing
from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.tables.account_contacts import tie_contacts
from lealtad.sources.recognition.tables.customer_rows import match_repeated_customers
from lealtad.sources.recognition.tables.doubtful_tables import describe_doubt
from lealtad.sources.recognition.tables.file_formats import are_written_alike
from lealtad.sources.recognition.tables.file_numbers import number_within_files
from lealtad.sources.recognition.tables.file_samples import read_samples
from lealtad.sources.recognition.tables.headings import ask_about_groups, ask_about_headings
from lealtad.sources.recognition.tables.ledgers import ask_about_ledgers
from lealtad.sources.recognition.tables.long_answers import ask_about_long_answers
from lealtad.sources.recognition.tables.marked_columns import drop_shared_prefix, mark_columns
from lealtad.sources.recognition.tables.monthly_states import ask_about_snapshots, describe_undated_state
from lealtad.sources.recognition.tables.nearest_shape import describe_nearest_shape
from lealtad.sources.recognition.tables.numbered_series import number_within_series
from lealtad.sources.recognition.tables.order_headers import join_order_headers
from lealtad.sources.recognition.tables.parent_tables import ask_for_missing_orders, join_parents
from lealtad.sources.recognition.tables.parties import ask_about_parties
from lealtad.sources.recognition.tables.receipts import mark_receipts
from lealtad.sources.recognition.tables.repeated_orders import ask_about_repeats
from lealtad.sources.recognition.tables.shape_match import match_shape
from lealtad.sources.recognition.tables.shared_keys import mark_home_keys, mark_shared_key
from lealtad.sources.recognition.tables.source_tables import Place, SourceScan, SourceTable
from lealtad.sources.recognition.tables.ticket_sides import join_ticket_sides
from lealtad.sources.recognition.tables.vendor_exports import (
    ask_vendor_questions,
    drop_second_header,
    match_vendor,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.file_samples import TableSample
    from lealtad.sources.recognition.tables.shape_match import ShapeMatch

_DIGITS = re.compile(r"\d+")
_OF_SALES = frozenset({"order", "payment"})
_ROWS, _FEWEST = 500_000, 1_000


def scan_folder(folder: Path) -> SourceScan:
    """Scan the files of a folder and of the folders in it.

    Parameters
    ----------
    folder
        The folder of exports. Hidden files and files of unknown kinds are skipped.

    Returns
    -------
    Its tables, recognised or not; files whose names differ in digits alone are one table.

    Raises
    ------
    SettingsError
        If there is no such folder, or it holds no file that can be read.
    """
    files = _list_files(folder)
    if not files:
        raise SettingsError(
            place=str(folder),
            expected=f"files that end in {', '.join(ENDINGS)}, packed or not",
            found=_name_other_files(folder) if folder.is_dir() else "no such folder",
            fix="Name the folder that holds the exports: lealtad init FOLDER.",
        )
    tables, unknown = [], []
    for alike in _group_alike(files):
        try:
            tables += list(_scan_tables(folder, alike))
        except DataError as error:
            unknown.append((_show_path(folder, alike[0]), f"cannot be read: {error.found}. {error.fix}"))
    tables = [
        replace(table, match=None if table.question else _match_table(table.place, table.contents))
        for table in mark_shared_key(tables)
    ]
    tables = [
        table if table.match or table.question else replace(table, match=_match_table(table.place, table.contents))
        for table in mark_home_keys(tables)
    ]
    tables = [match_repeated_customers(_name_table(table.place), table) for table in tables]
    tables = join_ticket_sides(tables)
    tables = ask_about_repeats(ask_for_missing_orders(join_parents(join_order_headers(tables))))
    tables = tie_contacts(number_within_files(tables))
    unknown += [
        (table.place.name, table.question or _describe_nearest(table)) for table in tables if not table.match
    ]
    return SourceScan(tuple(tables), tuple(unknown))


def _describe_nearest(table: SourceTable) -> str:
    if doubt := describe_doubt(table):
        return f"not recognised: {doubt}."
    why = describe_nearest_shape(table.place.name, table.contents)
    if any(_OF_SALES & content.ideas for content in table.contents):
        return why  # a cancelled sale is no end of a contract
    state = describe_undated_state(table.contents)
    return f"{state}. It is {why}" if state else why


def _list_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    within = [path for pattern in ("*", "*/*") for path in folder.glob(pattern) if path.is_file()]
    return sorted(
        path
        for path in within
        if not _is_hidden(path, folder) and strip_packing(path.name).lower().endswith(ENDINGS)
    )


def _name_other_files(folder: Path) -> str:
    """Name some files of other kinds; a dump of a database is read from the database itself."""
    others = sorted(path.name for path in folder.iterdir() if path.is_file() and not _is_hidden(path, folder))
    dump = " (load a dump into its database, then: lealtad init --database)"
    ends = dump if any(name.endswith((".sql", ".dump")) for name in others) else ""
    return f"only {', '.join(others[:3])}{ends}" if others else "none"


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~", "__")) for part in path.relative_to(folder).parts)


def _group_alike(files: Sequence[Path]) -> list[list[Path]]:
    """Group the files whose names differ in digits alone."""
    groups: dict[tuple[Path, str], list[Path]] = {}
    for path in files:
        groups.setdefault((path.parent, _DIGITS.sub("#", path.name)), []).append(path)
    return list(groups.values())


def _scan_tables(folder: Path, alike: Sequence[Path]) -> Iterator[SourceTable]:
    """Yield the tables of files with similar names: one if they have the same columns, else one each."""
    samples = [sample.without_totals() for file in alike for sample in read_samples(file)]
    layouts = {
        (tuple(sample.rows.schema.items()), *sorted(map(repr, sample.laid_out.items()))) for sample in samples
    }
    pattern = str((alike[0].parent / _DIGITS.sub("*", alike[0].name)).relative_to(folder))
    if len(alike) > 1 and len(layouts) == 1 and len(samples) == len(alike) and are_written_alike(samples):
        together = pl.concat([sample.rows.head(max(_ROWS // len(alike), _FEWEST)) for sample in samples])
        pattern = re.sub(r"\*+", "*", pattern)
        place = Place(pattern, {"files": pattern, **samples[0].laid_out, **_choose_encodings(samples)})
        question = ask_about_snapshots([sample.rows for sample in samples])
        yield _describe_table(place, together, question, samples[0].labels)
        return
    of_sheets = _ask_about_sheets(samples) if len(alike) == 1 else ""
    for sample in samples:
        path = _show_path(folder, sample.path)
        place = Place(
            f"{path}, {sample.part}" if sample.part else path,
            {"files": path, **sample.laid_out, **_choose_encodings([sample])},
        )
        question = of_sheets or ask_about_snapshots([sample.rows])
        yield _describe_table(place, sample.rows, question, sample.labels)


def _ask_about_sheets(samples: Sequence[TableSample]) -> str:
    """Ask about sheets that list the same things each month with their status; empty for others."""
    rows = [sample.rows for sample in samples]
    alike = len(rows) > 1 and all(sheet.schema == rows[0].schema for sheet in rows)
    if not alike or not ask_about_snapshots(rows):
        return ""
    return (
        "its sheets are snapshots, month by month: how things stand, not what happened. Save each sheet as a file "
        "named by its month, such as members_2026-01.csv, and run `lealtad init` again: it asks what they mean"
    )


def _choose_encodings(samples: Sequence[TableSample]) -> dict[str, str | list[str]]:
    """Return the encodings of files, the strictest first: each file has the first one that fits."""
    encodings = sorted({sample.encoding or "utf-8" for sample in samples}, key=lambda name: name != "utf-8")
    if encodings == ["utf-8"]:
        return {}
    return {"encoding": encodings[0] if len(encodings) == 1 else encodings}


def _describe_table(place: Place, rows: pl.DataFrame, question: str, labels: Mapping[str, str]) -> SourceTable:
    below = drop_second_header(rows)
    if below is not None:
        rows, place = below, replace(place, keys={**place.keys, "skip_rows": 1})
    question = question or ask_vendor_questions(rows.columns)
    described = [describe_content(rows[name]) for name in rows.columns if name != SOURCE_TEXT]
    labelled = [replace(content, label=labels.get(content.name, "")) for content in described]
    contents = mark_columns(mark_receipts(drop_shared_prefix(labelled)), rows)
    question = question or ask_about_ledgers(contents) or ask_about_parties(contents, rows)
    question = question or ask_about_long_answers(contents, rows) or ask_about_headings(rows)
    question = question or ask_about_groups(contents, rows)
    table = number_within_series(SourceTable(place, contents, sample=rows, question=question))
    return replace(table, match=None if question else _match_table(table.place, table.contents))


def _match_table(place: Place, contents: Sequence[ColumnContent]) -> ShapeMatch | None:
    return match_vendor(contents, match_shape(_name_table(place), contents))


def _name_table(place: Place) -> str:
    """Return the names that describe a table: those of its file, its sheet and its list."""
    name = strip_packing(str(place.keys.get("files", place.name)))
    return f"{name.rpartition('.')[0]} {place.keys.get('sheet', '')} {place.keys.get('records', '')}"


def _show_path(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder))
