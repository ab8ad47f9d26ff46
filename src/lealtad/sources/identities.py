"""Matching customers across tools by e-mail, phone or another id, after normalising it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ID_PREFIX = "_identity_"  # of the columns with the identities of shaped rows
_PHONE_DIGITS = 7


def normalize_identity(text: pl.Expr, kind: str, country_code: str = "") -> pl.Expr:
    """Normalise an identity: a phone to its digits, anything else to lower case without blanks.

    Parameters
    ----------
    kind
        The identity's name; if it starts with "phone", only digits count.
    country_code
        Added to phone numbers without one: without + or 00, and at most 10 digits.

    Examples
    --------
    >>> phones = pl.lit(pl.Series(["+34 600 100 001", "0034600100001", "600-100-001", "n/a"]))
    >>> pl.select(normalize_identity(phones, "phone", "34")).to_series().to_list()
    ['34600100001', '34600100001', '34600100001', None]
    >>> pl.select(normalize_identity(pl.lit(pl.Series([" Ana@Example.com "])), "email")).to_series().to_list()
    ['ana@example.com']
    """
    stripped = text.cast(pl.String, strict=False).str.strip_chars()
    if not kind.startswith("phone"):
        plain = stripped.str.to_lowercase().str.replace_all(r"\s+", "")
        return pl.when(plain != "").then(plain)
    whole = stripped.str.replace(r"[.,]0$", "")  # a number from a spreadsheet
    abroad = whole.str.contains(r"^\s*(\+|00)")
    digits = whole.str.replace_all(r"\D", "").str.replace("^00", "")
    local = ~abroad & (digits.str.len_chars() <= 10)  # noqa: PLR2004 - longer ones hold a country's code
    full = pl.when(local).then(pl.concat_str(pl.lit(country_code), digits.str.replace("^0", ""))).otherwise(digits)
    return pl.when(digits.str.len_chars() >= _PHONE_DIGITS).then(full if country_code else digits)


@dataclass
class Tally:
    """Counts rows by table and by what happened to them while a source is read.

    Examples
    --------
    >>> tally = Tally()
    >>> tally.add("orders", "tied to a customer by email", 3, 4)
    >>> tally.list_sentences()
    ['orders: 3 of 4 rows tied to a customer by email']
    """

    counts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def add(self, table: str, what: str, rows: int, of: int = 0) -> None:
        """Count some rows more, of all that came; 0 if it does not matter how many these are."""
        before = self.counts.get((table, what), (0, 0))
        self.counts[table, what] = (before[0] + rows, before[1] + of)

    def list_sentences(self) -> list[str]:
        """Return each count as one sentence."""
        return [
            f"{table}: {rows:,} of {of:,} rows {what}" if of else f"{table}: {rows:,} rows {what}"
            for (table, what), (rows, of) in self.counts.items()
        ]


@dataclass(frozen=True)
class IdentityIndex:
    """The customer of each identity that other tools know.

    Attributes
    ----------
    customers
        Reads frames of `customer_id` and one normalised column per kind of identity.
    """

    customers: Callable[[], Iterable[pl.DataFrame]]
    tally: Tally

    @cached_property
    def _customer_by_identity(self) -> Mapping[str, pl.DataFrame]:
        """By kind, `value, found`; a value of several customers identifies no one."""
        pairs: dict[str, list[pl.DataFrame]] = {}
        for frame in self.customers():
            for name in frame.columns:
                if name.startswith(ID_PREFIX):
                    pair = frame.select(value=pl.col(name), found=pl.col("customer_id").cast(pl.String))
                    pairs.setdefault(name, []).append(pair.drop_nulls())
        by_kind = {}
        for kind, parts in pairs.items():
            of_each = pl.concat(parts).unique().with_columns(pl.len().over("value").alias("several"))
            by_kind[kind] = of_each.filter(pl.col("several") == 1).drop("several")
            shared = of_each.filter(pl.col("several") > 1)["value"].n_unique()
            if shared:
                name = kind.removeprefix(ID_PREFIX)
                self.tally.add(
                    "customers", f"have a {name} of several customers, and identify none", shared, of_each.height
                )
        return by_kind

    def tie_to_customers(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Assign rows the customer of their identities, else the customer that the row names."""
        kinds = [name for name in rows.columns if name.startswith(ID_PREFIX)]
        if not kinds:  # rows that could not be split
            return rows
        own = pl.col("customer_id").cast(pl.String) if "customer_id" in rows.columns else pl.lit(None, pl.String)
        columns = []
        for kind in kinds:
            pairs = self._customer_by_identity.get(
                kind, pl.DataFrame(schema={"value": pl.String, "found": pl.String})
            )
            named = pairs.rename({"found": f"_found{kind}"})
            rows = rows.join(named, left_on=kind, right_on="value", how="left", maintain_order="left")
            columns.append(f"_found{kind}")
            self.tally.add(
                table,
                f"tied to a customer by {kind.removeprefix(ID_PREFIX)}",
                rows.height - rows[f"_found{kind}"].null_count(),
                rows.height,
            )
        unknown = pl.coalesce(*kinds)  # keep the unknown id, so that the rejected row shows it
        return rows.with_columns(pl.coalesce(*columns, own, unknown).alias("customer_id")).drop(*columns, *kinds)
