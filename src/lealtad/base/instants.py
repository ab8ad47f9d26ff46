"""The type of every time in a table: microseconds in UTC."""

from __future__ import annotations

import polars as pl

INSTANT = pl.Datetime("us", "UTC")
