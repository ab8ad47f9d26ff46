"""Monthly snapshots tell of starts, changes and ends, whatever the order of their rows."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import DataError
from lealtad.sources.contract.reading import ISO, Reading
from lealtad.sources.contract.snapshot_months import read_snapshot_times
from lealtad.sources.contract.snapshots import unfold_snapshots

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05")
SHORT = {"2024-01": "jan", "2024-02": "feb", "2024-03": "mar", "2024-04": "apr", "2024-05": "may"}


def rows(**contracts):
    """Return rows of contracts, each a text of one sign per month: an amount, x (gone) or - (absent)."""
    cells = [
        (name, name, month, 10.0 * int(sign) if sign != "x" else None, "end" if sign == "x" else "start")
        for name, signs in contracts.items()
        for month, sign in zip(MONTHS, signs, strict=True)
        if sign != "-"
    ]
    names = ["subscription_id", "customer_id", "occurred_at", "amount_monthly", "event"]
    return pl.DataFrame(
        cells, schema=dict.fromkeys(names, pl.String) | {"amount_monthly": pl.Float64}, orient="row"
    )


def events(frame):
    found = unfold_snapshots(frame, ISO).sort("subscription_id", "occurred_at", "event")
    months = found["occurred_at"].dt.strftime("%Y-%m").replace(SHORT)
    return [f"{event} {month}" for event, month in zip(found["event"], months, strict=True)]


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ("11111", ["start jan"]),
        ("11333", ["start jan", "change mar"]),
        ("--111", ["start mar"]),
        ("11xxx", ["start jan", "end mar"]),
        ("11---", ["start jan", "end mar"]),
        ("11x--", ["start jan", "end mar"]),
        ("1--xx", ["start jan", "end feb"]),
        ("1-1-1", ["start jan", "end feb", "start mar", "end apr", "start may"]),
        ("1x1xx", ["start jan", "end feb", "start mar", "end apr"]),
        ("1111x", ["start jan", "end may"]),
        ("xxxxx", []),
        ("----1", ["start may"]),
    ],
)
def test_what_happened_between_months(signs, expected):
    always = rows(z="11111")  # so that every month has a snapshot
    frame = pl.concat([rows(a=signs), always]) if signs.strip("-") else always
    assert events(frame)[:-1] == expected


signs = st.lists(st.text("12x-", min_size=5, max_size=5), min_size=1, max_size=4)


@pytest.mark.slow
@given(signs, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_and_states_can_be_told_back(texts, draws):
    frame = rows(z="11111", **{f"c{place}": text for place, text in enumerate(texts)})
    order = list(range(frame.height))
    draws.shuffle(order)
    assert events(frame[order]) == events(frame)
    found = unfold_snapshots(frame, ISO).with_columns(pl.col("occurred_at").dt.strftime("%Y-%m").alias("month"))
    for place, text in enumerate(texts):
        of_it = found.filter(subscription_id=f"c{place}").sort("occurred_at")
        for month, sign in zip(MONTHS, text, strict=True):
            until = of_it.filter(pl.col("month") <= month)
            is_there = until.height > 0 and until["event"][-1] != "end"
            assert is_there == (sign in "12")
            if is_there:
                assert until["amount_monthly"][-1] == 10.0 * int(sign)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"event": "Activo"}, "values.event"),
        ({"event": "pause"}, "values.event"),
        ({"subscription_id": ""}, "columns.subscription_id"),
        ({"occurred_at": "soon"}, "columns.occurred_at"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(change, says):
    frame = rows(a="11111")
    broken = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 2).then(pl.lit(value)).otherwise(name).alias(name)
        for name, value in change.items()
    )
    with pytest.raises(DataError, match=says):
        unfold_snapshots(broken, ISO)


def test_two_states_of_a_contract_in_one_month_are_refused_and_the_same_one_twice_is_not():
    frame = rows(a="11111")
    assert events(pl.concat([frame, frame])) == events(frame)
    with pytest.raises(DataError, match="several of 'a'"):
        unfold_snapshots(pl.concat([frame, rows(a="21111")]), ISO)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("bajas/abonados_202402.csv", "2024-02-29"),
        ("abonados-2024-02.xlsx", "2024-02-29"),
        ("abonados 02-2024.csv", "2024-02-29"),
        ("abonados_febrero_2024.csv", "2024-02-29"),
        ("2024 feb", "2024-02-29"),
        ("feb-2024", "2024-02-29"),
        ("202402", "2024-02-29"),
        ("abonados_20240215.csv", "2024-02-15"),
        ("15/02/2024", "2024-02-15"),
        ("abonados_12345678.csv", None),
        ("abonados.csv", None),
        (None, None),
    ],
)
def test_the_month_of_a_snapshot(text, date):
    at = read_snapshot_times(pl.Series([text], dtype=pl.String), Reading("UTC", "day first"))
    assert at.dt.date().cast(pl.String).to_list() == [date]
