"""docs/features.md says what the catalog says, and its example computes."""

import re

import polars as pl

from lealtad.examples.features import CATALOG, compute_features
from lealtad.examples.features.document import render_markdown
from tests.companies import at
from tests.conftest import ROOT
from tests.examples.features.tiny_company import table

WRITTEN = (ROOT / "docs" / "features.md").read_text()


def test_the_document_is_that_of_the_catalog():
    assert render_markdown(CATALOG) == WRITTEN, "python -m lealtad.examples.features.document > docs/features.md"


def test_the_example_computes_what_its_docstring_says():
    (code,) = re.findall(r"```python\n(.*?)```", WRITTEN, re.DOTALL)
    example = {"__name__": "acme.features"}
    exec(code, example)  # noqa: S102 - our own page
    orders = table(
        "orders", *({"ordered_at": day, "amount": amount} for day, amount in ((1, 150), (20, 101), (25, 99)))
    )
    orders = orders.with_columns(pl.col("amount").cast(pl.Float64))
    built = compute_features({"orders": orders}, [at(24 * 40)], [example["large_orders"]])
    assert built["large_orders_30d"].to_list() == [1.0]


def test_the_catalog_is_not_bloated():
    assert 150 <= sum(len(one.columns) for one in CATALOG) <= 250
