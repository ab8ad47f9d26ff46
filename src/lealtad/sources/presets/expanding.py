"""Expanding sections that name a vendor to ordinary sections; other keys of the section take precedence."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from lealtad.base.errors import SettingsError
from lealtad.sources.file_names import choose_files, relative_name
from lealtad.sources.file_patterns import match_files
from lealtad.sources.files import FileOptions, read_file
from lealtad.sources.limits import USUAL
from lealtad.sources.presets.preset import read_preset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lealtad.sources.presets.preset import Preset, VendorExport

_LAID_OUT = (
    "sheet",
    "encoding",
    "separator",
    "header_row",
    "skip_rows",
    "skip_footer",
    "widths",
    "records",
    "skip_totals",
)


def expand_presets(settings: Mapping[str, Any], folder: Path, tables: Sequence[str]) -> dict[str, Any]:
    """Expand the sections of `[sources]` that name a preset; other settings are unchanged.

    Each file of a section is matched to an export of the vendor by its header. Other keys of the section override
    those of the preset, key by key.

    Parameters
    ----------
    settings
        A company's settings, as read from their TOML.
    folder
        The folder that file names are relative to.
    tables
        The names of tables. A section with another name reads all tables of its vendor.

    Returns
    -------
    The settings, with ordinary sections in place of those that name a preset.

    Raises
    ------
    SettingsError
        If a vendor is unknown, none of its exports is found, or an export lacks a required column.
    DataError
        If a named file is missing or unreadable.
    """
    sources = settings.get("sources")
    if not isinstance(sources, dict):
        return dict(settings)
    written: dict[str, Any] = {}
    for name, sections in sources.items():
        for section in sections if isinstance(sections, list) else [sections]:
            if not isinstance(section, dict) or "preset" not in section:
                _add_section(written, name, section)
                continue
            for table, expanded in _expand_section(name, section, folder, tables):
                _add_section(written, table, expanded)
    return {**settings, "sources": written}


def _add_section(written: dict[str, Any], name: str, section: Any) -> None:
    """Add a section; a table may have several."""
    if name not in written:
        written[name] = section
        return
    before = written[name] if isinstance(written[name], list) else [written[name]]
    written[name] = [*before, section]


def _expand_section(
    name: str, section: Mapping[str, Any], folder: Path, tables: Sequence[str]
) -> list[tuple[str, dict[str, Any]]]:
    place, preset = f"sources.{name}", read_preset(str(section["preset"]), folder)
    if "database" in section or "query" in section:
        raise SettingsError(
            place=place,
            expected="files, since a preset says how a vendor's files are read",
            found="a database or a query",
            fix="Leave preset out, and map the columns with columns.NAME.",
        )
    exports = [export for export in preset.exports if name not in tables or export.table == name]
    if not exports:
        raise SettingsError(
            place=place,
            expected=f"a table that {preset.vendor} gives",
            found=f"'{name}'",
            fix=f"It gives {', '.join(dict.fromkeys(export.table for export in preset.exports))}.",
        )
    own_keys = {key: value for key, value in section.items() if key not in ("preset", "files", *tables)}
    matches = _match_exports(place, preset, exports, _read_headers(name, section, exports, folder))
    ordered = sorted(matches, key=lambda match: (exports.index(match[0]), sorted(match[1]), match[2]))
    sections = []
    for (export, names), same in groupby(ordered, key=lambda match: match[:2]):
        own = section.get(export.table, {}) if name not in tables else {}
        files = [file for _, _, file in same]
        sections.append(
            (export.table, _build_section(place, preset, export, names, files, merge_keys(own_keys, own)))
        )
    return sections


def _read_headers(
    name: str, section: Mapping[str, Any], exports: Sequence[VendorExport], folder: Path
) -> dict[str, frozenset[str]]:
    """Return the columns of each file that a section may match, by the file's name."""
    if "files" in section:
        patterns = section["files"] if isinstance(section["files"], list) else [section["files"]]
        files = choose_files(name, patterns, folder)
    else:
        globs = [glob for export in exports for glob in export.files]
        within = [path for glob in globs for path in match_files(name, folder / glob, USUAL.files)]
        files = list(dict.fromkeys(within))
    options = FileOptions(**{key: section[key] for key in _LAID_OUT if key in section})
    return {relative_name(file, folder): _read_columns(name, file, options) for file in files}


def _read_columns(name: str, file: Path, options: FileOptions) -> frozenset[str]:
    return next((frozenset(batch.columns) for batch in read_file(file, name, options)), frozenset())


