"""Look at the files of a folder: a sample of each, files that are parts of one table together."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract.tables import SOURCE_TEXT
from lealtad.errors import DataError, SettingsError
from lealtad.sources.files import ENDINGS, FileOptions, read_file
from lealtad.sources.files.excel import sheets_of
from lealtad.sources.files.kinds import kind_of, unpacked_name
from lealtad.sources.recognition.contents import content_of
from lealtad.sources.recognition.looked import Looked
from lealtad.sources.recognition.matching import best_match, nearly
from lealtad.sources.recognition.proposal import Found, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_DIGITS = re.compile(r"\d+")
_ROWS, _FEWEST = 500_000, 1_000
# a byte that UTF-8 does not know is, in an export of western Europe, nearly always one of these letters
_OTHER_ENCODING = "cp1252"
_TEXT = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")


def look_at_folder(folder: Path) -> Looked:
    """Look at every file of a folder and of the folders in it, as far as the sources know their kinds.

    Raises
    ------
    SettingsError
        If the folder is none, or holds no such file.
    """
    files = _files(folder)
    if not files:
        raise SettingsError(
            place=str(folder),
            expected=f"files that end in {', '.join(ENDINGS)}, packed or not",
            found="none" if folder.is_dir() else "no such folder",
            mend="Name the folder that holds the company's exports.",
        )
    tables, unknown = [], []
    for alike in _alike(files):
        try:
            tables += list(_tables(folder, alike))
        except DataError as error:
            unknown.append((_shown(folder, alike[0]), f"cannot be read: {error.found}. {error.mend}"))
    unknown += [(one.place.name, nearly(one.place.name, one.contents)) for one in tables if not one.match]
    return Looked(tuple(tables), tuple(unknown))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    within = [path for pattern in ("*", "*/*") for path in folder.glob(pattern) if path.is_file()]
    return sorted(
        path for path in within if not _hidden(path, folder) and unpacked_name(path.name).lower().endswith(ENDINGS)
    )


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~", "__")) for part in path.relative_to(folder).parts)


def _alike(files: Sequence[Path]) -> list[list[Path]]:
    """Put files together whose names differ in digits alone."""
    groups: dict[tuple[Path, str], list[Path]] = {}
    for path in files:
        groups.setdefault((path.parent, _DIGITS.sub("#", path.name)), []).append(path)
    return list(groups.values())


def _tables(folder: Path, alike: Sequence[Path]) -> Iterator[Found]:
    """Give the tables of files that are called alike: one if they have the same columns, else one each."""
    samples = [(path, sheet, *_sample(path, sheet)) for path in alike for sheet in _sheets(path)]
    headers = {tuple(rows.schema.items()) for _, _, rows, _ in samples}
    pattern = str((alike[0].parent / _DIGITS.sub("*", alike[0].name)).relative_to(folder))
    if len(alike) > 1 and len(headers) == 1 and len(samples) == len(alike):
        together = pl.concat([rows.head(max(_ROWS // len(alike), _FEWEST)) for _, _, rows, _ in samples])
        yield _found(Place(pattern, {"files": re.sub(r"\*+", "*", pattern), **_said(samples[0])}), together)
        return
    for sample in samples:
        path, sheet, rows, _ = sample
        name = _shown(folder, path) + (f", {sheet}" if sheet else "")
        yield _found(Place(name, {"files": _shown(folder, path), **_said(sample)}), rows)


def _sheets(path: Path) -> list[str | None]:
    """Return the sheets that must be named to read a file: none but those of a workbook that has several."""
    names = sheets_of(path) if kind_of(unpacked_name(path.name)) == "excel" else []
    return list(names) if len(names) > 1 else [None]


def _said(sample: tuple[Path, str | None, pl.DataFrame, str | None]) -> dict[str, str]:
    _, sheet, _, encoding = sample
    return {name: said for name, said in (("sheet", sheet), ("encoding", encoding)) if said}


def _found(place: Place, rows: pl.DataFrame) -> Found:
    contents = tuple(content_of(rows[name]) for name in rows.columns if name != SOURCE_TEXT)
    found = Found(place, contents)
    return replace(found, match=best_match(_called(place), contents))


def _called(place: Place) -> str:
    """Return what the name of a file says of its table: its own name, that of its sheet and that of its folder."""
    name = unpacked_name(place.keys.get("files", place.name))
    return f"{name.rpartition('.')[0]} {place.keys.get('sheet', '')}"


def _sample(path: Path, sheet: str | None) -> tuple[pl.DataFrame, str | None]:
    """Return the first rows of a file, and the encoding that had to be said to read them."""
    try:
        return _first(path, FileOptions(sheet)), None
    except DataError:
        if not unpacked_name(path.name).lower().endswith(_TEXT):
            raise
        try:
            return _first(path, FileOptions(sheet, _OTHER_ENCODING)), _OTHER_ENCODING
        except DataError:
            pass
        raise


def _first(path: Path, options: FileOptions) -> pl.DataFrame:
    rows = pl.DataFrame()
    for batch in read_file(path, "file", options):
        rows = batch
        if rows.height:
            break
    return rows.head(_ROWS)


def _shown(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder))
