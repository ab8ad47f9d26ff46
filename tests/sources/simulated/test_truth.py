from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.sources.simulated import Scenario, SimulatedCompany, simulate

pytestmark = pytest.mark.slow

END = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def weekly_truth(simulated: SimulatedCompany) -> pl.DataFrame:
    """The truth of every customer and week, and whether the customer left in it."""
    return with_ends(simulated)


def with_ends(company: SimulatedCompany) -> pl.DataFrame:
    ends = (
        company.tables["subscriptions"]
        .filter(pl.col("voluntary"))
        .select("customer_id", pl.col("occurred_at").alias("as_of"), pl.lit(value=True).alias("left"))
    )
    truth = company.truth.filter(pl.col("as_of") < END).sort("as_of")
    found = ends.sort("as_of").join_asof(
        truth.select("customer_id", "as_of", week="as_of"),
        on="as_of",
        by="customer_id",
        check_sortedness=False,
    )
    assert (found["as_of"] - found["week"] < timedelta(days=7)).all()
    left = found.select("customer_id", pl.col("week").alias("as_of"), "left")
    return truth.join(left, on=["customer_id", "as_of"], how="left").with_columns(
        pl.col("left").fill_null(value=False)
    )


def test_customers_leave_as_often_as_their_hazards_say(weekly_truth: pl.DataFrame) -> None:
    # ends recorded late, after the last day, are missing from the tables: 3 % of the last weeks' ends
    early = weekly_truth.filter(pl.col("as_of") < END - timedelta(weeks=5))
    expected = early["churn_hazard"].sum()
    spread = np.sqrt((early["churn_hazard"] * (1 - early["churn_hazard"])).sum())
    assert abs(early["left"].sum() - expected) < 3 * spread


