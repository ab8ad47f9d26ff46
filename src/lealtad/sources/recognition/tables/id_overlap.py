"""The share of ids that two tables have in common, and the way of writing them that takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.written_ids import fold_mail, rewrite_ids
from lealtad.sources.identities import normalize_identity
from lealtad.sources.recognition.columns.content import MISSING

if TYPE_CHECKING:
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_BARE = "letters and digits"
_BETTER, _ENOUGH, _ALL = 0.05, 0.5, 0.95
# tried if the phones of one table lack the country
_COUNTRY_CODES = (
    "34", "52", "57", "54", "56", "51", "55", "351", "1", "44", "33", "49", "39", "593", "58", "598", "506",
)  # fmt: skip


@dataclass(frozen=True)
class IdOverlap:
    """How far the ids of facts are ids of customers.

    Attributes
    ----------
    share
        The share of different ids of the facts that customers have.
    way
        The format that both sides must be rewritten in, as in the settings' key `ids`; empty if they agree.
    facts_differ, customers_differ
        Whether rewriting changes the ids of that side.
    """

    share: float
    way: str = ""
    facts_differ: bool = False
    customers_differ: bool = False


def read_ids(table: SourceTable, header: str) -> pl.Series:
    """Return the different ids in a column of a sample, as the contract reads them."""
    if table.sample is None or header not in table.sample.columns:
        return pl.Series("id", [], dtype=pl.String)
    values = table.sample[header]
    text = (values.cast(pl.Int64, strict=False) if values.dtype.is_float() else values).cast(
        pl.String, strict=False
    )
    filled = text.rename("id").str.strip_chars()
    filled = filled.filter(~filled.str.to_lowercase().is_in(MISSING).fill_null(value=True)).unique()
    return filled.to_frame().select(fold_mail(pl.col("id"))).to_series()


def find_best_overlap(facts: pl.Series, customers: pl.Series) -> IdOverlap:
    """Return the largest overlap of ids in any format; the plain one unless another is clearly better."""
    best = IdOverlap(measure_share(facts, customers))
    if best.share >= _ALL or facts.is_empty() or customers.is_empty():
        return best
    padded = [f"{width} digits" for width in (_find_width(customers), _find_width(facts)) if width]
    for way in ("whole number", *padded, "salesforce", "lower case", "spreadsheet text", _BARE):
        mine, others = rewrite_series(facts, way), rewrite_series(customers, way)
        if way == _BARE and others.n_unique() < customers.n_unique():
            continue  # without their marks, ids of several customers are the same
        part = measure_share(mine, others)
        if part >= _ENOUGH and part > best.share + _BETTER:
            best = IdOverlap(part, way, not mine.equals(facts), not others.equals(customers))
    return best


def _find_width(ids: pl.Series) -> int:
    """Return the number of digits of ids that all have equally many; 0 for others."""
    widths = ids.str.len_chars().unique()
    return int(widths[0]) if widths.len() == 1 and ids.str.contains(r"^\d+$").all() else 0


def rewrite_series(ids: pl.Series, way: str) -> pl.Series:
    """Return ids in another format, in the same order."""
    return ids.to_frame("id").select(rewrite_ids(pl.col("id"), way)).to_series()


def measure_share(facts: pl.Series, customers: pl.Series) -> float:
    """Return the share of different ids of facts that customers have."""
    if facts.is_empty():
        return 0.0
    return float(facts.unique().is_in(customers.implode()).mean() or 0.0)  # type: ignore[arg-type]


def match_identities(facts: pl.Series, customers: pl.Series, kind: str) -> tuple[float, str]:
    """Return the share of identities of facts that customers have, and the country code that phones need."""
    plain = _measure_identity_share(facts, customers, kind, "")
    if not kind.startswith("phone") or plain >= _ENOUGH:
        return plain, ""
    codes = [(_measure_identity_share(facts, customers, kind, code), code) for code in _COUNTRY_CODES]
    best, code = max(codes, key=lambda pair: pair[0])
    return (best, code) if best > plain else (plain, "")


def _measure_identity_share(facts: pl.Series, customers: pl.Series, kind: str, code: str) -> float:
    mine, others = (
        ids.to_frame("id").select(normalize_identity(pl.col("id"), kind, code)).to_series().drop_nulls()
        for ids in (facts, customers)
    )
    return measure_share(mine, others) * mine.len() / max(facts.len(), 1)
