"""What a vendor's preset adds to a section: values, units and questions that only the vendor explains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.sections.amount_units import ask_for_unit
from lealtad.sources.recognition.tables.vendor_exports import find_vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.presets import VendorExport
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_CURRENCY = get_words("currencies", "currency")
_WITHOUT_CENTS = get_words("currencies", "without_cents")
_PAID_FOR = ("interval", "interval_count", "quantity")
_SCALE = frozenset({"scale_min", "scale_max"})


def apply_vendor(section: Proposal, table: SourceTable) -> Proposal:
    """Add what the preset of a vendor knows to a section of one of its exports."""
    recognized = find_vendor(table.headers)
    if recognized is None or section.table != recognized.export.table:
        return section
    export, names = recognized.export, frozenset(table.headers)
    note = f'It is an export of {recognized.vendor}, recognised by its columns (preset "{recognized.name}").'
    section = replace(section, notes=(note, *section.notes))
    if export.keys.get("zone") and section.zone_unknown:
        section = replace(section, zone_unknown=False, keys={**section.keys, "zone": export.keys["zone"]})
    section = replace(
        section, values=_translate_values(section, export), constants=_update_constants(section, export)
    )
    section = _scale_amounts(section, table, export)
    section = _drop_attributes(_add_vendor_keys(section, export, names), export)
    for column, why in export.list_questions(names).items():
        section = _ask_about_column(section, column, export.choose_columns(names).get(column, column), why)
    return section


def _add_vendor_keys(section: Proposal, export: VendorExport, names: frozenset[str]) -> Proposal:
    """Add how rows are summed and durations counted, if the content of the columns did not show it."""
    keys: dict[str, object] = dict(section.keys)
    vendor_keys = {
        key: value
        for key, value in export.build_row_keys(names).items()
        if key in {"one_row_per", "sums", "minus"}
    }
    if "one_row_per" not in keys and not section.query:
        keys |= {key: value for key, value in vendor_keys.items() if key != "minus"}
    if "minus" in vendor_keys and "minus" not in keys:
        keys["minus"] = vendor_keys["minus"]
    units: Mapping[str, str] = export.keys.get("units", {})
    known_units = {
        column: unit
        for column, unit in units.items()
        if section.columns.get(column) in export.columns.get(column, ())
    }
    if known_units:
        keys["units"] = known_units
    less: Mapping[str, Sequence[str]] = keys.get("minus", {})  # type: ignore[assignment]
    read = {header for several in less.values() for header in several}
    left_out = {name: why for name, why in section.left_out.items() if name not in read}
    return replace(section, keys=keys, left_out=left_out)


def _scale_amounts(section: Proposal, table: SourceTable, export: VendorExport) -> Proposal:
    """Map amounts that the vendor states in cents, with what they pay for; not if no currency has any.

    Amounts in currencies with and without cents are asked about.
    """
    scale: Mapping[str, float] = export.keys.get("scale", {})
    codes = {value.upper() for content in table.contents if _CURRENCY & content.words for value in content.values}
    if not scale or (codes and codes <= _WITHOUT_CENTS):
        return section
    filled = frozenset(content.name for content in table.contents if not content.empty)
    chosen = export.choose_columns(filled)
    if question := ask_for_unit(codes):
        for column in scale.keys() & chosen.keys():
            section = section.ask(column, chosen[column], question)
        return section
    columns = {column: chosen[column] for column in (*scale, *_PAID_FOR) if column in chosen}
    asked = {column: question for column, question in section.asked.items() if column not in columns}
    factors = {column: factor for column, factor in scale.items() if column in columns}
    left_out = {name: why for name, why in section.left_out.items() if name not in columns.values()}
    return replace(
        section,
        columns={**section.columns, **columns},
        asked=asked,
        left_out=left_out,
        keys={**section.keys, **({"scale": factors} if factors else {})},
    )


def _drop_attributes(section: Proposal, export: VendorExport) -> Proposal:
    left_out = {name: why for name, why in export.leave_out.items() if name in section.attributes}
    attributes = tuple(name for name in section.attributes if name not in left_out)
    return replace(section, attributes=attributes, left_out={**section.left_out, **left_out})


def _translate_values(section: Proposal, export: VendorExport) -> dict[str, Mapping[str, str | None]]:
    """Translate the values that only the vendor explains."""
    meant: Mapping[str, Mapping[str, str]] = export.keys.get("values", {})
    return {
        column: {header: value or meant.get(column, {}).get(header) for header, value in values.items()}
        for column, values in section.values.items()
    }


def _update_constants(section: Proposal, export: VendorExport) -> dict[str, str | int]:
    """Replace assumed constants by those of the preset, but for the scale of a metric that it does not explain."""
    constants: Mapping[str, str | int] = export.keys.get("constants", {})
    explained: Mapping[str, str] = export.keys.get("values", {}).get("metric", {})
    other = set(section.values.get("metric", {}).values()) - set(explained.values())
    applied = {name: value for name, value in constants.items() if not (other and name in _SCALE)}
    return {name: applied.get(name, value) for name, value in section.constants.items()}


def _ask_about_column(section: Proposal, column: str, header: str, question: str) -> Proposal:
    constants = {name: value for name, value in section.constants.items() if name != column}
    notes = tuple(note for note in section.notes if f'"{header}"' not in note)
    return replace(section, constants=constants, notes=notes).ask(column, header, question)
