"""Tables that a vendor's preset knows: which export each one is, and which of its columns is which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lealtad.sources.presets import load_presets
from lealtad.sources.recognition.tables.shape_match import ShapeMatch, match_shape
from lealtad.sources.recognition.tables.shapes import load_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from lealtad.sources.presets import VendorExport
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shapes import Shape

_WITHOUT_ID = "purchases"
_SURE = 2.0  # surer than any match by name and content
# the values of a file show what each of its events means
_SEEN_IN_VALUES = frozenset({"stage", "initiated_by"})


@dataclass(frozen=True)
class RecognizedExport:
    """An export that a preset recognises.

    Attributes
    ----------
    name
        The name of the preset, such as "zendesk".
    vendor
        The vendor's name, for people.
    """

    name: str
    vendor: str
    export: VendorExport


def find_vendor(names: Sequence[str]) -> RecognizedExport | None:
    """Return the vendor whose export has these columns; of several, the one that most columns identify.

    Examples
    --------
    >>> find_vendor(["messageId", "event", "userId", "timestamp", "receivedAt"]).vendor
    'Segment'
    >>> find_vendor(["id", "name"]) is None
    True
    """
    columns = frozenset(names)
    candidates = [
        RecognizedExport(name, preset.vendor, export)
        for name, preset in load_presets().items()
        for export in preset.exports
        if not export.find_missing(columns)
    ]
    return max(candidates, key=lambda candidate: len(candidate.export.known_by), default=None)


def drop_second_header(rows: pl.DataFrame) -> pl.DataFrame | None:
    """Return the rows below a vendor's second header; None if there is no such header."""
    recognized = find_vendor(rows.columns)
    column = recognized.export.second_header if recognized else ""
    if not column or rows.is_empty() or rows[column][0] not in (None, ""):
        return None
    return rows.slice(1)


def ask_vendor_questions(names: Sequence[str]) -> str:
    """Ask for what a vendor's rows need and no column says; empty if nothing is missing."""
    recognized = find_vendor(names)
    if recognized is None:
        return ""
    columns = frozenset(names)
    there = recognized.export.choose_columns(columns)
    open_ones = [
        f"{ours}: {why}" for ours, why in recognized.export.list_questions(columns).items() if ours not in there
    ]
    return f"an export of {recognized.vendor} that does not say {'; nor '.join(open_ones)}" if open_ones else ""


def match_vendor(contents: Sequence[ColumnContent], other: ShapeMatch | None) -> ShapeMatch | None:
    """Match a table as the preset of its vendor says.

    Parameters
    ----------
    other
        The match by names and content alone. It adds the columns that the preset does not mention, if both agree
        on the table.
    """
    recognized = find_vendor([content.name for content in contents])
    if recognized is None:
        return other
    # its columns confirm the table as the name of a file does, whatever the file is called
    other = other or match_shape(recognized.export.table, contents)
    shape = _get_shape(recognized.export.shape or recognized.export.table)
    alike = other is not None and other.shape.table in {shape.table, recognized.export.table}
    if other is not None and alike and other.shape.table == shape.table:
        # the content shows how its rows unfold; an id that only the vendor's column names is none the less there
        shape = other.shape if other.shape.name != _WITHOUT_ID else _get_shape(shape.table)
    columns = _map_columns(recognized.export, contents)
    taken = set(columns.values())
    rest = other.columns if other is not None and alike else {}
    columns |= {ours: header for ours, header in rest.items() if ours not in columns and header not in taken}
    if not set(shape.needs) <= set(columns):
        return other
    return ShapeMatch(shape, columns, {}, _SURE)


def _get_shape(name: str) -> Shape:
    return next(shape for shape in load_shapes() if shape.name == name)


def _map_columns(export: VendorExport, contents: Sequence[ColumnContent]) -> dict[str, str]:
    """Return the columns of a preset that hold values; of several headers, the one with the fewest gaps."""
    share_missing = {name.name: name.share_missing for name in contents if not name.empty}
    chosen = {}
    for ours, header in export.columns.items():
        if ours in _SEEN_IN_VALUES:
            continue
        candidates = [name for name in header if name in share_missing]
        if candidates:
            chosen[ours] = (
                min(candidates, key=lambda name: share_missing[name]) if ours == "customer_id" else candidates[0]
            )
    return chosen
