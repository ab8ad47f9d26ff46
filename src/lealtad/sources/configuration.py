"""The `[sources]` of `lealtad.toml`: per table of the contract, where its rows are and how they are written."""

from __future__ import annotations

# pydantic reads the annotations at run time
from datetime import date, datetime  # noqa: TC003
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.base.toml_file import Section, read_toml
from lealtad.sources.contract import Reading, Table, get_table
from lealtad.sources.contract.written_ids import refuse_unknown_way
from lealtad.sources.currencies import Currencies
from lealtad.sources.files import FileOptions
from lealtad.sources.files.text_encoding import refuse_unknown_encoding
from lealtad.sources.presets import expand_presets
from lealtad.sources.secret import refuse_literal_password

FILE_NAME = "lealtad.toml"


def _as_list(given: Any) -> Any:
    """Take one for a list of one, so that what may be given several times may be given once."""
    return given if isinstance(given, list | tuple) else [given]


class TableSource(Section):
    """Where some rows of one table come from, and how they are written.

    Attributes
    ----------
    files
        Names or globs, relative to the file that says so.
    sheet, encoding, separator
        Of an Excel file the sheet; of a text file its encoding and, of CSV, what stands between the cells. None
        is found out: the only sheet; UTF-8, or what a byte order mark says; the header's own separator. Of several
        encodings each file has the first that fits it.
    header_row, skip_rows, skip_footer
        Of text and Excel files the line or row of the header, counted from 1; how many rows just below it, and at
        the end, are no data.
    widths
        Of text in columns of fixed width, the characters of each column.
    records
        Of a JSON document, the dotted name of the list that holds the rows.
    database
        Address of a database; it may hold `${NAME}` references to the environment, and no password else.
    table, query
        What to read there. With `files` a query reads the table `rows`, which holds the rows of all of them.
    zone, dates, decimal, symbols
        How times and numbers are written; see `contract.Reading`.
    ids
        Contract column → how its ids are written in one way; see `contract.written_ids`.
    nobody
        Ids of customers under which many people buy: their rows are left out.
    identities
        Kind of identity, such as email or phone → their column. What customers say there ties facts to them.
    country_code
        Of phone numbers that are written without one.
    only, where
        Which rows count: their column → the values that do, and a condition in SQL over their columns.
    ignore
        Columns of theirs that are not needed, whatever their names sound like.
    one_row_per, sums
        The column of theirs whose rows are one row of the contract together, such as the lines of an order; and
        the columns of the contract that are added up over them. All others say what the first of the rows says.
    snapshots
        "month" where rows of subscriptions say who had a contract each month; see `contract.snapshots`.
    repeats
        Column of theirs → the columns that say the same for all rows with one value of it: an empty cell there
        means what the first of these rows says.
    scale, times, minus
        Contract column → a number (0.01 for cents), or columns of theirs, by which it is multiplied or lessened.
    units
        Contract column that holds durations → what a bare number there counts; see `contract.Reading`.
    columns
        Contract column → their column. Columns that bear a contract name already map themselves.
    values
        Contract column → their value → the contract's value; empty text stands for nothing.
    constants
        Contract column → the value that all rows have.
    attributes
        Their columns that become attributes of customers: `Plan` becomes `attr_plan`.
    """

    files: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    sheet: str | None = None
    encoding: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    separator: str | None = Field(default=None, min_length=1, max_length=1)
    header_row: int = Field(default=1, ge=1)
    skip_rows: int = Field(default=0, ge=0)
    skip_footer: int = Field(default=0, ge=0)
    widths: tuple[Annotated[int, Field(ge=1)], ...] = ()
    records: str | None = None
    database: str | None = None
    table: str | None = None
    query: str | None = None
    zone: str = "UTC"
    dates: str = "iso"
    decimal: str | None = None
    symbols: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    ids: dict[str, str] = Field(default_factory=dict)
    nobody: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    identities: dict[str, str] = Field(default_factory=dict)
    country_code: str = Field(default="", pattern=r"^[0-9]{0,4}$")
    only: dict[str, Annotated[tuple[str, ...], BeforeValidator(_as_list)]] = Field(default_factory=dict)
    where: str | None = None
    ignore: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    one_row_per: str | None = None
    sums: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    snapshots: Literal["month"] | None = None
    repeats: dict[str, Annotated[tuple[str, ...], BeforeValidator(_as_list)]] = Field(default_factory=dict)
    scale: dict[str, float] = Field(default_factory=dict)
    times: dict[str, Annotated[tuple[str, ...], BeforeValidator(_as_list)]] = Field(default_factory=dict)
    minus: dict[str, Annotated[tuple[str, ...], BeforeValidator(_as_list)]] = Field(default_factory=dict)
    units: dict[str, str] = Field(default_factory=dict)
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str | bool | int | float]] = Field(default_factory=dict)
    constants: dict[str, str | bool | int | float | datetime | date] = Field(default_factory=dict)
    attributes: tuple[str, ...] = ()

    @property
    def options(self) -> FileOptions:
        """How its files are laid out."""
        return FileOptions(
            self.sheet,
            self.encoding if len(self.encoding) > 1 else next(iter(self.encoding), None),
            self.separator,
            self.header_row,
            self.skip_rows,
            self.skip_footer,
            self.widths,
            self.records,
        )

    @property
    def reading(self) -> Reading:
        """How its values are written."""
        return Reading(self.zone, self.dates, self.decimal, symbols=self.symbols, units=tuple(self.units.items()))


