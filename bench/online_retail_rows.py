"""Online Retail II: the rows of the protocol with simple features, each from orders before its as-of date."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).parents[2] / "shared" / "data" / "online_retail"
HORIZON = 90
WINDOWS = (7, 14, 21, 30, 45, 60, 90, 120, 180, 365)
_NAMES = {
    "Invoice": "invoice",
    "InvoiceNo": "invoice",
    "InvoiceDate": "at",
    "Price": "price",
    "UnitPrice": "price",
    "Customer ID": "customer",
    "CustomerID": "customer",
    "Quantity": "quantity",
}


def read_protocol(data: Path = DATA) -> pd.DataFrame:
    """Return `customer, as_of, y, part` of the protocol."""
    rows = pd.read_parquet(data / "protocol_rows.parquet").rename(columns={"CustomerID": "customer"})
    return rows.assign(customer=rows["customer"].astype(int))


def read_invoices(data: Path = DATA) -> pd.DataFrame:
    """Return one row per invoice with a customer, oldest first; the nine days that both files share count once."""
    first, second = (
        pd.read_parquet(data / f"online_retail_{years}.parquet").rename(columns=_NAMES)
        for years in ("2009_2010", "2010_2011")
    )
    first, second = (part.assign(at=pd.to_datetime(part["at"])) for part in (first, second))
    columns = ["invoice", "at", "price", "quantity", "customer"]
    lines = pd.concat([first[columns], second.loc[second["at"] > first["at"].max(), columns]], ignore_index=True)
    lines = lines[lines["customer"].notna()]
    lines = lines.assign(
        customer=lines["customer"].astype(int),
        amount=(lines["quantity"] * lines["price"]).astype(float),
        returned=(lines["quantity"] < 0) | lines["invoice"].astype(str).str.startswith("C"),
    )
    grouped = lines.groupby(["customer", "invoice", "returned"], as_index=False)
    table: pd.DataFrame = grouped.agg(
        at=("at", "min"), amount=("amount", "sum"), items=("quantity", "sum"), lines=("price", "size")
    )
    return table.sort_values(["customer", "at"], ignore_index=True)


def build_features(all_invoices: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the features of the rows, in their order."""
    begin = all_invoices["at"].min()
    parts = []
    for as_of in rows["as_of"].unique():
        at_date = rows[rows["as_of"] == as_of]
        past = all_invoices[all_invoices["at"] < as_of]
        days = (as_of - past["at"]).dt.total_seconds() / 86400
        table = _build_at_date(past.assign(days=days), float((as_of - begin).total_seconds() / 86400))
        parts.append(table.reindex(at_date["customer"]).set_axis(at_date.index))
    features: pd.DataFrame = pd.concat(parts).reindex(rows.index)
    return features


def _build_at_date(past: pd.DataFrame, history: float) -> pd.DataFrame:
    orders, returns = past[~past["returned"]], past[past["returned"]]
    by = orders.groupby("customer")
    table = pd.DataFrame({"recency": by["days"].min(), "tenure": by["days"].max(), "orders": by.size()})
    table["amount"], table["lines"] = by["amount"].sum(), by["lines"].mean()
    table["basket"], table["items"] = by["amount"].mean(), by["items"].mean()
    for window in WINDOWS:
        inside = orders[orders["days"] <= window].groupby("customer")
        table[f"orders_{window}"] = inside.size()
        table[f"amount_{window}"] = inside["amount"].sum()
    back = returns.groupby("customer")
    table["returns"], table["returned"] = back.size(), -back["amount"].sum()
    table = table.fillna(0.0)
    for nth in (2, 3, 5, 8):
        table[f"days_for_last_{nth}"] = (
            by["days"].nth(-nth).set_axis(orders.loc[by["days"].nth(-nth).index, "customer"])
        )
    gaps = orders.assign(gap=-by["days"].diff())
    gap = gaps[gaps["gap"] > 1].groupby("customer")["gap"]
    table["gap"], table["gap_spread"], table["longest_gap"] = gap.mean(), gap.std(), gap.max()
    table["silence"] = table["recency"] / table["gap"]
    table["rate"] = table["orders"] / table["tenure"].clip(lower=30)
    table["trend"] = table["orders_90"] / (table["orders_180"] - table["orders_90"] + 1)
    for coming in (30, 60, HORIZON):
        season = orders[orders["days"].between(365 - coming, 365)].groupby("customer").size()
        orders_of_season = season.reindex(table.index, fill_value=0).astype(float)
        table[f"same_season_{coming}"] = orders_of_season if history > 365 else np.nan
    newest = orders.groupby("customer").tail(1).set_index("customer")
    for column in ("amount", "lines", "items"):
        table[f"last_{column}"] = newest[column]
    table["last_hour"] = newest["at"].dt.hour
    table["last_gap"] = table["days_for_last_2"] - table["recency"]
    table["silence_last"] = table["recency"] / table["last_gap"].clip(lower=1)
    table["silence_longest"] = table["recency"] / table["longest_gap"]
    for half_life in (15, 45, 135):
        weight = 0.5 ** (orders["days"] / half_life)
        table[f"decayed_{half_life}"] = weight.groupby(orders["customer"]).sum()
        table[f"decayed_amount_{half_life}"] = (weight * orders["amount"]).groupby(orders["customer"]).sum()
    for months in (6, 12):
        month = (orders["days"] // 30.4)[orders["days"] < 30.4 * months]
        active = month.groupby(orders["customer"]).nunique()
        table[f"active_months_{months}"] = active.reindex(table.index, fill_value=0)
    return table
