"""Drivers of a survey alone: what is missing, what was not used, and input that cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lealtad.base.errors import DataError, TooLittleDataError
from lealtad.experience.drivers import rank_survey_drivers
from lealtad.experience.drivers.imputation import impute_ratings

SFO = Path(__file__).parents[4] / "shared" / "data" / "sfo_survey" / "2017_SFO_Customer_Survey.csv"
RATED = (
    *("Q7ART", "Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WALKWAYS", "Q7SCREENS", "Q7INFODOWN", "Q7INFOUP", "Q7WIFI"),
    *("Q7ROADS", "Q7PARK", "Q7AIRTRAIN"),
)


def answers(n: int = 400, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    rows = pl.DataFrame({name: rng.integers(1, 6, n).astype(float) for name in ("food", "staff", "signs")})
    noise = pl.Series(rng.normal(size=n))
    return rows.with_columns(score=2 * pl.col("staff") + pl.col("food") + noise)


def test_ratings_left_out_are_imputed_and_the_order_stays():
    whole = answers()
    holes = pl.Series(np.random.default_rng(1).random(400) < 0.5)
    holed = whole.with_columns(pl.when(~holes).then("staff").alias("staff"))
    drivers = ["food", "staff", "signs"]
    full, found = (rank_survey_drivers(rows, "score", drivers) for rows in (whole, holed))
    assert found.rows["driver"].to_list() == ["staff", "food", "signs"]
    assert found.complete < found.n == 400
    assert full.complete == 400
    assert found.r2 == pytest.approx(full.r2, abs=0.1)
    assert set(found.rows["complete_rank"]) == {1, 2, 3}


def test_not_used_is_information():
    rng = np.random.default_rng(2)
    rows = answers(600, 2).with_columns(lounge=pl.Series(rng.choice([3.0, 6.0], 600)))
    rows = rows.with_columns(score=pl.col("score") + 4 * (pl.col("lounge") == 6))
    found = rank_survey_drivers(rows, "score", ["food", "staff", "lounge"], not_used=(6,))
    lounge = found.rows.filter(driver="lounge").row(0, named=True)
    assert lounge["used"] == pytest.approx(0.5, abs=0.06)
    assert lounge["mean"] == 3
    assert lounge["importance"] > 0.2


def test_bad_tables_end_in_one_clear_sentence():
    with pytest.raises(TooLittleDataError, match="at least 30, found 29"):
        rank_survey_drivers(answers(29), "score", ["food"])
    with pytest.raises(DataError, match="Did you mean 'food'"):
        rank_survey_drivers(answers(), "score", ["foood"])
    with pytest.raises(DataError, match="expected numbers"):
        rank_survey_drivers(answers().with_columns(pl.col("food").cast(pl.String)), "score", ["food"])


def test_constant_and_identical_drivers_are_named():
    rows = answers().with_columns(same=pl.col("staff"), flat=pl.lit(3.0), empty=pl.lit(None, pl.Float64))
    found = rank_survey_drivers(rows, "score", ["staff", "same", "flat", "empty"])
    assert len(found.notes) == 3
    by_name = {row["driver"]: row for row in found.rows.iter_rows(named=True)}
    assert by_name["staff"]["importance"] == pytest.approx(by_name["same"]["importance"])
    assert by_name["flat"]["importance"] == by_name["empty"]["importance"] == 0
    constant = rank_survey_drivers(rows.with_columns(score=pl.lit(5.0)), "score", ["staff"])
    assert "nothing can be explained" in constant.notes[0]


def test_imputed_ratings_stay_on_their_scale_and_known_ones_stay_as_they_are():
    rng = np.random.default_rng(3)
    ratings = rng.integers(1, 6, (200, 3)).astype(float)
    holed = np.where(rng.random((200, 3)) < 0.3, np.nan, ratings)
    for filled in impute_ratings(holed, np.zeros((200, 1))):
        assert np.isfinite(filled).all()
        assert filled.min() >= 1
        assert filled.max() <= 5
        assert (filled[~np.isnan(holed)] == ratings[~np.isnan(holed)]).all()


@pytest.mark.slow
@pytest.mark.skipif(not SFO.is_file(), reason="the SFO survey is not next to the checkout")
def test_the_airport_survey_of_2017_has_few_certain_pairs():
    rows = pl.read_csv(SFO, infer_schema_length=0, ignore_errors=True)
    numbers = rows.select(pl.col(name).cast(pl.Float64, strict=False) for name in ("NETPRO", *RATED))
    known = numbers.filter(pl.col("NETPRO").is_between(0, 10)).with_columns(
        pl.when(pl.col(name) > 0).then(pl.col(name)) for name in RATED
    )
    found = rank_survey_drivers(known, "NETPRO", RATED, not_used=(6.0,))
    assert (found.n, found.pairs) == (2746, 66)
    assert 0 < found.certain_pairs < 33
    assert found.rows["group"].max() < 6
    assert set(found.rows["driver"].head(3)) == {"Q7SIGN", "Q7FOOD", "Q7SCREENS"}