def _match_exports(
    place: str, preset: Preset, exports: Sequence[VendorExport], headers: Mapping[str, frozenset[str]]
) -> list[tuple[VendorExport, frozenset[str], str]]:
    """Return the export of each file; every named file must be an export."""
    matches = []
    for file, names in headers.items():
        export = next((candidate for candidate in exports if not candidate.find_missing(names)), None)
        if export is None:
            near = min(exports, key=lambda candidate: len(candidate.find_missing(names)))
            raise SettingsError(
                place=place,
                expected=f"an export of {preset.vendor}, with {', '.join(map(repr, near.find_missing(names)))}",
                found=f"{file} without these columns",
                fix="Name its files with files = …; if its columns have other names, map them without a preset.",
            )
        matches.append((export, names, file))
    if not matches:
        globs = ", ".join(glob for export in exports for glob in export.files)
        raise SettingsError(
            place=place,
            expected=f"an export of {preset.vendor}, called {globs}",
            found="none in the folder of the settings",
            fix='Name its files: files = "exports/*.csv".',
        )
    return matches


def _build_section(  # noqa: PLR0913, PLR0917 - what is known of one section
    place: str,
    preset: Preset,
    export: VendorExport,
    names: frozenset[str],
    files: Sequence[str],
    own_keys: Mapping[str, Any],
) -> dict[str, Any]:
    asked, constants = export.list_questions(names), own_keys.get("constants", {})
    chosen = {column: theirs for column, theirs in export.choose_columns(names).items() if column not in asked}
    columns = {column: theirs for column, theirs in chosen.items() if column not in constants}
    section = merge_keys(
        {"files": list(files), "columns": columns, **export.build_row_keys(names), **export.keys}, own_keys
    )
    if export.id_of:
        section = _add_id(section, export)
    mapped = {*section["columns"], *section.get("constants", {})}
    for column in export.needs:
        if column not in mapped and column not in names:
            raise _missing_column_error(
                f"{place}.columns.{column}", preset, export, column, asked.get(column), files[0]
            )
    return section


def _missing_column_error(  # noqa: PLR0913, PLR0917 - what the sentence says
    place: str, preset: Preset, export: VendorExport, column: str, why: str | None, file: str
) -> SettingsError:
    theirs = " or ".join(repr(name) for name in export.columns.get(column, ()))
    column = (
        f"the column {theirs} of {preset.vendor}" if theirs else f"the column of {preset.vendor} that is {column}"
    )
    return SettingsError(
        place=place,
        expected=why or column,
        found=f"no column for it in {file}",
        fix=f'Write columns.{column} = "…" with a column of the file, or constants.{column} = "…" for all rows.',
    )


def _add_id(section: dict[str, Any], export: VendorExport) -> dict[str, Any]:
    """Make an id from the columns that distinguish the rows, if the vendor has none."""
    name = export.needs[0]
    parts = [section["columns"][column] for column in export.id_of if column in section["columns"]]
    if name in section["columns"] or len(parts) < len(export.id_of):
        return section
    listed = ", ".join('"' + part.replace('"', '""') + '"' for part in dict.fromkeys(parts))
    query = f"select md5(concat_ws('|', {listed})) as {name}, * from rows"  # noqa: S608 - names are quoted
    return {**section, "query": query, "columns": {**section["columns"], name: name}}


def merge_keys(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Merge keys, with precedence for the upper ones; nested tables are merged key by key.

    Examples
    --------
    >>> merge_keys({"zone": "UTC", "columns": {"amount": "Total"}}, {"columns": {"order_id": "Name"}})
    {'zone': 'UTC', 'columns': {'amount': 'Total', 'order_id': 'Name'}}
    """
    both = {
        key: merge_keys(below[key], value)
        if isinstance(value, dict) and isinstance(below.get(key), dict)
        else value
        for key, value in above.items()
    }
    return {**below, **both}


def drop_presets(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings without the sections that name a preset, for readers of the other sections.

    `settings` is the content of a `lealtad.toml`; it stays unchanged.

    Examples
    --------
    >>> drop_presets({"sources": {"orders": {"preset": "shopify"}, "customers": {"files": "customers.csv"}}})
    {'sources': {'customers': {'files': 'customers.csv'}}}
    """
    sources = settings.get("sources")
    if not isinstance(sources, dict):
        return dict(settings)
    plain = {name: _drop_preset(section) for name, section in sources.items()}
    return {**settings, "sources": {name: section for name, section in plain.items() if section not in (None, [])}}


def _drop_preset(section: Any) -> Any:
    if isinstance(section, list):
        return [part for part in section if not (isinstance(part, dict) and "preset" in part)]
    return None if isinstance(section, dict) and "preset" in section else section
