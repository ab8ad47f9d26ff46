"""A vendor's exports as data: the columns that identify each, and the settings that read it."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.base.toml_file import Section

_FOLDER = "vendors"


def _as_list(given: Any) -> Any:
    return given if isinstance(given, list | tuple) else [given]


Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


def find_first(theirs: tuple[str, ...], names: frozenset[str]) -> str:
    """Return the first of several names that is among those of a file; "" where none is."""
    return next((one for one in theirs if one in names), "")


class VendorExport(Section):
    """One kind of file that a vendor writes.

    Attributes
    ----------
    table
        The table of the contract that its rows become.
    shape
        Its shape in `recognition/shapes.toml`; that of the table's name unless said.
    files
        Globs of the names that the vendor gives to such files.
    known_by
        Columns of theirs that tell the export from any other; of a tuple, any one. All must be there.
    needs
        Columns of the contract without which it cannot be read.
    columns
        Column of the contract → names of theirs, by version or language; the first that is there counts.
    id_of
        Columns of the contract that tell its rows apart, where the vendor gives them no id.
    second_header
        The column that is empty in a second row of headers, and in no other row; "" where there is none.
    ask, told_by
        Column of the contract → what a person must say before it is read; columns that say it, if there.
    one_row_per, sums, minus
        What the keys of these names say, with the names of theirs as in `columns`.
    status, counts
        The column that says which rows count, and the values that do: the key `only`.
    leave_out
        Columns of theirs that are no attributes of a customer → why.
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
    told_by: dict[str, Names] = Field(default_factory=dict)
    one_row_per: Names = ()
    sums: tuple[str, ...] = ()
    minus: dict[str, Names] = Field(default_factory=dict)
    status: Names = ()
    counts: tuple[str, ...] = ()
    leave_out: dict[str, str] = Field(default_factory=dict)
    keys: dict[str, Any] = Field(default_factory=dict)

    def lacks(self, names: frozenset[str]) -> list[str]:
        """Return the identifying columns that are not among these names."""
        return [one[0] for one in self.known_by if names.isdisjoint(one)]

    def chosen(self, names: frozenset[str]) -> dict[str, str]:
        """Return by column of the contract the first of its names that is among these."""
        found = {ours: find_first(theirs, names) for ours, theirs in self.columns.items()}
        return {ours: theirs for ours, theirs in found.items() if theirs}

    def asked(self, names: frozenset[str]) -> dict[str, str]:
        """Return by column of the contract what a person must say of a file with these columns."""
        told = self.chosen(names)
        return {ours: why for ours, why in self.ask.items() if told.keys().isdisjoint(self.told_by.get(ours, ()))}

    def build_row_keys(self, names: frozenset[str]) -> dict[str, Any]:
        """Return the keys that say which rows count and what they amount to."""
        keys: dict[str, Any] = {}
        if per := find_first(self.one_row_per, names):
            summed = [one for one in self.sums if one in self.chosen(names)]
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
    """Return the names of all presets, such as `stripe`.

    Examples
    --------
    >>> "stripe" in list_presets()
    True
    """
    folder = files("lealtad.sources.presets") / _FOLDER
    return tuple(sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml")))


@cache
def load_preset(name: str) -> Preset:
    """Return the preset of a name.

    Raises
    ------
    SettingsError
        If there is none of that name; it names the nearest.

    Examples
    --------
    >>> load_preset("stripe").vendor
    'Stripe'
    """
    if name not in list_presets():
        raise SettingsError(
            place="preset", expected="a vendor it knows", found=f"'{name}'", fix=suggest_name(name, list_presets())
        )
    text = (files("lealtad.sources.presets") / _FOLDER / f"{name}.toml").read_text("utf-8")
    return Preset(**tomllib.loads(text))


def load_presets() -> dict[str, Preset]:
    """Return all presets by name."""
    return {name: load_preset(name) for name in list_presets()}
