"""One section of `[sources]`: where some rows of one table are, and how they are written."""

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
    """Return a list; a single value becomes a list of one, so that a file may write it without brackets."""
    return value if isinstance(value, list | tuple) else [value]


Names = Annotated[tuple[str, ...], BeforeValidator(as_list)]


class TableSource(Section):
    """Where some rows of one table come from, and how they are written.

    Attributes
    ----------
    files
        Names or globs, relative to the folder of the settings.
    sheet, encoding, separator
        The sheet of a workbook, the encoding of text, and what separates the cells of CSV. None takes the only
        sheet; UTF-8, or what a byte order mark states; and the separator of the header. Among several encodings,
        each file has the first that fits it.
    header_row, skip_rows, skip_footer
        The line of text, or the row of a sheet, that holds the header, counted from 1. How many rows just below it
        and at the end are not data.
    widths
        The characters of each column, for text in columns of fixed width.
    records
        The dotted name of the list that holds the rows of a JSON document.
    skip_totals
        A column whose cell begins with a word such as Total or Subtotal in rows that add up others. They are no
        data.
    database
        Address of a database; it may hold `${NAME}` references to the environment, and no password in plain words.
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
        The country code of phone numbers that are written without one.
    only, where
        Which rows count: their column → the values that do, and a condition in SQL over their columns.
    ignore
        Columns of theirs that are not needed, whatever their names sound like.
    one_row_per, sums
        The column of theirs whose equal rows are one row of the contract, such as the lines of an order. The
        columns of the contract that are added up over them. All other columns have the value of the first row.
    snapshots
        "month" where rows of subscriptions list the contracts of each month; see `contract.snapshots`.
    times_of_day
        Contract column of dates → the column of theirs that holds their time of day.
    repeats
        Column of theirs → the columns that have one value for all rows with the same key. An empty cell there
        has the value of the first of these rows.
    scale, times, minus
        Contract column → a factor (0.01 for cents), columns of theirs to multiply by, or columns to subtract.
    negative_amounts
        "returns" if orders with an amount below zero are returns, and no column marks them.
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
        """Return the section, read within the limits of its company."""
        limited = self.model_copy()
        limited._limits = limits
        return limited

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
            self.skip_totals,
            self._limits,
        )

    @property
    def reading(self) -> Reading:
        """How its values are written."""
        units = tuple(self.units.items())
        return Reading(self.zone, self.dates, self.decimal, units, self.symbols, self._limits)
