"""The `[sources]` of `lealtad.toml`: for each table of the contract, the sections that locate its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lealtad.base.toml_file import Section, read_toml
from lealtad.sources.contract import get_table
from lealtad.sources.currencies import Currencies
from lealtad.sources.limits import USUAL, Limits
from lealtad.sources.presets import expand_presets
from lealtad.sources.section_checks import check_section
from lealtad.sources.table_source import TableSource, as_list

FILE_NAME = "lealtad.toml"

_Given = Annotated[tuple[TableSource, ...], BeforeValidator(as_list)]


class Sources(Section):
    """Where each table comes from; a table may be given several times, as `[[sources.orders]]`.

    Attributes
    ----------
    reject_limit
        If a larger share of a table's rows is rejected, a load stops before it changes anything.
    """

    reject_limit: float = Field(default=0.05, ge=0, le=1)
    identities: _Given = ()
    customers: _Given = ()
    touchpoints: _Given = ()
    surveys: _Given = ()
    ticket_events: _Given = ()
    tickets: _Given = ()
    subscriptions: _Given = ()
    contracts: _Given = ()
    orders: _Given = ()
    order_lines: _Given = ()
    products: _Given = ()
    contacts: _Given = ()
    interventions: _Given = ()

    @property
    def tables(self) -> dict[str, tuple[TableSource, ...]]:
        """By name, the tables that are given."""
        sections = {name: getattr(self, name) for name in type(self).model_fields if name != "reject_limit"}
        return {name: sources for name, sources in sections.items() if sources}

    @model_validator(mode="after")
    def _makes_sense(self) -> Sources:
        for name, sources in self.tables.items():
            for source in sources:
                check_section(get_table(name), source)
        return self


class DataSettings(BaseModel):
    """The part of a company's settings about its data; the other sections are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    sources: Sources = Sources()
    currencies: Currencies = Currencies()
    limits: Limits = USUAL


def read_sources(path: Path | str) -> Sources:
    """Read the `[sources]` part of a company's settings; without one it has no tables.

    Raises
    ------
    SettingsError
        If the file is missing or is not TOML. If its `[sources]` have an unknown key, table or column. If they
        have an impossible value, a password in plain text, or no place to read from.

    Examples
    --------
    >>> read_sources(Path(__file__).with_name("completejourney.toml")).reject_limit
    0.05
    """
    return read_data_settings(path).sources


def read_data_settings(path: Path | str) -> DataSettings:
    """Read `[sources]`, `[currencies]` and `[limits]` of a company's settings; see `read_sources`."""
    path = Path(path)
    tables = [name for name in Sources.model_fields if name != "reject_limit"]
    return read_toml(
        path,
        DataSettings,
        expected="a company's settings",
        fix=f"Name a file such as {FILE_NAME}.",
        first=lambda settings: expand_presets(settings, path.parent, tables),
    )
