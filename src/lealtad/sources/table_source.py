"""One section of `[sources]`: the location and the format of some rows of one table."""

from __future__ import annotations

# pydantic reads the annotations at run time
from datetime import date, datetime  # noqa: TC003
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr

from lealtad.base.toml_file import Section
from lealtad.sources.contract import Reading
from lealtad.sources.files import FileOptions
from lealtad.sources.limits import USUAL, Limits


def as_list(value: Any) -> Any:
    """Return a list; a single value becomes a list of one, so that brackets are optional in the file."""
    return value if isinstance(value, list | tuple) else [value]


Names = Annotated[tuple[str, ...], BeforeValidator(as_list)]


class TableSource(Section):
    """Location and format of some rows of one table.

    Attributes
    ----------
    files
        Names or globs, relative to the folder of the settings.
    sheet, encoding, separator
        The sheet of a workbook, the encoding of text, and the separator of CSV. None uses the only sheet; UTF-8,
        or the encoding of a byte order mark; and the separator of the header. Among several encodings, the first
        that fits each file is used.
    header_row, skip_rows, skip_footer
        The line of text, or the row of a sheet, with the header, counted from 1. The number of rows just below it
        and at the end that are not data.
    widths
        Characters per column, for text in columns of fixed width.
    records
        The dotted name of the list with the rows of a JSON document.
    skip_totals
        A column whose cell begins with a word such as Total or Subtotal in rows that sum others; these are not
        data.
    database
        Address of a database; it may contain `${NAME}` references to the environment, but no password in plain
        text.
    table, query
        A table or a query of the database. With `files`, a query reads the table `rows`, which has the rows of all
        files.
    zone, dates, decimal, symbols
        How times and numbers are written; see `contract.Reading`.
    ids
        Contract column → how its ids are normalised; see `contract.written_ids`.
    nobody
        Ids of customers that many people share; their rows are dropped.
    identities
        Kind of identity, such as email or phone → source column. Facts are matched to customers by it.
    country_code
        The country code of phone numbers without one.
    only, where
        Which rows count: source column → the values that do, and an SQL condition on source columns.
    ignore
        Source columns that are not needed, in spite of their names.
    one_row_per, sums
        The source column whose equal rows form one row of the contract, such as the lines of an order. The columns
        of the contract that are summed over them. All other columns have the value of the first row.
    snapshots
        "month" if rows of subscriptions list the contracts of each month; see `contract.snapshots`.
    times_of_day
        Contract column of dates → the source column with the time of day.
    repeats
        Source column → the columns with one value for all rows with the same key. An empty cell there gets the
        value of the first of these rows.
    scale, times, minus
        Contract column → a factor (0.01 for cents), source columns to multiply by, or columns to subtract.
    negative_amounts
        "returns" if orders with an amount below zero are returns, and no column marks them.
    units
        Contract column of durations → the unit of its bare numbers; see `contract.Reading`.
    columns
        Contract column → source column. Columns with a contract name need no mapping.
    values
        Contract column → source value → the contract's value; empty text means null.
    constants
        Contract column → the value of all rows.
    attributes
        Source columns that become attributes of customers: `Plan` becomes `attr_plan`.
    """

    files: Names = ()
    sheet: str | None = None
    encoding: Names = ()
    separator: str | None = Field(default=None, min_length=1, max_length=1)
    header_row: int = Field(default=1, ge=1)
    skip_rows: int = Field(default=0, ge=0)
    skip_footer: int = Field(default=0, ge=0)
    widths: tuple[Annotated[int, Field(ge=1)], ...] = ()
    records: str | None = None
    skip_totals: str | None = None
    database: str | None = None
    table: str | None = None
    query: str | None = None
    zone: str = "UTC"
    dates: str = "iso"
    decimal: str | None = None
    symbols: Names = ()
    ids: dict[str, str] = Field(default_factory=dict)
    nobody: Names = ()
    identities: dict[str, str] = Field(default_factory=dict)
    country_code: str = Field(default="", pattern=r"^[0-9]{0,4}$")
    only: dict[str, Names] = Field(default_factory=dict)
    where: str | None = None
    ignore: Names = ()
    one_row_per: str | None = None
    sums: Names = ()
    snapshots: Literal["month"] | None = None
    times_of_day: dict[str, str] = Field(default_factory=dict)
    repeats: dict[str, Names] = Field(default_factory=dict)
    scale: dict[str, float] = Field(default_factory=dict)
    times: dict[str, Names] = Field(default_factory=dict)
    minus: dict[str, Names] = Field(default_factory=dict)
    negative_amounts: Literal["returns"] | None = None
    units: dict[str, str] = Field(default_factory=dict)
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str | bool | int | float]] = Field(default_factory=dict)
    constants: dict[str, str | bool | int | float | datetime | date] = Field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    _limits: Limits = PrivateAttr(USUAL)

    def within(self, limits: Limits) -> Self:
        """Return the section with the limits of its company."""
        limited = self.model_copy()
        limited._limits = limits
        return limited

    @property
    def options(self) -> FileOptions:
        """The layout of its files."""
        return FileOptions(
            self.sheet,
            self.encoding if len(self.encoding) > 1 else next(iter(self.encoding), None),
            self.separator,
            self.header_row,
            self.skip_rows,
            self.skip_footer,
            self.widths,
            self.records,
            self.skip_totals,
            self._limits,
        )

    @property
    def reading(self) -> Reading:
        """The format of its values."""
        units = tuple(self.units.items())
        return Reading(self.zone, self.dates, self.decimal, units, self.symbols, self._limits)
