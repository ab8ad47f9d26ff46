"""Monthly snapshots of contracts, unfolded into the changes between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.sources.contract.columns import SOURCE_TEXT
from lealtad.sources.contract.conversion import convert_column
from lealtad.sources.contract.snapshot_months import read_snapshot_times
from lealtad.sources.contract.tables import get_table
from lealtad.sources.contract.unfolding import FROM

if TYPE_CHECKING:
    from lealtad.sources.contract.reading import Reading

_TABLE, _ID, _AT, _AMOUNT, _EVENT = "subscriptions", "subscription_id", "occurred_at", "amount_monthly", "event"
_THERE, _GONE = "start", "end"
_OF_THE_END, _NOT_OF_THE_END = ("voluntary",), ("term_end",)


def unfold_snapshots(rows: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Return the `subscriptions` that monthly snapshots imply, one row per change.

    A contract starts in the first month that has it, and changes when its amount differs from the month before. It
    ends in the first month that states its end (`event` = end) or no longer has it. If it comes back, it starts
    again. After the last month nothing ends. A contract with only ends gives no row.

    Parameters
    ----------
    rows
        One row per contract and month, in columns of `subscriptions`. `occurred_at` holds the month. `event`, if
        present, is "start" (the contract exists) or "end" (it has ended).

    Returns
    -------
    Columns of `subscriptions`, and `_row`, the position of the row behind an event. For a contract that is missing
    from the next month, `_row` is the position of its last row.

    Raises
    ------
    DataError
        If a row has no contract, no month or another event, or two rows of one month contradict each other.

    Examples
    --------
    >>> from lealtad.sources.contract.reading import ISO
    >>> rows = pl.DataFrame({"subscription_id": ["a", "a", "b"], "customer_id": ["a", "a", "b"],
    ...                      "occurred_at": ["2024-01", "2024-02", "2024-03"], "amount_monthly": [20, 35, 20]})
    >>> found = unfold_snapshots(rows, ISO)
    >>> found["event"].to_list(), found["subscription_id"].to_list()
    (['start', 'change', 'end', 'start'], ['a', 'a', 'a', 'b'])
    >>> found["occurred_at"].dt.date().cast(str).to_list()
    ['2024-01-31', '2024-02-29', '2024-03-31', '2024-03-31']
    """
    months, dates = _number_months(_check_rows(rows, reading), reading)
    near = _add_neighbours(_keep_one_a_month(months))
    events = _find_events(near, last=len(dates) - 1).with_columns(pl.col("month").replace_strict(dates).alias(_AT))
    own = rows.drop(_EVENT, _AT, strict=False).with_row_index(FROM)
    whole = events.select(FROM, _EVENT, _AT).join(own, on=FROM, how="left", maintain_order="left")
    ends = pl.col(_EVENT) == _GONE
    return whole.with_columns(
        *(pl.when(~ends).then(name).alias(name) for name in _NOT_OF_THE_END if name in whole.columns),
        *(pl.when(ends).then(name).alias(name) for name in _OF_THE_END if name in whole.columns),
    )


def _find_events(near: pl.DataFrame, last: int) -> pl.DataFrame:
    """Return the events as `_row, event, month`, in the order of the rows."""
    there, before = ~pl.col("gone"), (~pl.col("gone")).shift(1).over("id").fill_null(value=False)
    goes_on = before & (pl.col("before") == pl.col("month") - 1)
    vanishes = there & (pl.col("month") < last) & (pl.col("after") != pl.col("month") + 1)
    events = (
        (_THERE, there & ~goes_on, 0),
        ("change", there & goes_on & (pl.col("amount") != pl.col("amount_before")), 0),
        (_GONE, pl.col("gone") & goes_on, 0),
        (_GONE, vanishes, 1),  # in the month after its last row
    )
    parts = [
        near.filter(holds).select(FROM, pl.lit(name).alias(_EVENT), pl.col("month") + later, later=pl.lit(later))
        for name, holds, later in events
    ]
    return pl.concat(parts).sort(FROM, "later")


