"""One row per definition: churned, returning and already silent customers, and how well churn is predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import TooLittleDataError
from lealtad.checks.sensitivity.choices import DefinitionChoices, list_labels
from lealtad.checks.sensitivity.foresight import measure_foresight
from lealtad.checks.sensitivity.returns import find_returning
from lealtad.examples import dataset
from lealtad.examples.features.catalog import list_excluded_columns
from lealtad.examples.features.storage.provenance import check_features
from lealtad.examples.outcomes import compute_outcomes
from lealtad.lake.timeline import find_end_of_data

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.company.outcome_definition import Label
    from lealtad.lake import Lake

_INDEX = ["customer_id", "as_of"]
_SIGNS = ("days_since_own_contact", "days_since_order")
_COLUMNS = {
    "kind": pl.String,
    "grace_days": pl.Int64,
    "alive_days": pl.Int64,
    "horizon_days": pl.Int64,
    "lead_days": pl.Int64,
    "is_own": pl.Boolean,
    "dates": pl.Int64,
    "rows": pl.Int64,
    "churned": pl.Int64,
    "churn_rate": pl.Float64,
    "came_back": pl.Float64,
    "already_silent": pl.Float64,
    "auc": pl.Float64,
}


def compare_definitions(
    lake: Lake,
    definition: ModelDefinition,
    choices: DefinitionChoices | None = None,
    *,
    silent_days: int = 28,
    progress: Callable[[str], None] = lambda _: None,
) -> pl.DataFrame:
    """Compare definitions of churn on the dates of the feature table, one row per definition.

    Parameters
    ----------
    choices
        The values to try; None: usual values and the definition's own.
    silent_days
        A customer without an order or a contact of their own in this many days before the date is already silent.

    Returns
    -------
    - `kind, grace_days` (null for inactivity), `alive_days` (null for contracts), `horizon_days, lead_days`;
    - `is_own`: whether it is the definition in force;
    - `dates`: dates with a known outcome; `rows`: active customers who could be scored; `churned`: how many
      churned;
    - `churn_rate`: per row;
    - `came_back`: share of the churned who came back later, as far as the data reach;
    - `already_silent`: share of the churned who were silent at the date, when a prediction is too late;
    - `auc`: that of a small model on the newest dates.

    Shares are null if nobody churned. `already_silent` is null if the company has neither orders nor contacts.

    Raises
    ------
    SettingsError
        See `list_labels`.
    LakeError
        If the feature table is missing or outdated, or a table that the label needs is.
    TooLittleDataError
        If no definition has a date whose outcome is known.
    """
    tried = list_labels(definition.label, choices if choices is not None else DefinitionChoices())
    check_features(lake)
    dates = lake.read("features", 0, columns=["as_of"])["as_of"].unique().to_list()
    buckets = dataset.choose_buckets(lake, definition, dates)
    features = pl.concat(lake.read("features", bucket) for bucket in buckets)
    features = features.drop(list_excluded_columns(definition.families), strict=False)
    end = find_end_of_data(lake)
    rows = []
    for number, label in enumerate(tried, 1):
        progress(f"{number} of {len(tried)}: {_describe_label(label)}")
        rows.append(_compare_label(lake, definition, label, features, end, silent_days))
    if not any(row["dates"] for row in rows):
        raise TooLittleDataError(
            what="dates of the feature table whose outcome is known",
            needed=1,
            found=0,
            fix="Run lealtad features if a night was the last to compute them; else load a longer "
            "history, or try shorter horizons.",
        )
    return pl.DataFrame(rows, schema=_COLUMNS)


def _describe_label(label: Label) -> str:
    days = {name: getattr(label, name, None) for name in ("grace_days", "alive_days", "horizon_days", "lead_days")}
    return ", ".join(
        f"{name.removesuffix('_days')} {value} d" for name, value in days.items() if value is not None
    )


def _compare_label(  # noqa: PLR0913, PLR0917 - what one definition is measured on
    lake: Lake, definition: ModelDefinition, label: Label, features: pl.DataFrame, end: datetime, silent_days: int
) -> dict[str, object]:
    dates = [date for date in features["as_of"].unique().sort() if (end - date).days >= label.outcome_days]
    named = {name: getattr(label, name, None) for name in ("grace_days", "alive_days")}
    choice = {"kind": label.kind, **named, "horizon_days": label.horizon_days, "lead_days": label.lead_days}
    choice["is_own"] = label == definition.label
    if not dates:
        return {**dict.fromkeys(_COLUMNS), **choice, "dates": 0, "rows": 0, "churned": 0}
    judged = compute_outcomes(lake, label, dates).filter(pl.col("missing").is_null()).drop_nulls("observed")
    rows = judged.join(features, on=_INDEX, how="inner").sort(_INDEX)
    churned = rows.filter("observed")
    columns = [name for name in features.columns if name not in _INDEX]
    counted = rows.filter(pl.col("weight") > 0)
    return {
        **choice,
        "dates": len(dates),
        "rows": rows.height,
        "churned": churned.height,
        "churn_rate": churned.height / rows.height if rows.height else None,
        "came_back": _compute_share(find_returning(lake, label, churned.select(*_INDEX, "observed"))["returned"]),
        "already_silent": _compute_share(_is_silent(churned, silent_days)),
        "auc": measure_foresight(counted, columns, label, definition.dates.test, definition.seed),
    }


def _compute_share(flags: pl.Series | None) -> float | None:
    return None if flags is None or not len(flags) else float(flags.sum()) / len(flags)


def _is_silent(rows: pl.DataFrame, days: int) -> pl.Series | None:
    """Return which customers had no order or contact of their own in that many days; None without such tables."""
    signs = [name for name in _SIGNS if name in rows.columns]
    if not signs:
        return None
    newest = rows.select(pl.min_horizontal(signs).fill_null(float("inf")).alias("newest"))["newest"]
    return newest > days
