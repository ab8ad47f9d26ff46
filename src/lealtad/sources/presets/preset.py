"""A vendor's exports as data: the columns that identify each, and the settings that read it."""

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
    """Return the first of several names that is among those of a file; "" where none is."""
    return next((name for name in theirs if name in names), "")


class VendorExport(Section):
    """One kind of file that a vendor writes.

    Attributes
    ----------
    table
        The table of the contract that its rows become.
    shape
        Its shape in `recognition/shapes.toml`; by default the shape with the name of the table.
    files
        Globs of the names that the vendor gives to such files.
    known_by
        Columns of theirs that distinguish the export from any other. All must be there; one of a tuple is enough.
    needs
        Columns of the contract without which it cannot be read.
    columns
        Column of the contract → names of theirs, by version or language; the first that is there counts.
    id_of
        Columns of the contract that distinguish its rows, where the vendor gives them no id.
    second_header
        The column that is empty in a second row of headers, and in no other row; "" where there is none.
    ask, answered_by
        Column of the contract → what a person must say before it is read; columns that say it, if there.
    one_row_per, sums, minus
        What the keys of these names say, with the names of theirs as in `columns`.
    status, counts
        The column that says which rows count, and the values that do: the key `only`.
    leave_out
        Columns of theirs that are not attributes of a customer → why.
    keys
        Further keys of a section.
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
        """Return by column of the contract the first of its names that is among these."""
        first = {ours: find_first(theirs, names) for ours, theirs in self.columns.items()}
        return {ours: theirs for ours, theirs in first.items() if theirs}

    def list_questions(self, names: frozenset[str]) -> dict[str, str]:
        """Return by column of the contract what a person must say of a file with these columns."""
        chosen = self.choose_columns(names)
        return {
            ours: why for ours, why in self.ask.items() if chosen.keys().isdisjoint(self.answered_by.get(ours, ()))
        }

    def build_row_keys(self, names: frozenset[str]) -> dict[str, Any]:
        """Return the keys that say which rows count and what they amount to."""
        keys: dict[str, Any] = {}
        if per := find_first(self.one_row_per, names):
            summed = [ours for ours in self.sums if ours in self.choose_columns(names)]
            keys |= {"one_row_per": per, "sums": summed}
        less = {ours: find_first(theirs, names) for ours, theirs in self.minus.items()}
        keys |= {"minus": {ours: [theirs] for ours, theirs in less.items() if theirs}}
        if status := find_first(self.status, names):
            keys |= {"only": {status: list(self.counts)}}
        return {key: value for key, value in keys.items() if value}


class Preset(Section):
    """All that is known of a vendor.

    Attributes
    ----------
    vendor
        Its name as people write it.
    exports
        Its exports; of several that fit a file the first counts.
    """

    vendor: str
    exports: tuple[VendorExport, ...]


@cache
def list_presets() -> tuple[str, ...]:
    """Return the names of the vendors that lealtad knows, such as `stripe`, in alphabetical order.

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
    """Return the preset of a vendor that lealtad knows.

    Raises
    ------
    SettingsError
        If it knows no vendor of that name; the error names the nearest one.

    Examples
    --------
    >>> load_preset("stripe").vendor
    'Stripe'
    """
    if name not in list_presets():
        raise SettingsError(
            place="preset",
            expected="a vendor that lealtad knows, or the name of a TOML file",
            found=f"'{name}'",
            fix=suggest_name(name, list_presets()),
        )
    text = (files("lealtad.sources.presets") / _FOLDER / f"{name}.toml").read_text("utf-8")
    return Preset(**tomllib.loads(text))


def read_preset(name: str, folder: Path) -> Preset:
    """Return a preset: that of a known vendor, or the one that a TOML file of the company says.

    Parameters
    ----------
    name
        The name of a vendor, or of a file that ends in `.toml`.
    folder
        Where the name of a file starts.

    Raises
    ------
    SettingsError
        If the vendor is unknown, or the file is missing or says no preset.
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
