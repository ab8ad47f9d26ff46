"""Outcomes of a list's contacts, as the team entered them in the spreadsheet."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from lealtad.base.errors import DataError
from lealtad.base.instants import INSTANT
from lealtad.sources.contract.outcomes import OUTCOME_WORDS, OUTCOMES, simplify_word
from lealtad.sources.files import read_file
from lealtad.sources.files.reading import FileOptions
from lealtad.worklist.headers import find_column
from lealtad.worklist.stored_lists import RECOMMENDATIONS

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from lealtad.lake import Lake

TABLE, SHEET = "outcomes", "worklist"
_KEY = ["list_id", "customer_id"]
_NEEDED = (*_KEY, "outcome")
_ASSIGNMENT = (
    pl.col("customer_id"),
    pl.col("campaign_id"),
    pl.col("as_of").alias("assigned_at"),
    pl.lit("treated").alias("arm"),
    pl.col("action"),
    pl.col("explored"),
)
_NOON = time(12)
_NAMED = 5  # rows that an error names
_EXCEL_BEGINS = datetime(1899, 12, 30, tzinfo=UTC)


def read_outcomes(path: Path) -> pl.DataFrame:
    """Read the rows with an outcome from a filled-in list.

    Parameters
    ----------
    path
        `worklist.xlsx` as the team filled it in, or the same as CSV; headers in any language, in any order.

    Returns
    -------
    `row` (as spreadsheet programs number it), `list_id, customer_id, outcome` (a declared one) and `contacted_on`
    (null if not stated).

    Raises
    ------
    DataError
        If a column is missing, nothing is filled in, or an outcome or a day is not recognised.
    """
    options = FileOptions(sheet=SHEET) if path.suffix.lower() == ".xlsx" else FileOptions()
    rows = pl.concat(list(read_file(path, TABLE, options)), how="diagonal_relaxed")
    named = {column: name for column in rows.columns if (name := find_column(column)) is not None}
    missing = [name for name in _NEEDED if name not in named.values()]
    if missing:
        raise DataError(
            table=TABLE,
            column=missing[0],
            expected=f"the columns {', '.join(_NEEDED)}, by their words in the spreadsheet",
            found=", ".join(rows.columns),
            fix="Fill in worklist.xlsx as it was written, and keep its header.",
        )
    wanted = [column for column, name in named.items() if name in (*_NEEDED, "contacted_on")]
    known = (
        rows.with_row_index("row", 2).select("row", *wanted).rename({column: named[column] for column in wanted})
    )
    text = known.with_columns(pl.col(*_NEEDED).cast(pl.String).str.strip_chars())
    # in CSV an apostrophe keeps an id from running as a formula; it is not part of the id
    text = text.with_columns(pl.col("customer_id").str.replace(r"^'([=+\-@])", "$1"))
    filled = text.filter(pl.col("outcome").fill_null("") != "")
    if filled.is_empty():
        raise DataError(
            table=TABLE,
            column="outcome",
            expected="at least one outcome",
            found=f"none in {rows.height:,} rows of {path.name}",
            fix="Choose one from the drop-down of the column, and save the file.",
        )
    days = filled["contacted_on"] if "contacted_on" in filled.columns else pl.Series([None] * filled.height)
    return filled.select(
        "row",
        *_KEY,
        _translate_outcomes(filled),
        pl.Series("contacted_on", _read_days(filled["row"], days), pl.Date),
    )


def match_contacts(reported: pl.DataFrame, lake: Lake, now: datetime, zone: str | None = None) -> pl.DataFrame:
    """Return reported outcomes as rows of `interventions`.

    Parameters
    ----------
    reported
        As `read_outcomes` returns it.
    now
        Time of the report.
    zone
        IANA time zone of the company, for the days of contact; None is UTC.

    Raises
    ------
    DataError
        If a row belongs to no list of this lake, two rows of a customer differ, or a contact was not between list
        and report.
    """
    listed = _read_listed(lake)
    joined = reported.join(listed, on=_KEY, how="left", maintain_order="left")
    _refuse(
        joined.filter(pl.col("campaign_id").is_null()),
        expected="customers of a list that was made in this run",
        fix="Check the list and customer columns: they are the key, and must stay as they were written.",
    )
    same = joined.unique(maintain_order=True, subset=[*_KEY, "outcome", "contacted_on"], keep="first")
    _refuse(
        same.filter(pl.struct(_KEY).is_duplicated()),
        expected="one outcome per customer of a list",
        fix="Leave one row for each of them.",
    )
    moments = [
        _place_day(day, as_of, now, zone) for day, as_of in same.select("contacted_on", "as_of").iter_rows()
    ]
    placed = same.with_columns(contacted_at=pl.Series(moments, dtype=INSTANT))
    _refuse(
        placed.filter(pl.col("contacted_at").is_null()),
        expected=f"a day of contact between the day of the list and {now:%Y-%m-%d}",
        fix="Correct the day, or leave it empty: it then means the day of the list.",
    )
    return placed.select(*_ASSIGNMENT, "contacted_at", "outcome", recorded_at=pl.lit(now).cast(INSTANT))


def report_contacts(reports: pl.DataFrame, lake: Lake, now: datetime) -> pl.DataFrame:
    """Return contacts reported by another system, by customer and list, as rows of `interventions`.

    Parameters
    ----------
    reports
        `customer_id, listed_at, contacted_at, outcome`; contacts that belong to no list are left out.
    now
        Time of the report.
    """
    listed = _read_listed(lake)
    return reports.join(
        listed.with_columns(listed_at=pl.col("as_of").cast(reports.schema["listed_at"])),
        on=["customer_id", "listed_at"],
        how="inner",
        maintain_order="left",
    ).select(*_ASSIGNMENT, "contacted_at", "outcome", recorded_at=pl.lit(now).cast(INSTANT))


def drop_known(contacts: pl.DataFrame, lake: Lake) -> pl.DataFrame:
    """Leave out contacts that the lake already has with the same day and outcome: a file may be loaded twice."""
    columns = ["contacted_at", "outcome"]
    if not lake.has("interventions") or not set(columns) <= set(lake.columns("interventions")):
        return contacts
    keys = ["customer_id", "campaign_id", "assigned_at", *columns]
    stored = lake.read("interventions", columns=keys).drop_nulls("outcome")
    return contacts.join(stored.cast(contacts.select(keys).schema), on=keys, how="anti", maintain_order="left")


def _read_listed(lake: Lake) -> pl.DataFrame:
    columns = [*_KEY, "campaign_id", "as_of", "action", "explored"]
    if not lake.has("lists"):
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String) | {"as_of": INSTANT, "explored": pl.Boolean})
    # held-out customers are in no file of the team, so they are treated like unknown customers
    tables = [name for name in ("lists", RECOMMENDATIONS) if lake.has(name)]
    parts = [lake.read(name, columns=columns, where=pl.col("arm") == "treated") for name in tables]
    return pl.concat(parts).unique(_KEY)


def _translate_outcomes(filled: pl.DataFrame) -> pl.Series:
    """Return the declared outcome of each word of the drop-downs in either language, and of common synonyms."""
    meant = [OUTCOME_WORDS.get(simplify_word(word)) for word in filled["outcome"]]
    outcome = pl.Series("outcome", [code if code in OUTCOMES else None for code in meant], pl.String)
    _refuse(
        filled.with_columns(found=pl.col("outcome")).filter(outcome.is_null()),
        expected=f"an outcome of the drop-down ({', '.join(OUTCOMES)})",
        fix="Choose it from the drop-down of the column.",
        column="outcome",
    )
    return outcome


def _read_days(places: pl.Series, days: pl.Series) -> list[date | None]:
    """Return the day of each cell: a date, a text in ISO 8601, or a spreadsheet's serial number."""
    parsed = [_parse_day(value) for value in days]
    wrong = pl.DataFrame({"row": places, "found": [str(value) for value in days]}).filter(
        pl.Series(
            [
                value is not None and str(value).strip() != "" and day is None
                for value, day in zip(days, parsed, strict=True)
            ]
        )
    )
    _refuse(
        wrong,
        expected="a day such as 2026-01-31",
        fix="Write the day like that, or leave it empty: it then means the day of the list.",
        column="contacted_on",
    )
    return parsed


