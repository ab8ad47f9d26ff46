"""A vendor's exports as data: the columns that identify each, and the settings to read it."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pydantic import Field

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.base.toml_file import Section, read_toml
from lealtad.sources.table_source import Names  # noqa: TC001 - pydantic reads the annotations at run time

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = "vendors"


def find_first(theirs: tuple[str, ...], names: frozenset[str]) -> str:
    """Return the first of several names that is among the columns of a file; "" if none is."""
    return next((name for name in theirs if name in names), "")


class VendorExport(Section):
    """One kind of export of a vendor.

    Attributes
    ----------
    table
        The table of the contract that its rows become.
    shape
        Its shape in `recognition/shapes.toml`; by default the shape with the name of the table.
    files
        Glob patterns of the vendor's names for such files.
    known_by
        Source columns that distinguish the export from any other. All must exist; of a tuple, one is enough.
    needs
        Required columns of the contract.
    columns
        Column of the contract → names of the source column, by version or language; the first existing one is
        used.
    id_of
        Columns of the contract that distinguish its rows, if the vendor has no id.
    second_header
        The column that is empty only in a second header row; "" without such a row.
    ask, answered_by
        Column of the contract → the question to a person before it is read; columns that answer it, if they exist.
    one_row_per, sums, minus
        Values for the keys of these names, with source columns as in `columns`.
    status, counts
        The column that decides which rows count, and the values that do, for the key `only`.
    leave_out
        Source columns that are not attributes of a customer → the reason.
    keys
        Other keys of a section.
    """

    table: str
    shape: str = ""
    files: Names = ()
    known_by: tuple[Names, ...]
    needs: tuple[str, ...] = ()
    columns: dict[str, Names] = Field(default_factory=dict)
    id_of: tuple[str, ...] = ()
    second_header: str = ""
    ask: dict[str, str] = Field(default_factory=dict)
    answered_by: dict[str, Names] = Field(default_factory=dict)
    one_row_per: Names = ()
    sums: tuple[str, ...] = ()
    minus: dict[str, Names] = Field(default_factory=dict)
    status: Names = ()
    counts: tuple[str, ...] = ()
    leave_out: dict[str, str] = Field(default_factory=dict)
    keys: dict[str, Any] = Field(default_factory=dict)

    def find_missing(self, names: frozenset[str]) -> list[str]:
        """Return the identifying columns that are not among these names."""
        return [alternatives[0] for alternatives in self.known_by if names.isdisjoint(alternatives)]

    def choose_columns(self, names: frozenset[str]) -> dict[str, str]:
        """Return by column of the contract the first of its names that exists."""
        first = {column: find_first(theirs, names) for column, theirs in self.columns.items()}
        return {column: theirs for column, theirs in first.items() if theirs}

    def list_questions(self, names: frozenset[str]) -> dict[str, str]:
        """Return by column of the contract the question to a person about a file with these columns."""
        chosen = self.choose_columns(names)
        return {
            column: why
            for column, why in self.ask.items()
            if chosen.keys().isdisjoint(self.answered_by.get(column, ()))
        }

    def build_row_keys(self, names: frozenset[str]) -> dict[str, Any]:
        """Return the keys that decide which rows count, and how amounts are computed."""
        keys: dict[str, Any] = {}
        if per := find_first(self.one_row_per, names):
            summed = [column for column in self.sums if column in self.choose_columns(names)]
            keys |= {"one_row_per": per, "sums": summed}
        less = {column: find_first(theirs, names) for column, theirs in self.minus.items()}
        keys |= {"minus": {column: [theirs] for column, theirs in less.items() if theirs}}
        if status := find_first(self.status, names):
            keys |= {"only": {status: list(self.counts)}}
        return {key: value for key, value in keys.items() if value}


class Preset(Section):
    """A vendor with its exports.

    Attributes
    ----------
    vendor
        Its display name.
    exports
        Its exports; the first that matches a file is used.
    """

    vendor: str
    exports: tuple[VendorExport, ...]


@cache
def list_presets() -> tuple[str, ...]:
    """Return the names of the known vendors, such as `stripe`, in alphabetical order.

    Examples
    --------
    >>> "stripe" in list_presets()
    True
    """
    folder = files("lealtad.sources.presets") / _FOLDER
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    )


@cache
def load_preset(name: str) -> Preset:
    """Return the preset of a known vendor.

    Raises
    ------
    SettingsError
        If the vendor is unknown; the message names the nearest one.

    Examples
    --------
    >>> load_preset("stripe").vendor
    'Stripe'
    """
    if name not in list_presets():
        raise SettingsError(
            place="preset",
            expected="a known vendor, or the name of a TOML file",
            found=f"'{name}'",
            fix=suggest_name(name, list_presets()),
        )
    text = (files("lealtad.sources.presets") / _FOLDER / f"{name}.toml").read_text("utf-8")
    return Preset(**tomllib.loads(text))


def read_preset(name: str, folder: Path) -> Preset:
    """Return a preset: that of a known vendor, or one from a TOML file of the company.

    Parameters
    ----------
    name
        The name of a vendor, or of a file that ends in `.toml`.
    folder
        The folder that the file name is relative to.

    Raises
    ------
    SettingsError
        If the vendor is unknown, or the file is missing or not a preset.
    """
    if not name.endswith(".toml"):
        return load_preset(name)
    return read_toml(
        folder / name,
        Preset,
        expected="a preset",
        fix="Name a file relative to the settings, written as docs/sources/adding.md shows.",
    )


def load_presets() -> dict[str, Preset]:
    """Return the presets of all known vendors by name."""
    return {name: load_preset(name) for name in list_presets()}
