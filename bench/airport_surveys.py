"""Drivers of satisfaction with an airport by year: how stable they are, and how many pairs have a certain
order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from bench.rows import Row, build_row
from lealtad.experience.drivers import rank_survey_drivers

if TYPE_CHECKING:
    from lealtad.experience.drivers import SurveyDrivers

DATA = Path(__file__).parents[2] / "shared" / "data" / "sfo_survey"
ITEMS = (
    "art",
    "food",
    "shops",
    "signs",
    "walkways",
    "screens",
    "info_down",
    "info_up",
    "roads",
    "parking",
    "airtrain",
)
NOT_USED, DRAWS = 6.0, 200
_LETTERS = "ABCDEFGHIJK"
_NAMED_2012 = ("ART", "FOOD", "SHOP", "SIGNS", "WALK", "SCREENS", "INFOARR", "INFODEP", "ROAD", "PARK", "AIRTRAIN")
_LATER = ("ART", "FOOD", "STORE", "SIGN", "WALKWAYS", "SCREENS", "INFODOWN", "INFOUP", "ROADS", "PARK", "AIRTRAIN")
# by year, the columns of the items and of the airport as a whole
COLUMNS: dict[int, tuple[tuple[str, ...], str]] = {
    2010: (tuple(f"Q6{letter}" for letter in _LETTERS), "Q6N"),
    2011: (tuple(f"Q8{letter}" for letter in _LETTERS), "Q8N"),
    2012: (tuple(f"Q8{a}_{b}" for a, b in zip(_LETTERS, _NAMED_2012, strict=True)), "Q8N_WHOLE"),
    **{year: (tuple(f"Q7{name}" for name in _LATER), "Q7ALL") for year in (2014, 2015, 2016, 2017)},
}


def run(data: Path = DATA) -> list[Row]:
    """Return the rank correlation of importance between years, and the certain pairs of 2017."""
    ranked = {year: rank_year(data, year) for year in COLUMNS}
    shares = {year: _list_shares(drivers) for year, drivers in ranked.items()}
    steady = [_correlate(shares[year], shares[following]) for year, following in _pair_years(shares)]
    newest = ranked[2017]
    return [
        build_row(
            "airport: importance from year to year, rank correlation",
            sum(steady) / len(steady),
            "rho",
            0.8,
            "higher",
        ),
        build_row("airport: least rank correlation", min(steady), "rho", 0.5, "higher"),
        build_row("airport: certain pairs of 2017", newest.certain_pairs / newest.pairs, "share", 0.0, "higher"),
    ]


def rank_year(data: Path, year: int) -> SurveyDrivers:
    """Rank the drivers of one year."""
    return rank_survey_drivers(read_year(data, year), "whole", ITEMS, not_used=(NOT_USED,), draws=DRAWS)


def read_year(data: Path, year: int) -> pl.DataFrame:
    """Return the ratings of a year and the overall rating; "did not use" is 6, blank and 0 are null."""
    columns, overall = COLUMNS[year]
    raw = pl.read_csv(data / f"{year}_SFO_Customer_Survey.csv", infer_schema_length=0, ignore_errors=True)
    numbers = raw.select(
        *(
            pl.col(name).cast(pl.Float64, strict=False).alias(item)
            for name, item in zip(columns, ITEMS, strict=True)
        ),
        pl.col(overall).cast(pl.Float64, strict=False).alias("whole"),
    )
    return numbers.filter(pl.col("whole").is_between(1, 5)).with_columns(
        pl.when(pl.col(item).is_between(1, NOT_USED)).then(pl.col(item)) for item in ITEMS
    )


def _list_shares(drivers: SurveyDrivers) -> pl.Series:
    return drivers.rows.sort("driver")["importance"]


def _correlate(shares: pl.Series, later: pl.Series) -> float:
    table = pl.DataFrame({"shares": shares, "later": later})
    return float(table.select(pl.corr("shares", "later", method="spearman")).item())


def _pair_years(shares: dict[int, pl.Series]) -> list[tuple[int, int]]:
    return list(pairwise(sorted(shares)))