def _parse_day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if hasattr(value, "isoformat"):
        return value  # type: ignore[return-value] # a date is what has a form and no time
    try:
        if isinstance(value, int | float):
            return (_EXCEL_BEGINS + timedelta(days=float(value))).date()
        return datetime.fromisoformat(str(value).strip()).date()
    except (ValueError, OverflowError):
        return None


def _place_day(day: date | None, as_of: datetime, now: datetime, zone: str | None) -> datetime | None:
    """Return the instant of a contact: noon of its day, clipped to between list and report."""
    local = ZoneInfo(zone) if zone else UTC
    first, last = as_of.astimezone(local).date(), now.astimezone(local).date()
    day = day or first
    if not first <= day <= last:
        return None
    noon = datetime.combine(day, _NOON, local).astimezone(UTC)
    return min(max(noon, as_of), now)


def _refuse(rows: pl.DataFrame, *, expected: str, fix: str, column: str | None = None) -> None:
    """Refuse rows; the message names the first ones by their row number.

    Raises
    ------
    DataError
        If there are any.
    """
    if rows.is_empty():
        return
    names = [
        f"row {row['row']}" + (f" '{row['found']}'" if "found" in row else "")
        for row in rows.head(_NAMED).to_dicts()
    ]
    more = f" and {rows.height - _NAMED:,} more" if rows.height > _NAMED else ""
    raise DataError(table=TABLE, column=column, expected=expected, found=", ".join(names) + more, fix=fix)