def _check_rows(rows: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Return `id, at, gone, amount, customer` of each row, and its position."""
    if SOURCE_TEXT in rows.columns and rows[SOURCE_TEXT].is_not_null().any():
        raise _snapshot_error("rows that can be cut into columns", "one that cannot", "Fix the file")
    for name in (_ID, _AT):
        if name not in rows.columns:
            fix = 'Write columns.occurred_at = "source_file", or the column that says it' if name == _AT else ""
            raise _snapshot_error(f"a column {name}", "none", fix or f"Name it with columns.{name}", name)
    identity = _read_text(rows, _ID)
    _refuse(identity == "", rows[_ID], "a contract in every row", _ID)
    at = read_snapshot_times(rows[_AT], reading)
    _refuse(at.is_null(), rows[_AT], "a date or month of each snapshot, such as 2024-01", _AT)
    event = _read_text(rows, _EVENT)
    _refuse(~event.is_in([_THERE, _GONE, ""]), event, f"{_THERE} (it is there) or {_GONE} (it is gone)", _EVENT)
    columns = {"id": identity, "at": at, "gone": event == _GONE}
    more = {"amount": _read_amount(rows, reading), "customer": _read_text(rows, "customer_id")}
    return pl.DataFrame({**columns, **more}).with_row_index(FROM)


def _read_text(rows: pl.DataFrame, name: str) -> pl.Series:
    if name not in rows.columns:
        return pl.repeat("", rows.height, eager=True)
    return rows[name].cast(pl.String).str.strip_chars().fill_null("")


def _read_amount(rows: pl.DataFrame, reading: Reading) -> pl.Series:
    column = get_table(_TABLE).column(_AMOUNT)
    if _AMOUNT not in rows.columns or column is None:
        return pl.Series([None] * rows.height, dtype=pl.Float64)
    return rows.select(convert_column(column, rows.schema[_AMOUNT], reading)).to_series()


def _number_months(rows: pl.DataFrame, reading: Reading) -> tuple[pl.DataFrame, dict[int, object]]:
    """Return rows with the number of their month, and the time of each month: the latest of its rows."""
    local = rows["at"].dt.convert_time_zone(reading.zone)
    month = local.dt.year().cast(pl.Int32) * 12 + local.dt.month()
    numbered = rows.with_columns((month.rank("dense") - 1).cast(pl.Int64).alias("month"))
    dated = numbered.group_by("month").agg(pl.col("at").max())
    return numbered, dict(dated.iter_rows())


def _keep_one_a_month(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep one row per contract and month; refuse contradictory rows."""
    says = ["gone", "amount", "customer"]
    different = rows.unique(["id", "month", *says]).filter(pl.struct("id", "month").is_duplicated())
    if different.height:
        name = str(different.sort(FROM)["id"][0])
        raise _snapshot_error(
            "one state of each contract a month",
            f"several of '{name}'",
            "Name the contract, and not the customer, with columns.subscription_id, or choose rows with only",
            _ID,
        )
    return rows.unique(["id", "month"], keep="first", maintain_order=True)


def _add_neighbours(rows: pl.DataFrame) -> pl.DataFrame:
    """Add to each row the previous and the next month of its contract, and the previous amount."""
    return rows.sort("id", "month").with_columns(
        pl.col("month").shift(1).over("id").alias("before"),
        pl.col("month").shift(-1).over("id").fill_null(-1).alias("after"),
        pl.col("amount").forward_fill().shift(1).over("id").alias("amount_before"),
    )


def _refuse(broken: pl.Series, values: pl.Series, expected: str, column: str) -> None:
    if broken.any():
        first = values.filter(broken)[0]
        way = f"Map its values with values.{column}" if column == _EVENT else f"Name it with columns.{column}"
        raise _snapshot_error(expected, f"'{first}' in {int(broken.sum())} rows", way, column)


def _snapshot_error(expected: str, found: str, fix: str, column: str | None = None) -> DataError:
    return DataError(
        table=_TABLE,
        column=column,
        expected=f"{expected}, of snapshots",
        found=found,
        fix=f"{fix}. A row that is skipped would count as a churned customer.",
    )
