"""Offers as files for the shop's mail tool: Parquet and CSV, one row per customer, task and place."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.base.outputs import check_output
from lealtad.base.spreadsheet import write_csv
from lealtad.recommending.offers import OFFERS
from lealtad.recommending.wording import add_reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from lealtad.base.language import Language
    from lealtad.recommending.incremental import IncrementalShare

# columns that the file adds to each offer: its date, and the basis of the expected gain
_ADDED = pl.Schema(
    {
        "as_of": INSTANT,
        "incremental_share": pl.Float64(),
        "share_basis": pl.String(),
        "share_measured": pl.Float64(),
    }
)
OFFERS_FILE = "recommendations.parquet"


@contextmanager
def open_offers(
    parquet: Path, csv: Path, as_of: datetime, share: IncrementalShare, language: Language
) -> Iterator[Callable[[pl.DataFrame], None]]:
    """Open both files, and provide a function that writes rows of `Offers.rows` with their reasons in words.

    Rows are written as they arrive, so that those of a million customers are never in memory together.
    """
    with tempfile.TemporaryDirectory(dir=parquet.parent, prefix=".offers") as work, csv.open("wb") as text:
        parts: list[Path] = []

        def write(rows: pl.DataFrame) -> None:
            worded = add_reasons(rows, language).with_columns(
                as_of=pl.lit(as_of).cast(INSTANT),
                incremental_share=pl.lit(share.mean),
                share_basis=pl.lit(share.basis),
                share_measured=pl.lit(share.measured),
            )
            write_csv(worded, text, has_header=not parts)
            parts.append(Path(work) / f"{len(parts):06d}.parquet")
            worded.write_parquet(parts[-1])

        yield write
        pl.scan_parquet(parts).sink_parquet(parquet)


def read_customer_offers(out: Path, customer_id: str) -> pl.DataFrame:
    """Read the offers of one customer from a run directory, by task and rank; no rows where none were made.

    Examples
    --------
    >>> from pathlib import Path
    >>> read_customer_offers(Path("nowhere"), "c1").height
    0
    """
    path = out / OFFERS_FILE
    if not path.is_file():
        return pl.DataFrame(schema={**OFFERS, "as_of": INSTANT})
    return pl.scan_parquet(path).filter(pl.col("customer_id") == customer_id).sort("task", "rank").collect()


def read_offers(out: Path, as_of: datetime) -> pl.DataFrame:
    """Read all offers of a run directory made as of a date; no rows if they are of another date.

    Raises
    ------
    DamageError
        If the file was altered since the job wrote it.
    """
    path = out / OFFERS_FILE
    if not path.is_file():
        return pl.DataFrame(schema={**OFFERS, **_ADDED})
    check_output(path)
    rows = pl.scan_parquet(path)
    if not set(_ADDED) <= set(rows.collect_schema()):
        return pl.DataFrame(schema={**OFFERS, **_ADDED})
    return rows.filter(pl.col("as_of") == as_of).select(*OFFERS, *_ADDED).collect()
