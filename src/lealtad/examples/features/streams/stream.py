"""A stream: the facts a feature reads, derived from one or more tables of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from lealtad.examples.features.company import CompanyProfile


PREPARED = "prepared"
WORD_AXES = "word_axes"  # no table of the company's: there once axes were fitted on its comments


class Derivation(Protocol):
    """A pure function from tables to facts.

    It is given every table with all columns of the contract, null if the company has none. Rows are sorted by
    customer, `known_at`, event time and key. That is the order in which they happened: if a row was known late,
    `known_at` of those after it waits for it. The function must be *causal* in that order. A fact it returns
    depends only on rows before it or together with it, so later knowledge never changes it.
    """

    def __call__(self, tables: Mapping[str, pl.DataFrame], company: CompanyProfile, /) -> pl.DataFrame:
        """Return facts with `customer_id`, `known_at` and the stream's clock; none of the three is null."""
        ...


class Preparation(Protocol):
    """What several streams are derived from, worked out once; causal as they are."""

    def __call__(self, table: pl.DataFrame, /) -> pl.DataFrame:
        """Return what is prepared of the stream's first table."""
        ...


@dataclass(frozen=True)
class Stream:
    """Facts of one kind, with their own clock.

    Attributes
    ----------
    tables
        Tables without which the stream is off; the first holds the columns that features need.
    clock
        The column that says when a fact happened.
    beside
        Tables that are read where the company has them.
    prepared
        Works out what several streams of the table are derived from; they find it under the name "prepared".
    """

    name: str
    tables: tuple[str, ...]
    clock: str
    derive: Derivation
    beside: tuple[str, ...] = ()
    prepared: Preparation | None = None