def test_the_hazard_is_calibrated_in_every_tenth() -> None:
    company = simulate(5_000, 12, seed=5, scenario=Scenario(truth_every_weeks=1))
    early = with_ends(company).filter(pl.col("as_of") < END - timedelta(weeks=5))
    tenths = early.with_columns(tenth=(pl.col("churn_hazard").rank("ordinal") * 10 - 1) // pl.len())
    for _, rows in tenths.group_by("tenth"):
        expected = rows["churn_hazard"].sum()
        assert abs(rows["left"].sum() - expected) < 4 * np.sqrt(expected)


def test_truth_columns_agree_with_one_another(simulated: SimulatedCompany) -> None:
    truth = simulated.truth
    hazard = truth["churn_hazard"].to_numpy()
    np.testing.assert_allclose(np.log(hazard / (1 - hazard)), truth["log_odds"].to_numpy(), atol=1e-9)
    contacted = hazard + truth["treatment_effect"].to_numpy()
    added = np.log(contacted / (1 - contacted)) - truth["log_odds"].to_numpy()
    np.testing.assert_allclose(added, truth["treatment_log_odds"].to_numpy(), atol=1e-6)
    assert (truth["promoter_probability"] + truth["detractor_probability"]).max() < 1
    assert truth.select("customer_id", "as_of").is_unique().all()
    assert truth["as_of"].max() == END


def test_those_who_answer_are_more_content_by_six_to_fourteen_points(
    weekly_truth: pl.DataFrame, simulated: SimulatedCompany
) -> None:
    nps = simulated.tables["surveys"].filter(pl.col("metric") == "nps").drop_nulls("score")
    answered = 100 * ((nps["score"] >= 9).mean() - (nps["score"] <= 6).mean())
    base_wide = 100 * (weekly_truth["promoter_probability"] - weekly_truth["detractor_probability"]).mean()
    # the same comparison without the luck of the draw: promoters weighted by who answers
    weighted = weekly_truth.select(
        100
        * ((pl.col("promoter_probability") - pl.col("detractor_probability")) * pl.col("answer_probability")).sum()
        / pl.col("answer_probability").sum()
    ).item()
    assert 6 < weighted - base_wide < 14
    standard_error = 100 * 0.84 / np.sqrt(nps.height)
    assert abs(answered - weighted) < 3 * standard_error


def test_surveys_are_answered_as_often_as_the_truth_says(
    weekly_truth: pl.DataFrame, simulated: SimulatedCompany
) -> None:
    early = simulated.tables["surveys"].filter(
        pl.col("metric") == "nps", pl.col("sent_at") < END - timedelta(weeks=5)
    )
    asked = early.sort("sent_at").join_asof(
        weekly_truth.select("customer_id", "as_of", "answer_probability"),
        left_on="sent_at",
        right_on="as_of",
        by="customer_id",
        check_sortedness=False,
    )
    expected = asked["answer_probability"].mean()
    spread = np.sqrt(expected * (1 - expected) / asked.height)
    # a few answer no more because they have left
    assert abs(asked["answered_at"].is_not_null().mean() - expected) < 3 * spread + 0.005


@pytest.fixture(scope="module")
def assigned(simulated: SimulatedCompany) -> pl.DataFrame:
    campaign = (
        simulated.tables["interventions"]
        .sort("assigned_at")
        .with_columns(
            before=pl.col("assigned_at").dt.truncate("1d"),
            after=pl.col("assigned_at").dt.truncate("1d") + pl.duration(weeks=1),
        )
    )
    truth = simulated.truth.select("customer_id", "as_of", "log_odds", "observable_log_odds", "treatment_log_odds")
    return campaign.join(truth, left_on=["customer_id", "before"], right_on=["customer_id", "as_of"]).join(
        truth.select("customer_id", "as_of", later="log_odds"),
        left_on=["customer_id", "after"],
        right_on=["customer_id", "as_of"],
    )


def test_chance_alone_decides_who_is_held_out(assigned: pl.DataFrame) -> None:
    treated, held = (
        assigned.filter(pl.col("arm") == arm)["observable_log_odds"] for arm in ("treated", "holdout")
    )
    spread = np.sqrt(treated.var() / treated.len() + held.var() / held.len())
    assert abs(treated.mean() - held.mean()) < 4 * spread
    holdout = assigned.filter(pl.col("arm") == "holdout")
    assert holdout.select(pl.col("contacted_at", "action", "outcome").is_null().all()).row(0) == (True,) * 3


def test_a_contact_moves_the_hazard_by_the_documented_effect(assigned: pl.DataFrame) -> None:
    reached = assigned.filter(pl.col("contacted_at").is_not_null())
    held = assigned.filter(pl.col("arm") == "holdout")
    moved = (reached["later"] - reached["log_odds"]).mean() - (held["later"] - held["log_odds"]).mean()
    assert moved == pytest.approx(reached["treatment_log_odds"].mean(), abs=0.12)
    assert moved < -0.2


def test_the_effect_differs_by_customer_and_fades_with_repetition(simulated: SimulatedCompany) -> None:
    truth, reached = simulated.truth, simulated.tables["interventions"].drop_nulls("contacted_at")
    assert 0.03 < (truth["treatment_effect"] > 0).mean() < 0.3
    last = truth.filter(pl.col("as_of") == END)
    contacts = last.join(reached.group_by("customer_id").len(), on="customer_id", how="left")
    size = contacts.group_by(pl.col("len").fill_null(0)).agg(pl.col("treatment_log_odds").abs().mean()).sort("len")
    assert size["treatment_log_odds"][1] < 0.9 * size["treatment_log_odds"][0]


def test_treated_customers_have_a_touchpoint_from_the_company(simulated: SimulatedCompany) -> None:
    met = simulated.tables["touchpoints"].filter(pl.col("touchpoint").str.starts_with("retention"))
    reached = simulated.tables["interventions"].drop_nulls("contacted_at")
    known = reached.join(met, left_on=["customer_id", "contacted_at"], right_on=["customer_id", "occurred_at"])
    # some are filed under an alias, some are recorded after the end
    assert known.height > 0.9 * reached.height
    assert (met["initiated_by"] == "company").all()
