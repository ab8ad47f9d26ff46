"""The registry's measures computed by touchpoint, segment or month, in one tidy frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.errors import LealtadError
from lealtad.kpis.registry import list_measures
from lealtad.sources.contract.scales import keep_answerable, keep_askable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.kpis.measure import Conditions, Measure, Shown

ASKED = ("kind", "scale_min", "scale_max", "higher_is_easier", "metric")
FIGURE_SCHEMA = pl.Schema(
    {
        "kpi": pl.String,
        "metric": pl.String,
        "kind": pl.String,
        "scale_min": pl.Float64,
        "scale_max": pl.Float64,
        "higher_is_easier": pl.Boolean,
        "value": pl.Float64,
        "n": pl.Int64,
        "low": pl.Float64,
        "high": pl.Float64,
        "definition": pl.String,
    }
)


@dataclass(frozen=True)
class Figures:
    """The measures of a date, by some keys.

    Attributes
    ----------
    rows
        One row per measure, key and question: the keys, `kpi`, the question (`metric, kind, scale_min, scale_max,
        higher_is_easier`; null for measures without a survey), `value, n, low, high, definition`.
    missing
        By measure that cannot be computed, the reason; it has no row, and does not affect others.
    """

    rows: pl.DataFrame
    missing: dict[str, str]


def compute_figures(
    shown: Shown,
    tables: Mapping[str, pl.DataFrame],
    conditions: Conditions,
    keys: Mapping[str, pl.DataType],
    **options: Any,
) -> Figures:
    """Return every measure that is shown anywhere, by keys.

    Parameters
    ----------
    tables
        By name, the existing ones of `surveys, ticket_events, subscriptions`.
    keys
        The dimensions to group by, with their types.
    options
        Further arguments of the measures: `as_of, window_days, customers, touchpoints`.
    """
    schema = pl.Schema({**keys, **FIGURE_SCHEMA})
    parts, missing = [schema.to_frame()], dict[str, str]()
    for measure in list_measures(shown):
        rows = _select_rows(measure, tables)
        if rows is None:
            continue
        try:
            figures = measure.compute(rows, conditions, by=[*keys, *measure.instrument], **options)
        except (LealtadError, pl.exceptions.PolarsError) as error:
            missing[measure.name] = str(error)
        else:
            if figures is not None:
                parts.append(_shape_figures(figures, measure, schema))
    return Figures(pl.concat(parts), missing)


def lacks_direction(surveys: pl.DataFrame) -> pl.Series:
    """Express for each invitation whether its measure needs a direction that the question lacks."""
    directed = [measure.survey for measure in list_measures() if measure.needs_direction]
    has_column = "higher_is_easier" in surveys.columns
    unstated = pl.col("higher_is_easier").is_null() if has_column else pl.lit(value=True)
    lacking = pl.col("metric").is_in(directed) & unstated
    return surveys.select(lacking.fill_null(value=False).alias("lacks_direction")).to_series()


def _select_rows(measure: Measure, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
    """Return the rows that a measure is computed from; None if there are none."""
    rows = tables.get(measure.table)
    if rows is None or measure.table != "surveys":
        return rows
    if rows.is_empty():
        return None
    if not measure.survey:
        return keep_askable(rows)
    # a figure needs a score on its scale, and to know which end is easy; that others were answered still counts
    answers = keep_answerable(rows)
    answers = answers.filter(~lacks_direction(answers), pl.col("metric") == measure.survey)
    if "higher_is_easier" not in answers.columns:
        answers = answers.with_columns(pl.lit(None, pl.Boolean).alias("higher_is_easier"))
    return None if answers.is_empty() else answers


def _shape_figures(figures: pl.DataFrame, measure: Measure, schema: pl.Schema) -> pl.DataFrame:
    named = figures.with_columns(pl.lit(measure.name).alias("kpi"))
    if measure.survey:
        named = named.with_columns(pl.lit(measure.survey).alias("metric"))
    shaped = pl.concat([schema.to_frame(), named], how="diagonal_relaxed")
    return shaped.select(schema.names()).cast(dict(schema))  # type: ignore[arg-type]
