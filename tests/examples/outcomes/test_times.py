from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.errors import LakeError, SettingsError
from lealtad.company.outcome_definition import Contractual, Inactivity
from lealtad.examples.outcomes import compute_contractual, compute_table_times, compute_times
from lealtad.lake import Lake
from lealtad.lake.manifest import Manifest
from tests.companies import INSTANT, at

LABEL = Contractual(grace_days=14, history_days=0)
AS_OF = at(24 * 100)
END = at(24 * 365)


def changes(*events: tuple[float, str, bool | None]) -> pl.DataFrame:
    """One contract's changes on days since the start of the year."""
    rows = [("s", "a", at(24 * day), event, voluntary) for day, event, voluntary in events]
    names = ["subscription_id", "customer_id", "occurred_at", "event", "voluntary"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("occurred_at").cast(INSTANT), pl.col("voluntary").cast(pl.Boolean), known_at="occurred_at"
    )


def contacts(day: float, arm: str = "treated") -> pl.DataFrame:
    return pl.DataFrame(
        {"customer_id": ["a"], "campaign_id": ["x"], "assigned_at": [at(24 * day)], "arm": [arm]}
    ).with_columns(pl.col("assigned_at").cast(INSTANT))


def find_times(events: pl.DataFrame, label: Contractual = LABEL, **more: pl.DataFrame) -> tuple[float | None, ...]:
    return compute_table_times(events, [AS_OF], label, END, **more).row(0)[3:]


def test_an_end_is_dated_and_whoever_stays_is_seen_until_the_end_of_the_data_less_grace():
    assert find_times(changes((1, "start", None), (160, "end", True))) == (60, None)
    assert find_times(changes((1, "start", None))) == (None, 365 - 14 - 100)


def test_a_contract_taken_up_within_grace_was_never_left():
    resumed = changes((1, "start", None), (160, "end", True), (170, "resume", None))
    late = changes((1, "start", None), (160, "end", True), (180, "resume", None))
    assert find_times(resumed) == (None, 251)
    assert find_times(late) == (60, None)


def test_an_end_whose_grace_is_not_over_is_not_settled():
    assert find_times(changes((1, "start", None), (360, "end", True))) == (None, 251)


def test_what_the_company_ended_is_seen_until_then_where_only_voluntary_ends_count():
    ended = changes((1, "start", None), (160, "end", False))
    assert find_times(ended) == (None, 60)
    assert find_times(ended, Contractual(grace_days=14, history_days=0, voluntary=False)) == (60, None)


def test_a_contact_ends_what_is_seen_unless_the_treated_are_kept():
    left = changes((1, "start", None), (160, "end", True))
    assert find_times(left, interventions=contacts(120)) == (None, 20)
    assert find_times(left, interventions=contacts(90)) == (60, None)  # before the date: part of its past
    assert find_times(left, interventions=contacts(120, "holdout")) == (60, None)
    kept = Contractual(grace_days=14, history_days=0, treated="keep")
    assert find_times(left, kept, interventions=contacts(120)) == (60, None)


def test_who_had_left_before_the_date_though_nobody_knew_was_seen_for_no_time():
    unknown = changes((1, "start", None), (90, "end", True)).with_columns(
        known_at=pl.when(pl.col("event") == "end").then(at(24 * 110)).otherwise("known_at").cast(INSTANT)
    )
    assert find_times(unknown) == (None, 0)


def test_times_agree_with_the_outcome_of_every_horizon(small_contracts):
    dates = [AS_OF + timedelta(days=28 * k) for k in range(4)]
    dated = compute_table_times(small_contracts, dates, LABEL, END)
    for horizon in (7, 28, 91):
        label = LABEL.model_copy(update={"horizon_days": horizon})
        both = dated.join(compute_contractual(small_contracts, dates, label, END), on=["customer_id", "as_of"])
        known = both.drop_nulls("observed")
        assert known.height > 100
        left = (known["churned_after_days"] < horizon).fill_null(value=False)
        assert (left == known["observed"]).all()


@pytest.fixture(scope="module")
def small_contracts() -> pl.DataFrame:
    from lealtad.sources.simulated import simulate

    rows = simulate(customers=400, months=12, seed=3).tables["subscriptions"]
    known = pl.max_horizontal("occurred_at", pl.col("recorded_at").fill_null(pl.col("occurred_at")))
    shift = AS_OF - rows["occurred_at"].max() + timedelta(days=200)  # into the time of the dates
    return rows.with_columns(known_at=known + shift, occurred_at=pl.col("occurred_at") + shift)


def test_a_silence_has_no_date_and_contracts_are_needed(tmp_path):
    lake = Lake(tmp_path / "lake", Manifest(2))
    with pytest.raises(SettingsError, match=r"kind = 'contractual'.*found kind = 'inactivity'"):
        compute_times(lake, Inactivity(), [AS_OF])
    with pytest.raises(LakeError, match="the table subscriptions"):
        compute_times(lake, LABEL, [AS_OF])
