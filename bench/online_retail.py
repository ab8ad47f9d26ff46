"""Online Retail II, by the protocol beside the data: who buys nothing in the next 90 days?

Everything is chosen on rows of 2010-06 … 2011-04. The level of a test date is moved by what was known on that
date: how many of the customers of the one or two months before have already come back, and the level of the same
season a year ago.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

import lealtad
from bench.online_retail_rows import DATA, HORIZON, features, invoices, protocol
from lealtad.estimators import Level
from lealtad.evaluation import compute_comparison
from lealtad.tuning import Budget

if TYPE_CHECKING:
    from numpy.typing import NDArray

GOALS = {"auc": (0.779, "higher"), "brier": (0.189, "lower"), "level_error": (0.03, "lower")}
_SAME_SEASON = 3  # days


def run() -> list[dict[str, object]]:
    """Train on the training rows, correct the level date by date, and judge the test rows."""
    if not DATA.exists():
        print(f"left out: no data at {DATA}")
        return []
    rows, bought = protocol(), invoices()
    X = features(bought, rows)
    train, test = rows["part"] == "train", rows["part"] == "test"
    trained = lealtad.train(
        X[train],
        rows.loc[train, "y"].to_numpy(),
        time=rows.loc[train, "as_of"],
        groups=rows.loc[train, "customer"],
        outcome_days=HORIZON,
        budget=Budget(trials=20),
    )
    rows = rows.assign(p=trained.predict(X), back=_days_until_back(bought, rows))
    corrected = levelled(rows)
    y, customers = rows.loc[test, "y"].to_numpy(), rows.loc[test, "customer"].to_numpy()
    models = {"levelled": corrected[test].to_numpy(), "as_trained": rows.loc[test, "p"].to_numpy()}
    table = compute_comparison(y, models, customers, seed=7)
    return _report(table)


def levelled(rows: pd.DataFrame) -> pd.Series[float]:
    """Return the probability of each test row at the level known on its date.

    Expected is the shift of the same season a year ago. The cohorts of one and two months before, whose horizon
    is not over, say how this year departs from it; how far that can be believed is learned on training dates.
    """
    train = rows[rows["part"] == "train"]
    shifts = {as_of: _shift(part) for as_of, part in train.groupby("as_of")}
    spread, noise = float(np.std(list(shifts.values()))), _noise(train, shifts)
    found = rows["p"].copy()
    for as_of, part in rows[rows["part"] == "test"].groupby("as_of"):
        cohorts = [
            (cohort.assign(p=expit(logit(cohort["p"]) + shifts[before])), train[train["as_of"] == before])
            for date, cohort in _open_cohorts(rows, as_of)
            if (before := _a_year_before(date, shifts)) is not None
        ]
        expected = shifts.get(_a_year_before(as_of, shifts), 0.0)
        found[part.index] = _level(cohorts, as_of, spread, expected, noise).correct(part["p"])
    return found


def _noise(train: pd.DataFrame, shifts: dict[Any, float]) -> float:
    """Return how far early outcomes of training dates misled about the level, in log-odds."""
    errors = []
    for as_of in list(shifts)[3:]:
        past = train[train["as_of"] + pd.Timedelta(days=HORIZON) <= as_of]
        cohorts = [(cohort, past) for _, cohort in _open_cohorts(train, as_of)]
        errors.append(_level(cohorts, as_of, spread=1e3, expected=0.0, noise=0.0).shift - shifts[as_of])
    return float(np.sqrt(np.mean(np.square(errors))))


def _open_cohorts(rows: pd.DataFrame, as_of: Any) -> list[tuple[Any, pd.DataFrame]]:
    """Return the rows of earlier dates whose horizon is not over, by date."""
    still = rows[(rows["as_of"] < as_of) & (rows["as_of"] + pd.Timedelta(days=HORIZON) > as_of)]
    return list(still.groupby("as_of"))


def _a_year_before(date: Any, shifts: dict[Any, float]) -> Any:
    return next((other for other in shifts if abs((date - other).days - 365) <= _SAME_SEASON), None)


def _level(
    cohorts: list[tuple[pd.DataFrame, pd.DataFrame]], as_of: Any, spread: float, expected: float, noise: float
) -> Level:
    """Return the level that open cohorts tell on a date, each beside the rows its timing is learned from."""
    p, shown, by_now = [np.zeros(0)], [np.zeros(0, dtype=bool)], [np.zeros(0)]
    for cohort, like in cohorts:
        days = float((as_of - cohort["as_of"].iloc[0]).days)
        p.append(cohort["p"].to_numpy())
        shown.append((cohort["back"] <= days).to_numpy())
        by_now.append(_share_back(like, days, cohort["p"]))
    seen = [np.concatenate(part) for part in (p, shown, by_now)]
    return Level.fit(*seen, spread=spread, expected=expected, noise=noise)


def _days_until_back(bought: pd.DataFrame, rows: pd.DataFrame) -> pd.Series[float]:
    """Return the days from each row's date until its customer's next order; infinite where there is none."""
    orders = bought.loc[~bought["returned"], ["customer", "at"]].sort_values("at")
    wanted = rows[["customer", "as_of"]].astype({"as_of": orders["at"].dtype}).reset_index().sort_values("as_of")
    met = pd.merge_asof(wanted, orders, left_on="as_of", right_on="at", by="customer", direction="forward")
    days = (met["at"] - met["as_of"]).dt.total_seconds() / 86400
    return days.fillna(np.inf).set_axis(met["index"]).reindex(rows.index)


def _shift(part: pd.DataFrame) -> float:
    """Return by how much the log-odds of a date lie above the model's."""
    odds, low, high = logit(part["p"].to_numpy()), -3.0, 3.0
    for _ in range(40):
        middle = (low + high) / 2
        too_low = expit(odds + middle).mean() < part["y"].mean()
        low, high = (middle, high) if too_low else (low, middle)
    return (low + high) / 2


def _share_back(train: pd.DataFrame, days: float, p: pd.Series[float]) -> NDArray[np.float64]:
    """Return which part of those who come back has come back after so many days, by probability."""
    stayed = train[train["y"] == 0]
    line = LogisticRegression().fit(logit(stayed[["p"]].to_numpy()), stayed["back"] <= days)
    return np.asarray(line.predict_proba(logit(p.to_numpy())[:, None])[:, 1])


def _report(table: Any) -> list[dict[str, object]]:
    found = {(row["name"], row["metric"]): row for row in table.iter_rows(named=True)}
    report = []
    for model in ("levelled", "as_trained"):
        observed = found[model, "observed"]["value"]
        predicted = found[model, "predicted"]
        ends = sorted(abs(predicted[end] - observed) for end in ("low", "high"))
        level = {"value": abs(predicted["value"] - observed), "low": ends[0], "high": ends[1]}
        for metric, (goal, better) in GOALS.items():
            row = level if metric == "level_error" else found[model, metric]
            said = {"unit": metric, "goal": goal, "better": better, "repeats": 200}
            report.append({"name": f"online_retail_{metric}_{model}", **said, **_numbers(row)})
    return report


def _numbers(row: dict[str, float]) -> dict[str, float]:
    return {name: float(row[name]) for name in ("value", "low", "high")}
