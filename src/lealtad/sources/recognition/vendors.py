"""Tables that a vendor's preset knows: which export it is, and which of its columns is which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lealtad.sources.presets import load_presets
from lealtad.sources.recognition.matching import ShapeMatch
from lealtad.sources.recognition.shapes import load_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from lealtad.sources.presets import VendorExport
    from lealtad.sources.recognition.contents import ColumnContent
    from lealtad.sources.recognition.proposal import Proposal, SourceTable

_SURE = 2.0  # more than any name and contents can say
# what each event of a file means is seen in its values
_SEEN_IN_VALUES = frozenset({"stage", "initiated_by"})


@dataclass(frozen=True)
class RecognizedExport:
    """The vendor that wrote a table, and the export it is."""

    name: str
    vendor: str
    export: VendorExport


def find_vendor(names: Sequence[str]) -> RecognizedExport | None:
    """Return the vendor whose export has these columns; of several the one that is known by most of them.

    Examples
    --------
    >>> find_vendor(["messageId", "event", "userId", "timestamp", "receivedAt"]).vendor
    'Segment'
    >>> find_vendor(["id", "name"]) is None
    True
    """
    columns = frozenset(names)
    known = [
        RecognizedExport(name, preset.vendor, export)
        for name, preset in load_presets().items()
        for export in preset.exports
        if not export.find_missing(columns)
    ]
    return max(known, key=lambda one: len(one.export.known_by), default=None)


def drop_second_header(rows: pl.DataFrame) -> pl.DataFrame | None:
    """Return the rows below a vendor's second header; None where there is none."""
    known = find_vendor(rows.columns)
    column = known.export.second_header if known else ""
    if not column or rows.is_empty() or rows[column][0] not in (None, ""):
        return None
    return rows.slice(1)


def ask_vendor_questions(names: Sequence[str]) -> str:
    """Ask what a vendor's rows cannot be read without and no column says; "" where nothing is open."""
    known = find_vendor(names)
    if known is None:
        return ""
    columns = frozenset(names)
    there = known.export.choose_columns(columns)
    open_ones = [
        f"{ours}: {why}" for ours, why in known.export.list_questions(columns).items() if ours not in there
    ]
    return f"an export of {known.vendor} that does not say {'; nor '.join(open_ones)}" if open_ones else ""


def match_vendor(contents: Sequence[ColumnContent], other: ShapeMatch | None) -> ShapeMatch | None:
    """Read a table as its vendor's preset says; `other` is what names and contents alone would say.

    What the preset says nothing of stays as names and contents say, if they see the same shape.
    """
    known = find_vendor([one.name for one in contents])
    if known is None:
        return other
    shape = next(one for one in load_shapes() if one.name == (known.export.shape or known.export.table))
    alike = other is not None and other.shape.table in {shape.table, known.export.table}
    if other is not None and alike and other.shape.table == shape.table:
        shape = other.shape  # how its rows unfold is seen in its contents
    columns = _map_columns(known.export, contents)
    taken = set(columns.values())
    rest = other.columns if other is not None and alike else {}
    columns |= {ours: theirs for ours, theirs in rest.items() if ours not in columns and theirs not in taken}
    if not set(shape.needs) <= set(columns):
        return other
    return ShapeMatch(shape, columns, {}, _SURE)


def _map_columns(export: VendorExport, contents: Sequence[ColumnContent]) -> dict[str, str]:
    """Return the columns of a preset that hold something; of several names the one with fewest gaps."""
    held = {one.name: one.share_missing for one in contents if not one.empty}
    chosen = {}
    for ours, theirs in export.columns.items():
        if ours in _SEEN_IN_VALUES:
            continue
        there = [one for one in theirs if one in held]
        if there:
            chosen[ours] = min(there, key=lambda one: held[one]) if ours == "customer_id" else there[0]
    return chosen


def apply_vendor(section: Proposal, found: SourceTable) -> Proposal:
    """Say whose export a section reads, and what only its vendor can know."""
    known = find_vendor([one.name for one in found.contents])
    if known is None or section.table != known.export.table:
        return section
    export, names = known.export, frozenset(one.name for one in found.contents)
    note = f'It is an export of {known.vendor}, known by its columns (preset "{known.name}").'
    section = replace(section, notes=(note, *section.notes))
    if export.keys.get("zone") and section.zone_unknown:
        section = replace(section, zone_unknown=False, keys={**section.keys, "zone": export.keys["zone"]})
    section = replace(
        section, values=_translate_values(section, export), constants=_update_constants(section, export)
    )
    section = _drop_attributes(_add_vendor_keys(section, export, names), export)
    for ours, why in export.list_questions(names).items():
        section = _ask_about_column(section, ours, export.choose_columns(names).get(ours, ours), why)
    return section


def _add_vendor_keys(section: Proposal, export: VendorExport, names: frozenset[str]) -> Proposal:
    """Say how rows are added up and durations counted, where the contents did not show it."""
    keys: dict[str, object] = dict(section.keys)
    told = {
        key: value
        for key, value in export.build_row_keys(names).items()
        if key in {"one_row_per", "sums", "minus"}
    }
    if "one_row_per" not in keys and not section.query:
        keys |= {key: value for key, value in told.items() if key != "minus"}
    if "minus" in told and "minus" not in keys:
        keys["minus"] = told["minus"]
    units: Mapping[str, str] = export.keys.get("units", {})
    known = {
        ours: unit for ours, unit in units.items() if section.columns.get(ours) in export.columns.get(ours, ())
    }
    if known:
        keys["units"] = known
    less: Mapping[str, Sequence[str]] = keys.get("minus", {})  # type: ignore[assignment]
    read = {theirs for several in less.values() for theirs in several}
    left_out = {name: why for name, why in section.left_out.items() if name not in read}
    return replace(section, keys=keys, left_out=left_out)


def _drop_attributes(section: Proposal, export: VendorExport) -> Proposal:
    left_out = {name: why for name, why in export.leave_out.items() if name in section.attributes}
    attributes = tuple(name for name in section.attributes if name not in left_out)
    return replace(section, attributes=attributes, left_out={**section.left_out, **left_out})


def _translate_values(section: Proposal, export: VendorExport) -> dict[str, Mapping[str, str | None]]:
    """Translate the values of theirs that nobody but their vendor explains."""
    meant: Mapping[str, Mapping[str, str]] = export.keys.get("values", {})
    return {
        ours: {theirs: value or meant.get(ours, {}).get(theirs) for theirs, value in values.items()}
        for ours, values in section.values.items()
    }


def _update_constants(section: Proposal, export: VendorExport) -> dict[str, str | int]:
    """Say what a vendor's rows have in common where it was assumed."""
    known: Mapping[str, str | int] = export.keys.get("constants", {})
    return {name: known.get(name, value) for name, value in section.constants.items()}


def _ask_about_column(section: Proposal, ours: str, theirs: str, why: str) -> Proposal:
    columns = {name: column for name, column in section.columns.items() if name != ours}
    constants = {name: value for name, value in section.constants.items() if name != ours}
    notes = tuple(note for note in section.notes if f'"{theirs}"' not in note)
    asked = {**section.asked, ours: (theirs, why)}
    return replace(section, columns=columns, constants=constants, notes=notes, asked=asked)
