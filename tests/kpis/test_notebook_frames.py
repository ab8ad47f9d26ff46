"""KPIs take what a notebook holds; the module under test is `lealtad.kpis.frames`."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad import kpis
from lealtad.base.errors import DataError, SettingsError
from lealtad.sources.simulated import simulate

AS_OF = datetime(2100, 1, 1, tzinfo=UTC)
ABSENT = ("owner", "comment", "account_id", "recorded_at", "touchpoint_id", "opened_by", "excluded_as")
MEASURES = {
    "nps": ("surveys", {"kind": "relational"}),
    "response_rate": ("surveys", {}),
    "first_response_time": ("ticket_events", {}),
    "resolution_time": ("ticket_events", {}),
    "resolution_rate": ("ticket_events", {}),
    "one_touch_rate": ("ticket_events", {}),
    "reopen_rate": ("ticket_events", {}),
    "sla_breach_share": ("ticket_events", {"target_hours": {"low": 8, "normal": 4, "high": 2, "urgent": 1}}),
    "retention_rate": ("subscriptions", {}),
    "grr": ("subscriptions", {}),
    "nrr": ("subscriptions", {}),
    "clv": ("subscriptions", {"discount": 0.01, "margin_share": 0.5}),
}


def list_columns_of(rows, *kinds):
    return [name for name, dtype in rows.schema.items() if isinstance(dtype, kinds)]


def to_object_frame(rows):
    return rows.to_pandas().astype(object)


def to_mexican_time(rows):
    frame = rows.to_pandas()
    times = list_columns_of(rows, pl.Datetime)
    return frame.assign(**{name: frame[name].dt.tz_convert("America/Mexico_City") for name in times})


FORMS = {
    "flags as text": lambda rows: rows.with_columns(pl.col(list_columns_of(rows, pl.Boolean)).cast(pl.String)),
    "flags as 1 and 0": lambda rows: rows.with_columns(pl.col(list_columns_of(rows, pl.Boolean)).cast(pl.Int64)),
    "columns of nulls": lambda rows: rows.with_columns(
        pl.lit(None).alias(name) for name in ABSENT if name not in rows.columns
    ),
    "categories": lambda rows: rows.with_columns(pl.col(pl.String).cast(pl.Categorical)),
    "decimals": lambda rows: rows.with_columns(pl.col(list_columns_of(rows, pl.Float64)).cast(pl.Decimal(20, 4))),
    "times as text": lambda rows: rows.with_columns(
        pl.col(list_columns_of(rows, pl.Datetime)).dt.to_string("%Y-%m-%dT%H:%M:%S%.6f")
    ),
    "times of a zone": lambda rows: rows.with_columns(
        pl.col(list_columns_of(rows, pl.Datetime)).dt.convert_time_zone("America/Mexico_City")
    ),
    "pandas": pl.DataFrame.to_pandas,
    "pandas, nullable": lambda rows: rows.to_pandas().convert_dtypes(),
    "pandas, Arrow": lambda rows: rows.to_pandas(use_pyarrow_extension_array=True),
    "pandas, objects": to_object_frame,
    "pandas, times of a zone": to_mexican_time,
    "pandas, another index": lambda rows: rows.to_pandas().set_index(pd.RangeIndex(7, 7 + rows.height)),
}


@pytest.fixture(scope="module")
def tables():
    return simulate(customers=40, months=5).tables


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_frame_changes_a_figure(tables, form):
    for name, (table, options) in MEASURES.items():
        rows = tables[table].drop("source_zone", strict=False)
        rows = rows.filter(pl.col("metric") == "nps") if name == "nps" else rows
        as_of = rows.select(pl.col("sent_at" if table == "surveys" else "occurred_at").max()).item()
        figure = getattr(kpis, name)(rows, as_of=as_of, **options)
        same = getattr(kpis, name)(FORMS[form](rows), as_of=as_of, **options)
        same = pl.from_pandas(same, nan_to_null=True) if isinstance(same, pd.DataFrame) else same
        numbers = [column for column in figure.columns if column != "definition"]
        assert_frame_equal(
            same.select(numbers).cast(pl.Float64), figure.select(numbers).cast(pl.Float64), rel_tol=1e-12
        )


@pytest.mark.parametrize("kind", ["polars", "pandas"])
def test_the_zone_of_times_decides_the_month(answers, kind):
    # 1 February 02:00 UTC is still January in Mexico
    surveys = answers("nps", [10.0], low=0, high=10).with_columns(
        answered_at=pl.datetime(2026, 2, 1, 2, time_zone="UTC").dt.convert_time_zone("America/Mexico_City")
    )
    months = kpis.nps(surveys if kind == "polars" else surveys.to_pandas(), by=["month"])["month"]
    assert [str(month)[:7] for month in months] == ["2026-01"]


def test_a_score_that_is_no_number_was_not_given(answers):
    surveys = answers("nps", [10.0, float("nan")], low=0, high=10)
    assert kpis.nps(surveys)["n"].item() == 1


def test_an_infinite_score_is_refused(answers):
    with pytest.raises(DataError, match="column 'score': expected a finite number"):
        kpis.nps(answers("nps", [10.0, float("inf")], low=0, high=10))


@pytest.mark.parametrize("ids", [[2**70, 2**71], [2**70, "a"]])
def test_ids_of_more_than_64_bits_are_refused_with_the_way_out(answers, ids):
    surveys = answers("nps", [10.0, 9.0], low=0, high=10).to_pandas()
    surveys["customer_id"] = pd.Series(ids, dtype=object)
    with pytest.raises(DataError, match=r"column 'customer_id'.*64 bits.*astype\(str\)"):
        kpis.nps(surveys)
    surveys["customer_id"] = surveys["customer_id"].astype(str)
    assert kpis.nps(surveys)["n"].item() == 2


def test_ids_that_a_float_has_rounded_are_refused(answers):
    surveys = answers("nps", [10.0, 9.0], low=0, high=10)
    exact = surveys.with_columns(customer_id=pl.Series([7.0, 2.0**53 - 1]))
    assert kpis.nps(exact)["n"].item() == 2
    with pytest.raises(DataError, match="customer_id"):
        kpis.nps(surveys.with_columns(customer_id=pl.Series([7.0, 3.6e17])))


def test_a_header_twice_is_refused(answers):
    surveys = answers("nps", [10.0], low=0, high=10).to_pandas()
    twice = pd.concat([surveys, surveys[["score"]]], axis=1)
    with pytest.raises(DataError, match="each column once, found score more than once"):
        kpis.nps(twice)


@pytest.mark.parametrize("margin_share", [-0.1, 1.1, np.nan])
def test_a_margin_share_outside_0_to_1_is_refused(contract, margin_share):
    with pytest.raises(SettingsError, match="margin_share: expected a share of the amounts from 0 to 1"):
        kpis.clv(contract("s", "a", "2026-01-01 start 10"), discount=0.01, margin_share=margin_share, as_of=AS_OF)


@pytest.mark.parametrize(
    "options",
    [
        *({"window_days": days} for days in (float("nan"), float("inf"), None, "30", 0, -1, 1e9)),
        *({"margin_share": share} for share in (None, "0.5", float("nan"))),
        *({"discount": rate} for rate in (None, "0.01", float("inf"))),
        {"as_of": pd.NaT},
        {"by": ["value"]},
    ],
    ids=str,
)
def test_an_argument_that_is_no_number_date_or_dimension_is_refused(contract, options):
    rows = contract("1", "a", "2026-01-01 start 10")
    customers = pl.DataFrame({"customer_id": ["a"], "value": ["x"]})
    asked = {
        "as_of": datetime(2026, 5, 1, tzinfo=UTC),
        "margin_share": 0.5,
        "discount": 0.01,
        "customers": customers,
    }
    with pytest.raises(SettingsError):
        kpis.clv(rows, **(asked | options))


@pytest.mark.parametrize("days", [float("nan"), -7, "7", None])
def test_a_time_to_solve_that_is_no_length_is_refused(ticket, days):
    rows = ticket("t", "2026-01-05 created", "2026-01-06 solved")
    for kpi in (kpis.one_touch_rate, kpis.resolution_rate):
        with pytest.raises(SettingsError, match="within_days: expected days above 0"):
            kpi(rows, as_of=datetime(2026, 5, 1, tzinfo=UTC), within_days=days)


def test_an_amount_below_0_is_refused_as_a_load_does(contract):
    with pytest.raises(DataError, match=r"'amount_monthly': expected at least 0, found 1 rows"):
        kpis.nrr(contract("1", "a", "2026-01-01 start -10"))


@pytest.mark.parametrize("ids", [["", "b"], [["a"], ["b"]], [("a",), ("b",)]], ids=str)
@pytest.mark.parametrize("frame", [pl.DataFrame, pd.DataFrame])
def test_an_id_that_is_empty_or_a_list_is_refused(frame, ids):
    columns = {
        "subscription_id": ids,
        "customer_id": ["a", "b"],
        "occurred_at": [AS_OF] * 2,
        "event": ["start"] * 2,
    }
    with pytest.raises(DataError, match="subscription_id"):
        kpis.retention_rate(frame(columns))


def test_an_empty_text_is_nothing(answers, ticket):
    rows = answers(
        "nps", [0.0, 0.0, 10.0, 10.0], low=0, high=10, kind="transactional", ticket_id=pl.Series(list("abcd"))
    )
    rows = rows.with_columns(customer_id=pl.Series(["a", "a", "a", "b"]), touchpoint_id=pl.lit(""))
    assert kpis.nps(rows, kind="transactional").select("value", "n").row(0) == (0.0, 4)
    plain = ticket("t", "2026-01-05 created", "2026-01-06 solved", priority="")
    flagged = plain.with_columns(excluded_as=pl.lit(""), public=pl.lit(""), merged_into=pl.lit(""))
    assert kpis.tickets(flagged).select("solves", "priority").row(0) == (1, None)
