"""Dimensions: which table each comes from, and one figure per group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.kpis.frames import refuse
from lealtad.kpis.repeats import drop_repeats
from lealtad.kpis.view import select_known_facts
from lealtad.sources.contract.tables import CUSTOMERS, TOUCHPOINTS

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.kpis.view import View

PERIODS = {"week": "1w", "month": "1mo"}
_ON_TOUCHPOINTS = ("stage", "channel", "touchpoint", "initiated_by", "owner", "outcome", "variant")
_ON_CUSTOMERS = ("account_id", "segment", "country", "language", "consent_contact")


def add_dimensions(units: pl.DataFrame, view: View, moment: str) -> pl.DataFrame:
    """Give every unit the dimensions it is grouped by; weeks and months are those of `moment`.

    A dimension is taken from the units themselves, else from the touchpoint they point at, else from the
    customer as of `as_of`. Periods are dated by their first day in the zone the source wrote in.

    Raises
    ------
    SettingsError
        If a dimension is unknown, or its table was not given.
    """
    for name in view.by:
        if name in PERIODS:
            units = units.with_columns(_truncate_to_period(units, moment, PERIODS[name]).alias(name))
        elif name in units.columns:
            continue
        elif "touchpoint_id" in units.columns and _has(view.touchpoints, name):
            units = units.join(_select_touchpoints(view, name), on="touchpoint_id", how="left")
        elif _has(view.customers, name):
            units = units.join(_select_customers(view, name), on="customer_id", how="left")
        else:
            raise _build_dimension_error(name, units, view)
    return units


def summarise_groups(units: pl.DataFrame, by: tuple[str, ...], *measures: pl.Expr) -> pl.DataFrame:
    """Return one row per group, ordered by its keys; without keys one row, also where there is no unit."""
    if not by:
        return units.select(*measures)
    return units.group_by(by).agg(*measures).sort(by, nulls_last=True)


def _has(table: pl.DataFrame | None, name: str) -> bool:
    return table is not None and name in table.columns


def _truncate_to_period(units: pl.DataFrame, moment: str, every: str) -> pl.Expr:
    zones = units["source_zone"].unique().sort() if "source_zone" in units.columns else ["UTC"]
    local = (
        pl.when(pl.col("source_zone") == zone if "source_zone" in units.columns else pl.lit(value=True)).then(
            pl.col(moment).dt.convert_time_zone(zone).dt.date().dt.truncate(every)
        )
        for zone in zones
        if zone is not None
    )
    return pl.coalesce(*local, pl.col(moment).dt.date().dt.truncate(every))


def _select_touchpoints(view: View, name: str) -> pl.DataFrame:
    table = view.touchpoints if view.touchpoints is not None else pl.DataFrame()
    met = drop_repeats(select_known_facts(table, "occurred_at", view.as_of), "touchpoints")
    twice = met.filter(pl.col("touchpoint_id").is_duplicated())
    refuse(twice, "touchpoints", "touchpoint_id", "each touchpoint once", "touchpoint_id")
    return met.select("touchpoint_id", name)


def _select_customers(view: View, name: str) -> pl.DataFrame:
    table = view.customers if view.customers is not None else pl.DataFrame()
    return select_attributes(table, view.as_of).select("customer_id", name)


def select_attributes(customers: pl.DataFrame, as_of: datetime | None) -> pl.DataFrame:
    """Return one row per customer: the last version valid and known before `as_of`."""
    if "valid_from" not in customers.columns:
        return customers.sort(customers.columns).unique("customer_id", keep="last", maintain_order=True)
    dated = (
        customers.filter(pl.col("valid_from").is_null()),
        customers.filter(pl.col("valid_from").is_not_null()),
    )
    versions = pl.concat([dated[0], select_known_facts(dated[1], "valid_from", as_of)])
    # among versions of one instant the last recorded wins, then their content decides, never the order of the rows
    clocks = [name for name in ("known_at", "recorded_at") if name in versions.columns]
    first = ["customer_id", "valid_from", *clocks]
    in_order = versions.sort(*first, *(name for name in versions.columns if name not in first), nulls_last=False)
    return in_order.unique("customer_id", keep="last", maintain_order=True)


def _build_dimension_error(name: str, units: pl.DataFrame, view: View) -> SettingsError:
    lacking = [
        table.name
        for table, table_given, dimensions in (
            (TOUCHPOINTS, view.touchpoints, _ON_TOUCHPOINTS),
            (CUSTOMERS, view.customers, _ON_CUSTOMERS),
        )
        if table_given is None and name in dimensions
    ]
    of_rows = [name for name in units.columns if name in (*_ON_TOUCHPOINTS, *_ON_CUSTOMERS, "priority", "kind")]
    return SettingsError(
        place="by",
        expected=f"a dimension of these rows ({', '.join([*of_rows, *PERIODS])}) or of a table given with them",
        found=f"'{name}'",
        fix=f"Pass {lacking[0]}=."
        if lacking
        else suggest_name(name, [*_ON_TOUCHPOINTS, *_ON_CUSTOMERS, *PERIODS]),
    )
