"""No facts at all: for features of the as-of date itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features.streams.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import CompanyProfile


def derive_nothing(_tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return no facts."""
    return pl.DataFrame(schema={"customer_id": pl.String, "known_at": INSTANT, "at": INSTANT})


STREAMS = (Stream("dates", (), "at", derive_nothing),)