_Given = Annotated[tuple[TableSource, ...], BeforeValidator(_as_list)]


class Sources(Section):
    """Where each table comes from; a table may be given several times, as `[[sources.orders]]`.

    Attributes
    ----------
    reject_limit
        Above this share of rejected rows in a table a load stops before it changes anything.
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
        given = {name: getattr(self, name) for name in type(self).model_fields if name != "reject_limit"}
        return {name: sources for name, sources in given.items() if sources}

    @model_validator(mode="after")
    def _makes_sense(self) -> Sources:
        for name, sources in self.tables.items():
            for source in sources:
                _check(get_table(name), source)
        return self


class _File(BaseModel):
    """A company's settings, of which only this part is read here."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    sources: Sources = Sources()
    currencies: Currencies = Currencies()


def read_currencies(path: Path | str) -> Currencies:
    """Read the `[currencies]` part of a company's settings; see `read_sources`."""
    return _read(path).currencies


def read_sources(path: Path | str) -> Sources:
    """Read the `[sources]` part of a company's settings; without one it has no tables.

    Raises
    ------
    SettingsError
        If the file is missing, is no TOML, or its `[sources]` have an unknown key, table or column, a value that
        cannot be, a password in plain words, or no place to read from.

    Examples
    --------
    >>> read_sources(Path(__file__).with_name("completejourney.toml")).reject_limit
    0.05
    """
    return _read(path).sources


def _read(path: Path | str) -> _File:
    path = Path(path)
    tables = [name for name in Sources.model_fields if name != "reject_limit"]
    return read_toml(
        path,
        _File,
        expected="a company's settings",
        fix=f"Name a file such as {FILE_NAME}.",
        first=lambda settings: expand_presets(settings, path.parent, tables),
    )


def _check(table: Table, source: TableSource) -> None:
    place = f"sources.{table.name}"
    _check_place(place, source)
    _ = source.reading  # a zone or a format that cannot be is found now
    refuse_literal_password(f"{place}.database", source.database)
    for encoding in source.encoding:
        refuse_unknown_encoding(f"{place}.encoding", encoding)
    for column, way in source.ids.items():
        refuse_unknown_way(f"{place}.ids.{column}", way)
    for key in ("columns", "values", "constants", "ids", "sums", "scale", "times", "minus", "units"):
        for name in getattr(source, key):
            _check_column(table, f"{place}.{key}", name)
    if source.attributes and table.name != "customers":
        raise SettingsError(
            place=f"{place}.attributes",
            expected="attributes on customers alone",
            found=f"some on {table.name}",
            fix="Leave them out, or give them to [sources.customers].",
        )
    if source.snapshots and table.name != "subscriptions":
        raise SettingsError(
            place=f"{place}.snapshots",
            expected="snapshots of subscriptions alone",
            found=f"some of {table.name}",
            fix="Give them to [sources.subscriptions].",
        )
    if twice := sorted(source.columns.keys() & source.constants.keys()):
        raise SettingsError(
            place=place,
            expected="a column from one place",
            found=f"'{twice[0]}' in columns and in constants",
            fix="Leave it out of one of them.",
        )


def _check_place(place: str, source: TableSource) -> None:
    if bool(source.files) == bool(source.database):
        raise SettingsError(
            place=place,
            expected="either files or a database",
            found="both" if source.files else "neither",
            fix='Write files = "exports/orders*.csv", or database = "${NAME}" with a table or a query.',
        )
    if source.database and bool(source.table) == bool(source.query):
        raise SettingsError(
            place=place,
            expected="either a table or a query of the database",
            found="both" if source.table else "neither",
            fix='Write table = "schema.name", or query = "select …".',
        )
    if source.files and source.table:
        raise SettingsError(
            place=f"{place}.table",
            expected="a table of a database",
            found="files",
            fix="Leave table out; a query reads files as the table rows.",
        )


def _check_column(table: Table, place: str, name: str) -> None:
    is_attribute = table.name == "customers" and name.startswith("attr_")
    if name not in table.names and not is_attribute:
        raise SettingsError(
            place=place,
            expected=f"a column of the contract for {table.name}",
            found=f"'{name}'",
            fix=suggest_name(name, table.names),
        )
