"""One section of `[sources]`: where some rows of one table are, and how they are written."""

from __future__ import annotations

# pydantic reads the annotations at run time
from datetime import date, datetime  # noqa: TC003
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from lealtad.base.toml_file import Section
from lealtad.sources.contract import Reading
from lealtad.sources.files import FileOptions


def as_list(value: Any) -> Any:
    """Return a list; a single value becomes a list of one, so that a file may write it without brackets."""
    return value if isinstance(value, list | tuple) else [value]


Names = Annotated[tuple[str, ...], BeforeValidator(as_list)]


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

    files: Names = ()
    sheet: str | None = None
    encoding: Names = ()
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
    repeats: dict[str, Names] = Field(default_factory=dict)
    scale: dict[str, float] = Field(default_factory=dict)
    times: dict[str, Names] = Field(default_factory=dict)
    minus: dict[str, Names] = Field(default_factory=dict)
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
