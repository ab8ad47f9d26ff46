"""Online Retail II, by the protocol that comes with the data: which customers buy nothing in the next 90 days?

Everything is chosen on rows from June 2010 to April 2011. The level of a test date is adjusted by what was known
on that date. That is the share of customers of the last two months who have come back, and the level of the same
season a year ago.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import lealtad
from bench.online_retail_rows import DATA, HORIZON, build_features, read_invoices, read_protocol
from lealtad.learning.evaluation import compute_comparison
from lealtad.learning.search import Budget
from lealtad.learning.season import Cohort, Season

GOALS = {"auc": (0.779, "higher"), "brier": (0.189, "lower"), "level_error": (0.03, "lower")}


def run() -> list[dict[str, object]]:
    """Train on the training rows, correct the level date by date, and judge the test rows."""
    if not DATA.exists():
        print(f"left out: no data at {DATA}")
        return []
    rows, bought = read_protocol(), read_invoices()
    X = build_features(bought, rows)
    train, test = rows["part"] == "train", rows["part"] == "test"
    trained = lealtad.train_table(
        X[train],
        rows.loc[train, "y"].to_numpy(),
        time=rows.loc[train, "as_of"],
        groups=rows.loc[train, "customer"],
        outcome_days=HORIZON,
        budget=Budget(trials=20),
    )
    rows = rows.assign(p=trained.predict(X), back=_count_days_until_back(bought, rows))
    corrected = correct_levels(rows)
    y, customers = rows.loc[test, "y"].to_numpy(), rows.loc[test, "customer"].to_numpy()
    models = {"levelled": corrected[test].to_numpy(), "as_trained": rows.loc[test, "p"].to_numpy()}
    table = compute_comparison(y, models, customers, seed=7)
    return _build_rows(table)


def correct_levels(rows: pd.DataFrame) -> pd.Series[float]:
    """Return the probability of each test row at the level known on its date.

    The expected shift is that of the same season a year ago. The cohorts of the last two months, whose horizon is
    not over, show how this year departs from it. Training dates show how far to trust them.
    """
    dates = rows["as_of"].dt.date
    as_of_dates, back, train = (
        sorted(dates.unique()),
        rows["back"].to_numpy(),
        (rows["part"] == "train").to_numpy(),
    )
    between = {(later - day).days for day in as_of_dates for later in as_of_dates if day < later}
    season = Season.learn(
        dates[train].to_numpy().astype("datetime64[D]"),
        rows.loc[train, "p"].to_numpy(),
        rows.loc[train, "y"].to_numpy(dtype=np.float64),
        {days: back[train] <= days for days in between if days < HORIZON},
        outcome_days=HORIZON,
    )
    if season is None:
        return rows["p"]
    corrected = rows["p"].copy()
    for as_of in sorted(dates[rows["part"] == "test"].unique()):
        cohorts = [
            Cohort(day, days, rows.loc[dates == day, "p"].to_numpy(), back[dates == day] <= days)
            for day, days in season.open(as_of_dates, as_of).items()
        ]
        of_date = dates == as_of
        corrected[of_date] = season.level(as_of, cohorts).correct(rows.loc[of_date, "p"])
    return corrected


def _count_days_until_back(bought: pd.DataFrame, rows: pd.DataFrame) -> pd.Series[float]:
    """Return the days from each row's date until the customer's next order; infinite if there is none."""
    orders = bought.loc[~bought["returned"], ["customer", "at"]].sort_values("at")
    keys = rows[["customer", "as_of"]].astype({"as_of": orders["at"].dtype}).reset_index().sort_values("as_of")
    next_orders = pd.merge_asof(keys, orders, left_on="as_of", right_on="at", by="customer", direction="forward")
    days = (next_orders["at"] - next_orders["as_of"]).dt.total_seconds() / 86400
    return days.fillna(np.inf).set_axis(next_orders["index"]).reindex(rows.index)


def _build_rows(table: Any) -> list[dict[str, object]]:
    measures = {(row["name"], row["metric"]): row for row in table.iter_rows(named=True)}
    report = []
    for model in ("levelled", "as_trained"):
        observed = measures[model, "observed"]["value"]
        predicted = measures[model, "predicted"]
        ends = sorted(abs(predicted[end] - observed) for end in ("low", "high"))
        level = {"value": abs(predicted["value"] - observed), "low": ends[0], "high": ends[1]}
        for metric, (goal, better) in GOALS.items():
            row = level if metric == "level_error" else measures[model, metric]
            labels = {"unit": metric, "goal": goal, "better": better, "repeats": 200}
            report.append({"name": f"online_retail_{metric}_{model}", **labels, **_select_numbers(row)})
    return report


def _select_numbers(row: dict[str, float]) -> dict[str, float]:
    return {name: float(row[name]) for name in ("value", "low", "high")}
