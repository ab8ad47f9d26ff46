"""A shop with planted truth: which products go together, and after how many days a product is bought again."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 330
PAIRS = {f"p{number:02d}": f"q{number:02d}" for number in range(10)}
REPEATED = {"coffee": 14.0, "filters": 45.0, "soap": 28.0}
_OTHERS = [f"x{number:02d}" for number in range(25)]


def draw_lines(customers: int = 400, seed: int = 0) -> pl.DataFrame:
    """Draw orders: whoever buys p07 often buys q07 within some weeks; coffee comes back every two weeks."""
    rng = np.random.default_rng(seed)
    rows = []
    weights = rng.dirichlet(np.full(len(_OTHERS), 2.0))
    for number in range(customers):
        customer = f"c{number:04d}"
        others = rng.choice(_OTHERS, rng.integers(4, 12), p=weights)
        rows += [(customer, str(product), rng.uniform(0, DAYS)) for product in others]
        for product in rng.choice(list(PAIRS), 3, replace=False):
            day = rng.uniform(0, DAYS)
            rows.append((customer, str(product), day))
            if rng.random() < 0.7:
                rows.append((customer, PAIRS[str(product)], day + rng.exponential(20)))
        for product in rng.choice(list(REPEATED), 2, replace=False):
            day, interval = rng.uniform(0, 60), REPEATED[str(product)]
            while day < DAYS:
                rows.append((customer, str(product), day))
                day += interval * rng.uniform(0.85, 1.15)
    lines = pl.DataFrame(rows, schema=["customer_id", "product_id", "day"], orient="row").filter(
        pl.col("day") < DAYS
    )
    return lines.select(
        order_id=pl.format("o{}-{}", "customer_id", pl.col("day").floor().cast(pl.Int64)),
        customer_id="customer_id",
        ordered_at=pl.lit(START) + pl.duration(microseconds=(pl.col("day") * 86_400_000_000).cast(pl.Int64)),
        product_id="product_id",
        quantity=pl.lit(1.0),
        amount=pl.lit(10.0),
    )


def at_day(day: float) -> datetime:
    return START + timedelta(days=day)
