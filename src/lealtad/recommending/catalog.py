"""The product catalog: category, price, margin, and whether a product is sold, in stock and repeatable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from lealtad.lake import Lake
    from lealtad.recommending.purchases import Flags, Floats, Ints

_COLUMNS = {
    "name": pl.String(),
    "category": pl.String(),
    "price": pl.Float64(),
    "margin": pl.Float64(),
    "active": pl.Boolean(),
    "in_stock": pl.Boolean(),
    "repeatable": pl.Boolean(),
}


@dataclass(frozen=True)
class Catalog:
    """The products in order of their ids; unknown values are null.

    Attributes
    ----------
    rows
        `product_id, name, category, price, margin, active, in_stock, repeatable`, one row per product.
    """

    rows: pl.DataFrame

    @classmethod
    def build(cls, products: pl.DataFrame | None, ids: pl.Series) -> Catalog:
        """Build the catalog of some ids; products without a row have only their id.

        Examples
        --------
        >>> Catalog.build(None, pl.Series(["tea"])).names.to_list()
        ['tea']
        """
        listed = products if products is not None else pl.DataFrame({"product_id": []}, schema={"product_id": str})
        absent = [pl.lit(None, kind).alias(name) for name, kind in _COLUMNS.items() if name not in listed.columns]
        whole = listed.with_columns(absent).select("product_id", *_COLUMNS).cast(dict(_COLUMNS))  # type: ignore[arg-type]
        whole = whole.unique("product_id", keep="last", maintain_order=True)
        return cls(
            pl.DataFrame({"product_id": ids}).join(whole, on="product_id", how="left", maintain_order="left")
        )

    @property
    def names(self) -> pl.Series:
        """The name of each product; its id if it has none."""
        return self.rows.select(pl.coalesce("name", "product_id").alias("name"))["name"]

    @property
    def categories(self) -> Ints:
        """The number of each product's category; products without one share a number."""
        return self.rows["category"].fill_null("").rank("dense").to_numpy().astype(np.int64) - 1

    @property
    def margins(self) -> Floats:
        """The margin of a piece, in the company's currency; NaN if unknown."""
        return self.rows["margin"].to_numpy().astype(np.float64)

    @property
    def is_withdrawn(self) -> Flags:
        """Whether the company no longer sells a product."""
        return (~self.rows["active"].fill_null(value=True)).to_numpy()

    @property
    def is_bought_once(self) -> Flags:
        """Whether a product is normally bought only once, as the company states."""
        return (~self.rows["repeatable"].fill_null(value=True)).to_numpy()


def read_catalog(lake: Lake, ids: pl.Series) -> Catalog:
    """Read the products of some ids; the newest list is used, since products have no clock."""
    return Catalog.build(lake.read("products") if lake.has("products") else None, ids)
