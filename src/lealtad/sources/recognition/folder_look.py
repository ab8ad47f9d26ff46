"""Look at the files of a folder: a sample of each, files that are parts of one table together."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError, SettingsError
from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.files import ENDINGS
from lealtad.sources.files.kinds import unpacked_name
from lealtad.sources.recognition.contents import content_of
from lealtad.sources.recognition.looked import Looked
from lealtad.sources.recognition.matching import best_match
from lealtad.sources.recognition.nearest_shape import nearly
from lealtad.sources.recognition.order_products import lines_of_no_orders
from lealtad.sources.recognition.parents import with_parents
from lealtad.sources.recognition.proposal import Found, Place
from lealtad.sources.recognition.samples import samples_of
from lealtad.sources.recognition.shared_key import with_shared_key
from lealtad.sources.recognition.snapshots import snapshot_question, state_without_date
from lealtad.sources.recognition.vendors import vendor_match, vendor_question, without_second_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lealtad.sources.recognition.contents import Content
    from lealtad.sources.recognition.matching import Match
    from lealtad.sources.recognition.samples import Sample

_DIGITS = re.compile(r"\d+")
_ROWS, _FEWEST = 500_000, 1_000


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
            fix="Name the folder that holds the company's exports.",
        )
    tables, unknown = [], []
    for alike in _alike(files):
        try:
            tables += list(_tables(folder, alike))
        except DataError as error:
            unknown.append((_shown(folder, alike[0]), f"cannot be read: {error.found}. {error.fix}"))
    tables = [
        replace(one, match=None if one.question else _match(one.place, one.contents))
        for one in with_shared_key(tables)
    ]
    tables = lines_of_no_orders(with_parents(tables))
    unknown += [(one.place.name, one.question or _nearly(one)) for one in tables if not one.match]
    return Looked(tuple(tables), tuple(unknown))


def _nearly(found: Found) -> str:
    why, state = nearly(found.place.name, found.contents), state_without_date(found.contents)
    return f"{state}. It is {why}" if state else why


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
    samples = [sample for path in alike for sample in samples_of(path)]
    headers = {(tuple(one.rows.schema.items()), *sorted(map(repr, one.laid_out.items()))) for one in samples}
    pattern = str((alike[0].parent / _DIGITS.sub("*", alike[0].name)).relative_to(folder))
    if len(alike) > 1 and len(headers) == 1 and len(samples) == len(alike):
        together = pl.concat([one.rows.head(max(_ROWS // len(alike), _FEWEST)) for one in samples])
        pattern = re.sub(r"\*+", "*", pattern)
        place = Place(pattern, {"files": pattern, **samples[0].laid_out, **_encodings(samples)})
        yield _found(place, together, snapshot_question([one.rows for one in samples]))
        return
    for one in samples:
        name = _shown(folder, one.path) + (f", {one.part}" if one.part else "")
        keys = {"files": _shown(folder, one.path), **one.laid_out, **_encodings([one])}
        yield _found(Place(name, keys), one.rows, snapshot_question([one.rows]))


def _encodings(samples: Sequence[Sample]) -> dict[str, str | list[str]]:
    """Say the encodings of files: of several each file has the first that fits it, the strictest stands first."""
    found = sorted({one.encoding or "utf-8" for one in samples}, key=lambda name: name != "utf-8")
    if found == ["utf-8"]:
        return {}
    return {"encoding": found[0] if len(found) == 1 else found}


def _found(place: Place, rows: pl.DataFrame, question: str) -> Found:
    below = without_second_header(rows)
    if below is not None:
        rows, place = below, replace(place, keys={**place.keys, "skip_rows": 1})
    question = question or vendor_question(rows.columns)
    contents = tuple(content_of(rows[name]) for name in rows.columns if name != SOURCE_TEXT)
    match = None if question else _match(place, contents)
    return Found(place, contents, match=match, sample=rows, question=question)


def _match(place: Place, contents: Sequence[Content]) -> Match | None:
    return vendor_match(contents, best_match(_called(place), contents))


def _called(place: Place) -> str:
    """Return what the name of a file says of its table: its own name, that of its sheet and that of its folder."""
    name = unpacked_name(str(place.keys.get("files", place.name)))
    return f"{name.rpartition('.')[0]} {place.keys.get('sheet', '')} {place.keys.get('records', '')}"


def _shown(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder))
