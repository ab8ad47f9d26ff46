"""The versions of a customer's row, by when they became valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features.streams.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import CompanyProfile

_ALWAYS = pl.lit(0).cast(INSTANT)
NONE = -1.0


def derive_versions(tables: Mapping[str, pl.DataFrame], company: CompanyProfile) -> pl.DataFrame:
    """Return the versions by `since`; one without a date was always valid.

    Declared attributes become numbers. `level:NAME` is the position of the value among its levels (-1 where it is
    none of them), `number:NAME` the value itself. `became` is the instant since which the customer is one, in
    microseconds, 0 if not (yet).
    """
    rows = tables["customers"]
    known_at = pl.col("known_at").fill_null(_ALWAYS)
    return rows.with_columns(
        known_at.alias("known_at"),
        pl.coalesce("valid_from", _ALWAYS).alias("since"),
        pl.col("became_customer_at").to_physical().cast(pl.Float64).fill_null(0.0).alias("became"),
        pl.col("consent_contact").cast(pl.Float64).alias("consent"),
        *(_match_levels(rows, name, levels) for name, levels in company.levels.items()),
    ).sort("customer_id", "known_at", "since", maintain_order=True)


def _match_levels(rows: pl.DataFrame, name: str, levels: tuple[str, ...]) -> pl.Expr:
    value = pl.col(name) if name in rows.columns else pl.lit(None, pl.String)
    if not levels:
        return value.cast(pl.Float64, strict=False).alias(f"number:{name}")
    positions = {level: float(position) for position, level in enumerate(levels)}
    ordinal = value.cast(pl.String).replace_strict(positions, default=NONE, return_dtype=pl.Float64)
    return ordinal.fill_null(NONE).alias(f"level:{name}")


STREAMS = (Stream("customers", ("customers",), "since", derive_versions),)
